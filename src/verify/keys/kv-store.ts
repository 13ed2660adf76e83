import { createHash } from 'node:crypto'
import { parseJson } from '../../lib/json.ts'
import { isObject } from '../jose/header.ts'
import type { KeyStore, StoredSet } from './types.ts'

/** The set itself, escaped once more as a JSON string, and a thousand thumbprints. */
const LIMITS = { maxDepth: 4, maxLength: 1_310_720 }
/** A source that nobody asks for is forgotten, and with it when its keys were first seen. */
const EXPIRY_SECONDS = 90 * 86_400

/** Key sets in KV: a minute behind elsewhere, which the keyring bears because a stale key still has to verify. */
export function kvKeyStore(namespace: Pick<KVNamespace, 'get' | 'put'>): KeyStore {
  return {
    async get(url) {
      const text = await namespace.get(nameOf(url))
      return text === null ? undefined : readStoredSet(text)
    },
    put: (url, set) => namespace.put(nameOf(url), JSON.stringify(set), { expirationTtl: EXPIRY_SECONDS }),
  }
}

/** KV keys have at most 512 bytes, URLs more. */
function nameOf(url: string): string {
  return `key-set:${createHash('sha256').update(url).digest('hex')}`
}

/** Undefined for what an older or a damaged gate wrote: the source is then read anew. */
export function readStoredSet(json: string): StoredSet | undefined {
  const parsed = parseJson(json, LIMITS)
  if (!parsed.ok || !isObject(parsed.value)) return undefined
  const { text, fetchedAt, since, firstSeen, withheld } = parsed.value
  if (typeof text !== 'string' || typeof fetchedAt !== 'number' || typeof since !== 'number') return undefined
  if (firstSeen === undefined || !isObject(firstSeen) || !Array.isArray(withheld)) return undefined
  const seen = Object.entries(firstSeen).filter((one): one is [string, number] => typeof one[1] === 'number')
  const names = withheld.filter((one): one is string => typeof one === 'string')
  return { text, fetchedAt, since, firstSeen: Object.fromEntries(seen), withheld: names }
}
