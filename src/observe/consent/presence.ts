/**
 * Whether the customer asks for a request, as the third party says, and what speaks against it. The header is a mere
 * assertion: to claim presence is how a quota is evaded. Each doubt alone is also an honest mistake: a telephone behind a
 * carrier's translation, a proxy of the third party's that forgot to pass the address on.
 */
import { type IpAddress, maskIp, parseIp } from '../../lib/ip.ts'
import { isPublicAddress } from '../../lib/public-host.ts'
import type { Presence, PresenceDoubt } from './types.ts'

export interface PresenceClaim {
  /** The customer's address, as the header has it; null where it is not there. */
  readonly address: string | null
  /** When the customer last signed in to the third party. */
  readonly signedIn: string | null
  /** Where the request itself came from. */
  readonly caller: string
  readonly at: number
}

const NOBODY: Presence = { claimed: false, doubts: [] }
/** A customer who asks for something now has signed in at the third party lately: an app's session lasts some hours. */
const SESSION_MS = 24 * 3_600_000
const SKEW_MS = 300_000

export function presenceOf({ address, signedIn, caller, at }: PresenceClaim): Presence {
  if (address === null || address.trim() === '') return NOBODY
  const doubts: PresenceDoubt[] = []
  const ip = parseIp(withoutPort(address.trim()))
  if (ip === undefined) doubts.push('presence_malformed')
  else {
    if (!isPublicAddress(ip)) doubts.push('presence_not_public')
    const own = parseIp(caller)
    if (own !== undefined && sameSubscriber(ip, own)) doubts.push('presence_of_caller')
  }
  if (signedIn !== null && isStale(signedIn, at)) doubts.push('presence_stale')
  return { claimed: true, doubts }
}

/** RFC 9110 section 5.6.7. What is no date says nothing. */
function isStale(text: string, at: number): boolean {
  const time = text.length <= 64 ? Date.parse(text) : Number.NaN
  return !Number.isNaN(time) && (at - time > SESSION_MS || time - at > SKEW_MS)
}

/** RFC 7239 section 6 writes ports and brackets, and some third parties send what their proxy wrote. */
function withoutPort(text: string): string {
  return (
    /^\[([0-9a-f:.]{2,45})\](?::\d{1,5})?$/i.exec(text)?.[1] ??
    /^([\d.]{7,15}):\d{1,5}$/.exec(text)?.[1] ??
    text
  )
}

function sameSubscriber(a: IpAddress, b: IpAddress): boolean {
  const length = a.family === 4 ? 32 : 64
  return a.family === b.family && maskIp(a, length).words.join() === maskIp(b, length).words.join()
}
