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
    /** At and above this even whoever looks in every way like a person is shut out, and nobody is asked first. */
    readonly certain: number
  }
  readonly retryAfterSeconds: number
}

/** Holds where the operator says nothing. The rules' own limits stand with the rules; docs/tuning.md lists them. */
export const DEFAULT_POLICY: Policy = {
  rules: {},
  thresholds: { flag: 0.5, challenge: 0.55, throttle: 0.55, deny: 0.55, certain: 0.8 },
  retryAfterSeconds: 60,
}
