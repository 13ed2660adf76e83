// Berlin Group: Digest and Signature with a seal beside them, and JAdES; a seal counts once the certificate room has proven it.
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Issued } from '../../local/edge/issue.ts'
import { parseBlockList } from '../../src/verify/block-list.ts'
import type { CertificateTools } from '../../src/verify/certificate.ts'
import type { CertificateState } from '../../src/verify/revocation/revocation.ts'
import { holder, testAuthority } from '../fixtures/pki.ts'
import { NOW } from '../fixtures/scene.ts'
import { cavageSignature, jadesSignature, type SigningKey, sha256 } from '../fixtures/signers.ts'
import {
  type BankWish,
  bank,
  derOf,
  ORGANISATION,
  OTHER,
  routesWith,
  type Sent,
  seal,
  tell,
} from './scene.ts'

const SEAL = await seal()
const CURVE_SEAL = await seal({ algorithm: 'P-256' })
const BODY = '{"instructedAmount":{"currency":"EUR","amount":"1.00"}}'
const PATH = '/psd2/v1/payments/sepa-credit-transfers'
const DATE = new Date(NOW).toUTCString()
const ISSUER = `CN=Invented Trust Issuing,O=Invented Trust,C=GB`

const ROUTE = {
  ...{ id: 'berlin-group-payments', methods: ['GET', 'POST'], pattern: '/psd2/v1/payments/*' },
  ...{ dialect: 'berlin-group-1.3', channel: 'tpp', certificate: 'required', sensitivity: 'payment' },
  signature: 'required',
}

function gate(route: object = {}, wish: BankWish = {}) {
  return bank({ ...wish, bindings: { ROUTES: routesWith({ ...ROUTE, ...route }), ...wish.bindings } })
}

const keyIdOf = (issued: Issued): string => `SN=${issued.certificate.serialNumber},CA=${ISSUER}`
// Issued keys are of the same runtime.
const keyOf = ({ keys }: Issued): SigningKey => keys.privateKey as SigningKey

interface Wish {
  readonly by?: Issued
  readonly key?: SigningKey
  readonly keyId?: string
  readonly certificate?: string | undefined
  readonly covered?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly algorithm?: string
}

let requests = 0
function requestId(): string {
  requests += 1
  return `99391c7e-ad88-49ec-a2ad-${String(requests).padStart(12, '0')}`
}

async function signed(wish: Wish = {}, sent: Partial<Sent> = {}): Promise<Sent> {
  const by = wish.by ?? SEAL
  const body = wish.body ?? BODY
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'x-request-id': requestId(),
    date: DATE,
    digest: `SHA-256=${sha256(body)}`,
    ...wish.headers,
  }
  const signature = await cavageSignature({
    key: wish.key ?? keyOf(by),
    keyId: wish.keyId ?? keyIdOf(by),
    ...{ method: 'POST', target: PATH, headers },
    covered: wish.covered ?? ['digest', 'x-request-id', 'date'],
    ...(wish.algorithm === undefined ? {} : { algorithm: wish.algorithm }),
  })
  const carried = 'certificate' in wish ? wish.certificate : derOf(by)
  return {
    path: PATH,
    body,
    ...sent,
    headers: {
      ...headers,
      signature,
      ...(carried === undefined ? {} : { 'tpp-signature-certificate': carried }),
      ...sent.headers,
    },
  }
}

const codeOf = (body: unknown): unknown =>
  (body as { readonly tppMessages?: readonly { readonly code: string }[] })?.tppMessages?.[0]?.code

