import { describe, expect, it } from 'vitest'
import { packVector, unpackVector } from '../../src/lib/vector.ts'

const VECTOR = Float32Array.of(1, -0, 0.1, Number.NaN, Number.POSITIVE_INFINITY, 1e-45)

describe('a feature vector as text', () => {
  it('comes back to the bit', () => {
    const back = unpackVector(packVector(VECTOR), VECTOR.length)
    expect(back && new Uint8Array(back.buffer)).toEqual(new Uint8Array(VECTOR.buffer))
  })

  it('may be a part of a larger buffer', () => {
    expect(unpackVector(packVector(VECTOR.subarray(1, 3)), 2)).toEqual(VECTOR.slice(1, 3))
  })

  it('lacks the features that are younger than it is', () => {
    expect(unpackVector(packVector(VECTOR.subarray(0, 2)), 4)).toEqual(
      Float32Array.of(1, -0, Number.NaN, Number.NaN),
    )
  })

  it.each([
    ['nothing', ''],
    ['no vector', 'not base64 at all'],
    ['half a float', 'AAAAAAA='],
    ['more features than there are', packVector(new Float32Array(7))],
  ])('is not read from %s', (_, text) => {
    expect(unpackVector(text, 6)).toBeUndefined()
  })
})
