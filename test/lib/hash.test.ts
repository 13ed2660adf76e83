import { describe, expect, it } from 'vitest'
import { hash64 } from '../../src/lib/hash.ts'

describe('hash64()', () => {
  it('is sixteen hexadecimal digits, the same ones for the same text', () => {
    expect(hash64('')).toMatch(/^[0-9a-f]{16}$/)
    expect(hash64('accept,user-agent')).toBe(hash64('accept,user-agent'))
  })

  it('gives 200,000 similar texts 200,000 names, and halves of them that differ as often as 32 bits do', () => {
    const names = Array.from({ length: 200_000 }, (_, at) => hash64(`client-${at}`))
    expect(new Set(names).size).toBe(names.length)
    for (const half of [0, 8]) {
      // Birthday bound for 200,000 in 2^32: 4.7 collisions are expected.
      expect(names.length - new Set(names.map((name) => name.slice(half, half + 8))).size).toBeLessThan(25)
    }
  })

  it('changes half of its bits when one character changes', () => {
    let changed = 0
    for (let at = 0; at < 1_000; at++) {
      const bits = BigInt(`0x${hash64(`a${at}`)}`) ^ BigInt(`0x${hash64(`b${at}`)}`)
      changed += bits.toString(2).replaceAll('0', '').length
    }
    expect(changed / 1_000).toBeGreaterThan(30)
    expect(changed / 1_000).toBeLessThan(34)
  })
})
