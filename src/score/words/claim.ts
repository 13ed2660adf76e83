/** Words for what a client says of itself. */
import type { CLAIM_FEATURES } from '../features/claim.ts'
import type { Description } from './description.ts'

export const CLAIM_WORDS = {
  claimsAttackTool: ['flag', 'names itself a tool for breaking in'],
} as const satisfies Record<keyof typeof CLAIM_FEATURES, Description>
