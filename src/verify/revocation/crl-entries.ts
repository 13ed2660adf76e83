/** Looks one serial number up in a list's entries (RFC 5280 section 5.3). One walk, nothing kept of it. */
import { sameBytes } from '../../lib/bytes.ts'
import { readElement, readElements, readHead, TAG, time } from '../../lib/der.ts'
import { fail, type Outcome, pass } from '../../lib/outcome.ts'
import { type Extensions, hasCriticalBut, NO_EXTENSIONS, readExtensions } from './extensions.ts'
import { readReason } from './reason.ts'
import type { RevocationReason } from './revocation.ts'

export interface CrlEntry {
  readonly revokedAt: number
  readonly reason: RevocationReason | 'remove_from_crl'
}

const REASON = '2.5.29.21'
/** What may be critical. Not certificateIssuer, of which every entry behind it would depend (section 5.3.3). */
const UNDERSTOOD: readonly string[] = [REASON]

/**
 * The whole list is walked, found or not: section 5.3 forbids to use a list for any certificate when one of its entries
 * has a critical extension that is not understood. Each turn consumes octets, so that the list's size bounds the work.
 *
 * @param serial contents of the INTEGER
 */
export function findEntry(
  entries: Uint8Array,
  serial: Uint8Array,
): Outcome<CrlEntry | undefined, 'crl_malformed' | 'crl_critical_extension'> {
  let found: CrlEntry | undefined
  for (let at = 0; at < entries.length; ) {
    const entry = readHead(entries, at)
    if (entry?.tag !== TAG.sequence || entry.end > entries.length) return fail('crl_malformed')
    const number = readHead(entries, entry.start)
    if (number?.tag !== TAG.integer || number.end > entry.end) return fail('crl_malformed')
    const rest = entries.subarray(number.end, entry.end)
    const isOurs = sameBytes(entries.subarray(number.start, number.end), serial)
    // Nearly all entries have a time and a reason that says nothing critical: no need to read them.
    if (isOurs || mayBeCritical(rest)) {
      const read = readRest(rest)
      if (read === undefined || (isOurs && found !== undefined)) return fail('crl_malformed')
      if (hasCriticalBut(read.extensions, UNDERSTOOD)) return fail('crl_critical_extension')
      if (isOurs) found = read
    }
    at = entry.end
  }
  return pass(found)
}

/** A critical extension contains a TRUE, and DER spells it in one way. */
function mayBeCritical(rest: Uint8Array): boolean {
  for (let at = rest.indexOf(0x01); at >= 0; at = rest.indexOf(0x01, at + 1)) {
    if (rest[at + 1] === 0x01 && rest[at + 2] === 0xff) return true
  }
  return false
}

function readRest(rest: Uint8Array): (CrlEntry & { readonly extensions: Extensions }) | undefined {
  const [date, list] = readElements(rest, 2) ?? []
  const revokedAt = time(date)
  const extensions = list === undefined ? NO_EXTENSIONS : readExtensions(list)
  if (revokedAt === undefined || extensions === undefined) return undefined
  const value = extensions.get(REASON)?.value
  const reason = value === undefined ? 'unspecified' : readReason(readElement(value))
  return reason === undefined ? undefined : { revokedAt, reason, extensions }
}
