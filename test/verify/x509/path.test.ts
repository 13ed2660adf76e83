import { beforeAll, describe, expect, it } from 'vitest'
import { MAX_COMPARISONS, MAX_SIGNATURES } from '../../../src/verify/x509/budget.ts'
import { validatePath } from '../../../src/verify/x509/path.ts'
import type { PathQuestion, PathVerdict } from '../../../src/verify/x509/types.ts'
import { der, oid, seq } from '../make-certificate.ts'
import {
  AT,
  type Authority,
  anchor,
  type Chain,
  extension,
  ID,
  issue,
  makeChain,
  makeKeys,
  type Wish,
} from './authority.ts'

const CLIENT = '1.3.6.1.5.5.7.3.2'
const SERVER = '1.3.6.1.5.5.7.3.1'

function ask(
  leaf: Authority,
  candidates: readonly Authority[],
  anchors: readonly Authority[],
  more: Partial<PathQuestion> = {},
): Promise<PathVerdict> {
  return validatePath({
    leaf: leaf.certificate,
    candidates: candidates.map(({ certificate }) => certificate),
    anchors: anchors.map(anchor),
    at: AT,
    extendedKeyUsage: undefined,
    maxIntermediates: 4,
    ...more,
  })
}

const outcome = (verdict: PathVerdict) => (verdict.ok ? 'ok' : verdict.fault)
const purposes = (...ids: readonly string[]) => ({
  [ID.extendedKeyUsage]: extension(ID.extendedKeyUsage, seq(...ids.map(oid))),
})

describe('an authority that a list names', () => {
  const period = {
    ...{ from: 0, until: undefined, status: 'granted', uses: ['web'] as const },
    qualifications: [],
  }
  const service = {
    ...{ territory: 'BE', provider: 'Invented', name: 'Invented' },
    periods: [{ ...period, notUnderstood: undefined }],
  }
  const oddities: readonly (readonly [what: string, extensions: NonNullable<Wish['extensions']>])[] = [
    [
      'basicConstraints that are not critical',
      { [ID.basicConstraints]: extension(ID.basicConstraints, seq(der(0x01, 0xff))) },
    ],
    ['no subject key identifier', { [ID.subjectKeyIdentifier]: undefined }],
  ]

  // SWIFTNet PKI Certification Authority 2019, which Belgium lists for seals, is the first of these.
  it.each(oddities)(
    'with %s is trusted where a state lists it, and not where the bank does',
    async (_what, extensions) => {
      const { leaf, middle, root } = await makeChain({ root: { extensions } })
      const listed = (kind: 'qualified' | 'own') =>
        ask(leaf, [middle], [], {
          anchors: [{ ...anchor(root), entry: { services: [{ ...service, kind }] } }],
        })
      expect(outcome(await listed('qualified'))).toBe('ok')
      expect(outcome(await listed('own'))).toBe('profile_violated')
    },
  )

  it('is held to the rest by a state as well', async () => {
    const { leaf, middle, root } = await makeChain({ root: { notAfter: '260201000000Z' } })
    const entry = { services: [{ ...service, kind: 'qualified' as const }] }
    const verdict = await ask(leaf, [middle], [], { anchors: [{ ...anchor(root), entry }] })
    expect(outcome(verdict)).toBe('certificate_expired')
  })
})

