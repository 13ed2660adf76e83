import { beforeAll, describe, expect, it } from 'vitest'
import { readAnchorSet, readDocument } from '../../../src/verify/trust/anchor-set.ts'
import {
  ANCHORS_KEY,
  type AnchorsKeeper,
  anchorsKeeper,
  REFRESHED_KEY,
} from '../../../src/verify/trust/keeper.ts'
import type { SetDocument } from '../../../src/verify/trust/set-document.ts'
import { signSet } from '../../../src/verify/trust/sign-set.ts'
import type { AnchorSet } from '../../../src/verify/trust/types.ts'
import { writeSet } from '../../../src/verify/trust/write-set.ts'
import { nameKey } from '../../../src/verify/x509/names.ts'
import { makeSigner, type Signer } from './make-list.ts'
import { anchor, document, makeKey, source, type TestKey } from './make-set.ts'

let authority: Signer
let key: TestKey
let embedded: AnchorSet
beforeAll(async () => {
  ;[authority, key] = await Promise.all([makeSigner('Authority'), makeKey('operator')])
  const read = await readAnchorSet(writeSet(document({})))
  if (read.state === 'valid') embedded = read.value
})

function keeper(): { keeper: AnchorsKeeper; reads: () => number } {
  let reads = 0
  const read = (text: string) => {
    reads += 1
    return readDocument(text, [key.accepted])
  }
  return { keeper: anchorsKeeper(embedded, read), reads: () => reads }
}

const store = (texts: Readonly<Record<string, string>>) => ({
  get: async (name: string) => texts[name] ?? null,
})
const signed = (wish: SetDocument) => signSet(writeSet(wish), key.secret)
const listed = (name: string, sequence = 1) =>
  document({
    sources: [source({ sequence })],
    anchors: [anchor(authority, { name })],
  })
const names = (one: AnchorsKeeper) =>
  one
    .current()
    .named(nameKey(authority.certificate.subject))
    .flatMap(({ entry }) => entry.services.map(({ name }) => name))

describe('the keeper of an isolate', () => {
  it('begins with what is embedded, and takes the operator’s document', async () => {
    const { keeper: one } = keeper()
    expect(one.never).toBe(true)
    expect(one.due(0)).toBe(true)
    expect(one.due(1)).toBe(false)
    expect(one.current()).toBe(embedded)
    const report = await one.refresh(store({ [ANCHORS_KEY]: await signed(listed('from the operator')) }))
    expect(report).toEqual({ event: 'anchors_loaded', version: one.current().version })
    expect(names(one)).toEqual(['from the operator'])
    expect(one.due(10 * 60_000)).toBe(true)
  })

  it('keeps what it has while there is nothing to read', async () => {
    const { keeper: one } = keeper()
    expect(await one.refresh(store({}))).toMatchObject({ event: 'anchors_loaded' })
    await one.refresh(store({ [ANCHORS_KEY]: await signed(listed('good')) }))
    expect(await one.refresh(store({}))).toEqual({ event: 'anchors_absent' })
    const failing = { get: async () => Promise.reject(new Error('down')) }
    expect(await one.refresh(failing)).toEqual({ event: 'anchors_unreachable' })
    expect(names(one)).toEqual(['good'])
  })

  it('keeps the last good document where a new one is refused, and says why', async () => {
    const { keeper: one } = keeper()
    await one.refresh(store({ [ANCHORS_KEY]: await signed(listed('good')) }))
    const unsigned = writeSet(listed('forged'))
    const report = await one.refresh(store({ [ANCHORS_KEY]: unsigned }))
    expect(report).toMatchObject({
      event: 'anchors_refused',
      document: ANCHORS_KEY,
      reason: 'anchors_unsigned',
    })
    expect(names(one)).toEqual(['good'])
  })

  it('takes the newer list of two documents, whichever came first', async () => {
    const { keeper: one } = keeper()
    const texts = {
      [ANCHORS_KEY]: await signed(listed('old', 1)),
      [REFRESHED_KEY]: await signed(listed('new', 2)),
    }
    await one.refresh(store(texts))
    expect(names(one)).toEqual(['new'])
    await one.refresh(store({ ...texts, [ANCHORS_KEY]: await signed(listed('newest', 3)) }))
    expect(names(one)).toEqual(['newest'])
  })

  it('does not lose the operator’s document when the refreshed one is refused', async () => {
    const { keeper: one } = keeper()
    const texts = { [ANCHORS_KEY]: await signed(listed('good')), [REFRESHED_KEY]: 'garbage' }
    expect(await one.refresh(store(texts))).toMatchObject({
      event: 'anchors_refused',
      document: REFRESHED_KEY,
    })
    expect(names(one)).toEqual(['good'])
  })

  it('reads a document once, and not again while it stays the same', async () => {
    const { keeper: one, reads } = keeper()
    const texts = store({ [ANCHORS_KEY]: await signed(listed('good')) })
    await one.refresh(texts)
    const set = one.current()
    await one.refresh(texts)
    expect(reads()).toBe(1)
    expect(one.current()).toBe(set)
  })
})
