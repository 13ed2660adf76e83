/** Who a client certificate proves, from the bytes to the fact, with an authority that these tests make. */
import { describe, expect, it } from 'vitest'
import type { CertificateProblem, PresentedCertificate } from '../../src/evidence.ts'
import { toBase64 } from '../../src/lib/base64.ts'
import { ABSENT, invalid, known, unavailable, valid } from '../../src/lib/fact.ts'
import { parseBlockList } from '../../src/verify/block-list.ts'
import { type CertificateTools, unpresented, verifyCertificate } from '../../src/verify/certificate.ts'
import { parseRegister } from '../../src/verify/register.ts'
import type { CertificateState } from '../../src/verify/revocation/revocation.ts'
import type { AnchorSet } from '../../src/verify/trust/types.ts'
import { readCertificate } from '../../src/verify/x509/certificate.ts'
import { certificateTools, holder, testAuthority } from '../fixtures/pki.ts'
import { NOW } from '../fixtures/scene.ts'
import { respelt } from './x509/authority.ts'

const DAY_MS = 86_400_000
const TRUSTED = await testAuthority()
const GENUINE = await holder(TRUSTED, { roles: ['PSP_AI', 'PSP_PI'] })

function proof(
  presented: PresentedCertificate = GENUINE,
  changes: Partial<CertificateTools> = {},
  now = NOW,
) {
  return verifyCertificate(presented, certificateTools({ anchors: TRUSTED.anchors, ...changes }), now)
}

describe('verifyCertificate()', () => {
  it('names the third party, who vouches for it, and everything that this rests on', async () => {
    const found = await proof()
    expect(known(found.certificate)).toMatchObject({
      organisation: 'PSDGB-FCA-765432',
      name: 'Invented Aggregator Ltd',
      roles: ['PSP_AI', 'PSP_PI'],
      country: 'GB',
      nca: 'GB-FCA',
      kind: 'qwac',
      thumbprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      der: GENUINE.der,
      anchor: 'Invented Trust Root',
    })
    expect(found).toMatchObject({
      revocation: valid({ unknownSince: undefined }),
      registration: ABSENT,
      blocking: valid({ age: 0 }),
      trust: valid({ staleSince: undefined, withdrawnAt: undefined }),
      examination: { organisation: 'PSDGB-FCA-765432', kind: 'qwac', fault: '' },
    })
  })

  it('knows nothing of a client that presented none, and passes on why one could not be read', () => {
    expect(unpresented(ABSENT).certificate).toEqual(ABSENT)
    const unread = unpresented(invalid('certificate_source_unproven'))
    expect(unread.certificate).toEqual(invalid('certificate_source_unproven'))
  })

  it('proves and refutes nothing without an anchor: that is an outage of ours and no fault of the caller', async () => {
    const found = await verifyCertificate(GENUINE, certificateTools(), NOW)
    expect(found.certificate).toEqual(unavailable('anchors_unavailable'))
  })

  const refused: readonly (readonly [
    what: string,
    reason: CertificateProblem,
    fault: string | undefined,
    make: () => PresentedCertificate | Promise<PresentedCertificate>,
  ])[] = [
    ['is no base64', 'certificate_malformed', undefined, () => ({ ...GENUINE, der: '!!!!' })],
    ['is no certificate', 'certificate_malformed', undefined, () => ({ ...GENUINE, der: 'MAA=' })],
    [
      'is larger than any',
      'certificate_too_large',
      undefined,
      () => ({ ...GENUINE, der: 'A'.repeat(20_000) }),
    ],
    [
      'comes without its issuer',
      'certificate_untrusted',
      'path_not_found',
      () => ({ ...GENUINE, chain: [] }),
    ],
    [
      'comes with a chain that the edge left out',
      'certificate_too_large',
      'path_not_found',
      () => ({ ...GENUINE, chain: [], chainTooLarge: true }),
    ],
    [
      'is of an authority that nobody listed, though it calls itself by the same names',
      'certificate_path_invalid',
      undefined,
      async () => holder(await testAuthority()),
    ],
    [
      'expired yesterday',
      'certificate_expired',
      'certificate_expired',
      () => holder(TRUSTED, { notAfter: new Date(NOW - DAY_MS) }),
    ],
    [
      'begins tomorrow',
      'certificate_not_yet_valid',
      'certificate_not_yet_valid',
      () => holder(TRUSTED, { notBefore: new Date(NOW + DAY_MS) }),
    ],
    [
      'was made for sealing',
      'certificate_wrong_type',
      'qc_type_mismatch',
      () => holder(TRUSTED, { type: 'eseal' }),
    ],
    [
      'was made for servers alone',
      'certificate_wrong_type',
      'extended_key_usage_wrong',
      () => holder(TRUSTED, { use: 'server' }),
    ],
  ]
  it.each(refused)('refuses a certificate that %s', async (_what, reason, fault, make) => {
    const found = await proof(await make())
    expect(found.certificate).toEqual(invalid(reason))
    if (fault !== undefined) expect(found.examination?.fault).toBe(fault)
    expect(found.revocation).toEqual(ABSENT)
  })

  it('holds to the last second of the last day', async () => {
    const notAfter = new Date(NOW)
    const last = await holder(TRUSTED, { notAfter })
    expect((await proof(last)).certificate.state).toBe('valid')
    expect((await proof(last, {}, NOW + 1_000)).certificate).toEqual(invalid('certificate_expired'))
  })
})

