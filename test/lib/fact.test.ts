import { describe, expect, it } from 'vitest'
import { ABSENT, invalid, known, unavailable, valid } from '../../src/lib/fact.ts'

describe('known()', () => {
  it('gives the value of a valid fact and nothing for the three states that have none', () => {
    expect(known(valid(7))).toBe(7)
    expect(known(ABSENT)).toBeUndefined()
    expect(known(invalid('bad'))).toBeUndefined()
    expect(known(unavailable('late'))).toBeUndefined()
  })
})
