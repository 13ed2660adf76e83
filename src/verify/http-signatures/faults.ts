import type { Fact } from '../../lib/fact.ts'
import type { KeyFault, KeyMaterialFault, KeyOutage, Verified } from '../signed/types.ts'

/** Why an HTTP message signature proves nothing, in the order in which it is found. */
export type HttpSignatureFault =
  | 'signature_too_large'
  | 'signature_malformed' // not the header's syntax, or two readings of it: duplicated labels, parameters, padding
  | 'signature_incomplete' // parameters without a signature, or the other way round
  | 'signature_label_missing' // signed, and none of the signatures has the label or tag that we were told to take
  | 'signature_ambiguous' // several have it
  | 'parameter_missing'
  | 'parameter_refused' // of another type than its definition, or one that the policy does not take
  | 'component_unknown'
  | 'component_unsupported' // a parameter that we do not implement, or a value that has no one spelling
  | 'component_duplicated'
  | 'component_absent' // covered, and the message has none
  | 'component_repeated' // a field that is no list came more than once
  | 'coverage_insufficient'
  | 'signature_from_future'
  | 'signature_stale'
  | 'signature_expired'
  | 'signature_lives_too_long'
  | 'algorithm_refused'
  | 'algorithm_mismatch' // the message names another than the key's
  | 'signature_wrong'
  | 'digest_missing'
  | 'digest_malformed'
  | 'digest_unsupported' // no digest of an algorithm that the policy takes
  | 'digest_mismatch'
  | KeyFault
  | KeyMaterialFault

export type HttpSignatureFact = Fact<Verified, HttpSignatureFault, KeyOutage>