describe('what is known today', () => {
  const register = (text: string) => {
    const parsed = parseRegister(text)
    if (!parsed.ok) throw new Error(parsed.mistakes.join())
    return { value: parsed.value, exists: true, readAt: NOW }
  }
  const listing = (entry: object, rest: object = {}) =>
    register(JSON.stringify({ asOf: '2026-11-21T08:30:00Z', organisations: [entry], ...rest }))

  it('the register withdraws an organisation at once, whatever its certificate says', async () => {
    const withdrawn = listing({ id: 'PSDGB-FCA-765432', status: 'withdrawn' })
    const found = await proof(GENUINE, { register: withdrawn })
    expect(found.certificate).toEqual(invalid('organisation_withdrawn'))
    expect(found.examination?.organisation).toBe('PSDGB-FCA-765432')
  })

  it('the register adds roles and takes them away', async () => {
    const listed = listing({ id: 'PSDGB-FCA-765432', status: 'authorised', roles: ['PSP_IC', 'PSP_AI'] })
    const found = await proof(GENUINE, { register: listed })
    expect(known(found.certificate)?.roles).toEqual(['PSP_AI', 'PSP_IC'])
    expect(known(found.registration)?.age).toBe(3_600_000)
  })

  it('the register that tells no roles leaves those of the certificate', async () => {
    const listed = listing({ id: 'PSDGB-FCA-765432', status: 'authorised' })
    expect(known((await proof(GENUINE, { register: listed })).certificate)?.roles).toEqual([
      'PSP_AI',
      'PSP_PI',
    ])
  })

  it('nobody is unlisted but in a register that calls itself complete', async () => {
    const other = { id: 'PSDGB-FCA-000001', status: 'authorised' }
    expect((await proof(GENUINE, { register: listing(other) })).registration).toEqual(ABSENT)
    const complete = await proof(GENUINE, { register: listing(other, { complete: true }) })
    expect(known(complete.registration)?.status).toBe('unlisted')
    expect(complete.certificate.state).toBe('valid')
  })

  it('a register that was never reached is unavailable, and none at all is absent', async () => {
    const never = { ...certificateTools().register, readAt: undefined }
    expect((await proof(GENUINE, { register: never })).registration).toEqual(
      unavailable('register_unavailable'),
    )
  })

  it.each(['organisation', 'thumbprint', 'issuer'] as const)('the bank blocks by %s', async (kind) => {
    const clear = await proof()
    const { path } = await pathOf()
    const value = {
      organisation: 'PSDGB-FCA-765432',
      thumbprint: clear.examination?.thumbprint.toUpperCase(),
      issuer: path[1]?.replace(/..(?=.)/g, '$&:'),
    }[kind]
    const parsed = parseBlockList(JSON.stringify({ blocked: [{ [kind]: value, note: 'invented' }] }))
    if (!parsed.ok) throw new Error(parsed.mistakes.join())
    const found = await proof(GENUINE, { blockList: { value: parsed.value, exists: true, readAt: NOW } })
    expect(found.certificate).toEqual(invalid('certificate_blocked'))
    expect(found.blocking).toEqual(invalid('certificate_blocked'))
  })

  it('a blocked certificate stays blocked in the other spelling of its signature, which needs no key', async () => {
    const read = readCertificate(new Uint8Array(Buffer.from(GENUINE.der, 'base64')))
    if (read.state !== 'valid') throw new Error('Cannot read the genuine certificate')
    const blocked = { blocked: [{ thumbprint: read.value.thumbprint }] }
    const parsed = parseBlockList(JSON.stringify(blocked))
    if (!parsed.ok) throw new Error(parsed.mistakes.join())
    const other = { ...GENUINE, der: toBase64(respelt(read.value).der) }
    expect((await proof(other)).certificate.state).toBe('valid')
    const found = await proof(other, { blockList: { value: parsed.value, exists: true, readAt: NOW } })
    expect(found.certificate).toEqual(invalid('certificate_blocked'))
  })

  /** Thumbprints of the path, as the revocation port is asked about it. */
  async function pathOf(): Promise<{ readonly path: readonly string[] }> {
    let path: readonly string[] = []
    await proof(GENUINE, {
      revocation: {
        check: (asked) => {
          path = asked.map(({ thumbprint }) => thumbprint)
          return Promise.resolve({ certificates: [] })
        },
      },
    })
    return { path }
  }

  const GOOD: CertificateState = {
    ...{ status: 'good', source: 'ocsp', thumbprint: '', thisUpdate: 0, nextUpdate: undefined },
    ...{ checkedAt: NOW - 5_000, ageMs: 5_000, overdueMs: 0 },
  }
  const states: readonly (readonly [string, readonly CertificateState[], object, object])[] = [
    [
      'good',
      [GOOD, GOOD],
      { state: 'valid' },
      { state: 'valid', value: { age: 5_000, unknownSince: undefined } },
    ],
    [
      'overdue',
      [{ ...GOOD, overdueMs: 60_000 }],
      { state: 'valid' },
      { state: 'valid', value: { unknownSince: NOW - 60_000 } },
    ],
    [
      'revoked above the leaf',
      [GOOD, { ...GOOD, status: 'revoked', reason: 'ca_compromise', revokedAt: 0 }],
      invalid('certificate_revoked'),
      invalid('certificate_revoked'),
    ],
    [
      'unavailable',
      [{ status: 'unknown', thumbprint: '', why: 'revocation_timeout', since: NOW }],
      { state: 'valid' },
      unavailable('revocation_unknown'),
    ],
  ]
  it.each(states)('a revocation that is %s', async (_what, certificates, certificate, revocation) => {
    const found = await proof(GENUINE, { revocation: { check: () => Promise.resolve({ certificates }) } })
    expect(found.certificate).toMatchObject(certificate)
    expect(found.revocation).toMatchObject(revocation)
  })

  it('what the edge itself knows to be revoked is, whoever says otherwise', async () => {
    expect((await proof({ ...GENUINE, revoked: true })).certificate).toEqual(invalid('certificate_revoked'))
  })
})

