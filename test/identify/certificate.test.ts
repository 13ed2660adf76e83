import { describe, expect, it } from 'vitest'
import type { CertificateSource } from '../../src/config.ts'
import { receive } from '../../src/exchange/receive.ts'
import { toBase64 } from '../../src/lib/base64.ts'
import { arrive } from './arrive.ts'

/** Not a certificate, but shaped as one from afar: a DER SEQUENCE. What is in it, VERIFY reads. */
const DER = toBase64(Uint8Array.from({ length: 800 }, (_, at) => (at === 0 ? 0x30 : at % 251)))
const LEAF = `:${DER}:`

/** `cf.tlsClientAuth` as Cloudflare documents it. */
const PRESENTED = {
  certPresented: '1',
  certVerified: 'SUCCESS',
  certRevoked: '0',
  certIssuerDN: 'CN=Example TPP CA,O=Example,C=GB',
  certSubjectDN: 'CN=tpp.example,O=Example TPP,C=GB',
  certSerial: '00936EACBE07F201DF',
  certFingerprintSHA256: 'ab'.repeat(32),
  certNotBefore: 'Dec 22 19:39:00 2025 GMT',
  certNotAfter: 'Dec  2 19:39:00 2027 GMT',
  certRFC9440: LEAF,
  certRFC9440TooLarge: false,
  certChainRFC9440: '',
  certChainRFC9440TooLarge: false,
}

interface Arrival {
  readonly auth?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
  readonly source?: CertificateSource
}

function certificate({ auth, headers = {}, source }: Arrival) {
  const cf = auth === undefined ? {} : { tlsClientAuth: { ...PRESENTED, ...auth } }
  return arrive({ headers, cf }, undefined, source).certificate
}

describe('a certificate from Cloudflare', () => {
  it('is what was presented', () => {
    expect(certificate({ auth: {} })).toEqual({
      state: 'valid',
      value: { der: DER, chain: [], chainTooLarge: false, revoked: false },
    })
  })

  it.each([
    'FAILED:unable to verify the first certificate',
    'FAILED:self signed certificate',
    'FAILED:certificate has expired',
    'NONE',
    'SUCCESS',
  ])('is read whatever the edge thought of its chain (%s): the edge knows no trust list', (certVerified) => {
    expect(certificate({ auth: { certVerified } }).state).toBe('valid')
  })

  it('is absent where none was presented, whatever else the edge says', () => {
    for (const certPresented of ['0', 1, true, '', undefined]) {
      expect(certificate({ auth: { certPresented } })).toEqual({ state: 'absent' })
    }
    expect(certificate({})).toEqual({ state: 'absent' })
    expect(arrive({ headers: {}, cf: { tlsClientAuth: null } }).certificate).toEqual({ state: 'absent' })
  })

  it('is never read from headers, whatever proof comes with them', () => {
    const headers = { 'client-cert': LEAF, 'portcullis-proxy-secret': 'x'.repeat(40) }
    expect(certificate({ headers })).toEqual({ state: 'absent' })
  })

  it('has its chain in the order of the handshake', () => {
    expect(certificate({ auth: { certChainRFC9440: `${LEAF}, ${LEAF}` } })).toMatchObject({
      value: { chain: [DER, DER] },
    })
  })

  it('says when the chain was too large to be told, and when the edge knows of a revocation', () => {
    expect(certificate({ auth: { certChainRFC9440TooLarge: true } })).toMatchObject({
      value: { chain: [], chainTooLarge: true },
    })
    expect(certificate({ auth: { certRevoked: '1' } })).toMatchObject({ value: { revoked: true } })
  })

  it.each([
    ['certificate_too_large', { certRFC9440: '', certRFC9440TooLarge: true }],
    ['certificate_malformed', { certRFC9440: '' }],
    ['certificate_malformed', { certRFC9440: DER }],
    ['certificate_malformed', { certRFC9440: `:${DER}` }],
    ['certificate_malformed', { certRFC9440: ':MIIB!:' }],
    ['certificate_malformed', { certRFC9440: ':MIIBx:' }],
    ['certificate_malformed', { certRFC9440: `:${toBase64(Uint8Array.of(1, 2, 3))}:` }],
    ['certificate_malformed', { certRFC9440: `:${'A'.repeat(20_000)}:` }],
    ['certificate_malformed', { certRFC9440: 7 }],
    ['certificate_malformed', { certChainRFC9440: `${LEAF}, ${DER}` }],
    ['certificate_malformed', { certChainRFC9440: Array(17).fill(':MAA=:').join(',') }],
  ])('is %s for %j', (reason, auth) => {
    expect(certificate({ auth })).toEqual({ state: 'invalid', reason })
  })
})