describe('a payment with Digest and Signature', () => {
  it.each([
    ['with the certificate as base64', () => signed()],
    [
      'with the certificate as PEM',
      () => signed({ certificate: `-----BEGIN CERTIFICATE-----${derOf(SEAL)}-----END CERTIFICATE-----` }),
    ],
    [
      'with the target signed too',
      () => signed({ covered: ['(request-target)', 'digest', 'x-request-id', 'date'] }),
    ],
    ['with SHA-512', () => signed512()],
    ['with the algorithm in Java’s spelling', () => signed({ algorithm: 'SHA256withRSA' })],
    [
      'with the issuer’s attributes in another order',
      () =>
        signed({
          keyId: `SN=${SEAL.certificate.serialNumber.toUpperCase()},CA=C=GB,O=Invented Trust,CN=Invented%20Trust%20Issuing`,
        }),
    ],
  ])('%s gets through', async (_what, make) => {
    const house = gate()
    expect(await tell(house, await make())).toMatchObject({ status: 200, reason: 'unremarkable' })
    expect(house.records[0]?.evidence.proof.signature).toMatchObject({
      state: 'valid',
      value: { algorithm: 'RS256', skew: 0, sealUnknownSince: undefined },
    })
  })

  async function signed512(): Promise<Sent> {
    const digest = `SHA-512=${createHash('sha512').update(BODY).digest('base64')}`
    return signed({ headers: { digest } })
  }
})

describe('a payment that is not rightly signed', () => {
  const STRANGERS = testAuthority('Nobody')
  const CASES: readonly (readonly [string, () => Promise<Sent>, number, string, string])[] = [
    [
      'without a signature',
      async () => ({ path: PATH, body: BODY }),
      401,
      'SIGNATURE_MISSING',
      'signature_missing',
    ],
    [
      'without the certificate',
      () => signed({ certificate: undefined }),
      401,
      'CERTIFICATE_MISSING',
      'seal_missing',
    ],
    [
      'with a certificate that is none',
      () => signed({ certificate: 'bm9uZQ==' }),
      401,
      'CERTIFICATE_INVALID',
      'seal_invalid',
    ],
    [
      'with the certificate of a connection',
      async () => signed({ by: await seal({ type: 'web' }) }),
      401,
      'CERTIFICATE_INVALID',
      'seal_invalid',
    ],
    [
      'with a seal of nobody’s authority',
      async () => signed({ by: await seal({ authority: await STRANGERS }) }),
      401,
      'CERTIFICATE_INVALID',
      'seal_invalid',
    ],
    [
      'with an expired seal',
      async () => signed({ by: await seal({ notAfter: new Date(NOW - 1_000) }) }),
      401,
      'CERTIFICATE_EXPIRED',
      'seal_expired',
    ],
    [
      'with the seal of another organisation',
      async () => signed({ by: await seal({ organisation: OTHER }) }),
      401,
      'CERTIFICATE_INVALID',
      'seal_of_another',
    ],
    [
      'with a key id of another certificate',
      () => signed({ keyId: `SN=1,CA=${ISSUER}` }),
      401,
      'CERTIFICATE_INVALID',
      'seal_invalid',
    ],
    [
      'with a key id that names nobody',
      () => signed({ keyId: 'key-1' }),
      401,
      'CERTIFICATE_INVALID',
      'seal_invalid',
    ],
    ['by another key', () => signed({ key: keyOf(CURVE_SEAL) }), 401, 'SIGNATURE_INVALID', 'signature_wrong'],
    [
      'with a key that RSA is not',
      () => signed({ by: CURVE_SEAL, algorithm: 'ecdsa-sha256' }),
      401,
      'SIGNATURE_INVALID',
      'signature_algorithm_refused',
    ],
    [
      'with another body',
      async () => ({ ...(await signed()), body: BODY.replace('1.00', '9.00') }),
      401,
      'SIGNATURE_INVALID',
      'signature_digest_wrong',
    ],
    [
      'with another body and its digest',
      async () => {
        const body = BODY.replace('1.00', '9.00')
        const sent = await signed()
        return { ...sent, body, headers: { ...sent.headers, digest: `SHA-256=${sha256(body)}` } }
      },
      401,
      'SIGNATURE_INVALID',
      'signature_wrong',
    ],
    [
      'that leaves the digest unsigned',
      () => signed({ covered: ['x-request-id', 'date'] }),
      401,
      'SIGNATURE_INVALID',
      'signature_uncovered',
    ],
    [
      'that leaves the request id unsigned',
      () => signed({ covered: ['digest', 'date'] }),
      401,
      'SIGNATURE_INVALID',
      'signature_uncovered',
    ],
    [
      'that leaves PSU-ID unsigned, where it is there',
      () => signed({ headers: { 'psu-id': 'somebody' } }),
      401,
      'SIGNATURE_INVALID',
      'signature_uncovered',
    ],
    [
      'that signs a header that is not there',
      () => signed({ covered: ['digest', 'x-request-id', 'date', 'tpp-redirect-uri'] }),
      401,
      'SIGNATURE_INVALID',
      'signature_uncovered',
    ],
    [
      'with two request ids',
      async () => {
        const id = requestId()
        return signed({ headers: { 'x-request-id': `${id}, ${id}` } })
      },
      401,
      'SIGNATURE_INVALID',
      'signature_uncovered',
    ],
    [
      'that cannot be read',
      async () => withHeader(await signed(), 'signature', 'keyId=none'),
      401,
      'SIGNATURE_INVALID',
      'signature_malformed',
    ],
    [
      'of ten minutes ago',
      () => signed({ headers: { date: new Date(NOW - 600_000).toUTCString() } }),
      400,
      'TIMESTAMP_INVALID',
      'signature_stale',
    ],
    [
      'of the next minute',
      () => signed({ headers: { date: new Date(NOW + 60_000).toUTCString() } }),
      400,
      'TIMESTAMP_INVALID',
      'signature_from_future',
    ],
  ]

  it.each(CASES)('%s: %i %s, and the operator reads %s', async (_what, make, status, code, reason) => {
    const house = gate()
    const told = await tell(house, await make())
    expect([told.status, codeOf(told.body), told.reason]).toEqual([status, code, reason])
    expect(house.forwarded).toHaveLength(0)
  })

  function withHeader(sent: Sent, name: string, value: string): Sent {
    return { ...sent, headers: { ...sent.headers, [name]: value } }
  }
})

