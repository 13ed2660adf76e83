import { describe, expect, it } from 'vitest'
import type { CertificateProblem } from '../../src/evidence.ts'
import { fromBase64, toBase64 } from '../../src/lib/base64.ts'
import { ABSENT, invalid, known, valid } from '../../src/lib/fact.ts'
import { verifyCertificate } from '../../src/verify/certificate.ts'
import { NOW, presented } from '../fixtures/scene.ts'
import { requireReal } from '../real.ts'
import {
  attribute,
  certificate,
  der,
  extension,
  type Parts,
  psd2,
  ROLE,
  rolePair,
  seq,
  utf8,
} from './make-certificate.ts'

function verified(parts: Parts = {}, changes: Parameters<typeof presented>[0] = {}, now = NOW) {
  return verifyCertificate(valid(presented({ der: toBase64(certificate(parts)), ...changes })), now)
}

describe('verifyCertificate()', () => {
  it('names the organisation, from the DER and never from the name that the edge wrote out', () => {
    const subject = [
      attribute('2.5.4.6', der(0x13, 'GB')),
      attribute('2.5.4.10', 'Invented TPP'),
      attribute('2.5.4.97', 'PSDGB-FCA-765432'),
    ]
    const fact = verified(
      { subject },
      { subject: 'organizationIdentifier=PSDGB-FCA-000001, CN=somebody else' },
    )
    expect(known(fact)).toMatchObject({
      organisation: 'PSDGB-FCA-765432',
      name: 'Invented TPP',
      country: 'GB',
      roles: [],
      thumbprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  it('is not misled by an organisation identifier that stands inside another attribute', () => {
    const subject = [attribute('2.5.4.3', 'x,2.5.4.97=PSDGB-FCA-000001')]
    expect(verified({ subject })).toEqual(invalid('certificate_without_organisation'))
  })

  const refused: readonly (readonly [
    what: string,
    reason: CertificateProblem,
    parts: Parts,
    changes: Parameters<typeof presented>[0],
  ])[] = [
    [
      'the edge could not verify',
      'certificate_not_verified',
      {},
      { verification: 'FAILED:self signed certificate' },
    ],
    ['nobody asked to be verified', 'certificate_not_verified', {}, { verification: 'NONE' }],
    [
      'the edge says has expired',
      'certificate_expired',
      {},
      { verification: 'FAILED:certificate has expired' },
    ],
    [
      'the edge says is not yet valid',
      'certificate_not_yet_valid',
      {},
      { verification: 'FAILED:certificate is not yet valid' },
    ],
    ['was revoked, verified or not', 'certificate_revoked', {}, { revoked: true }],
    ['was too large to be passed on', 'certificate_too_large', {}, { tooLarge: true, der: '' }],
    ['is larger than any certificate', 'certificate_too_large', {}, { der: 'A'.repeat(20_000) }],
    ['is empty', 'certificate_malformed', {}, { der: '' }],
    ['is no base64', 'certificate_malformed', {}, { der: '!!!!' }],
    ['is no certificate', 'certificate_malformed', {}, { der: toBase64(utf8('hello')) }],
    ['has bytes behind its end', 'certificate_malformed', { trailing: Uint8Array.of(0) }, {}],
    ['is not of version 3', 'certificate_malformed', { version: 0 }, {}],
    ['expired yesterday', 'certificate_expired', { notAfter: der(0x17, '261120000000Z') }, {}],
    ['begins tomorrow', 'certificate_not_yet_valid', { notBefore: der(0x18, '20261122000000Z') }, {}],
    ['has a date that is none', 'certificate_malformed', { notAfter: der(0x17, '270231000000Z') }, {}],
    ['has a local time', 'certificate_malformed', { notAfter: der(0x17, '2702280000+0100') }, {}],
    [
      'names no organisation',
      'certificate_without_organisation',
      { subject: [attribute('2.5.4.3', 'someone')] },
      {},
    ],
    ['has an empty subject', 'certificate_without_organisation', { subject: [] }, {}],
    [
      'names two organisations',
      'certificate_malformed',
      { subject: [attribute('2.5.4.97', 'PSDGB-FCA-1'), attribute('2.5.4.97', 'PSDGB-FCA-2')] },
      {},
    ],
    [
      'names an organisation with a line break',
      'certificate_without_organisation',
      { subject: [attribute('2.5.4.97', 'PSDGB\r\nx: y')] },
      {},
    ],
    [
      'names an organisation beyond ASCII',
      'certificate_malformed',
      { subject: [attribute('2.5.4.97', 'PSDGB-FCA-é')] },
      {},
    ],
    ['has an empty set in its subject', 'certificate_malformed', { subject: [der(0x31)] }, {}],
    [
      'has one extension twice',
      'certificate_malformed',
      { extensions: [extension('2.5.29.15', utf8('a')), extension('2.5.29.15', utf8('b'))] },
      {},
    ],
    [
      'has broken qcStatements',
      'certificate_malformed',
      { extensions: [extension('1.3.6.1.5.5.7.1.3', utf8('x'))] },
      {},
    ],
    [
      'has a role without its name',
      'certificate_malformed',
      { extensions: [psd2(seq(...rolePair(ROLE.AI, 'PSP_AI').slice(0, 1)))] },
      {},
    ],
  ]
  it.each(refused)('refuses a certificate that %s', (_what, reason, parts, changes) => {
    expect(verified(parts, changes)).toEqual(invalid(reason))
  })

  it('knows nothing of a client that presented none, and passes on why one could not be read', () => {
    expect(verifyCertificate(ABSENT, NOW)).toEqual(ABSENT)
    expect(verifyCertificate(invalid('certificate_malformed'), NOW)).toEqual(invalid('certificate_malformed'))
  })

  it('holds to the last second of the last day', () => {
    const notAfter = der(0x17, '261121093000Z')
    expect(verified({ notAfter }, {}, NOW).state).toBe('valid')
    expect(verified({ notAfter }, {}, NOW + 1)).toEqual(invalid('certificate_expired'))
  })
})

describe('roles (ETSI TS 119 495)', () => {
  it.each([
    [
      'one pair in each entry, as the standard has it',
      [seq(...rolePair(ROLE.AI, 'PSP_AI')), seq(...rolePair(ROLE.PI, 'PSP_PI'))],
    ],
    [
      'all pairs in one entry, as OBIE issued them',
      [seq(...rolePair(ROLE.AI, 'PSP_AI'), ...rolePair(ROLE.PI, 'PSP_PI'))],
    ],
  ])('are read from %s', (_what, entries) => {
    expect(known(verified({ extensions: [psd2(...entries)] }))?.roles).toEqual(['PSP_AI', 'PSP_PI'])
  })

  it('are the object identifier and never the name beside it', () => {
    const extensions = [
      psd2(seq(...rolePair(ROLE.IC, 'PSP_PI')), seq(...rolePair('0.4.0.19495.1.9', 'PSP_AS'))),
    ]
    expect(known(verified({ extensions }))?.roles).toEqual(['PSP_IC'])
  })

  it('are none where the certificate says nothing of PSD2', () => {
    expect(known(verified({ extensions: [] }))?.roles).toEqual([])
  })
})

const FILES = import.meta.glob<string>('../../../shared/vectors/wso2-certs/**/*.pem', {
  query: '?raw',
  import: 'default',
})

describe.runIf(requireReal('../shared/vectors/wso2-certs', Object.keys(FILES).length > 0))(
  'real certificates',
  () => {
    /** Part of the path, a time at which it was valid, and what it says. */
    const cases: readonly (readonly [
      path: string,
      year: number,
      organisation: string,
      roles: readonly string[],
    ])[] = [
      ['aisp-role/transport-certs/qwac', 2023, 'PSDGB-OB-Unknown1234567891HQQrZAAX', ['PSP_AI', 'PSP_AS']],
      ['pisp-role/transport-certs/qwac', 2023, 'PSDGB-OB-Unknown001122334HQQrZAAX', ['PSP_IC', 'PSP_PI']],
      [
        'all-permissions/transport-certs/qwac',
        2026,
        'PSDGB-OB-Unknown0015800001HQQrZAAX',
        ['PSP_AI', 'PSP_AS', 'PSP_IC', 'PSP_PI'],
      ],
      [
        'mzgfrh9u9Mqj6Icca2DKBtQP9g8-obwac',
        2021,
        'PSDGB-OB-Unknown0015800001HQQrZAAX',
        ['PSP_AI', 'PSP_IC', 'PSP_PI'],
      ],
      ['PSDDE-BAFIN-104114', 2020, 'PSDDE-BAFIN-104114', ['PSP_AI', 'PSP_AS', 'PSP_PI']],
    ]
    it.each(cases)('%s is read rightly', async (part, year, organisation, roles) => {
      const [load] = Object.entries(FILES).flatMap(([path, loader]) => (path.includes(part) ? [loader] : []))
      const tpp = known(
        verifyCertificate(valid(presented({ der: fromPem((await load?.()) ?? '') })), Date.UTC(year, 5, 15)),
      )
      expect(tpp?.organisation).toBe(organisation)
      expect([...(tpp?.roles ?? [])].sort()).toEqual(roles)
    })

    it('truncated or with any one bit flipped, they are never a reason to throw', async () => {
      const [load] = Object.entries(FILES).flatMap(([path, loader]) =>
        path.includes('aisp-role/transport') ? [loader] : [],
      )
      const bytes = fromBase64(fromPem((await load?.()) ?? '')) ?? new Uint8Array()
      const at = Date.UTC(2023, 5, 15)
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const flipped = bytes.slice()
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(() => verifyCertificate(valid(presented({ der: toBase64(flipped) })), at)).not.toThrow()
      }
      for (let length = 0; length < bytes.length; length += 1) {
        const fact = verifyCertificate(valid(presented({ der: toBase64(bytes.subarray(0, length)) })), at)
        expect(fact).toEqual(invalid('certificate_malformed'))
      }
    })
  },
)

function fromPem(pem: string): string {
  return /-----BEGIN CERTIFICATE-----([\s\S]*?)-----END/.exec(pem)?.[1]?.replace(/\s/g, '') ?? ''
}
