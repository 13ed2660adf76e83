/**
 * Certificates that a stranger wrote: genuine ones with bits, octets and lengths changed, cut short and spliced, and
 * trees of DER that nobody would write. Nothing throws, all work is counted, and no signed octet can be changed.
 */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { sameBytes } from '../../../src/lib/bytes.ts'
import { isCanonical } from '../../../src/lib/der-canonical.ts'
import { MAX_COMPARISONS, MAX_SIGNATURES } from '../../../src/verify/x509/budget.ts'
import { MAX_CERTIFICATE_BYTES, readCertificate } from '../../../src/verify/x509/certificate.ts'
import { EXTENSION } from '../../../src/verify/x509/extensions.ts'
import { showName } from '../../../src/verify/x509/names.ts'
import { validatePath } from '../../../src/verify/x509/path.ts'
import type { Certificate, PathVerdict } from '../../../src/verify/x509/types.ts'
import { requireReal } from '../../real.ts'
import { certificate, der, extension, oid } from '../make-certificate.ts'
import { HAS_REAL, realCertificates, realChains } from './real.ts'

/** 120,000 and more: the 200,000 inputs are shared between the rooms. */
const CHANGED_EACH = 14_000
const TREES = 12_000
const SIGNED = 24_000
const MIXED = 8_000
const SEED = 20_261_121

/** What holds for any input whatever. */
function holds(bytes: Uint8Array): Certificate | undefined {
  const read = readCertificate(bytes)
  if (read.state !== 'valid') return undefined
  const { value } = read
  const of = (part: Uint8Array) => part.buffer === bytes.buffer && part.byteOffset >= bytes.byteOffset
  if (!sameBytes(value.der, bytes) || !of(value.tbs) || !of(value.spki)) throw new Error('Not what came')
  if (!isCanonical(bytes) || bytes.length > MAX_CERTIFICATE_BYTES) throw new Error('Not canonical')
  if (/\p{Cc}/u.test(showName(value.subject))) throw new Error('A control character in a name')
  return value
}

const CHANGE = fc.record({
  which: fc.nat(),
  at: fc.nat(),
  bit: fc.nat(7),
  octet: fc.nat(255),
  length: fc.nat(64),
  other: fc.nat(),
})
type Change = typeof CHANGE extends fc.Arbitrary<infer T> ? T : never

type Mutation = (bytes: Uint8Array, change: Change, other: Uint8Array) => Uint8Array
const CHANGES: Readonly<Record<string, Mutation>> = {
  'one bit turned': (bytes, { at, bit }) => flip(bytes, at, bit),
  'one octet replaced': (bytes, { at, octet }) =>
    Uint8Array.from(bytes).fill(octet, at % bytes.length, (at % bytes.length) + 1),
  'cut short': (bytes, { at }) => bytes.slice(0, at % bytes.length),
  'octets taken out': (bytes, { at, length }) => {
    const from = at % bytes.length
    return Uint8Array.of(...bytes.subarray(0, from), ...bytes.subarray(from + length + 1))
  },
  'spliced with another': (bytes, { at, other: from, length }, other) => {
    const place = at % bytes.length
    const piece = other.subarray(from % other.length, (from % other.length) + length + 1)
    return Uint8Array.of(...bytes.subarray(0, place), ...piece, ...bytes.subarray(place + piece.length))
  },
}

function flip(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  const out = Uint8Array.from(bytes)
  const place = at % out.length
  out[place] = (out[place] ?? 0) ^ (1 << bit)
  return out
}

const modulo = <T>(list: readonly T[], at: number): T => {
  const one = list[at % list.length]
  if (one === undefined) throw new Error('Nothing to choose from')
  return one
}

