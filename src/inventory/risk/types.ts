/**
 * What is a risk, to whom, and what became of it. Types only.
 *
 * Checks look at a `Landscape` and say what they see (`Sighting`); the Findings object makes one `Finding`
 * (`finding-types.ts`) of all sightings of one thing, for as long as it takes until somebody has mended it.
 */
import type { InventoryEntry, Overflow } from '../learn/types.ts'
import type { CompiledSpecification, Openness, Operation, SpecificationDocument } from '../types.ts'
import type { EXPOSURES, LIKELIHOODS, OWASP, SEVERITIES, STATES, STRENGTHS } from './vocabulary.ts'

// ------------------------------------------------------------------------------------------- vocabulary

export type Owasp = keyof typeof OWASP
export type Severity = (typeof SEVERITIES)[number]
export type Likelihood = (typeof LIKELIHOODS)[number]
export type Exposure = (typeof EXPOSURES)[number]
export type Strength = (typeof STRENGTHS)[number]
export type FindingState = (typeof STATES)[number]

// -------------------------------------------------------------------------------------------- landscape

/** What the gate itself saw that the inventory does not count: one word for each, counted by operation (`signals.ts`, `attempts/`). */
export type GateSignal =
  | 'role_missing'
  | 'scope_missing'
  | 'token_unbound'
  | 'token_of_another'
  | 'certificate_revoked'
  | 'certificate_expired'
  | 'certificate_untrusted'
  | 'signature_missing'
  | 'signature_invalid'
  | 'token_algorithm_weak'
  | 'token_without_expiry'
  | 'object_elsewhere'
  | 'object_never_issued'
  | 'consent_quota_exceeded'
  | 'rate_exceeded'
  | 'flow_out_of_order'
  | 'url_target_refused'
  | 'caller_listed'
  | 'page_too_large'
  | 'date_range_too_wide'
  | 'error_detail'
  | 'third_party_answer_invalid'
  | 'third_party_redirected'

export interface SignalCount {
  /** `Operation.id`, or the inventory's key. */
  readonly operation: string
  readonly signal: GateSignal
  readonly requests: number
  /** Of these, those that the bank answered with 2xx. */
  readonly accepted: number
  readonly firstAt: number
  readonly lastAt: number
}

/** What an operation was like before: the same counters, at a time at least a day ago. */
export interface Baseline {
  readonly at: number
  readonly requests: number
  readonly serverErrors: number
  readonly latencyMs: readonly number[]
  readonly responseBytes: readonly number[]
}

export interface Landscape {
  readonly at: number
  /** When anything was first observed; undefined while nothing was. */
  readonly since: number | undefined
  readonly specification: Pick<CompiledSpecification, 'documents' | 'operations'> | undefined
  readonly entries: readonly InventoryEntry[]
  readonly overflow: Overflow | undefined
  readonly signals: readonly SignalCount[]
  readonly baselines: ReadonlyMap<string, Baseline>
  /** By `Operation.id`; undefined where nobody has counted. */
  readonly openness: ReadonlyMap<string, Openness> | undefined
}

/** One operation with everything that is known of it. */
export interface Subject {
  readonly key: string
  readonly method: string
  readonly path: string
  /** Of a published operation the API of its document, otherwise `undocumented`. */
  readonly api: string
  readonly operation: Operation | undefined
  readonly document: SpecificationDocument | undefined
  readonly entry: InventoryEntry | undefined
  readonly signals: Readonly<Partial<Record<GateSignal, SignalCount>>>
  readonly baseline: Baseline | undefined
  readonly openness: Openness | undefined
  readonly exposure: Exposure
  /** The same without credentials: what a caller has to be strong enough for. */
  readonly guards: Exposure
}

// ----------------------------------------------------------------------------------------------- checks

/** Where a check's evidence comes from. A check without its source is blind, and says so. */
export type Source = 'specification' | 'inventory' | 'conformance' | 'scanner' | 'openness' | GateSignal

