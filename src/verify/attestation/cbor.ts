/**
 * CBOR (RFC 8949) that a stranger sent: definite and shortest lengths, no tags, no key twice, nothing after the end.
 * A key that stands there twice would let two readers see two attestations in one.
 */
import { type DecodeOptions, decode, decodeFirst } from 'cborg'

export type CborMap = ReadonlyMap<unknown, unknown>

const OPTIONS: DecodeOptions = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
  useMaps: true,
}

/** Attestation objects have some 6 kB, most of it Apple's receipt. The reader recurses: the bound is its depth's too. */
const MAX_CBOR_BYTES = 16_384

/** The map that `bytes` hold and nothing else, or undefined. */
export function readMap(bytes: Uint8Array): CborMap | undefined {
  if (bytes.length > MAX_CBOR_BYTES) return undefined
  try {
    const value: unknown = decode(bytes, OPTIONS)
    return value instanceof Map ? value : undefined
  } catch {
    return undefined
  }
}

/** The map that `bytes` begin with, and what follows it. */
export function readFirstMap(
  bytes: Uint8Array,
): { readonly map: CborMap; readonly rest: Uint8Array } | undefined {
  if (bytes.length > MAX_CBOR_BYTES) return undefined
  try {
    const [value, rest]: [unknown, Uint8Array] = decodeFirst(bytes, OPTIONS)
    return value instanceof Map ? { map: value, rest } : undefined
  } catch {
    return undefined
  }
}

/** A byte string, or undefined. */
export function bytesIn(map: CborMap | undefined, key: string | number): Uint8Array | undefined {
  const value = map?.get(key)
  return value instanceof Uint8Array ? value : undefined
}