describe('a path of three certificates', () => {
  let chain: Chain
  beforeAll(async () => {
    chain = await makeChain()
  })

  it('ends at the listed root, and says until when it holds', async () => {
    const { root, middle, leaf } = chain
    const verdict = await ask(leaf, [middle], [root])
    if (!verdict.ok) throw new Error(verdict.fault)
    expect(verdict.path).toEqual([leaf, middle, root].map(({ certificate }) => certificate))
    expect(verdict.expiresAt).toBe(Date.UTC(2027, 11, 31, 23, 59, 59))
    expect(verdict.steps).toBe(2)
  })

  it('ends at a listed authority below the root, which is what European lists have', async () => {
    const { middle, leaf, root } = chain
    const verdict = await ask(leaf, [root], [middle])
    expect(verdict.ok && verdict.path.length).toBe(2)
  })

  it('is the leaf alone where the leaf is listed', async () => {
    const { leaf } = chain
    const verdict = await ask(leaf, [], [leaf])
    expect(verdict.ok && verdict.path).toEqual([leaf.certificate])
    expect(verdict.steps).toBe(0)
  })

  it('is not found where nobody is listed, whatever root the peer sends', async () => {
    const { root, middle, leaf } = chain
    expect(await ask(leaf, [middle, root], [])).toMatchObject({
      ok: false,
      fault: 'path_not_found',
      detail: 'certificate 2 above the leaf: CN=Invented Authority',
    })
  })

  it('is not found without the authority between', async () => {
    expect(outcome(await ask(chain.leaf, [], [chain.root]))).toBe('path_not_found')
  })

  it('does not take another authority of the same name for it', async () => {
    const rival = await makeChain()
    expect(outcome(await ask(chain.leaf, [rival.middle], [rival.root]))).toBe('key_identifier_wrong')
  })

  it('does not take a rival that claims the same key identifier for it', async () => {
    const rival = await makeChain({
      middle: {
        extensions: {
          [ID.subjectKeyIdentifier]: extension(
            ID.subjectKeyIdentifier,
            der(0x04, chain.middle.keys.identifier),
          ),
        },
      },
    })
    expect(outcome(await ask(chain.leaf, [rival.middle], [rival.root]))).toBe('signature_wrong')
  })

  it.each([
    ['the second before it begins', Date.UTC(2026, 0, 1) - 1, 'certificate_not_yet_valid'],
    ['its first moment', Date.UTC(2026, 0, 1), 'ok'],
    ['its last second, to the end', Date.UTC(2027, 11, 31, 23, 59, 59, 999), 'ok'],
    ['the second after it', Date.UTC(2028, 0, 1), 'certificate_expired'],
  ])('is judged at %s', async (_when, at, expected) => {
    expect(outcome(await ask(chain.leaf, [chain.middle], [chain.root], { at }))).toBe(expected)
  })

  it('has as many authorities between as were asked for', async () => {
    const { root, middle, leaf } = chain
    expect(outcome(await ask(leaf, [middle], [root], { maxIntermediates: 0 }))).toBe('path_too_long')
    expect(outcome(await ask(leaf, [middle], [root], { maxIntermediates: 1 }))).toBe('ok')
  })
})

describe('what a certificate may do', () => {
  const CASES: readonly (readonly [
    what: string,
    wishes: Parameters<typeof makeChain>[0],
    expected: string,
  ])[] = [
    ['an authority that is none', { middle: { ca: false } }, 'issuer_not_a_ca'],
    [
      'an authority without basicConstraints',
      { middle: { extensions: { [ID.basicConstraints]: undefined } } },
      'issuer_not_a_ca',
    ],
    [
      'an authority that may not sign certificates',
      { middle: { extensions: { [ID.keyUsage]: extension(ID.keyUsage, der(0x03, 1, 0x02), true) } } },
      'key_usage_wrong',
    ],
    ['an expired authority', { middle: { notAfter: '260301000000Z' } }, 'certificate_expired'],
    ['a root with room for one authority', { root: { pathLength: 1 } }, 'ok'],
    ['a root with room for none', { root: { pathLength: 0 } }, 'path_length_exceeded'],
    [
      'an authority for other purposes',
      { middle: { extensions: purposes(SERVER) } },
      'extended_key_usage_wrong',
    ],
    ['an authority for any purpose', { middle: { extensions: purposes('2.5.29.37.0') } }, 'ok'],
    ['a leaf for this purpose and another', { leaf: { extensions: purposes(SERVER, CLIENT) } }, 'ok'],
    ['a leaf for another purpose', { leaf: { extensions: purposes(SERVER) } }, 'extended_key_usage_wrong'],
    [
      'a critical extension that nobody knows',
      { leaf: { extensions: { '1.3.6.1.4.1.99999.1': extension('1.3.6.1.4.1.99999.1', seq(), true) } } },
      'critical_extension_unknown',
    ],
    [
      'an extension that nobody knows',
      { leaf: { extensions: { '1.3.6.1.4.1.99999.1': extension('1.3.6.1.4.1.99999.1', seq()) } } },
      'ok',
    ],
    [
      'policy constraints, which are not processed',
      { middle: { extensions: { '2.5.29.36': extension('2.5.29.36', seq(der(0x80, 0)), true) } } },
      'critical_extension_unknown',
    ],
    [
      'a critical certificatePolicies',
      { leaf: { extensions: { '2.5.29.32': extension('2.5.29.32', seq(seq(oid('1.2.3.4'))), true) } } },
      'ok',
    ],
    ['a serial number of zero', { leaf: { serial: [0] } }, 'profile_violated'],
    ['a negative serial number', { leaf: { serial: [0x80] } }, 'profile_violated'],
    ['a serial number of 21 octets', { leaf: { serial: new Array(21).fill(0x11) } }, 'profile_violated'],
    [
      'a leaf that says that it may sign certificates',
      { leaf: { extensions: { [ID.keyUsage]: extension(ID.keyUsage, der(0x03, 1, 0x06), true) } } },
      'profile_violated',
    ],
    [
      'a leaf that does not say with which key it was signed',
      { leaf: { extensions: { [ID.authorityKeyIdentifier]: undefined } } },
      'profile_violated',
    ],
    ['a leaf without a name', { leaf: { subject: seq() } }, 'profile_violated'],
  ]

  it.each(CASES)('%s: judged as section 4 says', async (_what, wishes, expected) => {
    const { root, middle, leaf } = await makeChain(wishes)
    expect(outcome(await ask(leaf, [middle], [root], { extendedKeyUsage: CLIENT }))).toBe(expected)
  })
})

