/**
 * What an isolate remembers of certificates that it has examined. The name of an entry is a hash of everything that was
 * presented and of the set of anchors: a rival who shows somebody's certificate without its chain, or with another, has a
 * name of its own and poisons nothing. Nothing of today (revocation, register, block list) is remembered here.
 */
import type { PresentedCertificate } from '../evidence.ts'
import { toBase64 } from '../lib/base64.ts'
import type { Examined, Held, Refused } from './examine.ts'
import type { CertificateUse } from './psd2/use.ts'

export interface PathMemory {
  recall(name: string, now: number): Examined | undefined
  keep(name: string, examined: Examined, now: number): void
}

/** A bank meets some hundreds of third parties; an entry with its path has about 30 kB. */
const MAX_HELD = 512
/** Refused ones are anybody's to make: few, short-lived, and apart, so that they push out nothing that holds. */
const MAX_REFUSED = 256
const REFUSED_MS = 30_000

export function pathMemory(maxHeld = MAX_HELD, maxRefused = MAX_REFUSED): PathMemory {
  const held = new Map<string, Held>()
  const refused = new Map<string, { readonly examined: Refused; readonly until: number }>()
  return {
    recall(name, now) {
      const good = held.get(name)
      if (good !== undefined) {
        held.delete(name)
        if (now > good.expiresAt) return undefined
        // Last in: the one unseen for the longest goes first.
        held.set(name, good)
        return good
      }
      const bad = refused.get(name)
      return bad === undefined || now >= bad.until ? undefined : bad.examined
    },
    keep(name, examined, now) {
      if (examined.ok) put(held, name, examined, maxHeld)
      else put(refused, name, { examined, until: now + REFUSED_MS }, maxRefused)
    },
  }
}

function put<T>(entries: Map<string, T>, name: string, entry: T, max: number): void {
  entries.delete(name)
  entries.set(name, entry)
  for (const oldest of entries.keys()) {
    if (entries.size <= max) break
    entries.delete(oldest)
  }
}

const encoder = new TextEncoder()

/** Base64 knows no line breaks: no two presentations run together into one text. */
export async function nameOf(
  { der, chain, chainTooLarge }: PresentedCertificate,
  anchorsVersion: string,
  use: CertificateUse = 'transport',
): Promise<string> {
  const text = [use, anchorsVersion, String(chainTooLarge), der, ...chain].join('\n')
  return toBase64(new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text))))
}
