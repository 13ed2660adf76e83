/** What one isolate remembers of certificates, for seconds. Bounded; all of it may be lost. */
import type { Knowledge } from './knowledge.ts'
import type { UnknownReason } from './revocation.ts'
import type { Inquiry } from './wire.ts'

export interface Remembered {
  readonly knowledge: Knowledge | undefined
  /** When the object said so, milliseconds since the epoch. */
  readonly readAt: number
  /** When it was asked last, with or without success. */
  readonly triedAt: number
  /** Why the last attempt brought nothing. */
  readonly failure: UnknownReason | undefined
}

export interface Memory {
  /** `soon_stale`: good enough for this request, and somebody should ask again behind its answer. */
  age(thumbprint: string, now: number): 'fresh' | 'soon_stale' | 'stale'
  /** Nobody else need ask for a moment. A time and no flag: a request can be cancelled in the middle. */
  undertake(inquiries: readonly Inquiry[], now: number): void
  /** Nothing was ever learnt of it, nor has an attempt failed. */
  isNew(thumbprint: string): boolean
  keep(thumbprint: string, knowledge: Knowledge, now: number): void
  keepFailure(thumbprint: string, failure: UnknownReason, now: number): void
  recall(inquiries: readonly Inquiry[]): ReadonlyMap<string, Remembered>
}

/** Certificates of all third parties of a country, several times over. */
const MAX_REMEMBERED = 4_096
/** An object that did not answer is left alone for so long, and what is remembered stands in. */
const RETRY_MS = 1_000
/** After which what an object said stands in for nothing. */
const LONGEST_MS = 5 * 60_000

/** @param maxAgeMs a revocation that the object knows is known here so much later at most */
export function newMemory(maxAgeMs: number): Memory {
  const entries = new Map<string, Remembered>()

  function set(thumbprint: string, entry: Remembered): void {
    entries.delete(thumbprint)
    const [oldest] = entries.keys()
    if (entries.size >= MAX_REMEMBERED && oldest !== undefined) entries.delete(oldest)
    entries.set(thumbprint, entry)
  }

  return {
    age(thumbprint, now) {
      const entry = entries.get(thumbprint)
      if (entry === undefined) return 'stale'
      const { knowledge, readAt, triedAt, failure } = entry
      if (failure !== undefined && now - triedAt < RETRY_MS) return 'fresh'
      const age = now - readAt
      const limit = knowledge?.verdict === undefined ? Math.min(RETRY_MS, maxAgeMs) : maxAgeMs
      if (knowledge === undefined || age >= limit) return 'stale'
      return age * 2 < limit || now - triedAt < RETRY_MS ? 'fresh' : 'soon_stale'
    },
    undertake(inquiries, now) {
      for (const { thumbprint } of inquiries) {
        const entry = entries.get(thumbprint)
        if (entry !== undefined) entries.set(thumbprint, { ...entry, triedAt: now })
      }
    },
    isNew(thumbprint) {
      const knowledge = entries.get(thumbprint)?.knowledge
      return knowledge !== undefined && knowledge.verdict === undefined && knowledge.failures === 0
    },
    keep: (thumbprint, knowledge, now) =>
      set(thumbprint, { knowledge, readAt: now, triedAt: now, failure: undefined }),
    keepFailure(thumbprint, failure, now) {
      const before = entries.get(thumbprint)
      const stands = before !== undefined && now - before.readAt < LONGEST_MS
      const { knowledge, readAt } = stands ? before : { knowledge: undefined, readAt: 0 }
      set(thumbprint, { knowledge, readAt, triedAt: now, failure })
    },
    recall(inquiries) {
      const found = new Map<string, Remembered>()
      for (const { thumbprint } of inquiries) {
        const entry = entries.get(thumbprint)
        if (entry !== undefined) found.set(thumbprint, entry)
      }
      return found
    },
  }
}
