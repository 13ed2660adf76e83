import type { Tagged } from '../../lib/der.ts'
import type { RevocationReason } from './revocation.ts'

/** RFC 5280 section 5.3.1 CRLReason; 7 is not used. */
const REASONS: readonly (RevocationReason | 'remove_from_crl' | undefined)[] = [
  'unspecified',
  'key_compromise',
  'ca_compromise',
  'affiliation_changed',
  'superseded',
  'cessation_of_operation',
  'certificate_hold',
  undefined,
  'remove_from_crl',
  'privilege_withdrawn',
  'aa_compromise',
]

export function readReason(element: Tagged | undefined): RevocationReason | 'remove_from_crl' | undefined {
  if (element?.tag !== 0x0a || element.content.length !== 1) return undefined
  return REASONS[element.content[0] ?? -1]
}
