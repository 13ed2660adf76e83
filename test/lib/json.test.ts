import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkJson, parseJson } from '../../src/lib/json.ts'

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

describe('parseJson()', () => {
  it('reads whatever JSON.parse reads, when every name is there once', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        const parsed = parseJson(text)
        expect(parsed).toEqual({ ok: true, value: JSON.parse(text) })
      }),
    )
  })

  it('refuses whatever JSON.parse refuses, and never throws', () => {
    const noise = fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0019eE+-.truefalsn \n\u0000\u00e9') })
    fc.assert(
      fc.property(noise, (text) => {
        const parsed = parseJson(text)
        let readable = true
        try {
          JSON.parse(text)
        } catch {
          readable = false
        }
        if (!readable) expect(parsed.ok).toBe(false)
        else if (!parsed.ok) expect(parsed.reason).not.toBe('malformed')
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ['', 'malformed'],
    ['{"a":1', 'malformed'],
    ['{"a":1}x', 'malformed'],
    ['{"a":1,}', 'malformed'],
    ['{a:1}', 'malformed'],
    ["{'a':1}", 'malformed'],
    ['[01]', 'malformed'],
    ['[1.]', 'malformed'],
    ['[NaN]', 'malformed'],
    ['["\u0001"]', 'malformed'],
    ['["\\x41"]', 'malformed'],
    ['\ufeff{}', 'malformed'],
    ['{"a":1,"a":2}', 'duplicate_member'],
    ['{"user":1,"\\u0075ser":2}', 'duplicate_member'],
    ['[{"b":{"a":1,"c":[{}],"a":1}}]', 'duplicate_member'],
    ['{"__proto__":1,"__proto__":2}', 'duplicate_member'],
    [nested(33), 'too_deep'],
    [`{"a":${nested(32)}}`, 'too_deep'],
    [`"${'x'.repeat(1_048_576)}"`, 'too_large'],
  ])('refuses %.40s as %s', (text, reason) => {
    expect(parseJson(text)).toEqual({ ok: false, reason })
  })

  it.each(['"\\ud800"', '"\\udc00\\ud800"', '{"\\ud83d":1}'])(
    'refuses the lone surrogate in %s, of which every reader makes something else',
    (text) => {
      expect(parseJson(text)).toEqual({ ok: false, reason: 'malformed' })
    },
  )

  it('takes a surrogate pair, a name twice in two objects, and the deepest nesting that is allowed', () => {
    expect(parseJson('"\\ud83d\\ude00"')).toEqual({ ok: true, value: '\u{1f600}' })
    expect(parseJson('[{"a":1},{"a":{"a":2}}]').ok).toBe(true)
    expect(parseJson(nested(32)).ok).toBe(true)
  })

  it('survives a bomb of a megabyte of opening brackets', () => {
    expect(parseJson('['.repeat(1_000_000))).toEqual({ ok: false, reason: 'too_deep' })
    expect(parseJson('{"a":'.repeat(200_000))).toEqual({ ok: false, reason: 'too_deep' })
  })

  it('leaves the prototype of objects alone', () => {
    const parsed = parseJson('{"__proto__":{"admin":true}}')
    expect('admin' in {}).toBe(false)
    expect(parsed.ok && Object.entries(Object(parsed.value))).toEqual([['__proto__', { admin: true }]])
  })
})

describe('checkJson()', () => {
  it.each([
    ['{"a":1,"b":tru}', 11],
    ['{"a":1 "b":2}', 7],
    ['{"a":1,"a":2}', 7],
    ['[1,2', 4],
  ])('says where %s goes wrong', (text, offset) => {
    expect(checkJson(text)?.offset).toBe(offset)
  })
})