describe('a certificate from a proxy', () => {
  const SECRET = 'a-secret-that-only-the-proxy-and-the-gate-know'
  const source = { kind: 'proxy', secret: SECRET, thumbprints: [] } as const
  const pinned = { kind: 'proxy', secret: undefined, thumbprints: ['cd'.repeat(32)] } as const
  const headers = { 'client-cert': LEAF, 'client-cert-chain': `${LEAF}, ${LEAF}` }
  const proven = { ...headers, 'portcullis-proxy-secret': SECRET }
  const proxy = { certFingerprintSHA256: 'CD'.repeat(32) }
  const GOOD = {
    state: 'valid',
    value: { der: DER, chain: [DER, DER], chainTooLarge: false, revoked: false },
  }
  const UNPROVEN = { state: 'invalid', reason: 'certificate_source_unproven' }

  it('is believed with the secret, and with the pinned certificate of the proxy itself', () => {
    expect(certificate({ headers: proven, source })).toEqual(GOOD)
    expect(certificate({ headers, source: pinned, auth: proxy })).toEqual(GOOD)
  })

  it.each([
    ['no secret', { headers, source }],
    ['another secret', { headers: { ...headers, 'portcullis-proxy-secret': `${SECRET}x` }, source }],
    [
      'the secret twice',
      { headers: { ...headers, 'portcullis-proxy-secret': `${SECRET}, ${SECRET}` }, source },
    ],
    ['no certificate of the proxy', { headers, source: pinned }],
    ['another certificate than the proxy’s', { headers, source: pinned, auth: {} }],
    [
      'a certificate of the proxy that is revoked',
      { headers, source: pinned, auth: { ...proxy, certRevoked: '1' } },
    ],
    ['the secret where a certificate is the proof', { headers: proven, source: pinned }],
  ] as const)('is a forgery with %s', (_what, arrival) => {
    expect(certificate(arrival)).toEqual(UNPROVEN)
  })

  it('is never what Cloudflare saw in the handshake: that is the proxy', () => {
    expect(certificate({ source, auth: {} })).toEqual({ state: 'absent' })
  })

  it.each([
    ['two of them', { ...proven, 'client-cert': `${LEAF}, ${LEAF}` }],
    ['one with a parameter', { ...proven, 'client-cert': `${LEAF};x=1` }],
    ['one in plain base64', { ...proven, 'client-cert': DER }],
    ['one in PEM', { ...proven, 'client-cert': `-----BEGIN CERTIFICATE-----${DER}` }],
    ['a chain without a leaf', { 'client-cert-chain': LEAF, 'portcullis-proxy-secret': SECRET }],
    ['one that is too large', { ...proven, 'client-cert': `:${'A'.repeat(20_000)}:` }],
  ])('is malformed where there are %s', (_what, sent) => {
    expect(certificate({ headers: sent, source })).toEqual({
      state: 'invalid',
      reason: 'certificate_malformed',
    })
  })

  it('leaves neither the certificate nor the secret among the headers, and accuses nobody of sending them', () => {
    const request = new Request('https://bank.example/', {
      headers: { ...proven, 'x-ssl-client-dn': 'CN=x' },
    })
    const clock = { now: () => 0, id: () => '' }
    const exchange = receive(request, clock, 'proxy')
    expect([...exchange.headers.keys()]).toEqual([])
    expect(exchange.spoofed).toEqual(['x-ssl-client-dn'])
    expect([...receive(request, clock, 'cloudflare').spoofed].sort()).toEqual([
      'client-cert',
      'client-cert-chain',
      'portcullis-proxy-secret',
      'x-ssl-client-dn',
    ])
  })
})
