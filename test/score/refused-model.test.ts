import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadForest } from '../../src/score/forest.ts'
import { MAX_MODEL_BYTES } from '../../src/score/format.ts'
import scorer from '../../wasm/build/scorer.wasm'
import { seal, writeBlob } from './blob.ts'
import { TINY } from './models.ts'

describe('a model is refused', () => {
  const blob = writeBlob(TINY)

  function reason(bytes: Uint8Array, features = TINY.features, classes = TINY.classes): string {
    const loaded = loadForest(scorer, bytes, features, classes)
    return loaded.ok ? 'accepted' : loaded.reason
  }

  function forged(change: (view: DataView) => void): Uint8Array {
    const copy = blob.slice()
    change(new DataView(copy.buffer))
    return seal(copy)
  }

  const FORGED: readonly (readonly [what: string, change: (view: DataView) => void, reason: string])[] = [
    ['another magic', (view) => view.setUint8(0, 0x51), 'model_not_a_forest'],
    ['a version that is not known', (view) => view.setUint32(8, 2, true), 'model_version_unknown'],
    ['a length that is not its own', (view) => view.setUint32(12, 1, true), 'model_length_wrong'],
    ['another depth', (view) => view.setUint32(16, 7, true), 'model_version_unknown'],
    ['no trees', (view) => view.setUint32(20, 0, true), 'model_counts_out_of_range'],
    ['four billion trees', (view) => view.setUint32(20, 0xffffffff, true), 'model_counts_out_of_range'],
    ['more trees than it has', (view) => view.setUint32(20, 16, true), 'model_length_wrong'],
    ['an unfinished round', (view) => view.setUint32(20, 3, true), 'model_counts_out_of_range'],
    ['no classes', (view) => view.setUint32(24, 0, true), 'model_counts_out_of_range'],
    ['25 classes', (view) => view.setUint32(24, 25, true), 'model_counts_out_of_range'],
    ['another class count', (view) => view.setUint32(24, 4, true), 'model_classes_differ'],
    ['257 features', (view) => view.setUint32(28, 257, true), 'model_counts_out_of_range'],
    ['another feature count', (view) => view.setUint32(28, 4, true), 'model_features_differ'],
    [
      'a slot of a feature that it does not have',
      (view) => view.setUint32(192, 12, true),
      'model_node_invalid',
    ],
    ['a slot between features', (view) => view.setUint32(192, 2, true), 'model_node_invalid'],
    ['a slot beyond all features', (view) => view.setUint32(192, 1024 + 12, true), 'model_node_invalid'],
    ['a slot far outside', (view) => view.setUint32(192, 0xfffffffc, true), 'model_node_invalid'],
    ['a threshold of infinity', (view) => view.setInt32(196, 0x7f800000, true), 'model_node_invalid'],
    ['a threshold that is no number', (view) => view.setInt32(196, -0x7fffffff, true), 'model_node_invalid'],
    [
      'a bad node in the padding',
      (view) => view.setUint32(192 + 8 * 63 * 8 - 8, 999_999, true),
      'model_node_invalid',
    ],
    [
      'a leaf of NaN',
      (view) => view.setUint32(view.byteLength - 36, 0x7fc00000, true),
      'model_value_invalid',
    ],
    [
      'a leaf beyond bounds',
      (view) => view.setFloat32(view.byteLength - 36, 1e7, true),
      'model_value_invalid',
    ],
    ['an infinite mean', (view) => view.setFloat32(192 + 8 * 63 * 8, Infinity, true), 'model_value_invalid'],
    ['an infinite base margin', (view) => view.setFloat32(96, -Infinity, true), 'model_value_invalid'],
  ]
  it.each(FORGED)('that has %s, though its hash is right', (_what, change, expected) => {
    expect(reason(forged(change))).toBe(expected)
  })

  it('that was trained on other features, other classes or another order of them', () => {
    expect(reason(blob)).toBe('accepted')
    expect(reason(blob, ['failures', 'requestRate', 'pages'])).toBe('model_features_differ')
    expect(reason(blob, TINY.features.slice(1))).toBe('model_features_differ')
    expect(reason(blob, TINY.features, ['stuffing', 'person'])).toBe('model_classes_differ')
  })

  it('with any bit changed', () => {
    fc.assert(
      fc.property(fc.nat(8 * blob.length - 1), (bit) => {
        const changed = blob.slice()
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(reason(changed)).not.toBe('accepted')
      }),
      { numRuns: 2000 },
    )
  })

  it('with any end cut off, or anything put after it', () => {
    fc.assert(
      fc.property(fc.nat(blob.length - 1), fc.uint8Array({ minLength: 1, maxLength: 64 }), (length, tail) => {
        expect(reason(blob.subarray(0, length))).not.toBe('accepted')
        expect(reason(Uint8Array.of(...blob, ...tail))).not.toBe('accepted')
      }),
      { numRuns: 300 },
    )
    expect(reason(new Uint8Array(MAX_MODEL_BYTES + 1))).toBe('model_too_large')
    expect(reason(new Uint8Array(0))).toBe('model_too_small')
  })

  it('or is safe to run, whatever a forger wrote under a right hash', () => {
    const edit = fc.record({ word: fc.nat(blob.length / 4 - 9), value: fc.integer() })
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        const bytes = forged((view) => {
          for (const { word, value } of edits) view.setInt32(4 * word, value, true)
        })
        const loaded = loadForest(scorer, bytes, TINY.features, TINY.classes)
        if (!loaded.ok) return
        const margins = loaded.value.score(Float32Array.of(Number.NaN, Infinity, -1))
        expect(margins.every(Number.isFinite)).toBe(true)
        loaded.value.explain(1)
      }),
      { numRuns: 1000 },
    )
  })

  it('from a view into a larger buffer as from one of its own', () => {
    const larger = new Uint8Array(blob.length + 9)
    larger.set(blob, 3)
    expect(reason(larger.subarray(3, 3 + blob.length))).toBe('accepted')
  })
})
