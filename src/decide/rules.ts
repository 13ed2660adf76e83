import type { Rule } from './rule.ts'
import { ACTOR_LIMITS, ACTOR_NOTES, BREADTH_NOTES } from './rules/actor.ts'
import { BEHAVIOUR_DENIALS, BEHAVIOUR_LIMITS } from './rules/behaviour.ts'
import { CHALLENGE_RULES } from './rules/challenge.ts'
import { CONFORMANCE_NOTES, CONFORMANCE_RULES } from './rules/conformance.ts'
import { CONSENT_NOTES, CONSENT_RULES } from './rules/consent.ts'
import { CONSISTENCY_CHALLENGES, CONSISTENCY_DENIALS, CONSISTENCY_NOTES } from './rules/consistency.ts'
import { LISTING_RULES } from './rules/listing.ts'
import { OPERATION_NOTES } from './rules/operation.ts'
import { PROOF_NOTES, PROOF_RULES } from './rules/proof.ts'
import { REQUEST_RULES } from './rules/request.ts'
import { SCORE_DENIALS, SCORE_RULES } from './rules/score.ts'
import { TOGETHER_DENIALS, TOGETHER_LIMITS } from './rules/score-together.ts'

/**
 * Every rule, in the order in which they are tried. What cannot be read comes before what it says, what is known before
 * what is likely, a denial before anything milder, and whatever else the score says after that. Last is what
 * names a request only where nothing else has.
 */
export const RULES: readonly Rule[] = [
  ...REQUEST_RULES,
  ...LISTING_RULES,
  ...PROOF_RULES,
  ...CONSENT_RULES,
  ...CONFORMANCE_RULES,
  ...BEHAVIOUR_DENIALS,
  ...CONSISTENCY_DENIALS,
  ...TOGETHER_DENIALS,
  ...SCORE_DENIALS,
  ...CHALLENGE_RULES,
  ...CONSISTENCY_CHALLENGES,
  ...BEHAVIOUR_LIMITS,
  ...ACTOR_LIMITS,
  ...ACTOR_NOTES,
  ...PROOF_NOTES,
  ...CONSENT_NOTES,
  ...CONFORMANCE_NOTES,
  ...OPERATION_NOTES,
  ...CONSISTENCY_NOTES,
  ...TOGETHER_LIMITS,
  ...SCORE_RULES,
  ...BREADTH_NOTES,
]

/** For the configuration, so that a typing error in a rule's id is found at the start. */
export const RULE_IDS: readonly string[] = RULES.map(({ id }) => id)
/** Those that no setting changes. */
export const FIXED_RULE_IDS: readonly string[] = RULES.flatMap(({ id, always }) => (always ? [id] : []))
/** Those that a limit can be set for. */
export const LIMITED_RULE_IDS: readonly string[] = RULES.flatMap(({ id, limit }) =>
  limit === undefined ? [] : [id],
)
