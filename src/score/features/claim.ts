/** What a client says of itself, beyond what kind of software it is. Append only: a model knows features by position. */
import { type Feature, flag, whereTold } from '../measures.ts'

export const CLAIM_FEATURES = {
  /** A scanner under its own name is a test that somebody ordered, or a thief who does not care: no customer is lost with it. */
  claimsAttackTool: whereTold('user-agent', ({ client }) => flag(client.claim.attackTool)),
} as const satisfies Record<string, Feature>
