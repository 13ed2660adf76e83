import { describe, expect, it } from 'vitest'
import { inOneBlock, type Row } from '../../lab/train/rows.ts'
import { FEATURE_NAMES } from '../../src/score/features.ts'

function row(index: number): Row {
  const features = Float32Array.from(FEATURE_NAMES, (_, at) => (at % 7 === 0 ? Number.NaN : index + at / 8))
  const what = { intent: 'scraping', part: 'learn', group: index } as const
  return { ...what, features, weight: 1, seen: index + 1, novel: false }
}

describe('rows to learn from', () => {
  it('are the same after they were handed to another thread', () => {
    const made = [0, 1, 2].map(row)
    const { rows, block } = inOneBlock(made)
    const taken = structuredClone(rows, { transfer: [block] })
    expect(taken).toEqual(made)
    expect(block.byteLength).toBe(0)
    expect(new Set(taken.map(({ features }) => features.buffer)).size).toBe(1)
  })
})
