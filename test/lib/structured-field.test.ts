import { describe, expect, it } from 'vitest'
import { sfBytes, sfDecimal, sfDictionary, sfString, sfToken } from '../../src/lib/structured-field.ts'

describe('structured fields (RFC 9651)', () => {
  it.each([
    ['PSDGB-FCA-1', '"PSDGB-FCA-1"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['', '""'],
    ['é', undefined],
    ['a\r\nx: y', undefined],
  ])('writes the string %j as %j, and nothing that is not ASCII', (text, expected) => {
    expect(sfString(text)).toBe(expected)
  })

  it.each([
    ['credential_stuffing', 'credential_stuffing'],
    ['*', '*'],
    ['1st', undefined],
    ['a b', undefined],
    ['a,b=1', undefined],
    ['', undefined],
  ])('writes the token %j as %j', (text, expected) => {
    expect(sfToken(text)).toBe(expected)
  })

  it.each([
    [0, '0.0'],
    [1, '1.0'],
    [0.02, '0.02'],
    [0.9375, '0.938'],
    [-0.0001, '0.0'],
    [-1.5, '-1.5'],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [1e12, undefined],
  ])('writes the decimal %d as %j', (value, expected) => {
    expect(sfDecimal(value)).toBe(expected)
  })

  it('writes bytes between colons, and leaves out members without a value', () => {
    expect(sfBytes(Uint8Array.of(0, 255))).toBe(':AP8=:')
    expect(
      sfDictionary([
        ['a', '1'],
        ['b', undefined],
        ['c', 'x'],
      ]),
    ).toBe('a=1, c=x')
  })
})
