import { beforeAll, describe, expect, it } from 'vitest'
import { sameBytes } from '../../../src/lib/bytes.ts'
import { MAX_LEAF_BYTES, readCertificate } from '../../../src/verify/x509/certificate.ts'
import { readCertificates } from '../../../src/verify/x509/pem.ts'
import { certificate, der, extension, oid, seq, utf8 } from '../make-certificate.ts'
import { type Authority, commonName, issue } from './authority.ts'

const critical = (id: string, flag: number, value: Uint8Array) =>
  seq(oid(id), der(0x01, flag), der(0x04, value))
const outcome = (bytes: Uint8Array) => {
  const read = readCertificate(bytes)
  return read.state === 'invalid' ? read.reason : read.state
}
const withExtension = (id: string, value: Uint8Array) => certificate({ extensions: [extension(id, value)] })
const uri = (text: string) => der(0x86, text)

describe('readCertificate()', () => {
  let made: Authority
  beforeAll(async () => {
    made = await issue({ subject: 'Invented TPP', serial: [0, 0x9f] })
  })

  it('reads the fields as they stand, and the signed bytes as they came', () => {
    const { certificate: read, der: bytes, keys } = made
    expect(read.serial).toBe('9f')
    expect(read.subject.attributes).toMatchObject([{ rdn: 0, type: '2.5.4.3', text: 'Invented TPP' }])
    expect(sameBytes(read.spki, keys.spki)).toBe(true)
    expect(sameBytes(read.tbs, bytes.subarray(4, 4 + read.tbs.length))).toBe(true)
    expect(read.thumbprint).toMatch(/^[0-9a-f]{64}$/)
    expect(read.basicConstraints).toEqual({ ca: false, pathLength: undefined })
    expect([...(read.keyUsage ?? [])]).toEqual(['digitalSignature'])
    expect(read.subjectKeyIdentifier).toEqual(new Uint8Array(keys.identifier))
  })

  it('tells -1 from 255, which a list of serial numbers may both hold', async () => {
    expect((await issue({ serial: [0xff] })).certificate.serial).toBe('-ff')
    expect((await issue({ serial: [0, 0xff] })).certificate.serial).toBe('ff')
    expect((await issue({ serial: [0] })).certificate.serial).toBe('00')
  })

  it.each([
    ['nothing', new Uint8Array(), 'certificate_not_der'],
    ['octets behind the end', certificate({ trailing: Uint8Array.of(0) }), 'certificate_not_der'],
    ['version 1, spelt out', certificate({ version: 0 }), 'certificate_version'],
    ['version 2', certificate({ version: 1 }), 'certificate_version'],
    ['a 31st of February', certificate({ notBefore: der(0x17, '260231000000Z') }), 'certificate_malformed'],
    [
      'a time with an offset',
      certificate({ notAfter: der(0x17, '2601010000+0100') }),
      'certificate_malformed',
    ],
    ['no extensions in their list', certificate({ extensions: [] }), 'certificate_malformed'],
    [
      'one extension twice',
      certificate({ extensions: [extension('1.2.3', seq()), extension('1.2.3', seq())] }),
      'certificate_extension_twice',
    ],
    [
      'a flag that spells its default out',
      certificate({ extensions: [critical('1.2.3', 0, seq())] }),
      'certificate_malformed',
    ],
    [
      'an authority that spells its default out',
      withExtension('2.5.29.19', seq(der(1, 0))),
      'certificate_malformed',
    ],
    [
      'a negative path length',
      withExtension('2.5.29.19', seq(der(1, 0xff), der(2, 0x80))),
      'certificate_malformed',
    ],
    ['a key usage of nothing', withExtension('2.5.29.15', der(3, 0)), 'certificate_malformed'],
    ['purposes of nothing', withExtension('2.5.29.37', seq()), 'certificate_malformed'],
    ['names of nothing', withExtension('2.5.29.17', seq()), 'certificate_malformed'],
    ['a name of a tenth kind', withExtension('2.5.29.17', seq(der(0x89, 1))), 'certificate_malformed'],
    ['a name with a NUL', withExtension('2.5.29.17', seq(der(0x82, 'a', 0, 'b'))), 'certificate_malformed'],
    ['constraints of nothing', withExtension('2.5.29.30', seq()), 'certificate_malformed'],
    [
      'a subtree with a minimum',
      withExtension('2.5.29.30', seq(der(0xa0, seq(der(0x82, 'a'), der(0x80, 1))))),
      'certificate_malformed',
    ],
    [
      'one policy twice',
      withExtension('2.5.29.32', seq(seq(oid('1.2.3')), seq(oid('1.2.3')))),
      'certificate_malformed',
    ],
    [
      'an issuer without its serial number',
      withExtension('2.5.29.35', seq(der(0xa1, uri('x')))),
      'certificate_malformed',
    ],
    ['access to nothing', withExtension('1.3.6.1.5.5.7.1.1', seq()), 'certificate_malformed'],
    [
      'a known extension that is no DER',
      withExtension('2.5.29.17', Uint8Array.of(0x30, 0x80, 0, 0)),
      'certificate_not_der',
    ],
    [
      'an unknown extension that is no ASN.1 at all',
      withExtension('1.2.3', utf8('').subarray(0, 1)),
      'valid',
    ],
  ] as const)('%s: %3$s', (_what, bytes, expected) => {
    expect(outcome(bytes)).toBe(expected)
  })

  it('refuses what is larger than its place allows, unread', () => {
    const large = withExtension('1.2.3', new Uint8Array(MAX_LEAF_BYTES))
    expect(readCertificate(large, MAX_LEAF_BYTES)).toEqual({
      state: 'invalid',
      reason: 'certificate_too_large',
    })
    expect(outcome(large)).toBe('valid')
    expect(outcome(withExtension('1.2.3', new Uint8Array(40_000)))).toBe('certificate_too_large')
  })

  it('refuses an algorithm outside the signature that is not the one inside', () => {
    const bytes = certificate()
    // The outer AlgorithmIdentifier is the last one: ecdsa-with-SHA256 becomes ecdsa-with-SHA384.
    const at = bytes.length - 4
    expect(bytes[at]).toBe(0x02)
    expect(outcome(bytes.with(at, 0x03))).toBe('certificate_malformed')
  })

  it('gathers the addresses to ask, but not those of a list that tells half of it', async () => {
    const point = (...parts: readonly Uint8Array[]) => seq(der(0xa0, der(0xa0, ...parts)))
    const partial = seq(der(0xa0, der(0xa0, uri('http://half.example/'))), der(0x81, 6, 0x40))
    const { certificate: read } = await issue({
      extensions: {
        crl: extension(
          '2.5.29.31',
          seq(point(uri('http://list.example/'), uri('ldap://list.example/')), partial),
        ),
        access: extension(
          '1.3.6.1.5.5.7.1.1',
          seq(
            seq(oid('1.3.6.1.5.5.7.48.1'), uri('http://ask.example/')),
            seq(oid('1.3.6.1.5.5.7.48.2'), uri('http://issuer.example/')),
          ),
        ),
      },
    })
    expect(read).toMatchObject({
      crl: ['http://list.example/', 'ldap://list.example/'],
      ocsp: ['http://ask.example/'],
      caIssuers: ['http://issuer.example/'],
    })
  })

  it('reads a certificate without extensions, which says nothing of itself', () => {
    const read = readCertificate(certificate({ subject: [] }))
    expect(read).toMatchObject({ state: 'valid', value: { basicConstraints: undefined, policies: [] } })
    expect(commonName('x').length).toBeGreaterThan(0)
  })
})

