/** A forest whose answers are known beforehand, and two requests that it tells apart. */
import type { Contradiction } from '../../src/evidence.ts'
import { FEATURE_NAMES, INTENTS } from '../../src/score/features.ts'
import { loadForest } from '../../src/score/forest.ts'
import scorer from '../../wasm/build/scorer.wasm'
import { clientOf, evidenceOf } from '../fixtures/facts.ts'
import { leaf, type Tree, writeBlob } from './blob.ts'

const INDICATORS = FEATURE_NAMES.slice(0, 14)

/** One tree that gives a margin to each class, and for stuffing alone one more on each of these features. */
export function forestOf(margins: readonly number[], features: readonly string[] = INDICATORS) {
  const flat = margins.map((margin): Tree => leaf(margin, 10))
  const rounds = features.map((name, index) =>
    margins.map(
      (_margin, intent): Tree =>
        intent === INTENTS.indexOf('credential_stuffing')
          ? {
              feature: FEATURE_NAMES.indexOf(name),
              threshold: 0.5,
              missing: 'below',
              below: leaf(0, 90),
              above: leaf(0.1 * (index + 1), 10),
            }
          : leaf(0, 10),
    ),
  )
  const blob = writeBlob({
    features: FEATURE_NAMES,
    classes: INTENTS,
    baseMargins: margins.map(() => 0),
    trees: [flat, ...rounds].flat(),
  })
  return loadForest(scorer, blob, FEATURE_NAMES, INTENTS)
}

export const person = evidenceOf()
const HEADERS: readonly Contradiction[] = [
  'client_hints_missing',
  'client_hints_unexpected',
  'client_hints_disagree',
  'fetch_metadata_missing',
  'fetch_metadata_unexpected',
  'fetch_metadata_disagrees',
  'accept_unlike_claim',
  'accept_language_missing',
  'accept_encoding_unlike_claim',
  'user_agent_obsolete',
]
export const forger = evidenceOf({ client: clientOf({ contradictions: HEADERS }) })
