/**
 * What a signature must look like before it counts. RFC 9421 section 1.4 asks every application to say so, and its own
 * vector B.2.1, which covers nothing and verifies, shows why: a policy that requires nothing cannot be made.
 */
import type { SignatureAlgorithm } from '../signed/types.ts'

/**
 * A component that must be covered, or any one of several groups: `@target-uri` or `@authority`, `@path` and `@query`.
 * Names as in Signature-Input without quotes; with parameters whole: `"signature-agent";key="sig1"`.
 */
export type Requirement = string | { readonly anyOf: readonly (readonly string[])[] }

export interface Coverage {
  readonly required: readonly Requirement[]
  /** Header fields that must be covered wherever the request has them: `authorization`. */
  readonly whenPresent: readonly string[]
  /** Fields that are no lists besides those of RFC 9110: a comma in them means that they came twice. */
  readonly singletons: readonly string[]
}

export interface DigestPolicy {
  /** `with_body` asks nothing of a request without content; `never` leaves the content unsigned. */
  readonly when: 'always' | 'with_body' | 'never'
  readonly algorithms: readonly ('sha-256' | 'sha-512')[]
}

export interface TimePolicy {
  /** How long after it was made a signature is still taken. */
  readonly maxAgeSeconds: number
  /** How far the signer's clock may run ahead of ours, and behind. */
  readonly skewSeconds: number
}

export type Presence = 'required' | 'optional'

interface Common {
  readonly coverage: Coverage
  /** What is taken here, of what the key may verify. The message's own word has to agree and chooses nothing else. */
  readonly algorithms: readonly SignatureAlgorithm[]
  readonly digest: DigestPolicy
  readonly time: TimePolicy
}

/** For RFC 9421. */
export interface MessagePolicySpec extends Common {
  /** Exactly one signature is taken: that of a label, or the only one of a tag. Others are neither read nor trusted. */
  readonly select: { readonly label: string } | { readonly tag: string }
  readonly parameters: {
    readonly created: Presence
    readonly expires: Presence
    readonly nonce: Presence
    readonly keyid: Presence
    readonly alg: Presence
  }
  /** Longest time from `created` to `expires`. */
  readonly maxLifetimeSeconds: number
  /** Content-Digest is of what came over the wire, Repr-Digest of what it means (RFC 9530): alike for a request. */
  readonly digestFields: readonly ('content-digest' | 'repr-digest')[]
}

/** For draft-cavage-http-signatures. */
export interface CavagePolicySpec extends Common {
  /** Where the time of signing stands: a covered Date, a covered `(created)`, either, or nowhere that counts. */
  readonly clock: 'date' | 'created' | 'date_or_created' | 'none'
}

declare const checked: unique symbol
/** Only `messagePolicy` makes one. */
export type MessagePolicy = MessagePolicySpec & { readonly [checked]: true }
/** Only `cavagePolicy` makes one. */
export type CavagePolicy = CavagePolicySpec & { readonly [checked]: true }

/** Why a policy is none. */
export type PolicyMistake =
  | 'requires_no_component'
  | 'requires_an_empty_group'
  | 'component_misspelled'
  | 'requires_no_time'
  | 'time_out_of_range'
  | 'takes_no_algorithm'
  | 'takes_no_digest_algorithm'
  | 'digest_signed_but_not_compared'

type Checked<T> =
  | { readonly ok: true; readonly policy: T }
  | { readonly ok: false; readonly mistakes: readonly PolicyMistake[] }

export function messagePolicy(spec: MessagePolicySpec): Checked<MessagePolicy> {
  const mistakes = commonMistakes(spec, spec.digestFields)
  const { created, expires } = spec.parameters
  // Without either, a captured request is good for ever and no memory of replays is long enough.
  if (created === 'optional' && expires === 'optional') mistakes.push('requires_no_time')
  if (!inRange(spec.maxLifetimeSeconds, 1, MAX_AGE_SECONDS)) mistakes.push('time_out_of_range')
  // The brand exists in the type alone: this is the one place that gives it.
  return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, policy: spec as MessagePolicy }
}

export function cavagePolicy(spec: CavagePolicySpec): Checked<CavagePolicy> {
  const mistakes = commonMistakes(spec, ['digest'])
  // The brand exists in the type alone: this is the one place that gives it.
  return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, policy: spec as CavagePolicy }
}

/** A week: no profile asks for more, and a replay memory has to last as long. */
const MAX_AGE_SECONDS = 604_800
const MAX_SKEW_SECONDS = 3_600

function commonMistakes(spec: Common, digestFields: readonly string[]): PolicyMistake[] {
  const { coverage, algorithms, digest, time } = spec
  const mistakes: PolicyMistake[] = []
  const groups = coverage.required.flatMap((one) => (typeof one === 'string' ? [[one]] : one.anyOf))
  if (coverage.required.length === 0) mistakes.push('requires_no_component')
  if (coverage.required.some(isEmpty)) mistakes.push('requires_an_empty_group')
  const names = [...groups.flat(), ...coverage.whenPresent]
  if (names.some((name) => !COMPONENT.test(name))) mistakes.push('component_misspelled')
  if (algorithms.length === 0) mistakes.push('takes_no_algorithm')
  if (digest.when !== 'never' && (digest.algorithms.length === 0 || digestFields.length === 0)) {
    mistakes.push('takes_no_digest_algorithm')
  }
  // A digest under the signature that nobody compares looks like integrity and is none.
  if (digest.when === 'never' && names.some((name) => /digest/.test(name))) {
    mistakes.push('digest_signed_but_not_compared')
  }
  const { maxAgeSeconds, skewSeconds } = time
  if (!inRange(maxAgeSeconds, 1, MAX_AGE_SECONDS) || !inRange(skewSeconds, 0, MAX_SKEW_SECONDS)) {
    mistakes.push('time_out_of_range')
  }
  return mistakes
}

/** Lower case as in RFC 9421 section 2, `(request-target)` as in the draft, or an identifier with its parameters. */
const COMPONENT = /^(?:@?[a-z0-9!#$%&'*+.^_`|~-]+|\([a-z-]+\)|"[^"]+"(?:;[\x20-\x7e]+)?)$/

function isEmpty(requirement: Requirement): boolean {
  if (typeof requirement === 'string') return requirement === ''
  return requirement.anyOf.length === 0 || requirement.anyOf.some((group) => group.length === 0)
}

function inRange(value: number, least: number, most: number): boolean {
  return Number.isFinite(value) && value >= least && value <= most
}
