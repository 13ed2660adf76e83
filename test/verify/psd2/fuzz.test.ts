/**
 * Statements that a stranger wrote: genuine ones with bits, bytes and lengths changed, cut short and spliced, and ones
 * made of nothing but plausible pieces. Nothing throws, what is read is bounded, and no role comes from nowhere.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readQcStatements } from '../../../src/verify/psd2/qc-statements.ts'
import { QC_STATEMENTS } from '../../../src/verify/psd2/statements.ts'
import { requireReal } from '../../real.ts'
import { der, oid, seq, utf8 } from '../make-certificate.ts'
import { AISP, COMPLIANCE, legislation, PISP, pds, psd2, SEAL, SSCD, semantics, WEB } from './make.ts'
import { GENUINE, genuine, HAS_GENUINE } from './real.ts'

/** 15,000 of each kind of change and 10,000 made ones: the 200,000 inputs are shared between the rooms. */
const CHANGES_EACH = 15_000
const MADE = 10_000
const SEED = 20_261_121

const ROLE_OID: Readonly<Record<string, string>> = {
  PSP_AS: '060704008198270101',
  PSP_PI: '060704008198270102',
  PSP_AI: '060704008198270103',
  PSP_IC: '060704008198270104',
}

/** What holds for any input whatever. */
function holds(bytes: Uint8Array): void {
  const {
    ids,
    types,
    legislation: countries,
    pds: places,
    psd2: statement,
    findings,
  } = readQcStatements(bytes)
  const sizes = [ids, types, countries, places, statement?.entries ?? []].map((list) => list.length)
  if (sizes.some((size) => size > 32) || findings.length > 256) throw new Error(`Unbounded: ${sizes}`)
  const hex = Array.from(bytes, (octet) => octet.toString(16).padStart(2, '0')).join('')
  for (const { role } of statement?.entries ?? []) {
    if (role !== undefined && !hex.includes(ROLE_OID[role] ?? '-'))
      throw new Error(`A role from nowhere: ${role}`)
  }
}

/** A change of a genuine extension: which, where, and how. */
const CHANGE = fc.record({
  which: fc.nat(),
  at: fc.nat(),
  bit: fc.nat(7),
  octet: fc.nat(255),
  length: fc.nat(64),
  other: fc.nat(),
})
type Change = typeof CHANGE extends fc.Arbitrary<infer T> ? T : never

const CHANGES: Readonly<
  Record<string, (bytes: Uint8Array, change: Change, other: Uint8Array) => Uint8Array>
> = {
  'one bit turned': (bytes, { at, bit }) =>
    bytes.map((octet, index) => (index === at % bytes.length ? octet ^ (1 << bit) : octet)),
  'one octet replaced': (bytes, { at, octet }) =>
    bytes.map((old, index) => (index === at % bytes.length ? octet : old)),
  'cut short, or with octets left out': (bytes, { at, length }) => {
    const start = at % bytes.length
    return length < 32
      ? bytes.slice(0, start)
      : Uint8Array.of(...bytes.slice(0, start), ...bytes.slice(start + length - 31))
  },
  'spliced with another': (bytes, { at, other }, second) =>
    Uint8Array.of(...bytes.slice(0, at % bytes.length), ...second.slice(other % second.length)),
}

const PIECES: readonly Uint8Array[] = [
  COMPLIANCE,
  SSCD,
  WEB,
  SEAL,
  AISP,
  PISP,
  psd2([AISP, PISP]),
  psd2([]),
  legislation('GB', 'ZZ'),
  pds(['https://a.example/', 'en']),
  semantics('0.4.0.194121.1.2'),
  oid('0.4.0.19495.2'),
  oid('0.4.0.19495.1.3'),
  utf8('PSP_AI'),
  utf8('GB-FCA'),
  der(0x30, 0x80),
  der(0x05),
  Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff),
]

describe('readQcStatements(), given what nobody should send', () => {
  it(`holds for ${MADE} lists of plausible pieces`, () => {
    const tree = fc.letrec<{ node: Uint8Array }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        fc.constantFrom(...PIECES),
        fc.array(tie('node'), { maxLength: 4 }).map((nodes) => seq(...nodes)),
      ),
    })).node
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 6 }), (nodes) => holds(seq(...nodes))),
      { numRuns: MADE, seed: SEED },
    )
  })
})

describe.runIf(requireReal('../shared/vectors/wso2-certs', HAS_GENUINE))(
  'genuine statements, changed',
  () => {
    async function extensions(): Promise<readonly Uint8Array[]> {
      // The one of version 1 is the only one that we do not read.
      const paths = Object.keys(GENUINE).filter((path) => !path.endsWith('/ca-certs/cert.pem'))
      const certificates = await Promise.all(paths.map(genuine))
      return certificates.flatMap((one) => one.extensions.get(QC_STATEMENTS)?.value ?? [])
    }

    it.each(Object.entries(CHANGES))(`hold for ${CHANGES_EACH} inputs: %s`, async (_what, change) => {
      const all = await extensions()
      expect(all.length).toBeGreaterThanOrEqual(9)
      const pick = (index: number) => all[index % all.length] ?? new Uint8Array(1)
      fc.assert(
        fc.property(CHANGE, (how) => holds(change(pick(how.which), how, pick(how.other)))),
        { numRuns: CHANGES_EACH, seed: SEED },
      )
    })
  },
)
