import { describe, expect, it } from 'vitest'
import { newSeenIds } from '../../src/lib/seen-ids.ts'

describe('remembering ids', () => {
  it('knows the last ones, and at most twice its capacity of them', () => {
    const seen = newSeenIds(100)
    for (let n = 0; n < 1_000; n += 1) seen.add(`r${n}`)
    const known = Array.from({ length: 1_000 }, (_, n) => n).filter((n) => seen.has(`r${n}`))
    expect(known.length).toBeGreaterThanOrEqual(100)
    expect(known.length).toBeLessThanOrEqual(200)
    expect(known.at(-1)).toBe(999)
    expect(known[0]).toBe(1_000 - known.length)
  })
})
