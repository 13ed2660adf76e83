import { describe, expect, it } from 'vitest'
import { readElement } from '../../../src/lib/der.ts'
import { nameEquals, readName, showName } from '../../../src/verify/x509/names.ts'
import type { Name } from '../../../src/verify/x509/types.ts'
import { attribute, der, oid, seq } from '../make-certificate.ts'

function name(...rdns: readonly Uint8Array[]): Name {
  const read = readName(readElement(seq(...rdns)))
  if (read === undefined) throw new Error('Cannot read the name')
  return read
}
const cn = (text: string, tag = 0x0c) => attribute('2.5.4.3', der(tag, text))
const o = (text: string) => attribute('2.5.4.10', text)
const both = (first: string, second: string) =>
  der(0x31, seq(oid('2.5.4.3'), der(0x0c, first)), seq(oid('2.5.4.10'), der(0x0c, second)))

describe('nameEquals()', () => {
  it.each([
    ['case', name(cn('Invented Bank')), name(cn('INVENTED bank'))],
    ['the type of string', name(cn('Invented', 0x0c)), name(cn('Invented', 0x13))],
    ['blanks at the ends and between words', name(cn('Invented Bank')), name(cn('  Invented   Bank '))],
    ['compatibility forms', name(cn('\ufb01ne')), name(cn('fine'))],
  ])('ignores %s', (_what, left, right) => {
    expect(nameEquals(left, right)).toBe(true)
  })

  it.each([
    ['another value', name(cn('a')), name(cn('b'))],
    ['another type', name(cn('a')), name(o('a'))],
    ['another order', name(cn('a'), o('b')), name(o('b'), cn('a'))],
    ['one name of two parts and two names of one', name(both('a', 'b')), name(cn('a'), o('b'))],
    ['part of it', name(o('a'), cn('b')), name(o('a'))],
    ['a value that is written like two', name(cn('a","2.5.4.10","b')), name(cn('a'), o('b'))],
    ['TeletexString, which has no agreed meaning', name(cn('a', 0x14)), name(cn('a', 0x0c))],
    ['no text at all', name(attribute('2.5.4.3', der(2, 1))), name(attribute('2.5.4.3', der(2, 2)))],
  ])('does not ignore %s', (_what, left, right) => {
    expect(nameEquals(left, right)).toBe(false)
  })
})

describe('showName()', () => {
  it('writes a name for people, from the leaf up, with nothing that could forge another', () => {
    expect(showName(name(o('Invented "Bank"'), cn('a, O=b'), attribute('1.2.3', 'x')))).toBe(
      '1.2.3=x, CN=a, O=b, O=Invented \\"Bank\\"',
    )
  })
})
