import { describe, expect, it } from 'vitest'
import { packVector, shortVector, unpackVector, wholeVector } from '../../src/lib/vector.ts'

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
    ['values of every kind', VECTOR],
    ['nothing but what is usual', Float32Array.of(0, 1, Number.NaN, 0, 1)],
    ['another NaN', new Float32Array(Uint32Array.of(0x7fc00001, 0xffc00000).buffer)],
    ['a part of a larger buffer', VECTOR.subarray(1, 3)],
    ['as many as a model may have', Float32Array.from({ length: 256 }, (_, at) => (at % 5) / 4)],
    ['none', new Float32Array(0)],
  ])('is short and whole again: %s', (_, features) => {
    expect(wholeVector(shortVector(features))).toBe(packVector(features))
  })

  it('is less than half as long where most of it is usual', () => {
    const features = Float32Array.from({ length: 221 }, (_, at) => (at % 4 === 3 ? at : at % 2))
    expect(shortVector(features).length).toBeLessThan(packVector(features).length / 2)
  })

  it('stays as it is where it is not short, and is no vector where it was cut', () => {
    expect(wholeVector('AAAA')).toBe('AAAA')
    expect(wholeVector(shortVector(VECTOR).slice(0, -4))).toBe('')
    expect(wholeVector('~')).toBe('')
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
