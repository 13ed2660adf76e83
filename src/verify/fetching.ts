/** Asks a place over HTTP: one answer, no redirect, so long and so much and no more. */
import { joinBytes } from '../lib/bytes.ts'
import { fail, type Outcome, pass } from '../lib/outcome.ts'

export type Fetch = (request: Request) => Promise<Response>

/** Why nothing was fetched. */
export type FetchFault =
  | 'fetch_timeout'
  | 'fetch_failed'
  | 'fetch_redirected'
  | 'fetch_status'
  | 'fetch_too_large'

export interface FetchLimits {
  readonly timeoutMs: number
  readonly maxBytes: number
}

/** The body of a 200 answer, whole. Never rejects, and never takes longer than its time. */
export async function fetchBytes(
  fetch: Fetch,
  url: string,
  init: RequestInit,
  { timeoutMs, maxBytes }: FetchLimits,
): Promise<Outcome<Uint8Array, FetchFault>> {
  const abort = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const deadline = new Promise<Outcome<Uint8Array, FetchFault>>((resolve) => {
    timer = setTimeout(() => resolve(fail('fetch_timeout')), timeoutMs)
  })
  const request = new Request(url, { ...init, redirect: 'manual', signal: abort.signal })
  const outcome = await Promise.race([attempt(fetch, request, maxBytes), deadline])
  clearTimeout(timer)
  // Whatever still flows is not read any more.
  if (!outcome.ok) abort.abort()
  return outcome
}

async function attempt(
  fetch: Fetch,
  request: Request,
  maxBytes: number,
): Promise<Outcome<Uint8Array, FetchFault>> {
  try {
    const response = await fetch(request)
    // A redirect leads where no certificate has said and nobody has checked.
    if (response.status >= 300 && response.status < 400) return fail('fetch_redirected')
    if (response.status !== 200) return fail('fetch_status')
    if (Number(response.headers.get('content-length') ?? 0) > maxBytes) return fail('fetch_too_large')
    return await collect(response.body, maxBytes, request.signal)
  } catch {
    return fail('fetch_failed')
  }
}

async function collect(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Outcome<Uint8Array, FetchFault>> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = body?.getReader()
  while (reader !== undefined && !signal.aborted) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.byteLength
    if (size > maxBytes) return fail('fetch_too_large')
    chunks.push(value)
  }
  return pass(joinBytes(chunks, size))
}
