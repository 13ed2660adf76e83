import { describe, expect, it } from 'vitest'
import { isCanonical } from '../../src/lib/der-canonical.ts'
import { der, seq } from '../verify/make-certificate.ts'

const bytes = (...octets: readonly number[]) => Uint8Array.from(octets)

describe('isCanonical()', () => {
  it.each([
    [
      'a sequence of everything',
      seq(der(1, 0xff), der(2, 0x00), der(3, 1, 0x06), der(4, 9), der(5), der(6, 0x55)),
    ],
    ['a number that needs its zero', der(2, 0, 0x80)],
    ['an empty bit string', der(3, 0)],
    ['a set in order', der(0x31, der(2, 1), der(2, 2))],
    ['what a context-specific type holds', der(0xa0, der(2, 1))],
    ['octets of a context-specific type', der(0x80, 0xff, 0xff)],
  ])('takes %s', (_what, input) => {
    expect(isCanonical(input)).toBe(true)
  })

  it.each([
    ['nothing', bytes()],
    ['two elements', bytes(5, 0, 5, 0)],
    ['an element beyond its parent', bytes(0x30, 0x02, 0x04, 0x01)],
    ['a length in more octets than it needs', bytes(0x04, 0x81, 0x01, 0x00)],
    ['the indefinite length', bytes(0x30, 0x80, 0, 0)],
    ['a string in pieces', der(0x24, der(4, 1))],
    ['a truth of another octet', der(1, 1)],
    ['a truth of two octets', der(1, 0, 0)],
    ['an empty number', der(2)],
    ['a number with a zero too many', der(2, 0, 1)],
    ['a negative number with ones too many', der(2, 0xff, 0x80)],
    ['a bit string without its first octet', der(3)],
    ['a bit string whose unused bits are set', der(3, 1, 0x07)],
    ['a bit string with nine unused bits', der(3, 9, 0)],
    ['unused bits of nothing', der(3, 1)],
    ['a NULL with content', der(5, 0)],
    ['an empty object identifier', der(6)],
    ['an unfinished object identifier', der(6, 0x55, 0x84)],
    ['an object identifier with padding', der(6, 0x55, 0x80, 0x04)],
    ['a set out of order', der(0x31, der(2, 2), der(2, 1))],
    ['UTF-16 of an odd length', der(0x1e, 0)],
    ['a REAL, which nothing here has', der(9, 0)],
    ['a primitive sequence', der(0x10)],
  ])('refuses %s', (_what, input) => {
    expect(isCanonical(input)).toBe(false)
  })

  it('stops at a depth that no certificate has, without recursion', () => {
    let deep = der(5)
    for (let at = 0; at < 3_000; at += 1) deep = seq(deep)
    expect(isCanonical(deep)).toBe(false)
  })
})
