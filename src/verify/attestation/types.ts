/**
 * What an app proves about itself, and why it does not. Types only. Engines know the vendors' formats and not banks: which
 * apps, which builds and which devices count is a policy that they are given.
 */
import type { ABSENT, Fact } from '../../lib/fact.ts'
import type { ReplayOutage } from '../replay/types.ts'
import type { VerificationKey } from '../signed/types.ts'
import type { TrustAnchor } from '../x509/types.ts'

/** A request came from a genuine copy of a known app. */
export type AppProof = AppleProof | GoogleProof

interface Proven {
  /** Apple: team and bundle identifier, `TEAM123456.com.example.bank`. Google: the package name. */
  readonly app: string
  /** Milliseconds since the epoch: what the request itself says, by its challenge or by its clock. */
  readonly madeAt: number
}

export interface AppleProof extends Proven {
  readonly platform: 'apple'
  /** Apple's key identifier, base64url: SHA-256 of the public key. One for each installation. */
  readonly keyThumbprint: string
  readonly counter: number
  /** The counter of the assertion before it; the vendor's keys count by one. */
  readonly previousCounter: number
  /** Milliseconds since the epoch at which the key was attested. */
  readonly keyFirstSeenAt: number
  readonly environment: AppleEnvironment
  readonly build: AppleBuild
}

export type AppleEnvironment = 'production' | 'development'

/** What iOS 27 and later say of the running app, in attestations and assertions. Undefined before. */
export interface AppleBuild {
  /** How it was signed and started: 2 TestFlight, 3 development, 4 App Store, 5 enterprise, and others. */
  readonly category: number | undefined
  readonly bundleVersion: string | undefined
}

export interface GoogleProof extends Proven {
  readonly platform: 'google'
  readonly binding: PlayBinding
  /** Milliseconds since the epoch: when Google Play made the token. */
  readonly issuedAt: number
  readonly verdicts: PlayVerdicts
}

/** Classic requests carry a nonce, standard ones a request hash. */
export type PlayBinding = 'nonce' | 'request_hash'

export interface PlayVerdicts {
  readonly app: string
  readonly device: readonly string[]
  readonly licensing: string | undefined
  readonly versionCode: number | undefined
}

// --------------------------------------------------------------------------------------------------------- reasons

/** Why a text is no challenge of ours that is still good. */
export type ChallengeProblem = 'challenge_malformed' | 'challenge_forged' | 'challenge_expired'

export type FreshnessProblem =
  | ChallengeProblem
  /** Neither a challenge nor a time, or both, or one that the policy does not take. */
  | 'freshness_missing'
  | 'time_malformed'
  | 'time_stale'
  | 'time_from_future'

/** Why an attestation object proves no key. */
export type AttestationProblem =
  | 'attestation_too_large'
  | 'attestation_malformed'
  | 'attestation_format_refused'
  | 'authenticator_data_malformed'
  | 'attestation_chain_refused'
  /** The certificate was not made for this authenticator data and this challenge. */
  | 'attestation_nonce_mismatch'
  | 'attestation_key_mismatch'
  | 'attestation_counter_wrong'
  | AppRefused

/** The vendor's word is right and the policy does not take it. */
export type AppRefused =
  | 'app_refused'
  | 'app_environment_refused'
  | 'app_category_refused'
  | 'app_version_refused'

export type AssertionProblem =
  | 'assertion_too_large'
  | 'assertion_malformed'
  | 'authenticator_data_malformed'
  | 'assertion_signature_wrong'
  | 'app_key_malformed'
  /** Never attested here, or forgotten since: the app attests a new key. */
  | 'app_key_unknown'
  /** The counter did not rise: the same assertion again, an older one, or a key in two places. */
  | 'assertion_replayed'
  | AppRefused

export type IntegrityProblem =
  | 'integrity_token_too_large'
  | 'integrity_token_malformed'
  | 'integrity_token_algorithm_refused'
  /** No key of ours opens it. */
  | 'integrity_token_undecryptable'
  | 'integrity_token_signature_wrong'
  | 'integrity_verdict_malformed'
  /** Made for another request. */
  | 'integrity_request_mismatch'
  | 'integrity_token_stale'
  | 'integrity_token_from_future'
  | 'integrity_token_replayed'
  | 'integrity_test_response'
  | 'app_refused'
  | 'app_unrecognised'
  | 'app_certificate_refused'
  | 'app_version_refused'
  | 'app_unlicensed'
  | 'device_refused'