describe('what is remembered', () => {
  it('a repeated certificate is not examined again, and everything of today is asked again', async () => {
    const tools = certificateTools({ anchors: TRUSTED.anchors })
    let named = 0
    const counting: AnchorSet = {
      ...tools.anchors,
      named(key) {
        named += 1
        return tools.anchors.named(key)
      },
    }
    let checked = 0
    const asked = {
      ...tools,
      anchors: counting,
      revocation: {
        check() {
          checked += 1
          return Promise.resolve({ certificates: [] })
        },
      },
    }
    await verifyCertificate(GENUINE, asked, NOW)
    const first = named
    await verifyCertificate(GENUINE, asked, NOW)
    expect([first > 0, named, checked]).toEqual([true, first, 2])
  })

  it('a rival who shows a certificate without its chain, or with another, poisons nothing', async () => {
    const tools = certificateTools({ anchors: TRUSTED.anchors })
    const bare = { ...GENUINE, chain: [] }
    expect((await verifyCertificate(bare, tools, NOW)).certificate.state).toBe('invalid')
    expect((await verifyCertificate(GENUINE, tools, NOW)).certificate.state).toBe('valid')
    expect((await verifyCertificate(bare, tools, NOW)).certificate.state).toBe('invalid')
  })

  it('another set of anchors makes everything new: a withdrawn authority is gone at once', async () => {
    const tools = certificateTools({ anchors: TRUSTED.anchors })
    expect((await verifyCertificate(GENUINE, tools, NOW)).certificate.state).toBe('valid')
    const others = { ...tools, anchors: (await testAuthority('Another Trust')).anchors }
    expect((await verifyCertificate(GENUINE, others, NOW)).certificate).toEqual(
      invalid('certificate_untrusted'),
    )
  })

  it('a path that expires is forgotten in that moment', async () => {
    const tools = certificateTools({ anchors: TRUSTED.anchors })
    const brief = await holder(TRUSTED, { notAfter: new Date(NOW + 60_000) })
    expect((await verifyCertificate(brief, tools, NOW)).certificate.state).toBe('valid')
    expect((await verifyCertificate(brief, tools, NOW + 61_000)).certificate).toEqual(
      invalid('certificate_expired'),
    )
  })
})
