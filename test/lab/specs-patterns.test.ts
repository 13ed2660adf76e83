/** Which engine runs a pattern, and that the engines say the same. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codePattern } from '../../lab/specs/patterns.ts'
import { newProblems } from '../../lab/specs/problem.ts'
import { workOf } from '../../lab/specs/regexp/cost.ts'
import { parseRegExp } from '../../lab/specs/regexp/parse.ts'
import { printRe2 } from '../../lab/specs/regexp/print.ts'
import { compilePattern } from '../../src/inventory/specs/patterns.ts'

function engineOf(source: string, maxLength?: number): string | undefined {
  return codePattern(source, '', maxLength, newProblems())?.slice(0, 1)
}

describe('a pattern runs by the platform’s engine where that is quick for every text', () => {
  it.each([
    '^[A-Z]{3,3}$',
    '^\\d{1,13}$|^\\d{1,13}\\.\\d{1,5}$',
    '^(?!\\s)(.*)(\\S)$',
    '^[A-Z0-9]{18,18}[0-9]{2,2}$',
    '[a-zA-Z0-9]{1,30}',
    '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==)?$',
    '^(?=.*[A-Z])(?=.*\\d).{8,64}$',
    '^[^<>]*$',
    '^\\p{L}+$',
    '^(?:red|green|blue)(?:,(?:red|green|blue))*$',
  ])('%s', (source) => {
    expect(engineOf(source)).toBe('u')
  })
})

describe('and by RE2 where it may not be', () => {
  it.each([
    '^(a+)+$',
    '^(a|a)*$',
    '^(a|ab)*c$',
    '(a*)*b',
    '^(.*)*$',
    'a+b$',
    '^a*a*a*$',
    '^\\s*(\\w+\\s*)*$',
    '^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}[a-z]{2,3}$',
    '(x+x+)+y',
    '^(([^\\s]+\\s?)+)$',
  ])('%s', (source) => {
    expect(engineOf(source)).toBe('r')
  })

  it('a bounded text lets a slow pattern be quick enough', () => {
    expect(engineOf('^.*,\\d$')).toBe('u')
    expect(engineOf('^.*,.*$')).toBe('r')
    expect(engineOf('^.*,.*$', 64)).toBe('u')
  })

  it('not at all where RE2 cannot run it', () => {
    expect(engineOf('^(a+)+\\1$')).toBeUndefined()
    expect(engineOf('^(?=(a+)+b)')).toBeUndefined()
  })
})

const ATOM = fc.constantFrom(
  'a',
  'b',
  '[ab]',
  '[^a]',
  '.',
  '\\d',
  '\\s',
  '\\w',
  '\\W',
  '(?:ab|c)',
  '(a|b)',
  'x',
  '\\.',
  '[a-c1-3]',
  '\\u0062',
  'é',
  '😀',
)
const QUANTIFIED = fc
  .tuple(ATOM, fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,3}', '{2,}', '*?'))
  .map(([atom, sign]) => atom + sign)
const PATTERN = fc
  .tuple(
    fc.constantFrom('^', ''),
    fc.array(
      fc.oneof(
        QUANTIFIED,
        fc.array(QUANTIFIED, { minLength: 1, maxLength: 3 }).map((parts) => `(?:${parts.join('')})*`),
      ),
      { minLength: 1, maxLength: 4 },
    ),
    fc.constantFrom('$', ''),
  )
  .map(([start, parts, end]) => start + parts.join('') + end)
const TEXT = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', 'x', '1', '.', ' ', '\n', '\u2028', '\u00a0', 'é', '😀', '_'),
  maxLength: 12,
})

describe('what RE2 is given', () => {
  it('is the same language, class for class', () => {
    let compared = 0
    fc.assert(
      fc.property(PATTERN, fc.array(TEXT, { minLength: 5, maxLength: 5 }), (source, texts) => {
        const tree = parseRegExp(source)
        const expression = tree === undefined ? undefined : printRe2(tree)
        if (expression === undefined) return
        const [native, linear] = [new RegExp(source, 'u'), compilePattern(`r:${expression}`)]
        for (const text of texts) {
          expect([source, text, linear.test(text)]).toEqual([source, text, native.test(text)])
          compared++
        }
      }),
      { seed: 11, numRuns: 3_000 },
    )
    expect(compared).toBeGreaterThan(10_000)
  })

  it('and what is called cheap is cheap: the worst of long texts takes no longer than its length', () => {
    const worst = ['a', 'b', 'ab', 'c', '1', ' ', 'x', 'aab', 'é']
    let tried = 0
    fc.assert(
      fc.property(PATTERN, (source) => {
        const work = workOf(parseRegExp(source) ?? { kind: 'end' })
        if (work === undefined || work.degree > 1) return
        const native = new RegExp(source, 'u')
        for (const unit of worst) native.test(`${unit.repeat(10_000)}!`)
        tried++
      }),
      // An engine that needed the square of the length would be at it for an hour.
      { seed: 12, numRuns: 900, interruptAfterTimeLimit: 30_000, markInterruptAsFailure: true },
    )
    expect(tried).toBeGreaterThan(200)
  })
})
