import { describe, expect, it } from 'vitest'
import { TAG } from '../../../src/lib/der.ts'
import { element } from '../../../src/lib/der-write.ts'
import { checkCrls } from '../../../src/verify/revocation/crl.ts'
import type { Certificate } from '../../../src/verify/x509/types.ts'
import {
  type CrlWish,
  DAY,
  extension,
  HOUR,
  type Holder,
  issue,
  MINUTE,
  makeCrl,
  NOON,
  nameOf,
  reasonOf,
  uriOf,
} from './authority.ts'

const PLACE = 'http://crl.larch.example/a.crl'
const NULL = Uint8Array.of(5, 0)

const issuer = await issue({ subject: 'Issuer', ca: true, keyUsage: 0x06 })
const leaf = await issue({ subject: 'Leaf', issuer, serial: [0x2a], crl: [PLACE] })
const subordinate = await issue({ subject: 'Subordinate', issuer, serial: [0x2b], ca: true, keyUsage: 0x06 })

function look(crls: readonly Uint8Array[], { certificate }: Holder = leaf, at = NOON) {
  return checkCrls({ certificate, issuer: issuer.certificate, crls, at })
}

async function lookAt(wish: Partial<CrlWish>, holder: Holder = leaf) {
  return look([await makeCrl({ by: issuer, ...wish })], holder)
}

/** issuingDistributionPoint of these context-specific fields. */
function scope(...fields: readonly Uint8Array[]): Uint8Array {
  return extension('2.5.29.28', element(TAG.sequence, ...fields), true)
}
const flag = (tag: number): Uint8Array => element(0x80 | tag, Uint8Array.of(0xff))
const [USERS, AUTHORITIES, INDIRECT, ATTRIBUTES] = [flag(1), flag(2), flag(4), flag(5)]
const at = (uri: string): Uint8Array => element(0xa0, element(0xa0, uriOf(uri)))
/** Bits of ReasonFlags, the first octet counting the unused ones. */
const reasons = (...octets: readonly number[]): Uint8Array => element(0x83, Uint8Array.from(octets))

describe('what a revocation list says', () => {
  it('is that a certificate is good by not naming it, until when', async () => {
    expect(await lookAt({ revoked: [{ serial: [0x29] }, { serial: [0x2b] }] })).toEqual({
      ok: true,
      value: { status: 'good', source: 'crl', thisUpdate: NOON - HOUR, nextUpdate: NOON + DAY },
    })
    expect(await lookAt({})).toMatchObject({ ok: true, value: { status: 'good' } })
  })

  it.each([
    [undefined, 'unspecified'],
    [1, 'key_compromise'],
    [6, 'certificate_hold'],
    [10, 'aa_compromise'],
  ])('is that it was revoked: reason %s is %s', async (code, reason) => {
    const extensions = code === undefined ? [] : [reasonOf(code)]
    const revoked = [{ serial: [0x29] }, { serial: [0x2a], extensions }, { serial: [0x2b] }]
    expect(await lookAt({ revoked })).toMatchObject({
      ok: true,
      value: { status: 'revoked', reason, revokedAt: NOON - DAY },
    })
  })

  it.each<[string, Partial<CrlWish>]>([
    ['crl_expired', { nextUpdate: NOON - 1_000 }],
    ['crl_not_yet_valid', { thisUpdate: NOON + 6 * MINUTE }],
    ['crl_other_issuer', { issuerName: nameOf('Somebody') ?? NULL }],
    ['crl_malformed', { number: undefined, extensions: [extension('1.2.3', NULL)] }],
    ['crl_critical_extension', { number: extension('2.5.29.20', Uint8Array.of(2, 1, 7), true) }],
    ['crl_critical_extension', { extensions: [extension('1.2.3', NULL, true)] }],
    ['crl_delta', { extensions: [extension('2.5.29.27', Uint8Array.of(2, 1, 6), true)] }],
    ['crl_malformed', { extensions: [extension('1.2.3', NULL), extension('1.2.3', NULL)] }],
    ['crl_malformed', { revoked: [{ serial: [0x2a] }, { serial: [0x2a] }] }],
    ['crl_malformed', { revoked: [{ serial: [0x2a], extensions: [reasonOf(8)] }] }],
    ['crl_malformed', { revoked: [{ serial: [0x2a], extensions: [reasonOf(7)] }] }],
    [
      'crl_critical_extension',
      { revoked: [{ serial: [0x01], extensions: [extension('1.2.3', NULL, true)] }] },
    ],
    [
      'crl_critical_extension',
      { revoked: [{ serial: [0x01], extensions: [extension('2.5.29.29', NULL, true)] }, { serial: [0x2a] }] },
    ],
  ])('is nothing where it is %s', async (reason, wish) => {
    expect(await lookAt(wish)).toEqual({ ok: false, reason })
  })

  it('takes 255 and -1 for two certificates', async () => {
    const positive = await issue({ subject: 'Positive', issuer, serial: [0, 0xff] })
    const negative = await issue({ subject: 'Negative', issuer, serial: [0xff] })
    const revoked = [{ serial: [0xff] }]
    expect(await lookAt({ revoked }, positive)).toMatchObject({ value: { status: 'good' } })
    expect(await lookAt({ revoked }, negative)).toMatchObject({ value: { status: 'revoked' } })
  })
})

