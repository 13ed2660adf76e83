/**
 * Keys that this isolate has met: an attested key never changes, so that a request of a known app costs one call (the
 * counter) and not two. Whether a key still counts is asked with every request all the same.
 */
import type { VerificationKey } from '../signed/types.ts'
import { verificationKeyOf } from './point.ts'
import type { AttestedKey } from './types.ts'

export interface KeyMemory {
  find(keyId: string): AttestedKey | undefined
  remember(key: AttestedKey): void
  forget(keyId: string): void
}

/** About a kilobyte each, with its imported key. */
const MAX_KEYS = 4_096

export function keyMemory(capacity = MAX_KEYS): KeyMemory {
  const keys = new Map<string, AttestedKey>()
  return {
    find(keyId) {
      const key = keys.get(keyId)
      if (key === undefined) return undefined
      // Used last, forgotten last.
      keys.delete(keyId)
      keys.set(keyId, key)
      return key
    },
    remember(key) {
      keys.set(key.keyId, key)
      const [oldest] = keys.keys()
      if (keys.size > capacity && oldest !== undefined) keys.delete(oldest)
    },
    forget: (keyId) => void keys.delete(keyId),
  }
}

/** Made once for each key that is remembered: imported CryptoKeys are remembered by this object. */
const made = new WeakMap<AttestedKey, VerificationKey>()

export function verificationOf(key: AttestedKey): VerificationKey | undefined {
  const known = made.get(key)
  if (known !== undefined) return known
  const verification = verificationKeyOf(key)
  if (verification !== undefined) made.set(key, verification)
  return verification
}
