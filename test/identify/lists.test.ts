import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ListHit } from '../../src/evidence.ts'
import { listsFrom } from '../../src/identify/list-index.ts'
import { type ListMistake, parseLists } from '../../src/identify/lists.ts'
import type { Lists } from '../../src/ports.ts'
import { arrive } from './arrive.ts'

const GOOD = `{
  "malicious": [
    { "address": "203.0.113.7", "note": "stuffing, 2026-11-02" },
    { "address": "2001:DB8::7" },
    { "prefix": "198.51.100.0/24", "note": "rented for campaigns" },
    { "prefix": "2001:db8:bad::/48" },
    { "asn": 64496, "note": "ignores complaints" }
  ],
  "hosting": [ { "asn": 64510, "note": "Example Cloud" } ]
}`

function listsOf(text: string): Lists {
  const parsed = parseLists(text)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes))
  return listsFrom(parsed.snapshot)
}

function mistakes(text: string): readonly ListMistake[] {
  const parsed = parseLists(text)
  return parsed.ok ? [] : parsed.mistakes
}

function hits(lists: Lists, address: string, asn?: number): readonly ListHit[] {
  return arrive({ headers: {}, address, cf: { asn } }, lists).listed
}

describe('parseLists()', () => {
  it('reads addresses, prefixes and networks, in canonical form', () => {
    const parsed = parseLists(GOOD)
    expect(parsed.ok && parsed.snapshot.prefixes.map(({ entry }) => entry)).toEqual([
      '203.0.113.7',
      '2001:db8::7',
      '198.51.100.0/24',
      '2001:db8:bad::/48',
    ])
    expect(parsed.ok && parsed.snapshot.networks).toEqual([{ asn: 64_496, note: 'ignores complaints' }])
    expect(parsed.ok && parsed.snapshot.hosting).toEqual([64_510])
  })

  it('takes a document with either list or none', () => {
    expect(parseLists('{}').ok).toBe(true)
    expect(parseLists('{"hosting":[]}').ok).toBe(true)
  })

  it('reports all mistakes at once, each with its line', () => {
    const text = `{
  "malicious": [
    { "address": "203.0.113.256" },
    { "address": "203.0.113.0/24" },
    { "prefix": "198.51.100.7/24" },
    { "prefix": "198.51.100.0/33" },
    { "prefix": "10.0.0.0/7" },
    { "asn": "AS64496" },
    { "asn": 0 },
    { "address": "203.0.113.7", "asn": 64496 },
    { "note": "nothing" },
    { "addres": "203.0.113.7" },
    { "asn": 64496,
      "note": 5 },
    "203.0.113.7"
  ],
  "hosting": [ { "asn": 4294967296 }, { "prefix": "198.51.100.0/24" } ],
  "hostile": []
}`
    expect(mistakes(text)).toEqual([
      { line: 18, found: 'hostile', allowed: '"malicious" or "hosting"' },
      { line: 3, found: '203.0.113.256', allowed: 'an IPv4 or IPv6 address' },
      { line: 4, found: '203.0.113.0/24', allowed: 'an IPv4 or IPv6 address' },
      {
        line: 5,
        found: '198.51.100.7/24',
        allowed: '198.51.100.0/24, without bits behind the prefix',
      },
      { line: 6, found: '198.51.100.0/33', allowed: 'a prefix such as 198.51.100.0/24' },
      { line: 7, found: '10.0.0.0/7', allowed: 'a prefix of 8 bits or more' },
      { line: 8, found: 'AS64496', allowed: 'a whole number from 1 to 4294967295' },
      { line: 9, found: '0', allowed: 'a whole number from 1 to 4294967295' },
      {
        line: 10,
        found: 'address, asn',
        allowed: 'one of "address", "prefix" and "asn", with or without "note"',
      },
      {
        line: 11,
        found: 'nothing',
        allowed: 'one of "address", "prefix" and "asn", with or without "note"',
      },
      {
        line: 12,
        found: 'addres',
        allowed: 'one of "address", "prefix" and "asn", with or without "note"',
      },
      { line: 14, found: '5', allowed: 'text of at most 200 characters' },
      { line: 15, found: '203.0.113.7', allowed: 'an object' },
      { line: 17, found: '4294967296', allowed: 'a whole number from 1 to 4294967295' },
      { line: 17, found: 'prefix', allowed: '"asn", with or without "note"' },
    ])
  })

  it.each([
    ['{\n"malicious": [\n{ "asn": 1 },\n]\n}', 4, 'malformed'],
    ['{"malicious": [],\n"malicious": []}', 2, 'duplicate_member'],
    ['{"malicious":[{"address":[[["deep"]]]}]}', 1, 'too_deep'],
    ['', 1, 'malformed'],
    [`{"hosting":[]}${' '.repeat(4_194_304)}`, 1, 'too_large'],
  ])('says where %.30j stops being JSON', (text, line, found) => {
    expect(mistakes(text)).toMatchObject([{ line, found }])
  })

  it.each(['[]', 'null', '"x"', '7'])('takes %s for no document', (text) => {
    expect(mistakes(text)).toMatchObject([{ line: 1, allowed: 'an object with "malicious" and "hosting"' }])
  })

  it('refuses a list of too many entries, and of another type', () => {
    const many = `{"hosting":[${Array(100_001).fill('{"asn":1}').join(',')}]}`
    expect(mistakes(many)).toMatchObject([{ found: '100001 entries' }])
    expect(mistakes('{"malicious":{}}')).toMatchObject([{ found: '{}' }])
  })

  it('reports fifty mistakes of a list that is wrong in every line, in a moment', () => {
    const wrong = `{"malicious":[\n${Array(50_000).fill('"203.0.113.7"').join(',\n')}\n]}`
    const found = mistakes(wrong)
    expect(found.length).toBe(50)
    expect(found.at(-1)).toMatchObject({ line: 51 })
  })

  it('never throws, whatever the text', () => {
    fc.assert(fc.property(fc.json(), (text) => void parseLists(text)))
  })
})

