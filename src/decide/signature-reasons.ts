/** Why a signed request, its token, its proof of possession or an agent's own word does not count. */
import { row } from './reason-row.ts'

export const SIGNED = {
  signature_missing: row('signature_missing', 'The operation has to be signed and the request is not.'),
  signature_unexpected: row(
    'signature_unexpected',
    'The request is signed, and its standard does not sign this operation.',
  ),
  signature_malformed: row(
    'signature_malformed',
    'The signature, or its header, reads in no or in two ways.',
  ),
  signature_claim_missing: row(
    'signature_claim_missing',
    'The signature lacks a header member or parameter that its profile asks for.',
  ),
  signature_claim_invalid: row(
    'signature_claim_invalid',
    'A header member or parameter of the signature has a value that its profile does not take.',
  ),
  signature_wrong: row('signature_wrong', 'The signature is not of these bytes by this key.'),
  signature_digest_wrong: row(
    'signature_wrong',
    'The digest under the signature is missing, unreadable or not of the body that came.',
  ),
  signature_stale: row('signature_stale', 'The signature was made too long ago, or has expired.'),
  signature_from_future: row('signature_stale', 'The signature was made in the future.'),
  signature_uncovered: row(
    'signature_uncovered',
    'The signature leaves something uncovered that its profile wants covered, or covers what is not there.',
  ),
  signature_algorithm_refused: row(
    'signature_claim_invalid',
    'The profile or the key does not take the algorithm of the signature.',
  ),
  signature_of_another: row(
    'signature_claim_invalid',
    'The signature names another signer than the one that the connection proves.',
  ),
  signature_body_unread: row(
    'malformed',
    'The body was not read whole, so that a signature over it cannot be verified.',
  ),
  signer_unproven: row(
    'certificate_missing',
    'The request is signed and nothing proves who sends it, so that there are no keys to hold it against.',
  ),
  signing_key_unknown: row('signature_claim_invalid', 'The organisation publishes no key of this name.'),
  signing_key_refused: row(
    'signature_claim_invalid',
    'The key is revoked, expired, for another use, ambiguous, or named by a place that is not registered.',
  ),
  signing_key_weak: row('signature_claim_invalid', 'The key is too weak, or no key at all.'),
  seal_missing: row('seal_missing', 'The certificate that signed did not come along.'),
  seal_invalid: row(
    'seal_invalid',
    'The certificate that signed proves nobody as a seal, or is not the named one.',
  ),
  seal_expired: row('seal_expired', 'The certificate that signed, or one above it, has expired.'),
  seal_revoked: row('seal_revoked', 'The certificate that signed, or one above it, has been revoked.'),
  seal_blocked: row(
    'seal_blocked',
    'The certificate that signed, or its issuer, is on the bank’s block list.',
  ),
  seal_of_another: row(
    'seal_invalid',
    'The certificate that signed is another organisation’s than the connection’s.',
  ),
  seal_revocation_unknown: row(
    'unavailable',
    'Nobody vouches at this moment that the certificate that signed is not revoked.',
  ),
  signature_new_network: row(
    'forbidden',
    'A key of the organisation signed on a network on which the organisation has not been seen.',
  ),
  request_replayed: row(
    'replayed',
    'The signed request, or something in it that is good once, was used before.',
  ),
  idempotency_key_reused: row(
    'idempotency_reused',
    'The idempotency key came before with another body, or from another organisation.',
  ),
  retry_in_flight: row('too_many', 'An earlier try under this idempotency key has no answer yet.'),
  token_forged: row('token_invalid', 'The access token is not signed by its issuer.'),
  token_refused: row(
    'token_invalid',
    'The access token is of another issuer, audience or type, or lacks claims that it needs.',
  ),
  token_inactive: row('token_invalid', 'The authorization server says that the access token is not active.'),
  token_unbound: row(
    'token_invalid',
    'The access token is bound to nothing, where only bound ones are taken.',
  ),
  token_of_another: row(
    'token_invalid',
    'The access token is bound to another certificate or key than the caller has shown.',
  ),
  dpop_missing: row('proof_invalid', 'The access token needs a proof of possession and none came.'),
  dpop_malformed: row('proof_invalid', 'The proof of possession is malformed or lacks a claim.'),
  dpop_key_refused: row('proof_invalid', 'The proof of possession has a key or algorithm that is not taken.'),
  dpop_forged: row('proof_invalid', 'The proof of possession is not signed by the key that it shows.'),
  dpop_stale: row('proof_invalid', 'The proof of possession is too old, or of the future.'),
  dpop_mismatch: row(
    'proof_invalid',
    'The proof of possession was made for another method, address or token.',
  ),
  agent_malformed: row('forbidden', 'A declared agent’s signature cannot be read.'),
  agent_unlisted: row('forbidden', 'A declared agent is not on the operator’s list.'),
  agent_unproven: row('forbidden', 'A declared agent is not the one that it says it is.'),
  introspection_unavailable: row(
    'unavailable',
    'The authorization server did not say whether the token is good.',
  ),
  replay_store_timeout: row('unavailable', 'The memory of used requests did not answer in time.'),
  replay_store_failed: row('unavailable', 'The memory of used requests failed.'),
  replay_store_full: row('unavailable', 'The memory of used requests is full.'),
} as const
