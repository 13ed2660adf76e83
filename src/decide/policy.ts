import type { Action, Posture } from '../evidence.ts'

/** What an operator may change about one rule, by its id. */
export interface RuleSetting {
  readonly posture?: Posture | 'off'
  readonly action?: Action
  readonly limit?: number
}

export interface Policy {
  readonly rules: Readonly<Record<string, RuleSetting>>
  /** Abuse probability at and above which each action is taken. */
  readonly thresholds: {
    readonly flag: number
    readonly challenge: number
    readonly throttle: number
    readonly deny: number
  }
  readonly retryAfterSeconds: number
}
