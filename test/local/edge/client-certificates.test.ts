import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConnectionOptions } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Edge } from '../../../local/edge/edge.ts'
import { certificatePem, type Issued, issueCertificate, privateKeyPem } from '../../../local/edge/issue.ts'
import { NO_CERTIFICATE, type TlsClientAuth } from '../../../local/edge/tls-client-auth.ts'
import { requireReal } from '../../real.ts'
import { bodyOf, dial, exchange, installed, run, type Stack, seenIn, startStack } from './harness.ts'

const ASK = 'GET /echo HTTP/1.1\r\nHost: bank.example\r\nConnection: close\r\n\r\n'
const nextYear = new Date(Date.now() + 365 * 86_400_000)
const yesterday = new Date(Date.now() - 86_400_000)

let stack: Stack
let authority: Issued
let intermediate: Issued
let tpp: Issued
let trusting: Edge
beforeAll(async () => {
  stack = await startStack()
  authority = await issueCertificate({
    subject: 'CN=Example Root,O=Example Trust,C=GB',
    use: 'authority',
    notAfter: nextYear,
  })
  intermediate = await issueCertificate({
    subject: 'CN=Example Issuing CA,O=Example Trust,C=GB',
    use: 'authority',
    issuer: authority,
    notAfter: nextYear,
  })
  tpp = await issueCertificate({
    subject: 'CN=0015800001Example,2.5.4.97=PSDGB-FCA-123456,O=Caf\u00e9 Accounts\\, Ltd,C=GB',
    use: 'client',
    issuer: intermediate,
    notAfter: nextYear,
  })
  trusting = await stack.another({ clientAuthorities: [certificatePem(authority)] })
})
afterAll(() => stack.close())

async function credentials(leaf: Issued, ...chain: Issued[]): Promise<ConnectionOptions> {
  return { key: await privateKeyPem(leaf), cert: [leaf, ...chain].map(certificatePem).join('\n') }
}

async function clientAuth(edge: Edge, options: ConnectionOptions): Promise<TlsClientAuth> {
  const answer = await exchange({ ...stack, edge }, ASK, options)
  return seenIn(bodyOf(answer)).cf.tlsClientAuth
}

function byteSequence({ certificate }: Issued): string {
  return `:${Buffer.from(certificate.rawData).toString('base64')}:`
}

