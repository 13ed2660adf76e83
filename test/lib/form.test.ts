import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseForm } from '../../src/lib/form.ts'

describe('parseForm()', () => {
  it('reads what a browser writes', () => {
    const pairs = fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })))
    fc.assert(
      fc.property(pairs, (fields) => {
        const text = new URLSearchParams(fields.map(([name, value]) => [name, value])).toString()
        expect(parseForm(text)).toEqual({ ok: true, value: fields })
      }),
    )
  })

  it.each([
    ['user=al%ice', 'malformed'],
    ['user=%', 'malformed'],
    ['user=%4', 'malformed'],
    ['us%zzer=a', 'malformed'],
    ['user=%C0%AF', 'malformed'],
    ['user=%ED%A0%80', 'malformed'],
    ['user=%FF', 'malformed'],
    ['user=decoy;user=alice', 'malformed'],
    [Array.from({ length: 257 }, (_, at) => `f${at}=`).join('&'), 'too_many_fields'],
  ])('refuses %.40s as %s', (text, reason) => {
    expect(parseForm(text)).toEqual({ ok: false, reason })
  })

  it('takes a field without a value, empty pairs and a value with an equals sign', () => {
    expect(parseForm('&a&b=&c=d=e&')).toEqual({
      ok: true,
      value: [
        ['a', ''],
        ['b', ''],
        ['c', 'd=e'],
      ],
    })
  })

  it('reads plus as a space and %2B as a plus', () => {
    expect(parseForm('a+b=%2B+%20')).toEqual({ ok: true, value: [['a b', '+  ']] })
  })
})
