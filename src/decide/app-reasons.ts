/** Why a request is not proven to come from a genuine copy of the bank's app (`verify/attestation/types.ts`). */
import { row } from './reason-row.ts'

const invalid = (meaning: string) => row('app_invalid', meaning)

const FRESHNESS = {
  freshness_missing: invalid(
    'The app’s evidence says no time and no challenge, both, or one that is not taken.',
  ),
  time_malformed: invalid('The time of the app’s evidence is no time.'),
  time_stale: invalid('The app’s evidence was made too long ago, by the app’s own clock.'),
  time_from_future: invalid('The app’s evidence was made in the future, by the app’s own clock.'),
  challenge_malformed: invalid('The challenge in the app’s evidence is none of the gate’s.'),
  challenge_forged: invalid('The challenge in the app’s evidence was invented or altered.'),
  challenge_expired: invalid('The challenge in the app’s evidence is over.'),
} as const

const ASSERTION = {
  assertion_too_large: invalid('The assertion is larger than any that Apple’s devices make.'),
  assertion_malformed: invalid(
    'The assertion, or the key’s identifier, cannot be read, or one came without the other.',
  ),
  authenticator_data_malformed: invalid('The authenticator data of the assertion cannot be read.'),
  assertion_signature_wrong: invalid(
    'The assertion is not of this request by this key: something was changed.',
  ),
  app_key_malformed: invalid('The key that was kept for the app is no key.'),
  app_key_unknown: row(
    'app_unknown',
    'The app’s key was never attested here, or is forgotten: a new installation, or nobody’s app.',
  ),
  assertion_replayed: invalid(
    'The assertion’s counter did not rise: the same again, an older one, or a key in two places.',
  ),
} as const

const POLICY = {
  app_refused: invalid('The app is none of the bank’s.'),
  app_environment_refused: invalid('The app’s key is of an environment that the policy does not take.'),
  app_category_refused: invalid('The app was signed or installed in a way that the policy does not take.'),
  app_version_refused: invalid('The app’s version is one that the policy does not take.'),
  app_platform_refused: invalid('The bank has no app on this platform.'),
  app_evidence_ambiguous: invalid('The request has evidence of both platforms.'),
} as const

const INTEGRITY = {
  integrity_token_too_large: invalid('The integrity token is larger than any that Google makes.'),
  integrity_token_malformed: invalid('The integrity token cannot be read.'),
  integrity_token_algorithm_refused: invalid('The integrity token is sealed in another way than Google’s.'),
  integrity_token_undecryptable: invalid('No key of the bank’s opens the integrity token.'),
  integrity_token_signature_wrong: invalid('The integrity token is not signed by Google for this app.'),
  integrity_verdict_malformed: invalid('The verdict in the integrity token cannot be read.'),
  integrity_request_mismatch: invalid('The integrity token was made for another request.'),
  integrity_token_stale: invalid('The integrity token was made too long ago.'),
  integrity_token_from_future: invalid('The integrity token was made in the future.'),
  integrity_token_replayed: invalid('The integrity token was used before.'),
  integrity_test_response: invalid('The verdict was made up for a tester in the Play Console.'),
  app_unrecognised: invalid('Google Play does not recognise the app: altered, or not from the store.'),
  app_certificate_refused: invalid('The app is signed with a certificate that is not the bank’s.'),
  app_unlicensed: invalid('The app was not got from Google Play by this account.'),
  device_refused: invalid('The device does not meet what the policy asks of devices.'),
} as const

const OUTAGES = {
  attestation_store_timeout: row('unavailable', 'The memory of apps’ keys did not answer in time.'),
  attestation_store_failed: row('unavailable', 'The memory of apps’ keys failed.'),
  attestation_store_full: row('unavailable', 'The memory of apps’ keys is full.'),
  body_not_read: row(
    'unavailable',
    'The body was not read, so that the app’s evidence cannot be held against it.',
  ),
} as const

export const APP = {
  app_missing: row('app_missing', 'The route asks for a proof of the app and none came.'),
  ...FRESHNESS,
  ...ASSERTION,
  ...POLICY,
  ...INTEGRITY,
  ...OUTAGES,
} as const
