/**
 * Whose keys a data subject's erasure takes out of the ledger, and from which objects. A key of a person is a pseudonym
 * that only the gate can make again; it is never listed and never shown.
 */
import type { LedgerOutage } from '../evidence.ts'
import { type Fact, unavailable, valid } from '../lib/fact.ts'
import { within } from '../lib/within.ts'
import { organisationName, type Shards, shardName, shardOf } from './shards.ts'
import { keyName } from './wire.ts'

/** Names of keys that begin and end so. */
export interface Alike {
  readonly begins: string
  readonly ends: string
}

export type LedgerSubject =
  /** Pseudonyms under every configured key. */
  | { readonly kind: 'account' | 'card'; readonly names: readonly string[] }
  | { readonly kind: 'address'; readonly subscriber: string; readonly prefix: string }
  | { readonly kind: 'app'; readonly keyId: string }
  /** `place` as in `Claims.consentPlace`. */
  | {
      readonly kind: 'consent'
      readonly names: readonly string[]
      readonly organisation: string
      readonly place: number
    }

/** What was kept while the numbers were others stays in the objects of that time, for as long as it would be kept anyway. */
export interface ShardsEver extends Shards {
  readonly shardsBefore: readonly number[]
  readonly organisationShardsBefore: readonly number[]
}

interface Errand {
  readonly object: string
  readonly keys: readonly string[]
  readonly alike: readonly Alike[]
}

/** What is called of a Ledger object. Its answer is checked: it crossed a version boundary. */
export interface ErasableNamespace {
  getByName(name: string): { erase(keys: readonly string[], alike: readonly Alike[]): Promise<unknown> }
}

/** An erasure reads all that an object keeps. */
const BUDGET_MS = 20_000

export function isLike(name: string, { begins, ends }: Alike): boolean {
  return name.startsWith(begins) && name.endsWith(ends)
}

/** How many keys are gone. Where an object did not answer nobody can say so, and it is to be asked again. */
export async function eraseFromLedger(
  namespace: ErasableNamespace,
  subject: LedgerSubject,
  shards: ShardsEver,
  waitUntil: (work: Promise<unknown>) => void,
): Promise<Fact<number, never, LedgerOutage>> {
  const answers = await Promise.all(
    errandsOf(subject, shards).map(({ object, keys, alike }) =>
      within(() => namespace.getByName(object).erase(keys, alike), BUDGET_MS, waitUntil),
    ),
  )
  let erased = 0
  for (const answer of answers) {
    if (!answer.ok) return unavailable(answer.reason === 'late' ? 'ledger_timeout' : 'ledger_failed')
    if (typeof answer.value !== 'number') return unavailable('ledger_failed')
    erased += answer.value
  }
  return valid(erased)
}

function errandsOf(subject: LedgerSubject, shards: ShardsEver): readonly Errand[] {
  const at = (source: string, keys: readonly string[], alike: readonly Alike[] = []): readonly Errand[] =>
    numbersOf(shards.shards, shards.shardsBefore).map((number) => ({
      object: shardName(shardOf(source, number), number),
      keys,
      alike,
    }))
  switch (subject.kind) {
    case 'account':
      return subject.names.flatMap((id) =>
        // The account in each network lives beside it (`shards.ts`).
        at(
          id,
          [keyName({ kind: 'account', id })],
          [{ begins: keyName({ kind: 'account_network', id: `${id}@` }), ends: '' }],
        ),
      )
    case 'card':
      return subject.names.flatMap((id) => at(id, [keyName({ kind: 'card', id })]))
    case 'address':
      return at(
        subject.prefix,
        [keyName({ kind: 'address', id: subject.subscriber })],
        // Clients are software and subscriber together.
        [{ begins: 'client:', ends: `@${subject.subscriber}` }],
      )
    case 'consent': {
      const { organisation, place } = subject
      const own = numbersOf(shards.organisationShards, shards.organisationShardsBefore)
      return subject.names.flatMap((id) => {
        const keys = [keyName({ kind: 'consent', id })]
        const kept = own.map((number) => ({
          object: organisationName(organisation, place, number),
          keys,
          alike: [],
        }))
        // With its organisation's other keys, and where all organisations' claims on it meet.
        return [...kept, ...at(id, keys)]
      })
    }
    case 'app':
      return at(subject.keyId, [keyName({ kind: 'app', id: subject.keyId })])
  }
}

/** Each once: an object that is asked twice finds nothing the second time, and the number may have come back. */
function numbersOf(now: number, before: readonly number[]): readonly number[] {
  return Array.from(new Set([now, ...before]))
}
