import { beforeAll, describe, expect, it } from 'vitest'
import { readDocument } from '../../../src/verify/trust/anchor-set.ts'
import { REFRESHED_KEY } from '../../../src/verify/trust/keeper.ts'
import { type RefreshStore, refreshAnchors } from '../../../src/verify/trust/refresh/refresh.ts'
import { STATE_KEY } from '../../../src/verify/trust/refresh/state.ts'
import worker, { type RefreshEnv } from '../../../src/verify/trust/refresh/worker.ts'
import { bytes, forUses, listXml, makeSigner, type Signer, sign } from './make-list.ts'
import { makeKey, type TestKey } from './make-set.ts'

const LOTL = 'https://lists.example/lotl.xml'
const url = (territory: string) => `https://lists.example/${territory}.xml`
const NOW = Date.UTC(2026, 10, 21)

let commission: Signer
let state: Signer
let authority: Signer
let key: TestKey
beforeAll(async () => {
  ;[commission, state, authority, key] = await Promise.all([
    makeSigner('Commission'),
    makeSigner('State'),
    makeSigner('Authority'),
    makeKey('refresher'),
  ])
})

function memory(): RefreshStore & { readonly texts: Map<string, string>; writes: number } {
  const texts = new Map<string, string>()
  const store = {
    texts,
    writes: 0,
    get: async (name: string) => texts.get(name) ?? null,
    put: async (name: string, value: string) => {
      if (name === REFRESHED_KEY) store.writes += 1
      texts.set(name, value)
    },
  }
  return store
}

/** A world in which lists are published; what is undefined cannot be reached. */
interface World {
  readonly store: ReturnType<typeof memory>
  readonly published: Record<string, string | undefined>
}

async function world(territories: readonly string[] = ['XA', 'XB', 'XC']): Promise<World> {
  const lists = territories.map(async (territory) => [url(territory), await list(territory, 1)] as const)
  const published = Object.fromEntries(await Promise.all(lists))
  return { store: memory(), published: { ...published, [LOTL]: await lotl(territories, 1) } }
}

function lotl(territories: readonly string[], sequence: number): Promise<string> {
  const pointers = territories.map((territory) => ({ territory, url: url(territory), signers: [state] }))
  return sign(listXml({ territory: 'EU', type: 'EUlistofthelists', sequence, pointers }), commission)
}

function list(territory: string, sequence: number): Promise<string> {
  const extensions = forUses('ForWebSiteAuthentication')
  const services = [
    { name: `${territory} ${sequence}`, certificates: [authority.certificate.der], extensions },
  ]
  return sign(listXml({ territory, sequence, services }), state)
}

function run({ store, published }: World, now = NOW, listsPerRun = 2) {
  const read = async (address: string) => {
    const text = published[address]
    return text === undefined ? undefined : bytes(text)
  }
  return refreshAnchors(
    { store, read, now },
    { lotl: LOTL, signers: [commission.certificate], key: key.secret, listsPerRun },
  )
}

async function kept({ store }: World): Promise<readonly string[]> {
  const read = await readDocument(store.texts.get(REFRESHED_KEY) ?? '', [
    { ...key.accepted, signs: 'qualified' },
  ])
  return read.state === 'valid' ? read.value.anchors.map(({ name }) => name).sort() : [read.reason]
}

