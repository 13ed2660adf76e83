/** Every input is counted: the promise is 30,000 and more for OCSP and for lists, none of which throws or is believed wrongly. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { element } from '../../../src/lib/der-write.ts'
import { checkCrls } from '../../../src/verify/revocation/crl.ts'
import { readCrl } from '../../../src/verify/revocation/crl-reading.ts'
import { checkOcsp } from '../../../src/verify/revocation/ocsp.ts'
import { readResponse } from '../../../src/verify/revocation/ocsp-reading.ts'
import { requireReal } from '../../real.ts'
import { DAY, extension, issue, makeCrl, makeOcsp, NOON, reasonOf } from './authority.ts'
import { certificateIn, fileIn, fileNames, SHARED } from './material.ts'

const SEED = 20_261_121
const issuer = await issue({ subject: 'Issuer', ca: true, keyUsage: 0x06 })
const leaf = await issue({ subject: 'Leaf', issuer, serial: [0x2a] })
const delegate = await issue({
  subject: 'Responder',
  issuer,
  keyUsage: 0x80,
  purposes: ['1.3.6.1.5.5.7.3.9'],
})
const about = { certificate: leaf.certificate, issuer: issuer.certificate, at: NOON }
const response = await makeOcsp({
  about: leaf.certificate,
  issuer,
  by: delegate,
  certificates: [delegate.certificate],
  nonce: new Uint8Array(32),
  status: { revokedAt: NOON - DAY, reason: 1 },
})
const list = await makeCrl({
  by: issuer,
  revoked: [{ serial: [0x2a], extensions: [reasonOf(1)] }, { serial: [0x2b] }],
  extensions: [extension('2.5.29.28', element(0x30, element(0x81, Uint8Array.of(0xff))), true)],
})

/** What the signature covers, as far as the bytes can still be read. */
const signedIn = (bytes: Uint8Array) => {
  const read = readResponse(bytes)
  return read.ok ? read.value.tbs : undefined
}

const askOcsp = (bytes: Uint8Array) => checkOcsp({ ...about, response: bytes, nonce: undefined })
const askCrl = (bytes: Uint8Array) => checkCrls({ ...about, crls: [bytes] })

const NEVER = 'nothing'
const isSame = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) === 0

/** Changes that never give the same bytes back. */
function* flips(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length * 8; at += 1) {
    const changed = bytes.slice()
    changed[at >> 3] = (changed[at >> 3] ?? 0) ^ (1 << (at & 7))
    yield changed
  }
}

function* truncations(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let length = 0; length < bytes.length; length += 1) yield bytes.slice(0, length)
}

interface Edit {
  readonly at: number
  readonly remove: number
  readonly insert: Uint8Array
}

function edited(bytes: Uint8Array, { at, remove, insert }: Edit): Uint8Array {
  const start = at % bytes.length
  return Uint8Array.of(...bytes.subarray(0, start), ...insert, ...bytes.subarray(start + remove))
}

const EDIT = fc.record({
  at: fc.nat(20_000),
  remove: fc.nat(8),
  insert: fc.uint8Array({ maxLength: 8 }),
})

describe('bytes that nobody signed so', () => {
  it.each([
    ['response', response, askOcsp, signedIn],
    ['list', list, askCrl, undefined],
  ] as const)('are no %s, whichever bit is flipped and wherever it is cut', async (_, bytes, ask, signed) => {
    expect(await ask(bytes)).toMatchObject({ ok: true, value: { status: 'revoked' } })
    let inputs = 0
    for (const changed of [...flips(bytes), ...truncations(bytes)]) {
      const found = await ask(changed)
      // Nothing of a list may change; of a response, what is not signed and nobody reads.
      if (found.ok) expect(signed?.(changed)).toEqual(signed?.(bytes) ?? NEVER)
      inputs += 1
    }
    expect(inputs).toBeGreaterThan(2_000)
  })

  it.each([
    ['response', response, askOcsp, signedIn],
    ['list', list, askCrl, undefined],
  ] as const)('are no %s after 15,000 edits', async (_, bytes, ask, signed) => {
    const property = fc.asyncProperty(EDIT, async (edit) => {
      const changed = edited(bytes, edit)
      const found = await ask(changed)
      if (found.ok && !isSame(changed, bytes)) expect(signed?.(changed)).toEqual(signed?.(bytes) ?? NEVER)
    })
    await fc.assert(property, { seed: SEED, numRuns: 15_000 })
  })
})

describe('bytes of no shape at all', () => {
  /** Nested elements with lengths that may lie. */
  const { tree } = fc.letrec<{ tree: Uint8Array }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.uint8Array({ maxLength: 12 }),
      fc
        .tuple(
          fc.constantFrom(0x30, 0x31, 0x02, 0x0a, 0x04, 0xa0, 0xa1, 0x80, 0x18),
          fc.array(tie('tree'), { maxLength: 5 }),
        )
        .map(([tag, parts]) => element(tag, ...parts)),
    ),
  }))

  it.each([
    ['responses', askOcsp],
    ['lists', askCrl],
  ] as const)('are no %s', async (_, ask) => {
    const property = fc.asyncProperty(tree, async (bytes) => {
      expect((await ask(bytes)).ok).toBe(false)
    })
    await fc.assert(property, { seed: SEED, numRuns: 10_000 })
  })
})

describe.runIf(requireReal('vectors', SHARED))('recorded ones, changed', () => {
  it("never throw, and never say of the Commission's certificate what its responder did not", async () => {
    const certificate = certificateIn('eidas-tl/European-Commission.crt')
    const authority = certificateIn('eidas-tl/qvbecag2.crt')
    const files = [...fileNames('ocsp/resp'), ...fileNames('eidas-tl/ocsp/')].map(fileIn)
    const question = { certificate, issuer: authority, nonce: undefined, at: Date.UTC(2020, 5, 5, 16) }
    const property = fc.asyncProperty(fc.nat(files.length - 1), EDIT, async (file, edit) => {
      const bytes = edited(files[file] ?? new Uint8Array(1), edit)
      const found = await checkOcsp({ ...question, response: bytes })
      if (found.ok) expect(found.value.status).toBe('good')
    })
    await fc.assert(property, { seed: SEED, numRuns: 10_000 })
  })

  it('lists neither', async () => {
    const certificate = certificateIn('eidas-tl/European-Commission.crt')
    const authority = certificateIn('eidas-tl/qvbecag2.crt')
    const bytes = fileIn('eidas-tl/qvbecag2.crl')
    const question = { certificate, issuer: authority, at: (readCrl(bytes)?.thisUpdate ?? 0) + 1_000 }
    expect(await checkCrls({ ...question, crls: [bytes] })).toMatchObject({ ok: true })
    const property = fc.asyncProperty(EDIT, async (edit) => {
      const changed = edited(bytes, edit)
      const found = await checkCrls({
        certificate,
        issuer: authority,
        crls: [changed],
        at: Date.UTC(2020, 5, 5),
      })
      if (found.ok) expect(Buffer.compare(changed, bytes)).toBe(0)
    })
    await fc.assert(property, { seed: SEED, numRuns: 3_000 })
  })
})