describe('who signs a list', () => {
  it.each<[string, () => Promise<Holder>, string]>([
    [
      'has the name but not the key',
      () => issue({ subject: 'Issuer', ca: true, keyUsage: 0x06 }),
      'crl_signature_wrong',
    ],
    ['is somebody else', () => issue({ subject: 'Other', ca: true }), 'crl_other_issuer'],
  ])('is not who %s', async (_, make, reason) => {
    expect(await lookAt({ by: await make() })).toEqual({ ok: false, reason })
  })

  it.each<[number | undefined, boolean]>([
    [0x04, false],
    [0x06, true],
    [undefined, true],
  ])('has a keyUsage of %s, and may sign: %s', async (keyUsage, ok) => {
    const authority = await issue({ subject: 'A', ca: true, ...(keyUsage === undefined ? {} : { keyUsage }) })
    const { certificate } = await issue({ subject: 'B', issuer: authority })
    const crls = [await makeCrl({ by: authority })]
    const found = await checkCrls({ certificate, issuer: authority.certificate, crls, at: NOON })
    expect(found).toMatchObject(ok ? { ok } : { ok, reason: 'crl_issuer_not_allowed' })
  })

  it('may be another key of the issuer, whose path the caller has validated', async () => {
    const other = await issue({ subject: 'Issuer', issuer, keyUsage: 0x02 })
    const crls = [await makeCrl({ by: other })]
    const question = { certificate: leaf.certificate, issuer: issuer.certificate, crls, at: NOON }
    expect(await checkCrls(question)).toMatchObject({ ok: false })
    expect(await checkCrls({ ...question, signers: [other.certificate] })).toMatchObject({ ok: true })
  })
})

