/** What an engine's word for a fault is called outside of this room. */
import type { SignatureProblem } from '../../evidence.ts'
import type { HttpSignatureFault } from '../http-signatures/faults.ts'
import type { JadesFault } from '../jose/jades.ts'
import type { JwsFault } from '../jose/types.ts'

export type EngineFault = HttpSignatureFault | JadesFault | JwsFault
/** Found by this room itself, beside the engines. */
export type RoomFault =
  | 'body_claim_missing'
  | 'body_claim_malformed'
  | 'body_claim_mismatch'
  | 'body_stale'
  | 'body_from_future'
  | 'issuer_mismatch'

const FAULTS: Readonly<Record<EngineFault | RoomFault, SignatureProblem>> = {
  jws_too_large: 'signature_malformed',
  jws_malformed: 'signature_malformed',
  jws_not_detached: 'signature_malformed',
  header_malformed: 'signature_malformed',
  header_member_twice: 'signature_malformed',
  header_member_missing: 'signature_claim_missing',
  header_member_invalid: 'signature_claim_invalid',
  header_member_refused: 'signature_claim_invalid',
  header_member_mismatch: 'signature_of_another',
  critical_unknown: 'signature_claim_invalid',
  signature_too_large: 'signature_malformed',
  signature_malformed: 'signature_malformed',
  signature_incomplete: 'signature_malformed',
  signature_label_missing: 'signature_claim_missing',
  signature_ambiguous: 'signature_malformed',
  parameter_missing: 'signature_claim_missing',
  parameter_refused: 'signature_claim_invalid',
  component_unknown: 'signature_uncovered',
  component_unsupported: 'signature_uncovered',
  component_duplicated: 'signature_malformed',
  component_absent: 'signature_uncovered',
  component_repeated: 'signature_uncovered',
  coverage_insufficient: 'signature_uncovered',
  signature_from_future: 'signature_from_future',
  signature_stale: 'signature_stale',
  signature_expired: 'signature_stale',
  signature_lives_too_long: 'signature_claim_invalid',
  algorithm_refused: 'signature_algorithm_refused',
  algorithm_mismatch: 'signature_algorithm_refused',
  signature_wrong: 'signature_wrong',
  digest_missing: 'signature_digest_wrong',
  digest_malformed: 'signature_digest_wrong',
  digest_unsupported: 'signature_digest_wrong',
  digest_mismatch: 'signature_digest_wrong',
  key_unknown: 'signing_key_unknown',
  key_ambiguous: 'signing_key_refused',
  key_revoked: 'signing_key_refused',
  key_expired: 'signing_key_refused',
  key_not_yet_valid: 'signing_key_refused',
  key_use_refused: 'signing_key_refused',
  key_source_refused: 'signing_key_refused',
  key_certificate_missing: 'seal_missing',
  key_certificate_refused: 'seal_invalid',
  key_certificate_mismatch: 'seal_invalid',
  key_malformed: 'signing_key_weak',
  key_weak: 'signing_key_weak',
  key_algorithm_refused: 'signature_algorithm_refused',
  body_claim_missing: 'signature_claim_missing',
  body_claim_malformed: 'signature_claim_invalid',
  body_claim_mismatch: 'signature_claim_invalid',
  body_stale: 'signature_stale',
  body_from_future: 'signature_from_future',
  issuer_mismatch: 'signature_of_another',
}

export function problemOf(fault: EngineFault | RoomFault): SignatureProblem {
  return FAULTS[fault]
}
