import { describe, expect, it } from 'vitest'
import { isAttempt } from '../../src/lib/attempt.ts'
import { exchangeOf, matchOf } from '../fixtures/facts.ts'

describe('isAttempt()', () => {
  it.each([
    ['POST', 'login', {}, true],
    ['PUT', 'login', {}, true],
    ['GET', 'login', {}, false],
    ['HEAD', 'login', {}, false],
    ['OPTIONS', 'login', {}, false],
    ['POST', 'other', {}, false],
    ['POST', 'payment', {}, false],
    ['POST', 'payment', { card: 'k1.card' }, true],
    ['GET', 'other', { card: 'k1.card' }, true],
  ] as const)('%s on a %s route with claims %j: %s', (method, sensitivity, claims, attempt) => {
    expect(isAttempt({ exchange: exchangeOf({ method }), match: matchOf({ sensitivity }), claims })).toBe(
      attempt,
    )
  })
})

describe('the sources', () => {
  const FILES = import.meta.glob<string>('../../src/**/*.ts', { query: '?raw', import: 'default' })

  it('say in one place what an attempt is: the ledger cannot count what the rules do not judge', async () => {
    const texts = await Promise.all(Object.values(FILES).map((load) => load()))
    expect(texts.filter((text) => /function isAttempt\b/.test(text))).toHaveLength(1)
  })
})
