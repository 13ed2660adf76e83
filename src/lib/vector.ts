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

/** In no base64, so that both forms can be told apart. */
const SHORT = '~'
/** Two bits a feature, and after them, in order, the bits of each that is none of these. */
const ZERO = 0
const ONE = 1
const MISSING = 2
const OTHER = 3
const ONE_BITS = 0x3f800000
/** As `Number.NaN` is written; any other NaN is kept as it is. */
const NAN_BITS = 0x7fc00000

/**
 * The same in a third of the length, for keeping: most features of a request are 0, 1 or missing. The number of features
 * comes first, in two octets.
 */
export function shortVector(features: Float32Array): string {
  const bits = new Uint32Array(features.buffer, features.byteOffset, features.length)
  const head = 2 + Math.ceil(bits.length / 4)
  const bytes = roomFor(head + 4 * bits.length)
  bytes.fill(0, 2, head)
  bytes[0] = bits.length & 0xff
  bytes[1] = bits.length >> 8
  let end = head
  for (let at = 0; at < bits.length; at++) {
    const value = bits[at] ?? 0
    const code = codeOf(value)
    const place = 2 + (at >> 2)
    bytes[place] = (bytes[place] ?? 0) | (code << (2 * (at & 3)))
    if (code !== OTHER) continue
    bytes[end++] = value
    bytes[end++] = value >>> 8
    bytes[end++] = value >>> 16
    bytes[end++] = value >>> 24
  }
  return SHORT + toBase64(bytes.subarray(0, end))
}

/** One for all requests of an isolate: nothing awaits while it is filled, and the text is a copy. */
let room = new Uint8Array(0)

function roomFor(bytes: number): Uint8Array {
  if (room.length < bytes) room = new Uint8Array(bytes)
  return room
}

/** As `packVector` would have written it; what is not short stays as it is, and what cannot be read is no vector. */
export function wholeVector(text: string): string {
  if (!text.startsWith(SHORT)) return text
  const bytes = Buffer.from(text.slice(SHORT.length), 'base64')
  const length = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8)
  const head = 2 + Math.ceil(length / 4)
  const bits = new Uint32Array(length)
  let end = head
  for (let at = 0; at < length; at++) {
    const code = ((bytes[2 + (at >> 2)] ?? 0) >> (2 * (at & 3))) & 3
    if (code === OTHER) {
      if (end + 4 > bytes.length) return ''
      bits[at] = bytes.readUInt32LE(end)
      end += 4
    } else bits[at] = code === ONE ? ONE_BITS : code === MISSING ? NAN_BITS : 0
  }
  return end === bytes.length ? packVector(new Float32Array(bits.buffer)) : ''
}

function codeOf(bits: number): number {
  if (bits === 0) return ZERO
  if (bits === ONE_BITS) return ONE
  return bits === NAN_BITS ? MISSING : OTHER
}