describe('readCertificates()', () => {
  const pem = (bytes: Uint8Array) =>
    `-----BEGIN CERTIFICATE-----\n${btoa(String.fromCharCode(...bytes))}\n-----END CERTIFICATE-----\n`
  const read = (text: string) => readCertificates(new TextEncoder().encode(text))

  it('reads one in DER, and as many as there are in PEM, whatever stands between them', async () => {
    const { der: bytes } = await issue()
    expect(readCertificates(bytes)).toMatchObject({ state: 'valid', value: { length: 1 } })
    expect(read(`subject=x\n${pem(bytes)}\nissuer=y\n${pem(bytes)}`)).toMatchObject({ value: { length: 2 } })
  })

  it.each([
    ['nothing', ''],
    ['a key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'],
    ['a certificate without an end', '-----BEGIN CERTIFICATE-----\nAAAA\n'],
    ['base64 with a second spelling', '-----BEGIN CERTIFICATE-----\nAB==\n-----END CERTIFICATE-----\n'],
  ])('refuses %s', (_what, text) => {
    expect(read(text).state).toBe('invalid')
  })

  it('refuses a bundle of which one is broken, rather than leave one out', async () => {
    expect(read(pem((await issue()).der) + pem(Uint8Array.of(0x30, 0)))).toMatchObject({ state: 'invalid' })
  })
})