describe('the refresh', () => {
  it('reads a few lists a run, those first that it looked at longest ago', async () => {
    const here = await world()
    await run(here, NOW)
    expect(await kept(here)).toEqual(['XA 1', 'XB 1'])
    await run(here, NOW + 1)
    expect(await kept(here)).toEqual(['XA 1', 'XB 1', 'XC 1'])
    here.published[url('XB')] = await list('XB', 2)
    await run(here, NOW + 2)
    expect(await kept(here)).toEqual(['XA 1', 'XB 2', 'XC 1'])
  })

  it('writes nothing where nothing has changed', async () => {
    const here = await world(['XA'])
    await run(here, NOW)
    await run(here, NOW + 1)
    expect(here.store.writes).toBe(1)
  })

  it('keeps the last good list where a new one fails, and tells why', async () => {
    const here = await world(['XA', 'XB'])
    await run(here)
    here.published[url('XA')] = (await list('XA', 2)).replace('XA 2', 'forged')
    here.published[url('XB')] = await list('XB', 0)
    const told = await run(here, NOW + 1)
    expect(told.lists).toMatchObject({
      XA: { outcome: 'list_signature_wrong', at: NOW + 1 },
      XB: { outcome: 'list_sequence_backwards' },
    })
    here.published[url('XA')] = undefined
    expect((await run(here, NOW + 2)).lists).toMatchObject({ XA: { outcome: 'list_unreachable' } })
    here.published[url('XA')] = await sign(listXml({ territory: 'XA', sequence: 3 }), state)
    expect((await run(here, NOW + 3)).lists).toMatchObject({ XA: { outcome: 'list_emptied' } })
    expect(await kept(here)).toEqual(['XA 1', 'XB 1'])
    expect(JSON.parse(here.store.texts.get(STATE_KEY) ?? '')).toMatchObject({ lotl: { outcome: 'verified' } })
  })

  it('changes nothing when the list of the lists is missing, forged or older', async () => {
    const here = await world(['XA'])
    const good = here.published[LOTL] ?? ''
    here.published[LOTL] = await lotl(['XA'], 5)
    await run(here)
    for (const [text, outcome] of [
      [undefined, 'list_unreachable'],
      [good.replace('XA.xml', 'XB.xml'), 'list_signature_wrong'],
      [good, 'list_sequence_backwards'],
    ] as const) {
      here.published[LOTL] = text
      expect((await run(here)).lotl).toMatchObject({ outcome })
      expect(await kept(here)).toEqual(['XA 1'])
    }
  })

  it('drops a state that the list of the lists no longer names', async () => {
    const here = await world(['XA', 'XB'])
    await run(here)
    here.published[LOTL] = await lotl(['XB'], 2)
    const told = await run(here, NOW + 1)
    expect(await kept(here)).toEqual(['XB 1'])
    expect(Object.keys(told.lists)).toEqual(['XB'])
  })

  it('leaves a document alone that it has not signed: somebody has to look', async () => {
    const here = await world(['XA'])
    await run(here)
    const spoilt = `${here.store.texts.get(REFRESHED_KEY)} `
    here.store.texts.set(REFRESHED_KEY, spoilt)
    expect((await run(here)).lotl).toMatchObject({ outcome: 'former_set_refused' })
    expect(here.store.texts.get(REFRESHED_KEY)).toBe(spoilt)
  })

  it('begins its turn anew when its notes cannot be read', async () => {
    const here = await world(['XA'])
    for (const notes of [
      '{',
      '[]',
      '{"lists":{"XA":{"at":"x"},"__proto__":{"at":1,"outcome":""}}}',
      'x'.repeat(70_000),
    ]) {
      here.store.texts.set(STATE_KEY, notes)
      expect((await run(here)).lists).toMatchObject({ XA: { outcome: 'verified' } })
    }
  })
})

describe('the Worker of the refresh', () => {
  const env = () => ({
    LISTS: memory(),
    LOTL_URL: 'http://lists.example/lotl.xml',
    LOTL_SIGNERS: commission.issued.certificate.toString('pem'),
    LISTS_PER_RUN: 2,
    ANCHOR_REFRESH_KEY: JSON.stringify(key.secret),
  })
  const scheduled = (bindings: RefreshEnv) =>
    worker.scheduled({ scheduledTime: NOW, cron: '', noRetry: () => undefined }, bindings)

  it('says what it did where an operator reads it, with the time of its schedule', async () => {
    const bindings = env()
    await scheduled(bindings)
    // Plain http is asked for nothing.
    expect(JSON.parse(bindings.LISTS.texts.get(STATE_KEY) ?? '')).toMatchObject({
      lotl: { at: NOW, outcome: 'list_unreachable' },
    })
  })

  it.each([
    ['LOTL_SIGNERS', ''],
    ['ANCHOR_REFRESH_KEY', '{"kty":"OKP"}'],
  ])('fails, and writes nothing, without a good %s', async (name, value) => {
    const bindings = { ...env(), [name]: value }
    await expect(scheduled(bindings)).rejects.toThrow(name)
    expect(bindings.LISTS.texts.size).toBe(0)
  })
})
