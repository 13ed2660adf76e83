import { describe, expect, it } from 'vitest'
import { hash32 } from '../../src/lib/hash32.ts'

describe('the 32-bit hash', () => {
  it.each([0, 7, 15, 23, 31])('sets bit %d in half of all names, however alike they are', (bit) => {
    let set = 0
    for (let n = 0; n < 4_096; n += 1) set += (hash32(`address:10.0.${n >> 8}.${n & 255}/32`) >>> bit) & 1
    expect(Math.abs(set - 2_048)).toBeLessThan(160)
  })

  it('stays what it is: shards and stored sketches depend on it', () => {
    expect([hash32(''), hash32('192.0.2.0/24'), hash32('k1.alice')]).toEqual([
      2_872_998_923, 1_043_636_951, 2_424_413_493,
    ])
  })
})
