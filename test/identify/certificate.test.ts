import { describe, expect, it } from 'vitest'
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
  certIssuerDNRFC2253: 'CN=Example TPP CA,O=Example,C=GB',
  certSubjectDNRFC2253: 'CN=tpp.example,O=Example TPP,C=GB',
  certSerial: '00936EACBE07F201DF',
  certFingerprintSHA256: 'ab'.repeat(32),
  certNotBefore: 'Dec 22 19:39:00 2025 GMT',
  certNotAfter: 'Dec  2 19:39:00 2027 GMT',
  certRFC9440: LEAF,
  certRFC9440TooLarge: false,
  certChainRFC9440: '',
  certChainRFC9440TooLarge: false,
}

function certificate(change: Readonly<Record<string, unknown>> = {}) {
  return arrive({ headers: {}, cf: { tlsClientAuth: { ...PRESENTED, ...change } } }).certificate
}

describe('certificateFrom()', () => {
  it('reports what was presented', () => {
    expect(certificate()).toEqual({
      state: 'valid',
      value: {
        verification: 'SUCCESS',
        revoked: false,
        der: DER,
        chain: [],
        tooLarge: false,
        subject: 'CN=tpp.example,O=Example TPP,C=GB',
        issuer: 'CN=Example TPP CA,O=Example,C=GB',
        serial: '00936EACBE07F201DF',
        sha256: 'ab'.repeat(32),
        notBefore: 'Dec 22 19:39:00 2025 GMT',
        notAfter: 'Dec  2 19:39:00 2027 GMT',
      },
    })
  })

  it('reports it whatever the edge thought of its chain: the edge knows no trust list', () => {
    const certVerified = 'FAILED:unable to verify the first certificate'
    expect(certificate({ certVerified })).toMatchObject({ value: { verification: certVerified } })
  })

  it('is absent where none was presented, whatever else the edge says', () => {
    for (const certPresented of ['0', 1, true, '', undefined]) {
      expect(certificate({ certPresented })).toEqual({ state: 'absent' })
    }
    expect(arrive({ headers: {} }).certificate).toEqual({ state: 'absent' })
    expect(arrive({ headers: {}, cf: { tlsClientAuth: null } }).certificate).toEqual({ state: 'absent' })
  })

  it('reads the chain in its order', () => {
    expect(certificate({ certChainRFC9440: `${LEAF}, ${LEAF}` })).toMatchObject({
      value: { chain: [DER, DER] },
    })
  })

  it('says when the chain was too large to be told', () => {
    expect(certificate({ certChainRFC9440TooLarge: true })).toMatchObject({
      value: { chain: [], tooLarge: true },
    })
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
    ['certificate_malformed', { certChainRFC9440: Array(9).fill(':MAA=:').join(',') }],
    ['certificate_malformed', { certNotBefore: '' }],
    ['certificate_malformed', { certNotAfter: 'never' }],
    ['certificate_revoked', { certRevoked: '1' }],
    ['certificate_not_yet_valid', { certNotBefore: 'Nov 20 12:00:01 2026 GMT' }],
    ['certificate_expired', { certNotAfter: 'Nov 20 11:59:59 2026 GMT' }],
  ])('is %s for %j', (reason, change) => {
    expect(certificate(change)).toEqual({ state: 'invalid', reason })
  })
})
