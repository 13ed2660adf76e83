/**
 * What the bank remembers, behind an interface: SQLite in the Durable Object (`object.ts`), a map in tests. Everything
 * expires, so that nothing has to be cleaned up by hand and a forgotten demo does not fill the disk.
 */
import type { Consent } from './consents.ts'
import type { Grant } from './grants.ts'
import type { Payment, Posting } from './payments.ts'

/** Kind of record to its shape. */
export interface Records {
  grant: Grant
  consent: Consent
  payment: Payment
  posting: Posting
  /** What an idempotency key made, and of which body. */
  once: { readonly resourceId: string; readonly digest: string }
}
export type Kind = keyof Records

/** Synchronous: between a read and the write that depends on it nothing else runs. */
export interface Store {
  get<K extends Kind>(kind: K, id: string): Records[K] | undefined
  /** `expiresAt` in milliseconds since the epoch. */
  put<K extends Kind>(kind: K, id: string, record: Records[K], expiresAt: number): void
  remove(kind: Kind, id: string): void
  /** Records whose id starts with the prefix, in order of id. */
  list<K extends Kind>(kind: K, prefix: string): readonly Records[K][]
  count(kind: Kind): number
}

export function createMemoryStore(now: () => number): Store {
  const rows = new Map<string, { readonly json: string; readonly expiresAt: number }>()
  const live = (name: string): string | undefined => {
    const row = rows.get(name)
    return row !== undefined && row.expiresAt > now() ? row.json : undefined
  }
  const named = (prefix: string): string[] =>
    [...rows.keys()].filter((name) => name.startsWith(prefix) && live(name) !== undefined).sort()
  // JSON in, JSON out, as in SQLite: a caller that changes what it read has changed nothing here.
  const parsed = (json: string | undefined) => (json === undefined ? undefined : JSON.parse(json))
  return {
    get: (kind, id) => parsed(live(`${kind}/${id}`)),
    put: (kind, id, record, expiresAt) => {
      rows.set(`${kind}/${id}`, { json: JSON.stringify(record), expiresAt })
    },
    remove: (kind, id) => {
      rows.delete(`${kind}/${id}`)
    },
    list: (kind, prefix) => named(`${kind}/${prefix}`).map((name) => parsed(live(name))),
    count: (kind) => named(`${kind}/`).length,
  }
}
