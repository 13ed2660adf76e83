/** Models that an operator put into KV: which score, which only watch, and what happens when one of them is not sound. */
import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../src/evidence.ts'
import { modelKeeper } from '../../src/models/keeper.ts'
import { FEATURE_NAMES, INTENTS } from '../../src/score/features.ts'
import { loadForest } from '../../src/score/forest.ts'
import { scorerOf } from '../../src/score/score.ts'
import scorer from '../../wasm/build/scorer.wasm'
import { evidenceOf } from '../fixtures/facts.ts'
import { blobOf, hashOf } from './blobs.ts'

const load = (blob: Uint8Array) => loadForest(scorer, blob, FEATURE_NAMES, INTENTS)
const EMBEDDED = blobOf(0)
const AUTUMN = blobOf(3)
const WINTER = blobOf(9)
const autumn = { name: 'autumn', sha256: hashOf(AUTUMN) }
const winter = { name: 'winter', sha256: hashOf(WINTER) }
const LOGIN = evidenceOf({ route: { id: 'web-login' } })
const OTHER = evidenceOf({ route: { id: 'somewhere' } })

interface Shelf {
  models?: unknown
  readonly blobs: Record<string, Uint8Array<ArrayBuffer>>
  down?: boolean
  reads: number
}

function storeOf(shelf: Shelf) {
  async function get(key: string, type: 'text'): Promise<string | null>
  async function get(key: string, type: 'arrayBuffer'): Promise<ArrayBuffer | null>
  async function get(key: string, type: string): Promise<string | ArrayBuffer | null> {
    shelf.reads += 1
    if (shelf.down === true) throw new Error('KV is down')
    if (type === 'arrayBuffer') return shelf.blobs[key]?.slice().buffer ?? null
    if (shelf.models === undefined) return null
    return typeof shelf.models === 'string' ? shelf.models : JSON.stringify(shelf.models)
  }
  return { get }
}

function gate(models?: unknown) {
  const shelf: Shelf = { models, blobs: { 'model/autumn': AUTUMN, 'model/winter': WINTER }, reads: 0 }
  const keeper = modelKeeper(load(EMBEDDED), load)
  const judge = scorerOf(keeper.current, {
    flag: 0.5,
    challenge: 0.8,
    throttle: 0.9,
    deny: 0.97,
    certain: 0.995,
  })
  const scored = (evidence: Evidence) => {
    const fact = judge.score(evidence)
    if (fact.state !== 'valid') throw new Error(JSON.stringify(fact))
    return fact.value
  }
  return { shelf, scored, refresh: () => keeper.refresh(storeOf(shelf)), keeper }
}

describe('models that an operator chose', () => {
  it('are the embedded one while nobody chose', async () => {
    const { scored, refresh } = gate()
    expect(await refresh()).toEqual({ event: 'models_loaded' })
    expect(scored(LOGIN).model).toBe(hashOf(EMBEDDED))
    expect(scored(LOGIN).shadow).toBeUndefined()
  })

  it('score instead of the embedded one, by name and hash', async () => {
    const { scored, refresh } = gate({ model: autumn })
    expect(await refresh()).toEqual({ event: 'models_loaded' })
    expect(scored(LOGIN).model).toBe(autumn.sha256)
  })

  it('score only the routes that they were chosen for', async () => {
    const { scored, refresh } = gate({ model: autumn, routes: { 'web-login': winter, other: 'embedded' } })
    await refresh()
    expect(scored(LOGIN).model).toBe(winter.sha256)
    expect(scored(OTHER).model).toBe(autumn.sha256)
  })

  it('watch from the shadow, and say where they would have done otherwise', async () => {
    const { scored, refresh } = gate({ shadow: winter })
    await refresh()
    const { model, abuse, shadow } = scored(LOGIN)
    expect(model).toBe(hashOf(EMBEDDED))
    expect(shadow).toMatchObject({ model: winter.sha256, intent: 'credential_stuffing', agrees: false })
    expect(shadow?.abuse).toBeGreaterThan(abuse)
  })

  it('agree where a shadow lies on the same side of every threshold', async () => {
    const { scored, refresh } = gate({ shadow: 'embedded' })
    await refresh()
    expect(scored(LOGIN).shadow).toMatchObject({ model: hashOf(EMBEDDED), agrees: true })
  })

  it('are read once: what is here already is not fetched again', async () => {
    const { shelf, refresh } = gate({ model: autumn, shadow: winter })
    await refresh()
    expect(shelf.reads).toBe(3)
    await refresh()
    expect(shelf.reads).toBe(4)
    shelf.models = { model: winter, shadow: autumn }
    await refresh()
    expect(shelf.reads).toBe(5)
  })

  const other = { ...autumn, sha256: winter.sha256 }
  it.each([
    ['no JSON', '{"model":', 'no JSON'],
    ['an unknown member', { modle: autumn }, /modle/],
    ['a name that is a path', { model: { ...autumn, name: '../secrets' } }, /model/],
    ['more models than an isolate has room for', { routes: Object.fromEntries(many(5)) }, /5 models/],
    ['a model that is not there', { model: { ...winter, name: 'spring' } }, 'spring: model_absent'],
    ['another model under the name', { model: other }, 'autumn: model_of_another_hash'],
  ])('stay as they were on %s', async (_, models, mistake) => {
    const { shelf, scored, refresh } = gate({ model: autumn })
    await refresh()
    shelf.models = models
    const report = await refresh()
    expect(report.event).toBe('models_refused')
    expect(report.event === 'models_refused' && report.mistakes.join()).toMatch(mistake)
    expect(scored(LOGIN).model).toBe(autumn.sha256)
  })

  it.each([
    ['was cut', AUTUMN.slice(0, -1), 'model_too_small'],
    ['was altered', AUTUMN.map((byte, at) => (at === 200 ? byte ^ 1 : byte)), 'model_hash_wrong'],
    ['is about other features', blobOf(1, FEATURE_NAMES.slice(1)), 'model_features_differ'],
  ])(
    'are all kept when one of the new ones %s: nothing is put in place by halves',
    async (_, blob, reason) => {
      const { shelf, scored, refresh } = gate({ model: winter })
      await refresh()
      shelf.blobs['model/bad'] = blob
      shelf.models = { model: { name: 'bad', sha256: hashOf(blob) }, shadow: winter }
      expect(await refresh()).toEqual({ event: 'models_refused', mistakes: [`bad: ${reason}`] })
      expect(scored(LOGIN).model).toBe(winter.sha256)
      expect(scored(LOGIN).shadow).toBeUndefined()
    },
  )

  it('go on while the store is down, and while a broken choice is not repaired; then the next one counts', async () => {
    const { shelf, scored, refresh } = gate({ model: autumn })
    await refresh()
    shelf.down = true
    shelf.models = { model: winter }
    expect(await refresh()).toEqual({ event: 'models_unreachable' })
    expect(scored(LOGIN).model).toBe(autumn.sha256)
    shelf.down = false
    expect(await refresh()).toEqual({ event: 'models_loaded' })
    expect(scored(LOGIN).model).toBe(winter.sha256)
  })

  it('give way to the embedded one when the choice is taken back', async () => {
    const { shelf, scored, refresh } = gate({ model: autumn })
    await refresh()
    delete shelf.models
    await refresh()
    expect(scored(LOGIN).model).toBe(hashOf(EMBEDDED))
  })
})

function many(count: number): readonly (readonly [string, object])[] {
  return Array.from({ length: count }, (_, index) => [
    `route-${index}`,
    { name: `m${index}`, sha256: String(index).repeat(64) },
  ])
}
