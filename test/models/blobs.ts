/** Whole models about the gate's own features, as small as they can be. */
import { FEATURE_NAMES, INTENTS } from '../../src/score/features.ts'
import { leaf, writeBlob } from '../score/blob.ts'

/** A model that gives everybody the same probability of stuffing: `margin` against seven zeros. */
export function blobOf(margin: number, features: readonly string[] = FEATURE_NAMES): Uint8Array<ArrayBuffer> {
  const trees = INTENTS.map((intent) => leaf(intent === 'credential_stuffing' ? margin : 0, 1))
  return writeBlob({ features, classes: INTENTS, baseMargins: INTENTS.map(() => 0), trees })
}

/** What the gate calls it: the last 32 bytes. */
export function hashOf(blob: Uint8Array): string {
  return Array.from(blob.subarray(-32), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