/** Something that a check sees, at one place of one operation. */
export interface Sighting {
  /** Where within the operation: a JSON pointer, a name, a status; empty for the operation itself. */
  readonly pointer: string
  readonly likelihood: Likelihood
  /** Grows as evidence does. 1 for what is a condition and not an event. */
  readonly count: number
  /** In words of the inventory, never of a request: `401`, `bearer`, `AS64496`. */
  readonly evidence: readonly Evidence[]
  readonly lastAt?: number
}

export interface Evidence {
  readonly what: string
  readonly count: number
}

/**
 * When a finding is over by itself.
 *
 * - `gone`: as soon as the check is silent; its evidence is a condition that holds or does not.
 * - `silence`: when nothing more of it was counted for a while.
 * - `silence_in_use`: the same, and the operation was used meanwhile: otherwise the silence means nothing.
 */
export type Ending = 'gone' | 'silence' | 'silence_in_use'

export type Thresholds = Readonly<Record<string, number>>

export interface CheckContext {
  readonly at: number
  readonly since: number | undefined
  readonly thresholds: Thresholds
  readonly settings: RiskSettings
  readonly landscape: Landscape
}

export interface Check {
  readonly id: string
  readonly title: string
  readonly owasp: readonly Owasp[]
  /** What the operator, or the owner of the API, does about it. */
  readonly remediation: string
  /** It sees nothing where none of these is there, or, if it `needsAll`, where one of them is not. */
  readonly sources: readonly Source[]
  readonly needsAll?: true
  readonly ending: Ending
  /** Said of the document, or of what really happens. */
  readonly about: 'document' | 'traffic'
  /** Part of the specification where it is mended, below the operation: `/security`, `/responses`. */
  readonly part: string
  readonly thresholds: Thresholds
  /** What is always grave, whatever the operation carries. */
  readonly atLeast?: Severity
  readonly evaluate: (subject: Subject, context: CheckContext) => readonly Sighting[]
}

// --------------------------------------------------------------------------------------------- settings

export interface CheckSetting {
  readonly off?: boolean
  /** In place of likelihood and exposure. */
  readonly severity?: Severity
  readonly thresholds?: Thresholds
  /** Names of the organisation's own policies that this check serves. */
  readonly policies?: readonly string[]
}

/** A check of the organisation's own, in CEL (`own-checks.ts`). */
export interface OwnCheck {
  readonly id: string
  readonly title: string
  readonly owasp: readonly Owasp[]
  readonly remediation: string
  readonly likelihood: Likelihood
  readonly severity?: Severity
  /** A CEL expression over `operation`; true is a finding. */
  readonly when: string
}

export interface AccessRequirement {
  /** Where third parties call. */
  readonly tpp: Readonly<Record<Exposure, Strength>>
  /** Where only the bank's own customers do. */
  readonly own: Readonly<Record<Exposure, Strength>>
  /** What a document has to ask for. It seldom says that tokens are bound: that is the security profile's. */
  readonly declared: Readonly<Record<Exposure, Strength>>
}

/** What requests may ask for, where no specification says it. */
export interface RequestLimits {
  /** Entries of one page. */
  readonly pageSize: number
  /** Days between two dates of one query. */
  readonly rangeDays: number
  /** The only hosts of addresses that requests may name, `*.` in front for all below; undefined for any public one. */
  readonly urlHosts: readonly string[] | undefined
}

export interface RiskSettings {
  readonly checks: Readonly<Record<string, CheckSetting>>
  readonly own: readonly OwnCheck[]
  readonly severities: Readonly<Record<Likelihood, Readonly<Record<Exposure, Severity>>>>
  readonly access: AccessRequirement
  readonly transport: {
    readonly weakestTls: string
    /** Parts of cipher names that are not accepted. */
    readonly refusedCiphers: readonly string[]
  }
  readonly requests: RequestLimits
  /** Labels of host names and segments of paths that say: not for production. */
  readonly nonProduction: readonly string[]
  readonly endings: {
    /** How long a check has to be silent about a condition before it is believed. */
    readonly goneMs: number
    readonly silenceMs: number
    /** Requests to the operation meanwhile, where `silence_in_use` counts. */
    readonly silenceRequests: number
  }
}
