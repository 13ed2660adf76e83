import type { Action, Evidence, Score, ScorerOutage } from '../evidence.ts'
import type { Fact } from '../lib/fact.ts'
import type { Policy } from './policy.ts'
import type { Reason } from './reasons.ts'

/** Everything that a rule may look at. */
export interface Case {
  readonly evidence: Evidence
  readonly score: Fact<Score, never, ScorerOutage>
  readonly policy: Policy
  /** The caller has proven who it is: see `isProven`. */
  readonly proven: boolean
  /** The request comes from the bank's own app: see `isGenuineApp`. */
  readonly genuine: boolean
}

/** How near it was: completes "..., this would have been allowed". */
export interface Finding {
  readonly unless: string
  /** Of the abuse probability, from 0 to 1: what it would have had to stay below. */
  readonly limit?: number
  /** The case as it would have been then, where that is not the same but for this rule: what the others would have made of it. */
  readonly supposing?: Case
}

/**
 * One row of policy. Rules are tried in order, and the first whose action stops a request (deny, challenge, throttle)
 * decides; `flag` only notes and goes on. That an action stops is no property of the rule, because an operator may
 * give it another.
 */
export interface Rule {
  /** Stable: configuration, records and dashboards name it. */
  readonly id: string
  readonly reason: Reason | ((from: Case) => Reason)
  readonly action: Action
  /** Taken instead of a challenge where the channel cannot show one. */
  readonly elsewhere?: 'flag' | 'throttle'
  readonly limit?: number
  /** Of a throttle, in place of the policy's: it is known when it is over. */
  readonly retryAfterSeconds?: number | ((from: Case) => number | undefined)
  /** For the operator, in docs/tuning.md: completes "Applies when". */
  readonly applies: string
  /** Rests on what a caller claims, or on likelihood: never used against a caller that has proven who it is. */
  readonly sparesProven?: true
  /** Rests on what a client's software looks like and not on what was done: never used against the bank's own app. */
  readonly sparesApp?: true
  /** Holds in every posture and cannot be switched off: what the gate could not read it cannot forward. */
  readonly always?: true
  readonly when: (from: Case, limit: number) => boolean | Finding
}
