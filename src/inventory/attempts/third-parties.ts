/**
 * What third parties answer when the gate itself asks them (OWASP API10:2023): sets of keys, and servers that know tokens.
 * Whoever asked refuses a wrong answer anyway; here it is counted, so that somebody hears of it. An outage is none.
 */
import { essenceOf } from '../media.ts'
import type { GateSignal } from '../risk/types.ts'

type Fetch = (request: Request) => Promise<Response>

export interface ThirdPartyTools {
  note(signal: GateSignal): void
  waitUntil(work: Promise<unknown>): void
}

/** Whoever asks reads no more than that either (`verify/keys/keyring.ts`). */
const MAX_BYTES = 524_288

export function watchedFetch(fetch: Fetch, { note, waitUntil }: ThirdPartyTools): Fetch {
  return async (request) => {
    const response = await fetch(request)
    const { status, headers } = response
    if (status >= 300 && status < 400 && status !== 304) note('third_party_redirected')
    if (status !== 200) return response
    const type = essenceOf(headers.get('content-type')) ?? ''
    if (!accepts(request.headers.get('accept'), type)) note('third_party_answer_invalid')
    else if (/[/+]json$/.test(type) && Number(headers.get('content-length') ?? 0) <= MAX_BYTES) {
      const copy = response.clone()
      waitUntil(isJson(copy).then((good) => good || note('third_party_answer_invalid')))
    }
    return response
  }
}

/** RFC 9110 section 12.5.1, as far as the gate itself writes it: types without parameters. */
function accepts(accept: string | null, type: string): boolean {
  if (accept === null || accept.includes('*')) return true
  return accept.split(',').some((one) => one.trim().toLowerCase() === type)
}

/** A body that breaks off is an outage, and says nothing. */
async function isJson(response: Response): Promise<boolean> {
  let text: string
  try {
    text = await response.text()
  } catch {
    return true
  }
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
