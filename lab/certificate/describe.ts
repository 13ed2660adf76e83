/** What stands in a certificate, as data that is printed or written as JSON. Nothing here judges. */
import { createHash } from 'node:crypto'
import { childrenOf, readElement } from '../../src/lib/der.ts'
import { showName } from '../../src/verify/x509/names.ts'
import { readPublicKey } from '../../src/verify/x509/public-key.ts'
import type { Certificate, GeneralName } from '../../src/verify/x509/types.ts'
import { EXTENSION_NAMES, KEY_NAMES, POLICY_NAMES, PURPOSE_NAMES, SIGNATURE_NAMES } from './names.ts'

export function describeCertificate(certificate: Certificate, at: number) {
  const { notBefore, notAfter, extensions, keyUsage, extendedKeyUsage } = certificate
  return {
    subject: showName(certificate.subject),
    issuer: showName(certificate.issuer),
    serial: certificate.serial,
    not_before: new Date(notBefore).toISOString(),
    not_after: new Date(notAfter).toISOString(),
    state: at < notBefore ? 'not_yet_valid' : at > notAfter ? 'expired' : 'in_date',
    key: describeKey(certificate),
    key_accepted: readPublicKey(certificate) !== undefined,
    signature: SIGNATURE_NAMES[certificate.signatureAlgorithm.oid] ?? certificate.signatureAlgorithm.oid,
    authority: certificate.basicConstraints?.ca ?? false,
    path_length: certificate.basicConstraints?.pathLength ?? null,
    key_usage: keyUsage === undefined ? null : [...keyUsage],
    extended_key_usage: extendedKeyUsage?.map((oid) => named(oid, PURPOSE_NAMES)) ?? null,
    policies: certificate.policies.map((oid) => named(oid, POLICY_NAMES)),
    alternative_names: certificate.subjectAltName?.map(showGeneralName) ?? [],
    subject_key_identifier: hex(certificate.subjectKeyIdentifier),
    authority_key_identifier: hex(certificate.authorityKeyIdentifier),
    extensions: [...extensions].map(([oid, { critical }]) => ({
      oid,
      name: EXTENSION_NAMES[oid] ?? null,
      critical,
    })),
    ocsp: certificate.ocsp,
    crl: certificate.crl,
    issuer_certificates: certificate.caIssuers,
    thumbprint_sha256: certificate.thumbprint,
    /** RFC 8705 section 3.1. */
    'x5t#S256': createHash('sha256').update(certificate.der).digest('base64url'),
    spki_sha256: createHash('sha256').update(certificate.spki).digest('base64url'),
  }
}

export type Described = ReturnType<typeof describeCertificate>

export function named(oid: string, names: Readonly<Record<string, string>>): string {
  const name = names[oid]
  return name === undefined ? oid : `${name} (${oid})`
}

function describeKey(certificate: Certificate): string {
  const { oid } = certificate.publicKeyAlgorithm
  const key = readPublicKey(certificate)
  if (key?.kind === 'ec') return key.curve
  if (key?.kind === 'ed25519') return 'Ed25519'
  const bits = modulusBits(certificate.publicKey)
  const name = KEY_NAMES[oid] ?? oid
  return name.startsWith('RSA') && bits !== undefined ? `${name}, ${bits} bits` : name
}

/** Of keys that are refused too: the operator wants to know how weak. */
function modulusBits(publicKey: Uint8Array): number | undefined {
  const [modulus] = childrenOf(readElement(publicKey), 0x30, 2) ?? []
  const octets = modulus?.content.subarray(modulus.content[0] === 0 ? 1 : 0)
  const [first] = octets ?? []
  return octets === undefined || first === undefined ? undefined : octets.length * 8 - Math.clz32(first) + 24
}

function showGeneralName(name: GeneralName): string {
  if (name.kind === 'directory') return `directory: ${showName(name.name)}`
  if (name.kind === 'ip') return `ip: ${[...name.bytes].join('.')}`
  return name.kind === 'other' ? `other name [${name.tag & 0x1f}]` : `${name.kind}: ${name.text}`
}

function hex(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : Buffer.from(bytes).toString('hex')
}