describe('request.cf.tlsClientAuth', () => {
  it('holds placeholders for a client that shows no certificate', async () => {
    expect(await clientAuth(stack.edge, {})).toEqual(NO_CERTIFICATE)
  })

  it('holds the certificate, its chain and its names in Cloudflare\u2019s own fields', async () => {
    const leaf = new X509Certificate(certificatePem(tpp))
    const seen = await clientAuth(trusting, await credentials(tpp, intermediate))
    expect(seen).toEqual({
      certPresented: '1',
      certVerified: 'SUCCESS',
      certRevoked: '0',
      certSubjectDN:
        'C=GB,O=Caf\u00e9 Accounts\\, Ltd,organizationIdentifier=PSDGB-FCA-123456,CN=0015800001Example',
      certSubjectDNRFC2253:
        'C=GB,O=Caf\u00e9 Accounts\\, Ltd,organizationIdentifier=PSDGB-FCA-123456,CN=0015800001Example',
      certSubjectDNLegacy:
        '/CN=0015800001Example/organizationIdentifier=PSDGB-FCA-123456/O=Caf\u00e9 Accounts\\, Ltd/C=GB',
      certIssuerDN: 'C=GB,O=Example Trust,CN=Example Issuing CA',
      certIssuerDNRFC2253: 'C=GB,O=Example Trust,CN=Example Issuing CA',
      certIssuerDNLegacy: '/CN=Example Issuing CA/O=Example Trust/C=GB',
      certSerial: leaf.serialNumber,
      certIssuerSerial: new X509Certificate(certificatePem(intermediate)).serialNumber,
      certSKI: expect.stringMatching(/^([0-9A-F]{2}:){19}[0-9A-F]{2}$/),
      certIssuerSKI: expect.stringMatching(/^([0-9A-F]{2}:){19}[0-9A-F]{2}$/),
      certFingerprintSHA1: expect.stringMatching(/^[0-9a-f]{40}$/),
      certFingerprintSHA256: leaf.fingerprint256.replaceAll(':', '').toLowerCase(),
      certNotBefore: leaf.validFrom,
      certNotAfter: leaf.validTo,
      certRFC9440: byteSequence(tpp),
      certRFC9440TooLarge: false,
      certChainRFC9440: byteSequence(intermediate),
      certChainRFC9440TooLarge: false,
    })
  })

  it('holds the certificate of a client that nobody vouches for, and says so', async () => {
    const seen = await clientAuth(stack.edge, await credentials(tpp, intermediate))
    expect(seen.certVerified).toBe('FAILED:unable to get local issuer certificate')
    expect(seen.certRFC9440).toBe(byteSequence(tpp))
    expect(seen.certChainRFC9440).toBe(byteSequence(intermediate))
  })

  it('leaves the root out of the chain, even when the client sends it', async () => {
    const seen = await clientAuth(trusting, await credentials(tpp, intermediate, authority))
    expect(seen.certChainRFC9440).toBe(byteSequence(intermediate))
  })

  it.each<[string, string, () => Promise<ConnectionOptions>]>([
    ['without its intermediate', 'FAILED:unable to verify the first certificate', () => credentials(tpp)],
    [
      'that it signed itself',
      'FAILED:self signed certificate',
      async () =>
        credentials(await issueCertificate({ subject: 'CN=me', use: 'client', notAfter: nextYear })),
    ],
    [
      'that has expired',
      'FAILED:certificate has expired',
      async () =>
        credentials(
          await issueCertificate({
            subject: 'CN=old',
            use: 'client',
            issuer: authority,
            notBefore: new Date(yesterday.getTime() - 86_400_000),
            notAfter: yesterday,
          }),
        ),
    ],
    [
      'that is not valid yet',
      'FAILED:certificate is not yet valid',
      async () =>
        credentials(
          await issueCertificate({
            subject: 'CN=early',
            use: 'client',
            issuer: authority,
            notBefore: new Date(Date.now() + 86_400_000),
            notAfter: nextYear,
          }),
        ),
    ],
  ])('says what is wrong with a certificate %s', async (_name, expected, make) => {
    expect((await clientAuth(trusting, await make())).certVerified).toBe(expected)
  })

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('is the same after a resumed %s session', async (version) => {
    const options = { ...(await credentials(tpp, intermediate)), minVersion: version, maxVersion: version }
    const at = { ...stack, edge: trusting }
    const first = await dial(at, options)
    const sent = new Promise<Buffer>((done) => first.once('session', done))
    first.resume().write(ASK)
    // TLS 1.3 sends the ticket after the handshake, TLS 1.2 within it.
    const ticket = first.getSession() && version === 'TLSv1.2' ? first.getSession() : await sent
    first.destroy()
    const second = await dial(at, { ...options, session: ticket })
    expect(second.isSessionReused()).toBe(true)
    const chunks: Buffer[] = []
    second.on('data', (chunk) => chunks.push(chunk))
    second.write(ASK)
    await new Promise((done) => second.once('close', done))
    const { cf } = seenIn(bodyOf(Buffer.concat(chunks).toString()))
    expect(cf.tlsClientAuth).toEqual(await clientAuth(trusting, options))
    expect(cf.tlsClientAuth.certChainRFC9440).toBe(byteSequence(intermediate))
    expect(cf.tlsClientAuth.certVerified).toBe('SUCCESS')
  })
})

describe.runIf(requireReal('openssl and curl', installed('openssl') && installed('curl')))(
  'a certificate made by openssl and shown by curl',
  () => {
    it('is seen with the name that openssl prints', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'portcullis-client-'))
      const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
      const make = [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '2',
      ]
      await run('openssl', [...make, '-subj', '/C=GB/O=Example, Ltd/CN=client', '-keyout', key, '-out', cert])
      const printed = await run('openssl', ['x509', '-in', cert, '-noout', '-subject', '-nameopt', 'RFC2253'])
      const url = `https://localhost:${stack.edge.port}/echo`
      const args = ['-sS', '--cacert', stack.identity.authorityPath, '--key', key, '--cert', cert, url]
      const { certSubjectDNRFC2253, certVerified } = seenIn(await run('curl', args)).cf.tlsClientAuth
      expect(`subject=${certSubjectDNRFC2253}`).toBe(printed.trim())
      expect(certVerified).toBe('FAILED:self signed certificate')
      rmSync(folder, { recursive: true })
    })
  },
)
