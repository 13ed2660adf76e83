// The library's dependency injection needs it before anything else.
import 'reflect-metadata'
import type { X509Certificate } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  X509Certificate as ParsedCertificate,
  SubjectKeyIdentifierExtension,
} from '@peculiar/x509'

/** `request.cf.tlsClientAuth`, in Cloudflare's own names. */
export interface TlsClientAuth {
  readonly certPresented: '0' | '1'
  readonly certVerified: string
  readonly certRevoked: '0' | '1'
  readonly certIssuerDN: string
  readonly certSubjectDN: string
  readonly certIssuerDNRFC2253: string
  readonly certSubjectDNRFC2253: string
  readonly certIssuerDNLegacy: string
  readonly certSubjectDNLegacy: string
  readonly certSerial: string
  readonly certIssuerSerial: string
  readonly certSKI: string
  readonly certIssuerSKI: string
  readonly certFingerprintSHA1: string
  readonly certFingerprintSHA256: string
  readonly certNotBefore: string
  readonly certNotAfter: string
  readonly certRFC9440: string
  readonly certRFC9440TooLarge: boolean
  readonly certChainRFC9440: string
  readonly certChainRFC9440TooLarge: boolean
}

/** Cloudflare's limits: a larger leaf, or a longer chain, is left out and said to be. */
const MAX_LEAF_BYTES = 10_240
const MAX_CHAIN_BYTES = 16_384

/** What Cloudflare fills in where no certificate was presented. */
export const NO_CERTIFICATE: TlsClientAuth = {
  certPresented: '0',
  certVerified: 'NONE',
  certRevoked: '0',
  certIssuerDN: '',
  certSubjectDN: '',
  certIssuerDNRFC2253: '',
  certSubjectDNRFC2253: '',
  certIssuerDNLegacy: '',
  certSubjectDNLegacy: '',
  certSerial: '',
  certIssuerSerial: '',
  certSKI: '',
  certIssuerSKI: '',
  certFingerprintSHA1: '',
  certFingerprintSHA256: '',
  certNotBefore: '',
  certNotAfter: '',
  certRFC9440: '',
  certRFC9440TooLarge: false,
  certChainRFC9440: '',
  certChainRFC9440TooLarge: false,
}

export interface Presented {
  readonly leaf: X509Certificate
  /** What the client sent beside the leaf, nearest issuer first. */
  readonly chain: readonly X509Certificate[]
  /** OpenSSL's code of what is wrong, undefined when the chain leads to an authority that the edge was told of. */
  readonly error: string | undefined
}

export function tlsClientAuth({ leaf, chain, error }: Presented): TlsClientAuth {
  // RFC 9440 section 2.3: without the leaf; and a root tells nobody anything.
  const intermediates = chain.filter((certificate) => certificate.subject !== certificate.issuer)
  const chainBytes = intermediates.reduce((sum, { raw }) => sum + raw.length, 0)
  const issuer = chain.find((candidate) => leaf.checkIssued(candidate))
  return {
    certPresented: '1',
    certVerified: error === undefined ? 'SUCCESS' : (FAILURES[error] ?? 'FAILED'),
    certRevoked: '0',
    certIssuerDN: rfc2253(leaf.issuer),
    certSubjectDN: rfc2253(leaf.subject),
    certIssuerDNRFC2253: rfc2253(leaf.issuer),
    certSubjectDNRFC2253: rfc2253(leaf.subject),
    certIssuerDNLegacy: legacy(leaf.issuer),
    certSubjectDNLegacy: legacy(leaf.subject),
    certSerial: leaf.serialNumber,
    certIssuerSerial: issuer?.serialNumber ?? '',
    ...keyIdentifiers(leaf),
    certFingerprintSHA1: fingerprint(leaf.fingerprint),
    certFingerprintSHA256: fingerprint(leaf.fingerprint256),
    certNotBefore: leaf.validFrom,
    certNotAfter: leaf.validTo,
    certRFC9440: leaf.raw.length > MAX_LEAF_BYTES ? '' : byteSequence(leaf),
    certRFC9440TooLarge: leaf.raw.length > MAX_LEAF_BYTES,
    certChainRFC9440: chainBytes > MAX_CHAIN_BYTES ? '' : intermediates.map(byteSequence).join(', '),
    certChainRFC9440TooLarge: chainBytes > MAX_CHAIN_BYTES,
  }
}

/** OpenSSL's words, as Cloudflare passes them on. */
const FAILURES: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'FAILED:self signed certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'FAILED:self signed certificate in certificate chain',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'FAILED:unable to verify the first certificate',
  UNABLE_TO_GET_ISSUER_CERT: 'FAILED:unable to get issuer certificate',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'FAILED:unable to get local issuer certificate',
  CERT_NOT_YET_VALID: 'FAILED:certificate is not yet valid',
  CERT_HAS_EXPIRED: 'FAILED:certificate has expired',
}

/** RFC 8941 section 3.3.5. */
function byteSequence({ raw }: X509Certificate): string {
  return `:${raw.toString('base64')}:`
}

/** Node gives a name one attribute a line, in the certificate's order, values escaped as RFC 2253 wants. */
function rfc2253(name: string): string {
  return name.split('\n').reverse().join(',')
}

/** OpenSSL's old one-line form, which policies written years ago still compare with. */
function legacy(name: string): string {
  return name === '' ? '' : `/${name.split('\n').join('/')}`
}

function fingerprint(colons: string): string {
  return colons.replaceAll(':', '').toLowerCase()
}

function keyIdentifiers(leaf: X509Certificate): Pick<TlsClientAuth, 'certSKI' | 'certIssuerSKI'> {
  try {
    const parsed = new ParsedCertificate(leaf.raw)
    return {
      certSKI: colons(parsed.getExtension(SubjectKeyIdentifierExtension)?.keyId),
      certIssuerSKI: colons(parsed.getExtension(AuthorityKeyIdentifierExtension)?.keyId),
    }
  } catch {
    // OpenSSL took the certificate and this library does not: what it cannot read is absent.
    return { certSKI: '', certIssuerSKI: '' }
  }
}

function colons(hex: string | undefined): string {
  return hex?.toUpperCase().match(/../g)?.join(':') ?? ''
}
