import { describe, expect, it } from 'vitest'
import { joinBytes, sameBytes } from '../../src/lib/bytes.ts'

describe('the chunks of a stream', () => {
  it('are joined in the order in which they came', () => {
    const chunks = [Uint8Array.of(1, 2), Uint8Array.of(), Uint8Array.of(3)]
    expect(joinBytes(chunks, 3)).toEqual(Uint8Array.of(1, 2, 3))
  })

  it('are no octets where there are none', () => {
    expect(joinBytes([], 0)).toEqual(new Uint8Array(0))
  })
})

describe('two runs of octets', () => {
  it('are the same by length and by every octet, so that none passes for a longer one that begins like it', () => {
    const octets = Uint8Array.of(1, 2)
    expect(sameBytes(octets, Uint8Array.of(1, 2))).toBe(true)
    expect(sameBytes(octets, Uint8Array.of(1, 3))).toBe(false)
    expect(sameBytes(octets, Uint8Array.of(1, 2, 3))).toBe(false)
  })
})
