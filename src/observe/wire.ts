/**
 * What travels between the gate and a Ledger object. Cloning nested objects costs more than the counting itself: behaviours
 * go back as one flat array of numbers, which is validated by its length, and everything else travels as JSON, which is
 * written and read in a third of the time.
 */
import type { Behaviour, LedgerKey, OutcomeKind, Tally } from '../evidence.ts'
import type { AnnexName, Asks, News } from './annex.ts'

/** One request, for the keys that live in one object. */
export interface Arrival {
  readonly id: string
  readonly at: number
  readonly attempt: boolean
  readonly page: boolean
  readonly account: string | undefined
  readonly client: string
  readonly resource?: number | undefined
  readonly keys: readonly string[]
  /** For each key its names under former keys of HMAC; left out where no key has any. */
  readonly formerly?: readonly (readonly string[])[]
  /** Only asked, not counted: the keys have moved to another object, and this is what they left behind. */
  readonly readOnly?: boolean
  readonly asks?: Asks
  /** Name of the key under which each annex is asked. */
  readonly asked?: Readonly<Partial<Record<AnnexName, string>>>
  /** How earlier requests ended that nobody was in a hurry to tell. */
  readonly riders?: readonly Settlement[]
}

/** How one request ended, or what its answer taught, for the keys that live in one object. */
export interface Settlement {
  readonly id: string
  readonly at: number
  readonly attempt: boolean
  readonly outcome: OutcomeKind
  readonly keys: readonly string[]
  /** As of an arrival: it may come before any that has the new names, and would make a second row under them. */
  readonly formerly?: readonly (readonly string[])[]
  readonly status?: number | undefined
  readonly bytes?: number | undefined
  readonly stranger?: true
  readonly asks?: Asks
  readonly asked?: Readonly<Partial<Record<AnnexName, string>>>
  /** Present where this tells what was read in the body, and not how the request ended. */
  readonly lesson?: { readonly records?: number; readonly news?: News }
}

type AnnexesTold = Readonly<Partial<Record<AnnexName, unknown>>>

/** Answer of an object where annexes were asked: the behaviours, and what each annex told. */
export interface Told {
  readonly behaviours: Float64Array
  /** JSON; the very thing for a gate of the version before, which asks so. */
  readonly annexes: string | AnnexesTold
}

export function sent(message: Arrival | readonly Settlement[]): string {
  return JSON.stringify(message)
}

/** @param message what `sent` wrote; or the very thing, of which a gate of the version before makes no text */
export function received<Message extends object>(message: Message | string): Message {
  return typeof message === 'string' ? (JSON.parse(message) as Message) : message
}

/** In the form in which was asked. */
export function answered(message: Arrival | string, annexes: AnnexesTold): Told['annexes'] {
  return typeof message === 'string' ? JSON.stringify(annexes) : annexes
}

/** A name longer than this is cut: names come from certificates and fingerprints, and a key's size is bounded. */
const MAX_NAME_CHARACTERS = 160

export function keyName(key: Pick<LedgerKey, 'kind' | 'id'>): string {
  return `${key.kind}:${key.id}`.slice(0, MAX_NAME_CHARACTERS)
}

const WINDOWS_SENT = 5
const TALLY_NUMBERS = 11
/** Without the last one: of an object that is still of the version before, while a new one is put out. */
const TALLY_NUMBERS_THEN = 10
const BEHAVIOUR_NUMBERS = numbersOf(TALLY_NUMBERS)

function numbersOf(tally: number): number {
  return WINDOWS_SENT * tally + 4
}

export function pack(behaviours: readonly Behaviour[]): Float64Array {
  const numbers = new Float64Array(behaviours.length * BEHAVIOUR_NUMBERS)
  let offset = 0
  for (const behaviour of behaviours) {
    offset = packTally(numbers, offset, behaviour.tenSeconds)
    offset = packTally(numbers, offset, behaviour.minute)
    offset = packTally(numbers, offset, behaviour.tenMinutes)
    offset = packTally(numbers, offset, behaviour.hour)
    offset = packTally(numbers, offset, behaviour.day)
    numbers[offset] = behaviour.firstSeenAt
    numbers[offset + 1] = behaviour.sinceLast ?? Number.NaN
    numbers[offset + 2] = behaviour.regularity ?? Number.NaN
    numbers[offset + 3] = behaviour.pages
    offset += 4
  }
  return numbers
}

/** Undefined when the answer is not what `pack` makes for this many keys, or made in the version before. */
export function unpack(answer: unknown, keys: number): readonly Behaviour[] | undefined {
  if (!(answer instanceof Float64Array)) return undefined
  const size = [TALLY_NUMBERS, TALLY_NUMBERS_THEN].find((known) => answer.length === keys * numbersOf(known))
  if (size === undefined) return undefined
  const behaviours: Behaviour[] = []
  for (let offset = 0; offset < answer.length; offset += numbersOf(size)) {
    const rest = offset + WINDOWS_SENT * size
    const tally = (window: number): Tally => unpackTally(answer, offset + window * size, size)
    behaviours.push({
      tenSeconds: tally(0),
      minute: tally(1),
      tenMinutes: tally(2),
      hour: tally(3),
      day: tally(4),
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
  numbers[offset + 7] = tally.bytes
  numbers[offset + 8] = tally.records
  numbers[offset + 9] = tally.resources
  numbers[offset + 10] = tally.strangers
  return offset + TALLY_NUMBERS
}

function unpackTally(numbers: Float64Array, offset: number, size: number): Tally {
  return {
    requests: number(numbers, offset),
    attempts: number(numbers, offset + 1),
    failures: number(numbers, offset + 2),
    successes: number(numbers, offset + 3),
    misses: number(numbers, offset + 4),
    bytes: number(numbers, offset + 7),
    records: number(numbers, offset + 8),
    strangers: size > TALLY_NUMBERS_THEN ? number(numbers, offset + 10) : 0,
    accounts: number(numbers, offset + 5),
    clients: number(numbers, offset + 6),
    resources: number(numbers, offset + 9),
  }
}

function number(numbers: Float64Array, index: number): number {
  return numbers[index] ?? 0
}

function defined(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value
}
