import { describe, expect, it } from 'vitest'
import { signInFailures } from '../../src/operator/failures.ts'

describe('signInFailures()', () => {
  it('makes a network wait after ten failures in a minute, and nobody else', () => {
    const failures = signInFailures()
    for (let tried = 0; tried < 10; tried += 1) {
      expect(failures.waits('198.51.100.0/24', 1_000 + tried)).toBe(false)
      failures.failed('198.51.100.0/24', 1_000 + tried)
    }
    expect(failures.waits('198.51.100.0/24', 60_999)).toBe(true)
    expect(failures.waits('203.0.113.0/24', 60_999)).toBe(false)
    expect(failures.waits('198.51.100.0/24', 61_000)).toBe(false)
  })

  it('remembers a bounded number of networks: the oldest goes', () => {
    const failures = signInFailures(2)
    for (const prefix of ['a', 'b', 'c']) for (let n = 0; n < 10; n += 1) failures.failed(prefix, 0)
    expect(['a', 'b', 'c'].map((prefix) => failures.waits(prefix, 1))).toEqual([false, true, true])
  })
})
