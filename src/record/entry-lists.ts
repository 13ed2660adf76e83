/**
 * What an entry repeats, as the journal stores it: lists of numbers in a fixed order, because the names would be most of the
 * text. Both orders are append only. Entries from before have the names; those are read as well.
 */
import type { Intent } from '../evidence.ts'
import type { ConductNumbers, JournalEntry } from './entry.ts'

type Conduct = JournalEntry['conduct']
type Probabilities = JournalEntry['probabilities']

export type StoredProbabilities = Probabilities | readonly number[]
export type StoredConduct = Readonly<
  Record<string, readonly (number | null)[] | Partial<ConductNumbers> | string>
>

const INTENTS = [
  'benign_person',
  'benign_automation',
  'credential_stuffing',
  'password_spraying',
  'card_testing',
  'enumeration',
  'scraping',
  'account_takeover',
] as const satisfies readonly Intent[]

/** Undefined where there are none: no score. */
export function probabilityList(probabilities: Probabilities): StoredProbabilities | undefined {
  if (probabilities.benign_person === undefined) return undefined
  const list: number[] = []
  for (const intent of INTENTS) {
    const probability = probabilities[intent]
    // An entry from before an intent was there keeps its names.
    if (probability === undefined) return probabilities
    list.push(probability)
  }
  return list
}

export function probabilitiesFrom(stored: StoredProbabilities | undefined): Probabilities {
  if (!isList(stored)) return stored ?? {}
  const probabilities: Partial<Record<Intent, number>> = {}
  for (const [at, probability] of stored.entries()) {
    const intent = INTENTS[at]
    if (intent !== undefined) probabilities[intent] = probability
  }
  return probabilities
}

export function conductLists(conduct: Conduct): StoredConduct {
  const lists: Record<string, readonly (number | null)[] | string> = {}
  for (const [kind, numbers] of Object.entries(conduct)) {
    lists[kind] = typeof numbers === 'string' ? numbers : numbersList(numbers)
  }
  return lists
}

function numbersList(of: ConductNumbers): readonly (number | null)[] {
  const { requests, attempts, attemptsMinute, failures, failuresDay, misses, accounts, clients } = of
  return [requests, attempts, attemptsMinute, failures, failuresDay, misses, accounts, clients, of.regularity]
}

const NO_NUMBERS = {
  requests: 0,
  attempts: 0,
  attemptsMinute: 0,
  failures: 0,
  failuresDay: 0,
  misses: 0,
  accounts: 0,
  clients: 0,
  regularity: null,
} as const satisfies ConductNumbers

export function conductFrom(stored: StoredConduct = {}): Conduct {
  const conduct: Partial<Record<string, ConductNumbers | string>> = {}
  for (const [kind, told] of Object.entries(stored)) {
    conduct[kind] =
      typeof told === 'string' ? told : isList(told) ? numbersFrom(told) : { ...NO_NUMBERS, ...told }
  }
  return conduct
}

function numbersFrom(list: readonly (number | null)[]): ConductNumbers {
  const count = (at: number) => list[at] ?? 0
  return {
    requests: count(0),
    attempts: count(1),
    attemptsMinute: count(2),
    failures: count(3),
    failuresDay: count(4),
    misses: count(5),
    accounts: count(6),
    clients: count(7),
    regularity: list[8] ?? null,
  }
}

/** `Array.isArray` forgets that a list may be one that nobody changes. */
function isList<T>(stored: readonly T[] | object | undefined): stored is readonly T[] {
  return Array.isArray(stored)
}
