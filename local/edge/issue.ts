// The library's dependency injection needs it before anything else.
import 'reflect-metadata'
import { randomBytes, webcrypto } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonGeneralNames,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'

type KeyPair = webcrypto.CryptoKeyPair

/** A certificate with its key: for the edge, and for the clients that tests and the laboratory play. */
export interface Issued {
  readonly certificate: X509Certificate
  readonly keys: KeyPair
}

export interface CertificateWish {
  /** RFC 2253 text, such as `CN=localhost,O=Portcullis`. Object identifiers may stand for names. */
  readonly subject: string
  readonly use: Use
  /** Left out: signed with its own key. */
  readonly issuer?: Issued
  readonly names?: JsonGeneralNames
  readonly notBefore?: Date
  readonly notAfter: Date
  /** Of the key; P-256 when left out. */
  readonly algorithm?: KeyAlgorithm
  /** Beside those that follow from the use. */
  readonly extensions?: readonly Extension[]
}

export type KeyAlgorithm = 'P-256' | 'RSA-2048'
export type Use = keyof typeof USES

const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1'
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9'

/** Which basicConstraints, keyUsage and extendedKeyUsage belong to a use (RFC 5280 section 4.2.1). */
const USES = {
  authority: { ca: true, keyUsage: KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, purposes: [] },
  server: { ca: false, keyUsage: KeyUsageFlags.digitalSignature, purposes: [SERVER_AUTH] },
  client: { ca: false, keyUsage: KeyUsageFlags.digitalSignature, purposes: [CLIENT_AUTH] },
  // A certificate for website authentication serves at both ends of a connection (TS 119 495 section 5.3).
  website: { ca: false, keyUsage: KeyUsageFlags.digitalSignature, purposes: [SERVER_AUTH, CLIENT_AUTH] },
  seal: {
    ca: false,
    keyUsage: KeyUsageFlags.digitalSignature | KeyUsageFlags.nonRepudiation,
    purposes: [],
  },
  ocsp: { ca: false, keyUsage: KeyUsageFlags.digitalSignature, purposes: [OCSP_SIGNING] },
} as const

/** Makes a key and a certificate for it (RFC 5280 section 4). */
export async function issueCertificate(wish: CertificateWish): Promise<Issued> {
  const keys = await generateKeys(wish.algorithm ?? 'P-256')
  const signer = wish.issuer?.keys ?? keys
  const certificate = await X509CertificateGenerator.create({
    // Positive, as RFC 5280 section 4.1.2.2 wants it, and unguessable.
    serialNumber: `4${randomBytes(15).toString('hex')}0`,
    subject: wish.subject,
    issuer: wish.issuer?.certificate.subject ?? wish.subject,
    // An hour back: the clocks of a machine and of its virtual ones differ.
    notBefore: wish.notBefore ?? new Date(Date.now() - 3_600_000),
    notAfter: wish.notAfter,
    publicKey: keys.publicKey,
    signingKey: signer.privateKey,
    signingAlgorithm: signer.privateKey.algorithm.name === RSA.name ? RSA : P256,
    extensions: [
      ...usages(wish),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(signer.publicKey),
      ...(wish.names ? [new SubjectAlternativeNameExtension(wish.names)] : []),
      ...(wish.extensions ?? []),
    ],
  })
  return { certificate, keys }
}

async function generateKeys(algorithm: KeyAlgorithm): Promise<KeyPair> {
  const how =
    algorithm === 'P-256' ? P256 : { ...RSA, modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }
  return await webcrypto.subtle.generateKey(how, true, ['sign', 'verify'])
}

function usages(wish: CertificateWish): Extension[] {
  const { ca, keyUsage, purposes } = USES[wish.use]
  return [
    new BasicConstraintsExtension(ca, undefined, true),
    new KeyUsagesExtension(keyUsage, true),
    ...(purposes.length === 0 ? [] : [new ExtendedKeyUsageExtension([...purposes])]),
  ]
}

export async function privateKeyPem({ keys }: Issued): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
}

export function certificatePem({ certificate }: Issued): string {
  return certificate.toString('pem')
}
