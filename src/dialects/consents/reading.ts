/** What the rows share: segments of a path, and members of an answer that need not be what they ought to be. */
import type { JsonValue } from '../../lib/json.ts'
import type { ConsentUse } from './consent-rules.ts'

/** Longer lists are not remembered, and what is not remembered accuses nobody. */
const MAX_ACCOUNTS = 256
/** Longer than any identifier of a resource. */
const MAX_ID = 256

export function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  // An array is not an object here, which the type of readonly arrays does not say.
  const object = value as { readonly [name: string]: JsonValue }
  return Object.hasOwn(object, name) ? object[name] : undefined
}

export function text(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= MAX_ID ? value : undefined
}

/** A number of accesses a day: whole and at least one. */
export function frequency(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 ? value : undefined
}

/** Every id of a list; undefined where one is missing, doubtful, or where there are too many. */
export function idsIn(list: JsonValue | undefined, name: string): readonly string[] | undefined {
  if (!Array.isArray(list) || list.length > MAX_ACCOUNTS) return undefined
  const ids: string[] = []
  for (const entry of list) {
    const id = text(member(entry, name))
    if (id === undefined) return undefined
    ids.push(id)
  }
  return ids
}

interface Words {
  /** Collections of consents. */
  readonly consents: ReadonlySet<string>
  /** Collections whose items are accounts. */
  readonly accounts: ReadonlySet<string>
  /** Everything else that is the customer's data. */
  readonly others: ReadonlySet<string>
}

/** Reads a path from its first telling segment on: what stands before it is the bank's own. */
export function useOf(method: string, path: string, words: Words): ConsentUse | undefined {
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decoded)
  const start = segments.findIndex((segment) => isTelling(segment.toLowerCase(), words))
  const [first, ...rest] = segments.slice(start < 0 ? segments.length : start)
  if (first === undefined) return undefined
  const word = first.toLowerCase()
  if (words.consents.has(word)) return consentUse(method, rest)
  if (method !== 'GET' && method !== 'HEAD') return undefined
  return {
    kind: 'data',
    resource: [word, ...rest.map((segment, at) => plain(segment, at, words))].join('/'),
    account: words.accounts.has(word) ? rest[0] : undefined,
    listing: words.accounts.has(word) && rest.length === 0,
  }
}

function isTelling(word: string, { consents, accounts, others }: Words): boolean {
  return consents.has(word) || accounts.has(word) || others.has(word)
}

function consentUse(method: string, [consent, ...rest]: readonly string[]): ConsentUse | undefined {
  if (consent === undefined) return method === 'POST' ? { kind: 'create' } : undefined
  return { kind: 'manage', consent, ends: method === 'DELETE' && rest.length === 0 }
}

/** A word that is the standard's own is one in any case: servers do not agree whether it is another resource. */
function plain(segment: string, at: number, { others }: Words): string {
  const word = segment.toLowerCase()
  return at > 0 && others.has(word) ? word : segment
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