describe('a seal that is in order by itself', () => {
  const blocked = (entry: object) => {
    const parsed = parseBlockList(JSON.stringify({ blocked: [entry] }))
    if (!parsed.ok) throw new Error('Cannot read the block list')
    return { value: parsed.value, exists: true, readAt: NOW }
  }

  it('and blocked by the bank is CERTIFICATE_BLOCKED', async () => {
    const { thumbprint } = await import('../../src/verify/x509/certificate.ts').then(
      ({ readCertificate }) => {
        const read = readCertificate(new Uint8Array(SEAL.certificate.rawData))
        if (read.state !== 'valid') throw new Error('Cannot read the seal')
        return read.value
      },
    )
    const house = gate()
    const tools = await house.certificates()
    const blockList = blocked({ thumbprint })
    const signing = { ...house.signing, certificates: async () => ({ ...tools, blockList }) }
    const told = await tell({ ...house, signing }, await signed())
    expect([told.status, codeOf(told.body), told.reason]).toEqual([
      401,
      'CERTIFICATE_BLOCKED',
      'seal_blocked',
    ])
  })

  it('and revoked is CERTIFICATE_REVOKED', async () => {
    const house = gate()
    const tools = await house.certificates()
    const revoked: Pick<CertificateTools, 'revocation'> = {
      revocation: { check: () => Promise.resolve({ certificates: [REVOKED] }) },
    }
    const signing = { ...house.signing, certificates: async () => ({ ...tools, ...revoked }) }
    const told = await tell({ ...house, signing }, await signed())
    expect([told.status, codeOf(told.body), told.reason]).toEqual([
      401,
      'CERTIFICATE_REVOKED',
      'seal_revoked',
    ])
  })

  const REVOKED: CertificateState = {
    ...({
      status: 'revoked',
      thumbprint: 'ab'.repeat(32),
      reason: 'key_compromise',
      revokedAt: NOW,
    } as const),
    ...{ source: 'ocsp', thisUpdate: NOW, nextUpdate: NOW, checkedAt: NOW, ageMs: 0, overdueMs: 0 },
  }
})

describe('a request id', () => {
  it('is used once: the same one under a new signature is a replay', async () => {
    const house = gate()
    const headers = { 'x-request-id': requestId() }
    const other = BODY.replace('1.00', '2.00')
    expect((await tell(house, await signed({ headers }))).status).toBe(200)
    const told = await tell(house, await signed({ headers, body: other }))
    expect([told.status, codeOf(told.body), told.reason]).toEqual([400, 'FORMAT_ERROR', 'request_replayed'])
  })
})

