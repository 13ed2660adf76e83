import { beforeAll, describe, expect, it } from 'vitest'
import { anchorSetOf, anchorsFor, readAnchorSet, readDocument } from '../../../src/verify/trust/anchor-set.ts'
import { freshness } from '../../../src/verify/trust/freshness.ts'
import { merge, mergeRead } from '../../../src/verify/trust/merge.ts'
import { ownAnchors } from '../../../src/verify/trust/own-anchors.ts'
import type { SetDocument } from '../../../src/verify/trust/set-document.ts'
import { signSet } from '../../../src/verify/trust/sign-set.ts'
import type { AnchorSet } from '../../../src/verify/trust/types.ts'
import { writeSet } from '../../../src/verify/trust/write-set.ts'
import { makeSigner, type Signer } from './make-list.ts'
import { anchor, document, makeKey, source, type TestKey } from './make-set.ts'

let authority: Signer
let other: Signer
let operator: TestKey
let refresher: TestKey
beforeAll(async () => {
  ;[authority, other] = await Promise.all([makeSigner('Authority'), makeSigner('Other authority')])
  ;[operator, refresher] = await Promise.all([makeKey('operator'), makeKey('refresher')])
})

async function setOf(wish: SetDocument): Promise<AnchorSet> {
  const read = await readAnchorSet(writeSet(wish))
  if (read.state !== 'valid') throw new Error(read.mistakes.join())
  return read.value
}

describe('a document', () => {
  it('is read as it was written', async () => {
    const written = document({
      sources: [source({ territory: 'XA' })],
      anchors: [
        anchor(authority, {
          territory: 'XA',
          periods: [
            {
              from: 0,
              until: 5000,
              status: 'undersupervision',
              uses: ['signature'],
              qualifications: [
                {
                  qualifiers: ['NotQualified'],
                  criteria: { kind: 'criteria', assert: 'none', of: [{ kind: 'policies', all: ['1.2.3'] }] },
                },
                {
                  qualifiers: ['QCForESeal'],
                  criteria: { kind: 'keyUsage', bits: [['nonRepudiation', true]] },
                },
              ],
              notUnderstood: 'Unknown',
            },
            {
              from: 5000,
              until: undefined,
              status: 'granted',
              uses: ['web', 'seal'],
              qualifications: [],
              notUnderstood: undefined,
            },
          ],
        }),
      ],
    })
    const read = await readDocument(writeSet(written))
    expect(read).toMatchObject({ state: 'valid', value: written })
  })

  it('is named by its own bytes', async () => {
    const one = await setOf(document({}))
    const two = await setOf(document({ madeAt: 1 }))
    expect(one.version).toMatch(/^[0-9a-f]{64}$/)
    expect(two.version).not.toBe(one.version)
  })

  const good = () =>
    JSON.parse(writeSet(document({ sources: [source({})], anchors: [anchor(authority, {})] })))
  // biome-ignore lint/suspicious/noExplicitAny: what is broken here has no type
  const BROKEN: readonly (readonly [mistake: string, spoil: (document: any) => unknown])[] = [
    ['document must be an object', () => []],
    ['format must be portcullis-anchors/1', (all) => ({ ...all, format: 'portcullis-anchors/2' })],
    ['document.extra must be absent', (all) => ({ ...all, extra: 1 })],
    ['madeAt must be a time', (all) => ({ ...all, madeAt: 'yesterday' })],
    [
      'sources[0].kind must be qualified or obie or own',
      (all) => ({ ...all, sources: [{ ...all.sources[0], kind: 'x' }] }),
    ],
    [
      'sources[0].sha256 must be SHA-256',
      (all) => ({ ...all, sources: [{ ...all.sources[0], sha256: 'x' }] }),
    ],
    [
      'sources[0].sequence must be a whole number',
      (all) => ({ ...all, sources: [{ ...all.sources[0], sequence: -1 }] }),
    ],
    ['anchors must be a list', (all) => ({ ...all, anchors: {} })],
    [
      'anchors[0].certificates[0] must be DER in base64',
      (all) => ({ ...all, anchors: [{ ...all.anchors[0], certificates: ['%'] }] }),
    ],
    [
      'anchors[0].certificates must be certificates',
      (all) => ({ ...all, anchors: [{ ...all.anchors[0], certificates: ['AAAA'] }] }),
    ],
    [
      'anchors[0].name must be at most 400',
      (all) => ({ ...all, anchors: [{ ...all.anchors[0], name: 'a\u0007' }] }),
    ],
    [
      'anchors[0].periods[0].uses[0] must be web',
      (all) => ({
        ...all,
        anchors: [{ ...all.anchors[0], periods: [{ ...all.anchors[0].periods[0], uses: ['all'] }] }],
      }),
    ],
    [
      'anchors[0].periods must be in order',
      (all) => ({
        ...all,
        anchors: [{ ...all.anchors[0], periods: [all.anchors[0].periods[0], all.anchors[0].periods[0]] }],
      }),
    ],
    [
      'criteria.kind must be a kind',
      (all) => ({
        ...all,
        anchors: [
          {
            ...all.anchors[0],
            periods: [
              {
                ...all.anchors[0].periods[0],
                qualifications: [{ qualifiers: [], criteria: { kind: 'moon' } }],
              },
            ],
          },
        ],
      }),
    ],
  ]
  it.each(BROKEN)('is refused with what to mend: %s', async (mistake, spoil) => {
    const read = await readAnchorSet(JSON.stringify(spoil(good())))
    expect(read).toMatchObject({ state: 'invalid', reason: 'anchors_malformed' })
    expect(read.state === 'invalid' ? read.mistakes[0] : '').toContain(mistake)
  })

  it('is refused when it names one member twice, or is longer than any', async () => {
    const twice = await readAnchorSet('{"format":"portcullis-anchors/1","format":"portcullis-anchors/1"}')
    expect(twice).toMatchObject({ reason: 'anchors_malformed' })
    const long = await readAnchorSet(' '.repeat(16 * 1024 * 1024 + 1))
    expect(long).toMatchObject({ reason: 'anchors_too_large' })
  })
})

