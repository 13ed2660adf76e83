/** A feature vector as text, for the journal: exact, so that a model can be trained on what was really scored. */
import { Buffer } from 'node:buffer'
import { toBase64 } from './base64.ts'

export function packVector(features: Float32Array): string {
  return toBase64(new Uint8Array(features.buffer, features.byteOffset, features.byteLength))
}

/**
 * Undefined where `text` holds no vector, or a longer one than is known here. Features are only ever appended: those
 * that are younger than the entry are missing.
 */
export function unpackVector(text: string, features: number): Float32Array | undefined {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length === 0 || bytes.length % 4 !== 0 || bytes.length > 4 * features) return undefined
  const vector = new Float32Array(features).fill(Number.NaN)
  for (let at = 0; at < bytes.length; at += 4) vector[at / 4] = bytes.readFloatLE(at)
  return vector
}
