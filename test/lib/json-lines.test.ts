import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineAt, lineOfValue } from '../../src/lib/json-lines.ts'

const TEXT = `{
  "skip": { "list": [1, "]}", {"x": "\\"}"}], "n": -1.5e3 },
  "list": [
    true,
    { "name":
        "deep" },

    null
  ]
}`

describe('lineOfValue()', () => {
  it.each([
    [[], 1],
    [['skip'], 2],
    [['skip', 'n'], 2],
    [['list'], 3],
    [['list', '0'], 4],
    [['list', '1'], 5],
    [['list', '1', 'name'], 6],
    [['list', '2'], 8],
  ])('finds %j', (tokens, line) => {
    expect(lineOfValue(TEXT, tokens)).toBe(line)
  })

  it('stays at the last value on the way where the rest leads nowhere', () => {
    expect(lineOfValue(TEXT, ['list', '1', 'missing', 'x'])).toBe(5)
    expect(lineOfValue(TEXT, ['list', '9'])).toBe(3)
  })

  it('comes to an end on every JSON text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.string(), { maxLength: 3 }), (value, tokens) => {
        expect(lineOfValue(JSON.stringify(value, null, 1), tokens)).toBeGreaterThan(0)
      }),
    )
  })
})

describe('lineAt()', () => {
  it('counts from one, and a line break belongs to the line that it ends', () => {
    expect([0, 1, 2, 3, 99].map((offset) => lineAt('a\nb\n', offset))).toEqual([1, 1, 2, 2, 3])
  })
})
