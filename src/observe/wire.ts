/**
 * What travels between the gate and a Ledger object. Behaviours go back as one flat array of numbers: cloning
 * nested objects costs more than the counting itself, and a flat array is validated by its length.
 */
import type { Behaviour, LedgerKey, OutcomeKind, Tally } from '../evidence.ts'

/** One request, for the keys that live in one object. */
export interface Arrival {
  readonly id: string
  readonly at: number
  readonly attempt: boolean
  readonly page: boolean
  readonly account: string | undefined
  readonly client: string
  readonly keys: readonly string[]
}

/** The origin's answer to one request, for the keys that live in one object. */
export interface Settlement {
  readonly id: string
  readonly at: number
  readonly attempt: boolean
  readonly outcome: OutcomeKind
  readonly keys: readonly string[]
}

/** A name longer than this is cut: names come from certificates and fingerprints, and a key's size is bounded. */
const MAX_NAME_CHARACTERS = 160

export function keyName(key: LedgerKey): string {
  return `${key.kind}:${key.id}`.slice(0, MAX_NAME_CHARACTERS)
}

const TALLY_NUMBERS = 7
export const BEHAVIOUR_NUMBERS = 3 * TALLY_NUMBERS + 4

export function pack(behaviours: readonly Behaviour[]): Float64Array {
  const numbers = new Float64Array(behaviours.length * BEHAVIOUR_NUMBERS)
  behaviours.forEach((behaviour, index) => {
    let offset = index * BEHAVIOUR_NUMBERS
    for (const tally of [behaviour.minute, behaviour.hour, behaviour.day])
      offset = packTally(numbers, offset, tally)
    numbers[offset] = behaviour.firstSeenAt
    numbers[offset + 1] = behaviour.sinceLast ?? Number.NaN
    numbers[offset + 2] = behaviour.regularity ?? Number.NaN
    numbers[offset + 3] = behaviour.pages
  })
  return numbers
}

/** Undefined when the answer is not what `pack` makes for this many keys. */
export function unpack(answer: unknown, keys: number): readonly Behaviour[] | undefined {
  if (!(answer instanceof Float64Array) || answer.length !== keys * BEHAVIOUR_NUMBERS) return undefined
  const behaviours: Behaviour[] = []
  for (let offset = 0; offset < answer.length; offset += BEHAVIOUR_NUMBERS) {
    const rest = offset + 3 * TALLY_NUMBERS
    behaviours.push({
      minute: unpackTally(answer, offset),
      hour: unpackTally(answer, offset + TALLY_NUMBERS),
      day: unpackTally(answer, offset + 2 * TALLY_NUMBERS),
      firstSeenAt: number(answer, rest),
      sinceLast: defined(number(answer, rest + 1)),
      regularity: defined(number(answer, rest + 2)),
      pages: number(answer, rest + 3),
    })
  }
  return behaviours
}

function packTally(numbers: Float64Array, offset: number, tally: Tally): number {
  numbers[offset] = tally.requests
  numbers[offset + 1] = tally.attempts
  numbers[offset + 2] = tally.failures
  numbers[offset + 3] = tally.successes
  numbers[offset + 4] = tally.misses
  numbers[offset + 5] = tally.accounts
  numbers[offset + 6] = tally.clients
  return offset + TALLY_NUMBERS
}

function unpackTally(numbers: Float64Array, offset: number): Tally {
  return {
    requests: number(numbers, offset),
    attempts: number(numbers, offset + 1),
    failures: number(numbers, offset + 2),
    successes: number(numbers, offset + 3),
    misses: number(numbers, offset + 4),
    accounts: number(numbers, offset + 5),
    clients: number(numbers, offset + 6),
  }
}

function number(numbers: Float64Array, index: number): number {
  return numbers[index] ?? 0
}

function defined(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value
}
