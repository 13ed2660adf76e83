/**
 * What travels between isolates and Estate objects. All numbers go in one flat array, and are taken in as they stand: cloning
 * nested objects, or making them anew, costs more than the merging itself.
 *
 * First the head (`HEAD`). Of each cohort: its sums, then lists with their lengths before them: gaps (bin and count), accounts, clients, addresses,
 * heaviest callers and heaviest targets (name, count, error).
 */
import type { ActorReport } from '../actor/book.ts'
import type { ActorPicture } from '../actor/picture.ts'
import { WIDTH } from '../windows.ts'
import { type Delta, NONE, ROW, reckon } from './delta.ts'
import { binOf } from './gaps.ts'
import { HEAVY } from './heaviest.ts'

/** What one sender has seen in about a second. The same parcel is sent again until it is acknowledged. */
export interface Parcel {
  /** With the sequence, the parcel's name: it counts once, however often it comes. */
  readonly isolate: string
  readonly sequence: number
  /** When it was opened: everything in it counts as seen then. */
  readonly at: number
  /** When it was sealed: of when the answer is. */
  readonly sealedAt: number
  readonly names: readonly string[]
  readonly numbers: Float64Array
  /** Third parties, to be held against their own past (`../actor/`). A sender that is older than these has none. */
  readonly actors?: readonly ActorReport[]
}

/** What the estate knows of the cohorts of one parcel, in the order of its names. */
export interface Answer {
  readonly isolate: string
  readonly sequence: number
  /** `MERGED_NUMBERS` for each name (`merged.ts`). */
  readonly numbers: Float64Array
  /** In the order of the parcel's; undefined of whom nothing is known. */
  readonly actors?: readonly (ActorPicture | undefined)[]
}

export function isAnswer(answer: unknown, { isolate, sequence }: Parcel): answer is Answer {
  if (typeof answer !== 'object' || answer === null) return false
  if (!('isolate' in answer) || answer.isolate !== isolate) return false
  if (!('sequence' in answer) || answer.sequence !== sequence) return false
  return 'numbers' in answer && answer.numbers instanceof Float64Array
}

/** Takes in one cohort of a parcel. */
export interface Sink {
  sum(column: number, amount: number): void
  gap(bin: number, count: number): void
  account(hash: number): void
  client(hash: number): void
  address(hash: number): void
  caller(name: number, count: number, error: number): void
  target(name: number, count: number, error: number): void
}

/** Where the reader before this one, which knew no head, looked for the length of the first cohort's first list. */
const FIRST_LENGTH_THEN = 8
/**
 * How many sums a cohort has, then what is no number: parcels of eight sums had no head, and never such a thing, and whoever
 * reads this for one of those finds a list without a length. So neither takes in the other's, whatever is in it.
 */
const HEAD: readonly number[] = [WIDTH, ...new Array<number>(FIRST_LENGTH_THEN).fill(Number.NaN)]
/** Where the first cohort begins. */
export const HEAD_NUMBERS = HEAD.length

/** Numbers of one item in each list. */
const LISTS = [2, 1, 1, 1, HEAVY, HEAVY] as const
/** Up to here rows are written as they are: sets of a handful would be dearer than what they save. */
const FEW_ROWS = 8

export function packDeltas(deltas: readonly Delta[]): Pick<Parcel, 'names' | 'numbers'> {
  const numbers: number[] = [...HEAD]
  for (const delta of deltas) {
    for (const amount of delta.sums) numbers.push(amount)
    if (delta.reckoned === undefined && delta.rows.length <= FEW_ROWS * ROW) packRows(numbers, delta.rows)
    else packReckoned(numbers, delta)
  }
  return { names: deltas.map(({ name }) => name), numbers: Float64Array.from(numbers) }
}

function packRows(numbers: number[], rows: readonly number[]): void {
  packColumn(numbers, rows, 3, (gap) => numbers.push(binOf(gap), 1))
  packColumn(numbers, rows, 0, (account) => numbers.push(account))
  packColumn(numbers, rows, 1, (client) => numbers.push(client))
  packColumn(numbers, rows, 2, (address) => numbers.push(address))
  packColumn(numbers, rows, 1, (client) => numbers.push(client, 1, 0))
  packColumn(numbers, rows, 0, (account) => numbers.push(account, 1, 0))
}

function packColumn(
  numbers: number[],
  rows: readonly number[],
  column: number,
  put: (value: number) => void,
): void {
  const place = numbers.push(0) - 1
  let count = 0
  for (let cell = column; cell < rows.length; cell += ROW) {
    const value = rows[cell] ?? NONE
    if (value === NONE) continue
    put(value)
    count += 1
  }
  numbers[place] = count
}

function packReckoned(numbers: number[], delta: Delta): void {
  const { gaps, accounts, clients, addresses, callers, targets } = reckon(delta)
  const place = numbers.push(0) - 1
  for (const [bin, count] of gaps.entries()) if (count > 0) numbers.push(bin, count)
  numbers[place] = (numbers.length - place - 1) / 2
  for (const crowd of [accounts, clients, addresses]) {
    numbers.push(crowd.size)
    for (const hash of crowd) numbers.push(hash)
  }
  for (const heaviest of [callers, targets]) {
    numbers.push(heaviest.length / HEAVY)
    for (const number of heaviest) numbers.push(number)
  }
}

/** False for what `packDeltas` did not make: a version of us that is not this one. */
export function isWhole({ names, numbers }: Pick<Parcel, 'names' | 'numbers'>): boolean {
  if (!HEAD.every((number, place) => Object.is(numbers[place], number))) return false
  let offset = HEAD_NUMBERS
  for (let name = 0; name < names.length; name += 1) {
    offset += WIDTH
    for (const length of LISTS) offset += 1 + length * (numbers[offset] ?? Number.NaN)
  }
  return offset === numbers.length
}

/** Pours the cohort at `offset` into the sink; returns where the next one begins. */
export function pour(numbers: Float64Array, offset: number, sink: Sink): number {
  let place = offset
  const next = (): number => numbers[place++] ?? 0
  for (let column = 0; column < WIDTH; column += 1) sink.sum(column, next())
  for (let left = next(); left > 0; left -= 1) sink.gap(next(), next())
  for (let left = next(); left > 0; left -= 1) sink.account(next())
  for (let left = next(); left > 0; left -= 1) sink.client(next())
  for (let left = next(); left > 0; left -= 1) sink.address(next())
  for (let left = next(); left > 0; left -= 1) sink.caller(next(), next(), next())
  for (let left = next(); left > 0; left -= 1) sink.target(next(), next(), next())
  return place
}