describe.runIf(requireReal('../shared/vectors', HAS_REAL))('certificates that a stranger changed', () => {
  let real: readonly Uint8Array[]
  let chains: Awaited<ReturnType<typeof realChains>>
  beforeAll(async () => {
    real = await realCertificates(3_000)
    chains = await realChains()
    expect(real.length).toBeGreaterThan(500)
    expect(chains.length).toBeGreaterThan(20)
  })

  it.each(Object.keys(CHANGES))(
    '%s: read strictly or not at all, without a throw',
    { timeout: 60_000 },
    (how) => {
      const mutate = CHANGES[how]
      fc.assert(
        fc.property(CHANGE, (change) => {
          holds(mutate?.(modulo(real, change.which), change, modulo(real, change.other)) ?? new Uint8Array())
        }),
        { numRuns: CHANGED_EACH, seed: SEED },
      )
    },
  )

  it('unchanged, they all have a path', async () => {
    for (const { leaf, candidates, anchors, at } of chains) {
      expect((await ask(leaf, candidates, anchors, at)).ok).toBe(true)
    }
  })

  it('any octet of a leaf changed: no path is found', { timeout: 120_000 }, async () => {
    let readable = 0
    await fc.assert(
      fc.asyncProperty(CHANGE, async ({ which, at, bit }) => {
        const { leaf, candidates, anchors, at: when } = modulo(chains, which)
        const changed = holds(flip(leaf.der, at, bit))
        if (changed === undefined) return
        readable += 1
        const verdict = await ask(changed, candidates, anchors, when)
        if (verdict.ok) throw new Error(`Accepted with bit ${bit} of octet ${at % leaf.der.length} turned`)
      }),
      { numRuns: SIGNED, seed: SEED },
    )
    // Most of a certificate is names, keys and signatures, which may hold any octets: it is not the reader that refuses.
    expect(readable).toBeGreaterThan(SIGNED / 2)
  })

  it('any mixture of candidates, some of them changed: bounded work', { timeout: 120_000 }, async () => {
    const parts = fc.array(CHANGE, { maxLength: 12 })
    const pool = chains.flatMap(({ leaf, candidates, anchors }) => [leaf, ...candidates, ...anchors])
    await fc.assert(
      fc.asyncProperty(CHANGE, parts, async (first, changes) => {
        const candidates = changes.flatMap(({ which, at, bit, octet }) => {
          const one = modulo(pool, which)
          return octet < 128 ? [one] : (holds(flip(one.der, at, bit)) ?? [])
        })
        const { leaf, anchors, at } = modulo(chains, first.which)
        await ask(leaf, candidates, anchors, at)
      }),
      { numRuns: MIXED, seed: SEED },
    )
  })
})

async function ask(
  leaf: Certificate,
  candidates: readonly Certificate[],
  anchors: readonly Certificate[],
  at: number,
): Promise<PathVerdict> {
  const listed = anchors.map((certificate) => ({ certificate, name: 'listed' }))
  const question = { leaf, candidates, anchors: listed, at, extendedKeyUsage: undefined, maxIntermediates: 4 }
  const verdict = await validatePath(question)
  if (verdict.steps > MAX_SIGNATURES || verdict.comparisons > MAX_COMPARISONS) throw new Error('Unbounded')
  return verdict
}

describe('trees of DER', () => {
  const LEAVES = fc.oneof(
    fc
      .uint8Array({ maxLength: 12 })
      .chain((content) =>
        fc
          .constantFrom(1, 2, 3, 4, 5, 6, 0x0c, 0x13, 0x16, 0x17, 0x18, 0x80, 0x82, 0x86, 0x87)
          .map((tag) => der(tag, content)),
      ),
    fc.constantFrom(
      oid('2.5.29.17'),
      oid('2.5.29.30'),
      oid('2.5.4.3'),
      oid('1.2.840.10045.4.3.2'),
      der(2, 2),
      der(1, 0xff),
    ),
  )
  const { tree } = fc.letrec<{ tree: Uint8Array }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6, depthSize: 'small' },
      LEAVES,
      fc
        .tuple(
          fc.constantFrom(0x30, 0x30, 0x30, 0x31, 0xa0, 0xa1, 0xa3, 0xa4, 4),
          fc.array(tie('tree'), { maxLength: 8 }),
        )
        .map(([tag, parts]) => der(tag, ...parts)),
    ),
  }))

  it('that nobody would write: read strictly or not at all', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(tree, (bytes) => {
        holds(bytes)
      }),
      { numRuns: TREES, seed: SEED },
    )
  })

  it('in the place of an extension: the certificate is refused or says what they say', {
    timeout: 60_000,
  }, () => {
    let read = 0
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(EXTENSION)), tree, (id, value) => {
        if (holds(certificate({ extensions: [extension(id, value)] })) !== undefined) read += 1
      }),
      { numRuns: TREES, seed: SEED },
    )
    expect(read).toBeGreaterThan(0)
  })
})