describe('what a list covers', () => {
  it.each<[string, readonly Uint8Array[], Holder, boolean]>([
    ['end entities, and this is one', [USERS], leaf, true],
    ['end entities, and this is an authority', [USERS], subordinate, false],
    ['authorities, and this is one', [AUTHORITIES], subordinate, true],
    ['authorities, and this is none', [AUTHORITIES], leaf, false],
    ['attribute certificates', [ATTRIBUTES], leaf, false],
    ['other issuers as well', [INDIRECT], leaf, false],
    ['the place that the certificate names', [at(PLACE)], leaf, true],
    ['another place', [at('http://crl.larch.example/b.crl')], leaf, false],
    ['a place, and the certificate names none', [at(PLACE)], subordinate, false],
  ])('is %s', async (_, fields, holder, ok) => {
    const found = await lookAt({ extensions: [scope(...fields)] }, holder)
    expect(found).toMatchObject(ok ? { ok } : { ok, reason: 'crl_out_of_scope' })
  })

  it('is the place that is named after the issuer, whatever the certificate names', async () => {
    const own = element(0xa0, element(0xa0, element(0xa4, issuer.certificate.subject.der)))
    expect(await lookAt({ extensions: [scope(own)] })).toMatchObject({ ok: true })
  })

  it('is a place given relative to the issuer, which continues its name', async () => {
    const rdn = element(TAG.sequence, ...[nameOf('List 1')?.subarray(4) ?? NULL])
    const relative = (tag: number) => element(tag, element(0xa1, rdn.subarray(2)))
    const points = element(TAG.sequence, element(TAG.sequence, relative(0xa0)))
    const holder = await issue({ subject: 'R', issuer, extensions: [extension('2.5.29.31', points)] })
    expect(await lookAt({ extensions: [scope(relative(0xa0))] }, holder)).toMatchObject({ ok: true })
  })

  it('is some reasons only: two lists make a certificate good that none of them can', async () => {
    const some = await makeCrl({ by: issuer, extensions: [scope(reasons(5, 0x60))] })
    const others = await makeCrl({ by: issuer, extensions: [scope(reasons(7, 0x1f, 0x80))] })
    expect(await look([some])).toEqual({ ok: false, reason: 'crl_reasons_partial' })
    expect(await look([some, others])).toMatchObject({ ok: true, value: { status: 'good' } })
  })

  it('is enough for one entry, whatever reasons it leaves out', async () => {
    const wish = { by: issuer, extensions: [scope(reasons(5, 0x60))], revoked: [{ serial: [0x2a] }] }
    expect(await look([await makeCrl(wish)])).toMatchObject({ value: { status: 'revoked' } })
  })
})

describe('several lists', () => {
  const bad = new TextEncoder().encode('<html>Maintenance</html>')

  it('are asked from the newest, which takes an entry of an older one back', async () => {
    const older = await makeCrl({ by: issuer, thisUpdate: NOON - DAY, revoked: [{ serial: [0x2a] }] })
    const newer = await makeCrl({ by: issuer })
    expect(await look([older, newer])).toMatchObject({ value: { status: 'good' } })
    expect(await look([older])).toMatchObject({ value: { status: 'revoked' } })
  })

  it('may be of others or of nobody: one right list is enough', async () => {
    const other = await makeCrl({
      by: await issue({ subject: 'Other', ca: true }),
      revoked: [{ serial: [0x2a] }],
    })
    const ours = await makeCrl({ by: issuer })
    expect(await look([bad, other, ours])).toMatchObject({ value: { status: 'good' } })
    expect(await look([bad, other])).toMatchObject({ ok: false })
    expect(await look([])).toEqual({ ok: false, reason: 'crl_absent' })
  })
})

describe('a long list', () => {
  it('of fifty thousand entries is walked without being read into objects', async () => {
    const serialOf = (n: number) => [0x10, n >> 16, (n >> 8) & 0xff, n & 0xff]
    const revoked = Array.from({ length: 50_000 }, (_, n) => ({
      serial: serialOf(n),
      extensions: [reasonOf(n % 5)],
    }))
    const crl = await makeCrl({ by: issuer, revoked })
    const first: Certificate = { ...leaf.certificate, serial: '10000000' }
    const last: Certificate = { ...leaf.certificate, serial: '1000c34f' }
    const question = { issuer: issuer.certificate, crls: [crl], at: NOON }
    expect(await checkCrls({ ...question, certificate: first })).toMatchObject({
      value: { status: 'revoked' },
    })
    expect(await checkCrls({ ...question, certificate: last })).toMatchObject({
      value: { status: 'revoked' },
    })
    expect(await checkCrls({ ...question, certificate: leaf.certificate })).toMatchObject({
      value: { status: 'good' },
    })
  })
})