describe('a signature', () => {
  it('is asked for wherever keys are given, and only those keys sign', async () => {
    const json = writeSet(document({ anchors: [anchor(authority, {})] }))
    const keys = [operator.accepted]
    expect(await readAnchorSet(await signSet(json, operator.secret), keys)).toMatchObject({ state: 'valid' })
    expect(await readAnchorSet(json, keys)).toMatchObject({ reason: 'anchors_unsigned' })
    expect(await readAnchorSet(json, [])).toMatchObject({ reason: 'anchors_unsigned' })
    const refresher_ = await signSet(json, refresher.secret)
    expect(await readAnchorSet(refresher_, keys)).toMatchObject({ reason: 'anchors_signature_wrong' })
    const borrowed = await signSet(json, { ...refresher.secret, kid: operator.secret.kid })
    expect(await readAnchorSet(borrowed, keys)).toMatchObject({ reason: 'anchors_signature_wrong' })
  })

  it('covers every byte of the document and of its own header', async () => {
    const text = await signSet(writeSet(document({})), operator.secret)
    for (let at = 0; at < text.length; at += 1) {
      const changed = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1)
      const read = await readAnchorSet(changed, [operator.accepted])
      expect(read.state, `character ${at}`).toBe('invalid')
    }
  })

  it('of the refresh reaches qualified anchors alone', async () => {
    const keys = [{ ...refresher.accepted, signs: 'qualified' } as const]
    const sign = (wish: Partial<SetDocument>) => signSet(writeSet(document(wish)), refresher.secret)
    const qualified = await sign({ anchors: [anchor(authority, {})] })
    expect(await readAnchorSet(qualified, keys)).toMatchObject({ state: 'valid' })
    for (const kind of ['own', 'obie'] as const) {
      const own = await sign({ anchors: [anchor(authority, { kind })] })
      expect(await readAnchorSet(own, keys)).toMatchObject({ reason: 'anchors_key_not_entitled' })
      const named = await sign({ sources: [source({ kind })] })
      expect(await readAnchorSet(named, keys)).toMatchObject({ reason: 'anchors_key_not_entitled' })
    }
  })
})

describe('anchorsFor', () => {
  it('finds the issuer of any certificate of the chain, and the certificate itself where it is listed', async () => {
    const set = await setOf(document({ anchors: [anchor(authority, {}), anchor(other, { name: 'Other' })] }))
    const leaf = {
      ...other.certificate,
      issuer: authority.certificate.subject,
      subject: { der: new Uint8Array(), attributes: [] },
    }
    const found = anchorsFor(set, { use: 'web', chain: [leaf] })
    expect(found.map(({ name }) => name)).toEqual(['Invented CA, Invented Trust Ltd'])
    expect(anchorsFor(set, { use: 'web', chain: [other.certificate] }).map(({ name }) => name)).toEqual([
      'Other, Invented Trust Ltd',
    ])
    expect(anchorsFor(set, { use: 'seal', chain: [leaf] })).toEqual([])
    expect(anchorsFor(set, { use: 'web', chain: [leaf], kinds: ['own'] })).toEqual([])
    expect(anchorsFor(set, { use: 'web', chain: [] })).toEqual([])
  })

  it('gives one anchor with both services where one authority is listed twice', async () => {
    const seal = anchor(authority, { name: 'For seals' }, ['seal'])
    const set = await setOf(document({ anchors: [anchor(authority, {}), seal] }))
    const found = anchorsFor(set, { use: 'seal', chain: [authority.certificate] })
    expect(found).toHaveLength(1)
    expect(found[0]?.entry.services.map(({ name }) => name)).toEqual(['Invented CA', 'For seals'])
  })

  it('reads a certificate once, however often it is asked for', async () => {
    const set = await setOf(document({ anchors: [anchor(authority, {})] }))
    const ask = () => anchorsFor(set, { use: 'web', chain: [authority.certificate] })
    expect(ask()[0]).toBe(ask()[0])
  })

  it('takes a bank’s own file for the uses that the bank names', async () => {
    const { source: file, anchors } = ownAnchors({
      kind: 'obie',
      name: 'obie.pem',
      bytes: new Uint8Array(),
      certificates: [authority.certificate],
      uses: ['seal'],
    })
    const set = await setOf(document({ sources: [file], anchors }))
    expect(anchorsFor(set, { use: 'seal', chain: [authority.certificate], kinds: ['obie'] })).toHaveLength(1)
    expect(anchorsFor(set, { use: 'web', chain: [authority.certificate] })).toHaveLength(0)
  })
})