export type AppProblem =
  | FreshnessProblem
  | AssertionProblem
  | IntegrityProblem
  /** Evidence of both platforms on one request. */
  | 'app_evidence_ambiguous'
  /** The bank has no app on this platform. */
  | 'app_platform_refused'

export type AttestationOutage =
  | 'attestation_store_timeout'
  | 'attestation_store_failed'
  | 'attestation_store_full'

export type AppOutage =
  | AttestationOutage
  | ReplayOutage
  /** The route streams its body past the gate, and what was not read cannot be compared. */
  | 'body_not_read'

/** `keyThumbprint` where the key itself was proven before the refusal: failures count against it, and never by hearsay. */
export type AppFact =
  | { readonly state: 'valid'; readonly value: AppProof }
  | { readonly state: 'invalid'; readonly reason: AppProblem; readonly keyThumbprint?: string }
  | typeof ABSENT
  | { readonly state: 'unavailable'; readonly reason: AppOutage }

// ---------------------------------------------------------------------------------------------------------- policy

export interface AppPolicy {
  readonly headers: AppHeaders
  readonly freshness: FreshnessPolicy
  /** Undefined: the bank has no app of this platform. */
  readonly apple: ApplePolicy | undefined
  readonly google: readonly PlayApp[]
}

/** Lower-case names of the headers in which an app sends its evidence. */
export interface AppHeaders {
  readonly keyId: string
  readonly assertion: string
  readonly integrityToken: string
  readonly challenge: string
  readonly time: string
}

export interface FreshnessPolicy {
  readonly accepts: readonly ('challenge' | 'time')[]
  readonly maxAgeSeconds: number
  /** How far an app's clock may run ahead. */
  readonly maxFutureSeconds: number
}

export interface ApplePolicy {
  /** `TEAM123456.com.example.bank`. */
  readonly apps: readonly string[]
  /** Apple's App Attestation Root CA, which the operator configures. One array for as long as it does not change. */
  readonly anchors: readonly TrustAnchor[]
  readonly environments: readonly AppleEnvironment[]
  /** Validation categories that count. */
  readonly categories: readonly number[]
  /** Whether an app that says no category counts: iOS 26 and earlier say none. */
  readonly withoutCategory: 'accepted' | 'refused'
  /** Bundle versions that count where one is said; undefined: all. */
  readonly bundleVersions: readonly string[] | undefined
}

/** One app on Google Play: its keys (Play Console, "Manage and download my response encryption keys") and what counts. */
export interface PlayApp {
  readonly packageName: string
  /** AES-256, 32 bytes. */
  readonly decryptionKey: Uint8Array
  readonly verificationKey: VerificationKey
  readonly bindings: readonly PlayBinding[]
  /** SHA-256 of the certificates that the app may be signed with, base64url. */
  readonly certificateDigests: readonly string[]
  /** Any one of these. */
  readonly appVerdicts: readonly string[]
  /** All of these. */
  readonly deviceVerdicts: readonly string[]
  /** Any one of these; undefined: licensing is not asked for. */
  readonly licensingVerdicts: readonly string[] | undefined
  readonly minVersionCode: number | undefined
  readonly maxAgeSeconds: number
  readonly maxFutureSeconds: number
  /** Answers that a tester's Play Console made up. */
  readonly testResponses: 'accepted' | 'refused'
}

// ------------------------------------------------------------------------------------------------------------ port

/** A key that an attestation proved. */
export interface AttestedKey {
  /** base64url of Apple's key identifier. */
  readonly keyId: string
  /** The point of P-256, uncompressed: 65 bytes. */
  readonly publicKey: Uint8Array
  readonly app: string
  readonly environment: AppleEnvironment
  /** Milliseconds since the epoch. */
  readonly attestedAt: number
  /** Names the challenge that was used up for it: the same app asking again with it is told the same again. */
  readonly challenge: string
}

/** The port. Nothing rejects. */
export interface Attestation {
  /** Keeps the key, durably. A key that is known already stays as it was, its counter with it. */
  keep(key: AttestedKey): Promise<Fact<AttestedKey, never, AttestationOutage>>
  find(keyId: string): Promise<Fact<AttestedKey, 'app_key_unknown', AttestationOutage>>
  /** Forgets the key; its app attests a new one. Other isolates may take its assertions for as long as they remember it. */
  forget(keyId: string): Promise<Fact<number, never, AttestationOutage>>
  /** Raises the key's counter, durable before it resolves to valid: no assertion with this counter or a lower one passes again. */
  raise(
    keyId: string,
    counter: number,
  ): Promise<Fact<{ readonly previous: number }, 'app_key_unknown' | 'assertion_replayed', AttestationOutage>>
}
