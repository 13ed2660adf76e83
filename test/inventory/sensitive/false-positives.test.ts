/**
 * How often chance looks like data, by the rules as they are. One tool reported 374 cards in 300,000 lines of a log, and
 * all of them were times in milliseconds.
 */
import { describe, expect, it } from 'vitest'
import { inspect } from '../../../src/inventory/sensitive/inspect.ts'
import { numbers } from '../learn/scene.ts'

const random = numbers(3)
const digits = (count: number): string =>
  Array.from({ length: count }, () => Math.floor(random() * 10)).join('')
const letters = (count: number): string =>
  Array.from({ length: count }, () => String.fromCharCode(65 + Math.floor(random() * 26))).join('')

const TABLE: readonly {
  readonly what: string
  readonly make: (at: number) => string
  readonly kind: string
  readonly field?: string
  readonly most: number
}[] = [
  {
    what: 'times in milliseconds',
    make: (at) => String(1_763_715_600_000 + at * 86_413),
    kind: 'any',
    most: 0,
  },
  { what: 'times in seconds', make: (at) => String(1_763_715_600 + at * 97), kind: 'any', most: 0 },
  { what: 'random 16 digits', make: () => digits(16), kind: 'pan', most: 0.03 },
  { what: 'random 14 digits', make: () => digits(14), kind: 'pan', most: 0.005 },
  { what: 'sort code 08-08-00 and an account', make: () => `080800${digits(8)}`, kind: 'pan', most: 0 },
  { what: 'sort code 40-47-84 and an account', make: () => `404784${digits(8)}`, kind: 'pan', most: 0 },
  {
    what: 'GB and random characters',
    make: () => `GB${digits(2)}${letters(4)}${digits(14)}`,
    kind: 'iban',
    most: 0.02,
  },
  { what: 'random 11 digits', make: () => digits(11), kind: 'any', most: 0 },
  { what: 'random 9 digits', make: () => digits(9), kind: 'any', most: 0 },
  { what: 'random 9 digits called ssn', make: () => digits(9), kind: 'us_ssn', field: 'ssn', most: 1 },
  { what: 'random 15 digits', make: () => digits(15), kind: 'fr_insee', most: 0.003 },
  { what: '8 digits and a letter', make: () => digits(8) + letters(1), kind: 'es_dni', most: 0.06 },
  {
    what: 'random 16 letters and digits',
    make: () => letters(6) + digits(10),
    kind: 'it_codice_fiscale',
    most: 0,
  },
]

describe('false positives', () => {
  it.each(TABLE)('of $what stay at or below $most', ({ make, kind, field = '', most }) => {
    const TIMES = 20_000
    let hits = 0
    for (let at = 0; at < TIMES; at++) {
      let hit = false
      inspect(make(at), field, (found, _offset, near) => {
        hit ||= !near && (kind === 'any' || found === kind)
      })
      if (hit) hits++
    }
    expect(hits / TIMES).toBeLessThanOrEqual(most)
  })

  it('of random 16 digits are outnumbered by what is near, so that the inventory can tell', () => {
    let [cards, near] = [0, 0]
    for (let at = 0; at < 20_000; at++) {
      inspect(digits(16), '', (_found, _offset, isNear) => {
        if (isNear) near++
        else cards++
      })
    }
    expect(cards / (cards + near)).toBeLessThan(0.15)
  })
})
