/** How one standard has requests signed: which, with what, over what, for how long, and by whose key. Types only. */
import type { CavagePolicySpec, MessagePolicySpec } from '../../verify/http-signatures/policy.ts'
import type { JadesPolicy } from '../../verify/jose/jades.ts'
import type { JwsPolicy } from '../../verify/jose/types.ts'

export type Scheme =
  /** A detached JWS of the body in a header field. */
  | {
      readonly kind: 'jws'
      readonly field: string
      readonly policy: JwsPolicy
      /** The header member that says who signed; undefined where only the key does. */
      readonly issuer: string | undefined
      /** The header member that says in whose directory the key stands. */
      readonly directory: string | undefined
    }
  /** ETSI TS 119 182-1 over header fields. */
  | { readonly kind: 'jades'; readonly field: string; readonly policy: JadesPolicy }
  /** draft-cavage-http-signatures and Digest. */
  | { readonly kind: 'cavage'; readonly policy: CavagePolicySpec }
  /** RFC 9421 and RFC 9530. */
  | { readonly kind: 'message'; readonly policy: MessagePolicySpec }

/**
 * `directory`: the set that the proven organisation publishes. `certificate`: a seal that comes along and is proven first.
 * `registered_url`: a key id that is a URL, whose host is registered for the organisation; its key is in the set.
 */
export type KeyPlace = 'directory' | 'certificate' | 'registered_url'

/** Which operations are signed, told by method and by the segments of the path, in lower case. */
export interface SignedOperations {
  /** Empty: all. */
  readonly methods: readonly string[]
  /** Resources whose operations with these methods are signed. */
  readonly signed: ReadonlySet<string>
  /** Resources that the standard leaves unsigned; a path that names one of both kinds is signed. */
  readonly unsigned: ReadonlySet<string>
}

/** What the signed body says of itself (JSON pointers), where the signature has no room for it. */
export interface BodyClaims {
  /** Used once, and equal to this header field. */
  readonly requestId: { readonly pointer: string; readonly field: string }
  readonly sentAt: {
    readonly pointer: string
    readonly maxAgeSeconds: number
    readonly maxFutureSeconds: number
  }
}

export interface SigningProfile {
  readonly name: string
  readonly scheme: Scheme
  readonly keys: KeyPlace
  readonly operations: SignedOperations
  /** Header fields whose value its sender promises to use once. */
  readonly once: readonly string[]
  readonly idempotency: { readonly field: string; readonly hours: number } | undefined
  /** How long a request is remembered that does not say when it was signed. */
  readonly memorySeconds: number
  readonly body: BodyClaims | undefined
}

/** What a bank may set differently, route by route. Undefined: as the profile says. */
export interface SigningOverride {
  /** In place of those that must be covered. */
  readonly covered?: readonly string[]
  /** In place of those that must be covered where they are there. */
  readonly coveredIfPresent?: readonly string[]
  readonly algorithms?: JwsPolicy['algorithms']
  readonly maxAgeSeconds?: number
  readonly maxFutureSeconds?: number
  /** JAdES: whether the last line ends with a line break too. */
  readonly trailingNewline?: boolean
  /** draft-cavage: where the time of signing stands. */
  readonly clock?: CavagePolicySpec['clock']
  /** In place of the directories that a signer may name. */
  readonly directories?: readonly string[]
  /** RFC 9421: which of several signatures counts. */
  readonly label?: string
  readonly tag?: string
  /** In place of the methods that are signed; empty: all. */
  readonly methods?: readonly string[]
  /** Every operation of the route, whatever its path. */
  readonly everything?: boolean
  readonly memorySeconds?: number
  /** False: the header has no meaning here, and every signed request is used up. */
  readonly idempotency?: boolean
}
