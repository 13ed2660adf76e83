/**
 * Nothing that arrives makes the readers throw, and nothing that was changed is taken for what was signed. Inputs are
 * counted and seeded; time is not looked at.
 */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { readAnchorSet } from '../../../src/verify/trust/anchor-set.ts'
import { readList } from '../../../src/verify/trust/list/read-list.ts'
import { readServices } from '../../../src/verify/trust/list/services.ts'
import { readXml, rootOf } from '../../../src/verify/trust/list/xml.ts'
import { parseSet } from '../../../src/verify/trust/set-document.ts'
import { signSet } from '../../../src/verify/trust/sign-set.ts'
import { writeSet } from '../../../src/verify/trust/write-set.ts'
import {
  bytes,
  criteriaList,
  forUses,
  listXml,
  makeSigner,
  policySet,
  qualification,
  type Signer,
  sign,
} from './make-list.ts'
import { anchor, document, makeKey, source, type TestKey } from './make-set.ts'

const SEED = 20261121
const CHANGED_LISTS = 5_000
const CHANGED_SERVICES = 4_000
const MADE_LISTS = 1_500
const CHANGED_DOCUMENTS = 20_000
const MADE_DOCUMENTS = 4_000
const SIGNED_DOCUMENTS = 2_000

let signer: Signer
let key: TestKey
let list: Uint8Array
let unsigned: Uint8Array
let json: string
beforeAll(async () => {
  ;[signer, key] = await Promise.all([makeSigner('Invented state'), makeKey('operator')])
  const extensions = forUses('ForeSeals')
  const certificates = [signer.certificate.der]
  list = bytes(await sign(listXml({ territory: 'XA', services: [{ certificates, extensions }] }), signer))
  const qualified = qualification(['NotQualified'], criteriaList('none', policySet('1.2.3')))
  const history = [{ status: 'accredited', from: '2012-01-01T00:00:00Z' }]
  const detailed = { certificates, extensions: `${extensions}${qualified}`, history }
  unsigned = bytes(listXml({ territory: 'XA', services: [detailed] }))
  json = writeSet(document({ sources: [source({})], anchors: [anchor(signer, {})] }))
})

/** Bits flipped, bytes cut out, doubled or moved: what a careless or a hostile hand does to a file. */
const change = fc.record({
  kind: fc.constantFrom('flip', 'cut', 'double', 'insert', 'truncate'),
  at: fc.nat(),
  length: fc.integer({ min: 1, max: 40 }),
  bit: fc.integer({ min: 0, max: 7 }),
  text: fc.constantFrom(
    '<',
    '>',
    '&',
    '"',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?x ?>',
    '<!DOCTYPE x>',
    '&lt;',
    'Id="list"',
    '<ds:Signature>',
    '{',
    '[',
    '"a":',
    '\u0000',
  ),
})
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

function changed(original: Uint8Array, { kind, at, length, bit, text }: Change): Uint8Array {
  const from = at % original.length
  const head = original.subarray(0, from)
  switch (kind) {
    case 'flip': {
      const copy = original.slice()
      copy[from] = (copy[from] ?? 0) ^ (1 << bit)
      return copy
    }
    case 'cut':
      return joined(head, original.subarray(from + length))
    case 'double':
      return joined(head, original.subarray(from, from + length), original.subarray(from))
    case 'insert':
      return joined(head, bytes(text), original.subarray(from))
    default:
      return head
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Each is some thousand inputs on a machine that others use too. */
const PATIENCE = { timeout: 120_000 }

const read = (data: Uint8Array) =>
  readList(data, { url: 'https://xa.example/', signers: [signer.certificate] })

describe('lists', () => {
  it('that were changed are refused, or say exactly what was signed', PATIENCE, () => {
    const original = read(list)
    if (!original.ok) throw new Error(original.reason)
    const said = JSON.stringify({ ...original.value, source: { ...original.value.source, sha256: '' } })
    let refused = 0
    fc.assert(
      fc.property(change, (one) => {
        const outcome = read(changed(list, one))
        if (!outcome.ok) {
          refused += 1
          return true
        }
        return said === JSON.stringify({ ...outcome.value, source: { ...outcome.value.source, sha256: '' } })
      }),
      { seed: SEED, numRuns: CHANGED_LISTS },
    )
    expect(refused).toBeGreaterThan(CHANGED_LISTS * 0.9)
  })

  it(
    'whose services were changed are read without a throw, into stretches that a document may hold',
    PATIENCE,
    () => {
      fc.assert(
        fc.property(change, (one) => {
          const xml = readXml(changed(unsigned, one))
          const root = xml.ok ? rootOf(xml.value) : undefined
          if (root === undefined) return true
          const { anchors } = readServices(root, 'XA')
          return parseSet(writeSet(document({ anchors }))).ok
        }),
        { seed: SEED, numRuns: CHANGED_SERVICES },
      )
    },
  )

  it('that are any text are refused', PATIENCE, () => {
    const word = fc.constantFrom(
      '<a>',
      '</a>',
      '<TrustServiceStatusList>',
      '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">',
      '</ds:Signature>',
      'text',
      '&amp;',
      '&x;',
      '<!--',
      '-->',
      '<a b="c"/>',
      '\u{1f600}',
    )
    const anything = fc.oneof(
      fc.array(word, { maxLength: 30 }).map((words) => bytes(words.join(''))),
      fc.uint8Array({ maxLength: 200 }),
    )
    fc.assert(
      fc.property(anything, (data) => !read(data).ok),
      { seed: SEED, numRuns: MADE_LISTS },
    )
  })
})

describe('documents of anchors', () => {
  it('that were changed are read or refused, and never throw', PATIENCE, () => {
    const original = bytes(json)
    fc.assert(
      fc.property(change, (one) => {
        const reading = parseSet(new TextDecoder().decode(changed(original, one)))
        return reading.ok || reading.mistakes.length > 0
      }),
      { seed: SEED, numRuns: CHANGED_DOCUMENTS },
    )
  })

  it('that are any JSON are refused', PATIENCE, () => {
    fc.assert(
      fc.property(fc.json(), (text) => !parseSet(text).ok),
      { seed: SEED, numRuns: MADE_DOCUMENTS },
    )
  })

  it('that are signed are refused after every change', PATIENCE, async () => {
    const original = bytes(await signSet(json, key.secret))
    const signed = new TextDecoder().decode(original)
    await fc.assert(
      fc.asyncProperty(change, async (one) => {
        const text = new TextDecoder().decode(changed(original, one))
        const outcome = await readAnchorSet(text, [key.accepted])
        return text === signed || outcome.state === 'invalid'
      }),
      { seed: SEED, numRuns: SIGNED_DOCUMENTS },
    )
  })
})