describe('freshness', () => {
  const sources = [
    source({ territory: 'XA', nextUpdate: 1000 }),
    source({ territory: 'XB', nextUpdate: 2000 }),
    source({ territory: 'XC', nextUpdate: undefined }),
    source({ kind: 'own', territory: undefined, nextUpdate: undefined }),
  ]
  it('lasts until the first list should have been followed', () => {
    expect(freshness({ sources }, 1000)).toEqual({ state: 'fresh', until: 1000 })
    expect(freshness({ sources }, 1001)).toEqual({ state: 'stale', since: 1000, territories: ['XA'] })
    expect(freshness({ sources }, 5000)).toEqual({ state: 'stale', since: 1000, territories: ['XA', 'XB'] })
  })
  it('is told for one territory as well, and lists that are closed never grow old', () => {
    expect(freshness({ sources }, 1500, 'XB')).toEqual({ state: 'fresh', until: 2000 })
    expect(freshness({ sources }, 1500, 'XC')).toEqual({ state: 'fresh', until: undefined })
  })
})

describe('freshness of the list of the lists', () => {
  const sources = [
    source({ territory: 'EU', nextUpdate: 1000 }),
    source({ territory: 'XA', nextUpdate: 2000 }),
    source({ territory: 'XB', nextUpdate: 500 }),
  ]
  it('is everybody’s: it says who may sign the others', () => {
    expect(freshness({ sources }, 900, 'XA')).toEqual({ state: 'fresh', until: 1000 })
    expect(freshness({ sources }, 1500, 'XA')).toEqual({ state: 'stale', since: 1000, territories: ['EU'] })
  })
})

describe('merge', () => {
  const operators = () =>
    document({
      sources: [
        source({ territory: 'XA', sequence: 5 }),
        source({ territory: 'XB', sequence: 5 }),
        source({ kind: 'own', territory: undefined }),
      ],
      anchors: [
        anchor(authority, { territory: 'XA', name: 'old' }),
        anchor(authority, { territory: 'XB', name: 'old' }),
        anchor(other, { kind: 'own', territory: undefined, name: 'own' }),
      ],
    })
  const refreshed = (sequence: number) =>
    document({
      sources: [source({ territory: 'XA', sequence })],
      anchors: [anchor(authority, { territory: 'XA', name: 'new' })],
    })
  const names = ({ anchors }: SetDocument) =>
    anchors.map(({ name, territory }) => `${territory} ${name}`).sort()

  it('takes the newer list of each territory, and the bank’s own anchors from the first alone', () => {
    expect(names(merge(operators(), refreshed(6)))).toEqual(['XA new', 'XB old', 'undefined own'])
    expect(names(merge(operators(), refreshed(5)))).toEqual(['XA old', 'XB old', 'undefined own'])
    expect(names(merge(operators(), refreshed(4)))).toEqual(['XA old', 'XB old', 'undefined own'])
    const intruder = document({
      sources: [source({ kind: 'own', territory: undefined })],
      anchors: [anchor(other, { kind: 'own', territory: undefined, name: 'intruder' })],
    })
    expect(names(merge(operators(), intruder))).toEqual(['XA old', 'XB old', 'undefined own'])
  })

  it('names the result by both', async () => {
    const [one, two] = await Promise.all([
      readDocument(writeSet(operators())),
      readDocument(writeSet(refreshed(6))),
    ])
    if (one.state !== 'valid' || two.state !== 'valid') throw new Error('Cannot read what was written')
    const merged = anchorSetOf(mergeRead(one.value, two.value))
    expect(merged.state === 'valid' && merged.value.version).not.toBe(one.value.version)
  })
})
