/** What checks have found, what became of it, and what it amounts to. Types only. */
import type { Check, Ending, Exposure, FindingState, Owasp, Severity, Sighting, Source } from './types.ts'

// ------------------------------------------------------------------------------------------- assessment

/** What one look at everything has found: sightings, with all that is needed to make findings of them. */
export interface Assessment {
  readonly at: number
  readonly sightings: readonly Assessed[]
  /** Requests of each operation so far: whether silence means anything. */
  readonly requests: Readonly<Record<string, number>>
  /** Operations by API: what a score is an average of. */
  readonly operations: Readonly<Record<string, number>>
  /** Checks that could not have seen anything, with what they lack. */
  readonly blind: readonly Blindness[]
  /** Own checks that failed, with the reason; and what was left out for want of room. */
  readonly problems: readonly string[]
}

export interface Blindness {
  readonly check: string
  readonly lacks: readonly Source[]
  /** It has no other source: its silence means nothing. */
  readonly wholly: boolean
}

export interface Assessed extends Sighting {
  readonly id: string
  readonly check: string
  readonly title: string
  readonly owasp: readonly Owasp[]
  readonly about: Check['about']
  readonly ending: Ending
  readonly remediation: string
  readonly policies: readonly string[]
  readonly severity: Severity
  readonly exposure: Exposure
  readonly operation: string
  readonly api: string
  readonly owner: string | undefined
  readonly tags: readonly string[]
  /** `obie.json#/paths/~1accounts/get/security`; undefined where no document has the operation. */
  readonly specification: string | undefined
}

// --------------------------------------------------------------------------------------------- findings

export interface Acceptance {
  readonly by: string
  readonly why: string
  readonly at: number
  readonly until: number
  /** A worse one than was accepted is not accepted. */
  readonly severity: Severity
}

export interface Finding extends Omit<Assessed, 'count' | 'lastAt'> {
  readonly state: FindingState
  /** Over the whole life of the finding. */
  readonly count: number
  readonly firstSeenAt: number
  readonly lastSeenAt: number
  readonly acceptance: Acceptance | undefined
  readonly fixed: { readonly by: string; readonly why: string; readonly at: number } | undefined
  readonly reopened: number
  /** Counters as they stood when they last grew. */
  readonly mark: {
    readonly count: number
    readonly requests: number
    readonly at: number
    /** The last assessment that saw it at all. */
    readonly seenAt: number
  }
}

export type TransitionKind = 'raised' | 'worsened' | 'accepted' | 'reopened' | 'fixed'

/** What happened to a finding, in its order. */
export interface Transition {
  readonly finding: string
  /** Counts up in each finding. */
  readonly sequence: number
  readonly at: number
  readonly kind: TransitionKind
  /** A person, or `gate`. */
  readonly by: string
  readonly why: string
}

/** An operator's word on one finding. */
export type Command =
  | { readonly kind: 'accept'; readonly by: string; readonly why: string; readonly until: number }
  | { readonly kind: 'reopen'; readonly by: string; readonly why: string }
  | { readonly kind: 'fix'; readonly by: string; readonly why: string }

export type CommandRefusal =
  | 'finding_unknown'
  | 'state_unsuitable'
  | 'reason_missing'
  | 'reason_too_long'
  | 'name_unsuitable'
  | 'expiry_past'
  | 'expiry_too_far'

// ----------------------------------------------------------------------------------------------- scores

export interface Score {
  /** Name of the API; empty for the whole. */
  readonly api: string
  /** From 0 to 100; 100 is nothing open. */
  readonly score: number
  /** The same if nothing were accepted. */
  readonly unaccepted: number
  readonly operations: number
  readonly open: Readonly<Record<Severity, number>>
  readonly accepted: number
}
