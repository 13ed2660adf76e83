/** The model that is deployed with the gate. The one file that imports a `.wasm` or `.bin` module. */

import scorer from '../../wasm/build/scorer.wasm'
import model from '../../wasm/model.bin'
import type { Outcome } from '../lib/outcome.ts'
import { FEATURE_NAMES, INTENTS } from './features.ts'
import { type Forest, loadForest, type ModelReason } from './forest.ts'

export function embeddedForest(): Outcome<Forest, ModelReason> {
  return forestOf(new Uint8Array(model))
}

/** Any other model about the same features, in an instance of its own. */
export function forestOf(blob: Uint8Array): Outcome<Forest, ModelReason> {
  return loadForest(scorer, blob, FEATURE_NAMES, INTENTS)
}
