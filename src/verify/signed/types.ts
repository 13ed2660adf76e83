/**
 * What every signature engine takes and gives. Types only. Engines know RFCs and not banks: a policy says what must be
 * signed and how fresh it must be, a resolver says which key may have signed it, and neither comes from the message.
 */
import type { Fact } from '../../lib/fact.ts'

/**
 * Names from the IANA JOSE registry (RFC 7518 section 3.1, RFC 9864 section 2.2), which are one-to-one with what
 * WebCrypto verifies. HTTP signatures map theirs to these: `rsa-pss-sha512` is PS512, `rsa-v1_5-sha256` is RS256.
 */
export type SignatureAlgorithm =
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'Ed25519'
  | 'HS256'
  | 'HS384'
  | 'HS512'

/** A public key as it was published, or a secret that the operator configured. Never one that the message brought. */
export type KeyMaterial =
  | { readonly kind: 'jwk'; readonly jwk: PublicJwk }
  | { readonly kind: 'spki'; readonly der: Uint8Array }
  | { readonly kind: 'secret'; readonly bytes: Uint8Array }

/** Public members of an RFC 7517 key: a private one never gets this far. */
export type PublicJwk =
  | { readonly kty: 'RSA'; readonly n: string; readonly e: string }
  | { readonly kty: 'EC'; readonly crv: 'P-256' | 'P-384' | 'P-521'; readonly x: string; readonly y: string }
  | { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }

/** One object for as long as the key is known: imported CryptoKeys are remembered by it. */
export interface VerificationKey {
  readonly material: KeyMaterial
  /** What this key may verify. The message may agree with it and never chooses: RFC 8725 section 3.1. */
  readonly algorithms: readonly SignatureAlgorithm[]
  /** RFC 7638 (SHA-256) of the public key, base64url; of a secret, a SHA-256 under a name of its own. */
  readonly thumbprint: string
  /** Milliseconds since the epoch: a key that appeared a minute ago is news about its organisation. */
  readonly firstSeenAt?: number
}

/** What a message says about its key: hints to choose among the keys of an organisation that is already known. */
export interface KeyHint {
  readonly keyId?: string
  /** As the message spells it. A check that must agree, never a choice. */
  readonly algorithm?: string
  /** JOSE `x5c`: standard base64, leaf first. */
  readonly x5c?: readonly string[]
  /** JOSE `x5t#S256`: base64url of the leaf's SHA-256. */
  readonly x5tS256?: string
}

/** Why there is no key that may have signed this. */
export type KeyFault =
  | 'key_unknown'
  | 'key_ambiguous' // two different keys of one organisation under one key id
  | 'key_revoked'
  | 'key_expired'
  | 'key_not_yet_valid'
  | 'key_use_refused' // published for encryption or another operation
  | 'key_source_refused' // a URL whose host is not registered for this organisation
  | 'key_certificate_missing'
  | 'key_certificate_refused' // the certificate room did not prove it, or it is another organisation's
  | 'key_certificate_mismatch' // the key id names another certificate than the one that came

/** Why a key that was found cannot verify. */
export type KeyMaterialFault = 'key_malformed' | 'key_weak' | 'key_algorithm_refused'

export type KeyOutage = 'key_source_unavailable'

export type KeyResolver = (
  hint: KeyHint,
) => Promise<Fact<VerificationKey, KeyFault | KeyMaterialFault, KeyOutage>>

/** A signature that is right, fresh and covers what the policy asks for. */
export interface Verified {
  readonly keyThumbprint: string
  readonly algorithm: SignatureAlgorithm
  /** As the message spells it; empty where it names none. */
  readonly keyId: string
  /**
   * The bytes that were signed. With organisation and key they are the name under which a replay is known: the raw
   * string and the signature's bytes have many spellings (padding, ECDSA's second s).
   */
  readonly signingInput: Uint8Array
  /** Claims, header names or components under the signature, in the order in which they were signed. */
  readonly covered: readonly string[]
  /** Milliseconds since the epoch, from the signed parameters alone. */
  readonly createdAt?: number
  readonly expiresAt?: number
  /** Milliseconds since the epoch at which the gate first saw the key. */
  readonly keyFirstSeenAt?: number
  readonly nonce?: string
}

/** A request as it was received: nothing normalised, or the signature is of something else. */
export interface SignedMessage {
  readonly method: string
  /** Scheme and authority as received: `https://bank.example`. */
  readonly origin: string
  /** Path and query as received. */
  readonly target: string
  /** Lower-case names; duplicates arrive joined by a comma and a space. */
  readonly headers: Headers
  readonly body: Uint8Array
}
