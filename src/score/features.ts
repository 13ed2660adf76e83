/**
 * THE feature vector: the gate, the laboratory and the trainer all run this record. Key order is vector order.
 * Append only: reordering, renaming or removing a row invalidates every trained model.
 */
import type { Evidence, Intent } from '../evidence.ts'
import { ACTOR_FEATURES } from './features/actor.ts'
import { CLAIM_FEATURES } from './features/claim.ts'
import { CONSENT_FEATURES } from './features/consent.ts'
import { CONTENT_FEATURES } from './features/content.ts'
import { DAY_FEATURES } from './features/day.ts'
import { ESTATE_FEATURES } from './features/estate.ts'
import { HISTORY_FEATURES } from './features/history.ts'
import { INVENTORY_FEATURES } from './features/inventory.ts'
import { LEDGER_FEATURES } from './features/ledger.ts'
import { REQUEST_FEATURES } from './features/request.ts'
import { STRANGER_FEATURES } from './features/stranger.ts'
import { VOLUME_FEATURES } from './features/volume.ts'
import type { Feature } from './measures.ts'

/** Class i of every model. Append only, like the features. */
export const INTENTS = [
  'benign_person',
  'benign_automation',
  'credential_stuffing',
  'password_spraying',
  'card_testing',
  'enumeration',
  'scraping',
  'account_takeover',
] as const satisfies readonly Intent[]

export const FEATURES = {
  ...REQUEST_FEATURES,
  ...LEDGER_FEATURES,
  ...ESTATE_FEATURES,
  ...CONSENT_FEATURES,
  ...ACTOR_FEATURES,
  ...HISTORY_FEATURES,
  ...INVENTORY_FEATURES,
  ...CLAIM_FEATURES,
  ...DAY_FEATURES,
  ...CONTENT_FEATURES,
  ...STRANGER_FEATURES,
  ...VOLUME_FEATURES,
} as const satisfies Record<string, Feature>

export type FeatureName = keyof typeof FEATURES
export const FEATURE_NAMES: readonly string[] = Object.keys(FEATURES)
const MEASURES: readonly Feature[] = Object.values(FEATURES)

/** Writes the evidence's features into `into`, which holds at least `FEATURE_NAMES.length` numbers. */
export function vector(evidence: Evidence, into: Float32Array): void {
  let at = 0
  for (const measure of MEASURES) into[at++] = measure(evidence)
}
