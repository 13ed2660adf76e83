import { fail, type Outcome, pass } from '../../lib/outcome.ts'
import { decodeUtf8 } from '../../lib/utf8.ts'
import { type Fetch, fetchBytes } from '../fetching.ts'
import type { KeySource, SetAnswer } from './types.ts'

export interface SetLimits {
  readonly timeoutMs: number
  readonly maxBytes: number
}

/** The text that a source answers with: status 200, no redirect, of its media type, so long and so much and no more. */
export async function fetchSet(
  fetch: Fetch,
  { url, mediaTypes }: KeySource,
  limits: SetLimits,
  at: number,
): Promise<Outcome<{ readonly text: string; readonly answer: SetAnswer }, 'set_unavailable'>> {
  let answer: SetAnswer | undefined
  const watched: Fetch = async (request) => {
    const response = await fetch(request)
    answer = { url, status: response.status, headers: new Headers(response.headers), at }
    return response
  }
  const bytes = await fetchBytes(watched, url, { headers: { accept: mediaTypes.join(', ') } }, limits)
  if (!bytes.ok || answer === undefined) return fail('set_unavailable')
  const type = (answer.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (!mediaTypes.includes(type)) return fail('set_unavailable')
  const text = decodeUtf8(bytes.value)
  return text === undefined ? fail('set_unavailable') : pass({ text, answer })
}