describe('what one bank has differently', () => {
  it('goes without a signed Date, and remembers request ids for it', async () => {
    const signing = { covered: ['digest', 'x-request-id'], clock: 'none' }
    const house = gate({ signing })
    const sent = await signed({
      covered: ['digest', 'x-request-id'],
      headers: { date: 'Tue, 01 Jan 2019 00:00:00 GMT' },
    })
    expect((await tell(house, sent)).status).toBe(200)
    expect((await tell(house, sent)).reason).toBe('request_replayed')
  })

  it('asks for the target', async () => {
    const signing = { covered: ['(request-target)', 'digest', 'x-request-id', 'date'] }
    expect((await tell(gate({ signing }), await signed())).reason).toBe('signature_uncovered')
  })

  it('takes elliptic curves', async () => {
    const house = gate({ signing: { algorithms: ['ES256', 'RS256'] } })
    const sent = await signed({ by: CURVE_SEAL, algorithm: 'ecdsa-sha256' })
    expect((await tell(house, sent)).status).toBe(200)
  })
})

describe('JAdES', () => {
  const jades = (route: object = {}) => gate({ signing: { profile: 'berlin-group-jades' }, ...route })

  async function sealed(wish: Partial<Parameters<typeof jadesSignature>[0]> = {}): Promise<Sent> {
    const headers = { 'x-request-id': requestId(), digest: `SHA-256=${sha256(BODY)}` }
    const signature = await jadesSignature({
      ...{ key: keyOf(SEAL), alg: 'RS256', method: 'POST', target: PATH, headers },
      covered: ['(request-target)', 'digest', 'x-request-id'],
      x5c: [derOf(SEAL)],
      sigT: new Date(NOW).toISOString().replace('.000', ''),
      ...wish,
    })
    return { path: PATH, body: BODY, headers: { ...headers, 'x-jws-signature': signature } }
  }

  it('over header fields gets through', async () => {
    expect(await tell(jades(), await sealed())).toMatchObject({ status: 200, reason: 'unremarkable' })
  })

  it.each([
    [
      'without the digest among them',
      { covered: ['(request-target)', 'x-request-id'] },
      'signature_uncovered',
    ],
    ['without the target', { covered: ['digest', 'x-request-id'] }, 'signature_uncovered'],
    [
      'of two minutes ago',
      { sigT: new Date(NOW - 120_000).toISOString().replace('.000', '') },
      'signature_stale',
    ],
    [
      'with a line break at the end that the bank does not expect',
      { trailingNewline: true },
      'signature_wrong',
    ],
    ['with a SHA-1 thumbprint', { change: { x5t: 'AAAA' } }, 'signature_claim_invalid'],
    ['without a certificate', { change: { x5c: undefined } }, 'signature_claim_missing'],
  ] as const)('%s is refused: %s', async (_what, wish, reason) => {
    const told = await tell(jades(), await sealed(wish))
    expect([told.status, told.reason]).toEqual([reason === 'signature_stale' ? 400 : 401, reason])
  })

  it('with a line break at the end gets through where the bank expects it', async () => {
    const house = gate({ signing: { profile: 'berlin-group-jades', trailingNewline: true } })
    expect((await tell(house, await sealed({ trailingNewline: true }))).status).toBe(200)
  })

  it('with somebody else’s certificate in x5c proves nobody, though its signature verifies', async () => {
    const strangers = await testAuthority('Nobody')
    const by = await seal({ authority: strangers })
    const told = await tell(jades(), await sealed({ key: keyOf(by), x5c: [derOf(by)] }))
    expect([told.status, codeOf(told.body), told.reason]).toEqual([
      401,
      'CERTIFICATE_INVALID',
      'seal_invalid',
    ])
  })
})

describe('without a proven connection', () => {
  it('there is nobody whose seal it could be', async () => {
    const house = gate({ certificate: 'optional' })
    const stranger = await testAuthority('Nobody')
    const certificate = await holder(stranger, { organisation: ORGANISATION })
    const told = await tell(house, await signed({}, { certificate }))
    expect([told.status, codeOf(told.body), told.reason]).toEqual([
      401,
      'CERTIFICATE_MISSING',
      'signer_unproven',
    ])
  })
})
