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
  readonly use: 'authority' | 'server' | 'client'
  /** Left out: signed with its own key. */
  readonly issuer?: Issued
  readonly names?: JsonGeneralNames
  readonly notBefore?: Date
  readonly notAfter: Date
}

const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1'
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'

/** Makes a key and a certificate for it (RFC 5280 section 4). */
export async function issueCertificate(wish: CertificateWish): Promise<Issued> {
  const keys = await webcrypto.subtle.generateKey(P256, true, ['sign', 'verify'])
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
    signingAlgorithm: P256,
    extensions: [
      ...usages(wish),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(signer.publicKey),
      ...(wish.names ? [new SubjectAlternativeNameExtension(wish.names)] : []),
    ],
  })
  return { certificate, keys }
}

function usages(wish: CertificateWish): Extension[] {
  if (wish.use === 'authority') {
    return [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ]
  }
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([wish.use === 'server' ? SERVER_AUTH : CLIENT_AUTH]),
  ]
}

export async function privateKeyPem({ keys }: Issued): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
}

export function certificatePem({ certificate }: Issued): string {
  return certificate.toString('pem')
}
