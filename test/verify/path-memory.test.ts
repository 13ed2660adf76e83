import { describe, expect, it } from 'vitest'
import type { Held, Refused } from '../../src/verify/examine.ts'
import { nameOf, pathMemory } from '../../src/verify/path-memory.ts'
import { NOW, presented, tpp } from '../fixtures/scene.ts'

function held(expiresAt = NOW + 60_000): Held {
  const examination = { thumbprint: '', organisation: undefined, kind: undefined, fault: '', warnings: [] }
  return {
    ok: true,
    tpp: tpp(),
    examination,
    path: [],
    thumbprints: [],
    issuers: [],
    expiresAt,
    staleAt: undefined,
    withdrawnAt: undefined,
  }
}
const REFUSED: Refused = { ok: false, problem: 'certificate_untrusted', examination: undefined }

describe('pathMemory()', () => {
  it('forgets what expired, in its very moment and not before', () => {
    const memory = pathMemory()
    memory.keep('a', held(NOW), NOW - 1)
    expect(memory.recall('a', NOW)?.ok).toBe(true)
    expect(memory.recall('a', NOW + 1)).toBe(undefined)
  })

  it('keeps a refusal for half a minute: no longer than it takes to add a missing authority', () => {
    const memory = pathMemory()
    memory.keep('a', REFUSED, NOW)
    expect(memory.recall('a', NOW + 29_999)).toBe(REFUSED)
    expect(memory.recall('a', NOW + 30_000)).toBe(undefined)
  })

  it('lets go of the one unseen for the longest', () => {
    const memory = pathMemory(2, 2)
    memory.keep('a', held(), NOW)
    memory.keep('b', held(), NOW)
    memory.recall('a', NOW)
    memory.keep('c', held(), NOW)
    expect(['a', 'b', 'c'].map((name) => memory.recall(name, NOW) !== undefined)).toEqual([true, false, true])
  })

  it('a flood of certificates that are refused pushes out none that holds', () => {
    const memory = pathMemory(2, 2)
    memory.keep('good', held(), NOW)
    for (let count = 0; count < 1_000; count += 1) memory.keep(`bad ${count}`, REFUSED, NOW)
    expect(memory.recall('good', NOW)?.ok).toBe(true)
    expect(memory.recall('bad 0', NOW)).toBe(undefined)
  })
})

describe('nameOf()', () => {
  it('differs with the leaf, with the chain and its order, with what was left out, and with the set of anchors', async () => {
    const base = presented({ der: 'AA==', chain: ['BB==', 'CC=='] })
    const names = await Promise.all([
      nameOf(base, 'v1'),
      nameOf({ ...base, der: 'AAAA' }, 'v1'),
      nameOf({ ...base, chain: [] }, 'v1'),
      nameOf({ ...base, chain: ['CC==', 'BB=='] }, 'v1'),
      nameOf({ ...base, der: 'BB==', chain: ['AA==', 'CC=='] }, 'v1'),
      nameOf({ ...base, chainTooLarge: true }, 'v1'),
      nameOf(base, 'v2'),
    ])
    expect(new Set(names).size).toBe(names.length)
    expect(await nameOf({ ...base }, 'v1')).toBe(names[0])
  })
})
