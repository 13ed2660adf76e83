/**
 * A certificate as RFC 5280 section 4 describes it, read once and never changed. Types only: reading is
 * `certificate.ts`, and nothing read is proven before `path.ts` has said so.
 */
import type { AnchorEntry } from '../trust/types.ts'

/** Section 4.2.1.3, in bit order. */
export type KeyUsage =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'
  | 'encipherOnly'
  | 'decipherOnly'

/** Section 4.1.2.4 Name: RDNs from the root to the leaf, each with its attributes as they stand. */
export interface Name {
  /** DER of the Name, as it stands in the certificate. */
  readonly der: Uint8Array
  readonly attributes: readonly Attribute[]
}
export interface Attribute {
  /** Which RDN, counted from the root: two attributes of one RDN share it. */
  readonly rdn: number
  /** Dotted object identifier. */
  readonly type: string
  /** DER of the value, and its text where it is a DirectoryString or IA5String. */
  readonly der: Uint8Array
  readonly text: string | undefined
}

/** Section 4.2.1.6 GeneralName; other kinds keep their tag number and contents. */
export type GeneralName =
  | { readonly kind: 'dns' | 'email' | 'uri'; readonly text: string }
  | { readonly kind: 'directory'; readonly name: Name }
  | { readonly kind: 'ip'; readonly bytes: Uint8Array }
  | { readonly kind: 'other'; readonly tag: number; readonly bytes: Uint8Array }

export interface Extension {
  readonly critical: boolean
  /** Contents of the extnValue octet string. */
  readonly value: Uint8Array
}

/** Section 4.2.1.10. */
export interface NameConstraints {
  readonly permitted: readonly GeneralName[]
  readonly excluded: readonly GeneralName[]
}

/** AlgorithmIdentifier: parameters as DER, undefined when absent. */
export interface Algorithm {
  readonly oid: string
  readonly parameters: Uint8Array | undefined
}

export interface Certificate {
  /** The whole certificate, canonical DER. */
  readonly der: Uint8Array
  /** DER of tbsCertificate: the signed bytes. */
  readonly tbs: Uint8Array
  /** SHA-256 of `der`, lower-case hexadecimal. */
  readonly thumbprint: string
  /** Serial number, lower-case hexadecimal of the INTEGER's contents without padding. */
  readonly serial: string
  readonly issuer: Name
  readonly subject: Name
  /** Milliseconds since the epoch. Both ends belong to the validity (section 4.1.2.5). */
  readonly notBefore: number
  readonly notAfter: number
  /** DER of SubjectPublicKeyInfo, its algorithm and the contents of its bit string. */
  readonly spki: Uint8Array
  readonly publicKeyAlgorithm: Algorithm
  readonly publicKey: Uint8Array
  readonly signatureAlgorithm: Algorithm
  readonly signature: Uint8Array
  readonly extensions: ReadonlyMap<string, Extension>

  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | undefined } | undefined
  readonly keyUsage: ReadonlySet<KeyUsage> | undefined
  /** Dotted object identifiers. */
  readonly extendedKeyUsage: readonly string[] | undefined
  readonly subjectKeyIdentifier: Uint8Array | undefined
  readonly authorityKeyIdentifier: Uint8Array | undefined
  readonly subjectAltName: readonly GeneralName[] | undefined
  readonly nameConstraints: NameConstraints | undefined
  /** Dotted policy identifiers of certificatePolicies. */
  readonly policies: readonly string[]
  /** URIs of AuthorityInfoAccess (OCSP, caIssuers) and of CRL distribution points, as they stand: nobody has checked them. */
  readonly ocsp: readonly string[]
  readonly caIssuers: readonly string[]
  readonly crl: readonly string[]
}

/** Why bytes are not one certificate that we read. */
export type CertificateFault =
  | 'certificate_too_large'
  | 'certificate_not_der'
  | 'certificate_malformed'
  | 'certificate_version'
  | 'certificate_extension_twice'

/** Why there is no path. `path_not_found`: no candidate issued the certificate, as far as names and keys tell. */
export type PathFault =
  | 'path_not_found'
  | 'path_too_long'
  | 'path_work_exceeded'
  | 'certificate_not_yet_valid'
  | 'certificate_expired'
  | 'signature_wrong'
  | 'signature_algorithm_refused'
  | 'public_key_refused'
  | 'issuer_not_a_ca'
  | 'path_length_exceeded'
  | 'key_usage_wrong'
  | 'extended_key_usage_wrong'
  | 'name_constraint_violated'
  | 'name_constraint_unsupported'
  | 'critical_extension_unknown'
  | 'key_identifier_wrong'
  | 'profile_violated'

/** A certificate that is trusted because it is listed, self-signed or not, and only within what the list says. */
export interface TrustAnchor {
  readonly certificate: Certificate
  /** Shown to operators. */
  readonly name: string
  /** What the set of anchors says about it; undefined for an anchor that comes from no set. */
  readonly entry?: AnchorEntry
}

export interface PathQuestion {
  readonly leaf: Certificate
  /** What the peer sent and what we know besides: any number, of which bounded work is done. */
  readonly candidates: readonly Certificate[]
  readonly anchors: readonly TrustAnchor[]
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Extended key usage that the leaf and every EKU above it must allow; undefined asks for none. */
  readonly extendedKeyUsage: string | undefined
  readonly maxIntermediates: number
  /** `bare_leaf`: the issuer's leaves carry no key identifiers (App Attest). Left out: they do, as section 4.2.1.1 asks. */
  readonly leafPlace?: 'leaf' | 'bare_leaf'
}

export type PathVerdict =
  | {
      readonly ok: true
      /** Leaf first; the anchor's certificate last (it may be the leaf itself). */
      readonly path: readonly Certificate[]
      readonly anchor: TrustAnchor
      /** Earliest notAfter of the path, milliseconds since the epoch. */
      readonly expiresAt: number
      /** Signature verifications done. */
      readonly steps: number
      /** Candidates looked at and names compared. */
      readonly comparisons: number
    }
  | {
      readonly ok: false
      /** The fault of the attempt that came furthest. */
      readonly fault: PathFault
      /** Subject and place of the certificate at fault, for an operator. */
      readonly detail: string
      readonly steps: number
      readonly comparisons: number
    }