describe('listsFrom()', () => {
  const lists = listsOf(GOOD)

  it.each([
    ['203.0.113.7', [{ kind: 'address', entry: '203.0.113.7', note: 'stuffing, 2026-11-02' }]],
    ['::ffff:203.0.113.7', [{ kind: 'address', entry: '203.0.113.7', note: 'stuffing, 2026-11-02' }]],
    ['203.0.113.8', []],
    ['198.51.100.255', [{ kind: 'prefix', entry: '198.51.100.0/24', note: 'rented for campaigns' }]],
    ['198.51.101.0', []],
    ['2001:db8::7', [{ kind: 'address', entry: '2001:db8::7', note: '' }]],
    ['2001:db8:bad:ffff::1', [{ kind: 'prefix', entry: '2001:db8:bad::/48', note: '' }]],
    ['2001:db8:bae::1', []],
    ['', []],
  ])('knows %s', (address, expected) => {
    expect(hits(lists, address)).toEqual(expected)
  })

  it('knows an autonomous system, and names every entry that fits, the most exact first', () => {
    const nested = listsOf(
      '{"malicious":[{"asn":64496},{"prefix":"198.51.0.0/16"},{"address":"198.51.100.1"},{"prefix":"198.51.100.0/24"}]}',
    )
    expect(hits(nested, '198.51.100.1', 64_496).map(({ entry }) => entry)).toEqual([
      '198.51.100.1',
      '198.51.100.0/24',
      '198.51.0.0/16',
      'AS64496',
    ])
  })

  it('knows who rents out machines, and nobody where the edge does not say', () => {
    expect(arrive({ headers: {}, cf: { asn: 64_510 } }, lists).hosting).toBe(true)
    expect(arrive({ headers: {}, cf: { asn: 64_511 } }, lists).hosting).toBe(false)
    expect(arrive({ headers: {}, cf: { asn: undefined } }, lists).hosting).toBe(false)
  })

  it('agrees with a plain search through all prefixes', () => {
    const bits = fc.record({ value: fc.nat(0xffffffff), length: fc.integer({ min: 8, max: 32 }) })
    const dotted = (value: number): string =>
      [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.')
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 20 }), fc.nat(0xffffffff), (prefixes, address) => {
        const size = (length: number): number => 2 ** (32 - length)
        const base = prefixes.map(({ value, length }) => ({ start: value - (value % size(length)), length }))
        const text = JSON.stringify({
          malicious: base.map(({ start, length }) => ({ prefix: `${dotted(start)}/${length}` })),
        })
        const expected = new Set(
          base
            .filter(({ start, length }) => address >= start && address < start + size(length))
            .map(({ start, length }) => `${dotted(start)}/${length}`),
        )
        expect(new Set(hits(listsOf(text), dotted(address)).map(({ entry }) => entry))).toEqual(expected)
      }),
    )
  })
})