describe('many candidates', () => {
  it('finds the one way among authorities that sign for each other', async () => {
    const root = await issue({ subject: 'Root', ca: true })
    const [a, b] = [await makeKeys(), await makeKeys()]
    const selfA = await issue({ subject: 'A', ca: true, keys: a })
    const selfB = await issue({ subject: 'B', ca: true, keys: b })
    const crossed = [
      await issue({ subject: 'A', ca: true, keys: a }, selfB),
      await issue({ subject: 'B', ca: true, keys: b }, selfA),
      await issue({ subject: 'B', ca: true, keys: b }, root),
    ]
    const leaf = await issue({}, selfA)
    expect(outcome(await ask(leaf, crossed, [root]))).toBe('ok')
    expect(outcome(await ask(leaf, crossed.slice(0, 2), [root]))).toBe('path_not_found')
  })

  it('passes an expired authority by for a current one of the same key', async () => {
    const keys = await makeKeys()
    const root = await issue({ subject: 'Root', ca: true })
    const expired = await issue({ subject: 'A', ca: true, keys, notAfter: '260301000000Z' }, root)
    const current = await issue({ subject: 'A', ca: true, keys }, root)
    const leaf = await issue({}, current)
    expect(outcome(await ask(leaf, [expired, current], [root]))).toBe('ok')
  })

  it('tells the fault of the attempt that came furthest', async () => {
    const { root, middle, leaf } = await makeChain({ root: { notAfter: '260301000000Z' } })
    const rival = await makeChain()
    expect(await ask(leaf, [rival.middle, middle], [root, rival.root])).toMatchObject({
      fault: 'certificate_expired',
      detail: 'certificate 2 above the leaf: CN=Invented Root',
    })
  })

  it('does bounded work over two hundred authorities of one name that lead nowhere', async () => {
    // As many as fit into a handshake, every one of them a plausible issuer of every other.
    const authorities: Authority[] = []
    const bare = { [ID.subjectKeyIdentifier]: extension(ID.subjectKeyIdentifier, der(0x04, 1, 2, 3)) }
    const pointing = {
      [ID.authorityKeyIdentifier]: extension(ID.authorityKeyIdentifier, seq(der(0x80, 1, 2, 3))),
    }
    const first = await issue({ subject: 'A', ca: true })
    for (let at = 0; at < 200; at += 1) {
      // Self-issued with a serial number each: nothing tells them apart but a signature check.
      const extensions = { ...bare, ...pointing }
      const keys = await makeKeys()
      const name = at % 2 === 0 ? 'A' : 'B'
      const other = { ...first, name: (await issue({ subject: at % 2 === 0 ? 'B' : 'A', ca: true })).name }
      authorities.push(await issue({ subject: name, ca: true, keys, extensions, serial: [1, at] }, other))
    }
    const leaf = await issue({ extensions: pointing }, first)
    const verdict = await ask(leaf, authorities, [await issue({ subject: 'Root', ca: true })])
    expect(outcome(verdict)).toBe('path_work_exceeded')
    expect(verdict.steps).toBeLessThanOrEqual(MAX_SIGNATURES)
    expect(verdict.comparisons).toBeLessThanOrEqual(MAX_COMPARISONS)
  })

  it('never follows a path beyond four authorities, however it is asked', async () => {
    const chain = [await issue({ subject: 'Root', ca: true })]
    for (let at = 0; at < 6; at += 1) chain.unshift(await issue({ subject: `A${at}`, ca: true }, chain[0]))
    const root = chain.at(-1) ?? (await issue())
    const four = await issue({}, chain[2])
    const five = await issue({}, chain[1])
    const more = { maxIntermediates: 100 }
    expect(outcome(await ask(four, chain, [root], more))).toBe('ok')
    expect(outcome(await ask(five, chain, [root], more))).toBe('path_too_long')
  })
})
