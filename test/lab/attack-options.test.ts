import { describe, expect, it } from 'vitest'
import { parsePlan } from '../../lab/attack/options.ts'

/** Attempts, and the good pairs among them. */
function counts(...args: readonly string[]) {
  return parsePlan(args).variants.map(({ attempts, valid }) => [attempts, valid])
}

describe('an attack', () => {
  it('is the four promised ones where nothing of its own is asked for', () => {
    expect(counts('--no-browser', '--seed', '2')).toEqual(Array.from({ length: 4 }, () => [2_000, 20]))
  })

  it('has no more good pairs than attempts: it said twenty of five, and made twenty attempts', () => {
    expect(counts('--attempts', '5')).toEqual([[5, 5]])
    expect(counts('--attempts', '0')).toEqual([[0, 0]])
    expect(counts('--attempts', '100')).toEqual([[100, 20]])
    expect(counts('--attempts', '100', '--valid', '100')).toEqual([[100, 100]])
  })

  it.each([
    [['--attempts', '5', '--valid', '6'], '--valid is a whole number up to 5'],
    [['--valid', '171'], '--valid is a whole number up to 170'],
  ])('is refused where more are asked for: %j', (args, message) => {
    expect(() => parsePlan(args)).toThrow(message)
  })
})
