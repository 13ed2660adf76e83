/** What the JOSE engine asks and answers. Types only. */
import type { ABSENT } from '../../lib/fact.ts'
import type { JsonValue } from '../../lib/json.ts'
import type { KeyFault, KeyMaterialFault, KeyOutage, SignatureAlgorithm, Verified } from '../signed/types.ts'

/** Why a text is not a JWS that the policy lets through. `member` says which header member, where there is one. */
export type JwsFault =
  | 'jws_too_large'
  | 'jws_malformed' // not three parts, not canonical base64url
  | 'jws_not_detached' // a payload stands where it should have been left out
  | 'header_malformed' // no JSON object, or a member of a type that its RFC does not allow
  | 'header_member_twice'
  | 'header_member_missing'
  | 'header_member_invalid'
  | 'header_member_refused' // not among those that may be there
  | 'header_member_mismatch' // not what the proven caller or the request says
  | 'critical_unknown'
  | 'algorithm_refused'
  | 'signature_from_future'
  | 'signature_stale'
  | 'signature_wrong'
  | KeyFault
  | KeyMaterialFault

/** A `Fact` whose refusal also names the member or claim at fault, for dialects that must say where. */
export type Judgement<T, Reason extends string> =
  | { readonly state: 'valid'; readonly value: T }
  | Refusal<Reason>
  | typeof ABSENT
  | { readonly state: 'unavailable'; readonly reason: KeyOutage }

export interface Refusal<Reason extends string> {
  readonly state: 'invalid'
  readonly reason: Reason
  /** Name of the header member or claim; a name that the message chose is cut to 64 characters. */
  readonly member?: string
}

/** A protected header, read strictly: members of RFC 7515 section 4.1 have the types they should have. */
export interface JoseHeader {
  /** Own properties only, in the order in which they were signed. */
  readonly members: Readonly<Record<string, JsonValue>>
  readonly names: readonly string[]
  readonly alg: string
  readonly kid: string | undefined
  readonly crit: readonly string[]
  /** RFC 7797 section 3: true unless the header says otherwise. */
  readonly b64: boolean
}

/** What the value of one header member must be. */
export type MemberRule =
  | { readonly is: 'one_of'; readonly values: readonly string[] }
  /** RFC 7515 section 4.1.9: without regard to case, `application/` may be left out. */
  | { readonly is: 'media_type'; readonly values: readonly string[] }
  | { readonly is: 'pattern'; readonly pattern: RegExp }
  /** Seconds since the epoch. Some signers send fractions. */
  | ({ readonly is: 'numeric_date'; readonly decimals: boolean } & Freshness)
  /** `2026-11-21T10:15:30Z` (RFC 3339, UTC alone), fractions allowed. */
  | ({ readonly is: 'utc_time' } & Freshness)
  /** What `JwsQuestion.expected` says; refused where it says nothing. */
  | { readonly is: 'expected' }

export interface Freshness {
  readonly maxAgeSeconds: number
  readonly maxFutureSeconds: number
}

/** What a JWS must look like. Data: a profile is one such object. */
export interface JwsPolicy {
  readonly algorithms: readonly SignatureAlgorithm[]
  /** Must be there; `alg` always must. Checked in this order. */
  readonly required: readonly string[]
  /** May be there. Left out: any but those that bring or fetch a key (`jwk`, `jku`, `x5u`). */
  readonly allowed?: readonly string[]
  readonly members: Readonly<Record<string, MemberRule>>
  /** Names in `crit` that whoever applies this policy takes into account (RFC 7515 section 4.1.11). */
  readonly understood: readonly string[]
  /** `crit` must be one of these sets, in any order; an empty set is its absence. Left out: any subset of `understood`. */
  readonly crit?: readonly (readonly string[])[]
  /** `absent`: the member must not be there. `false`: it must be, and false (RFC 7797). `any`: as the header says. */
  readonly b64: 'absent' | 'false' | 'any'
  /** Of the whole text. Bodies that are signed detached are not in it. */
  readonly maxCharacters: number
}

export interface VerifiedJws extends Verified {
  readonly header: JoseHeader
  /** The payload as bytes: decoded where it was attached, as it was given where it was detached. */
  readonly payload: Uint8Array
}

export type Expected = Readonly<Record<string, string | undefined>>
