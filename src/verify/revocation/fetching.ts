/** Asks a place over HTTP: one answer, no redirect, so long and so much and no more. */
import { fail, type Outcome, pass } from '../../lib/outcome.ts'
import type { FetchFault } from './revocation.ts'

export type Fetch = (request: Request) => Promise<Response>

export interface FetchLimits {
  readonly timeoutMs: number
  readonly maxBytes: number
}

/** The body of a 200 answer, whole. Never rejects. */
export async function fetchBytes(
  fetch: Fetch,
  url: string,
  init: RequestInit,
  { timeoutMs, maxBytes }: FetchLimits,
): Promise<Outcome<Uint8Array, FetchFault>> {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), timeoutMs)
  try {
    // A redirect leads where no certificate has said and nobody has checked: it is an answer like any other, and no 200.
    const response = await fetch(new Request(url, { ...init, redirect: 'manual', signal: abort.signal }))
    const outcome = await readResponse(response, maxBytes)
    if (!outcome.ok) abort.abort()
    return outcome
  } catch {
    return fail(abort.signal.aborted ? 'fetch_timeout' : 'fetch_failed')
  } finally {
    clearTimeout(timer)
  }
}

async function readResponse(response: Response, maxBytes: number): Promise<Outcome<Uint8Array, FetchFault>> {
  if (response.status >= 300 && response.status < 400) return fail('fetch_redirected')
  if (response.status !== 200) return fail('fetch_status')
  const announced = Number(response.headers.get('content-length') ?? 0)
  if (announced > maxBytes) return fail('fetch_too_large')
  return collect(response.body, maxBytes)
}

async function collect(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Outcome<Uint8Array, FetchFault>> {
  const chunks: Uint8Array[] = []
  let size = 0
  if (body !== null) {
    const reader = body.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      size += value.byteLength
      if (size > maxBytes) return fail('fetch_too_large')
      chunks.push(value)
    }
  }
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return pass(bytes)
}
