/**
 * What RFC 5280 asks of each certificate for itself, wherever in a path it stands: the profile of section 4, as far as
 * breaking it shows a certificate that no careful authority issues. Criticality of basicConstraints is asked of what
 * is listed alone: section 6.1.4 does not ask it of a path, and authorities of third parties leave it out.
 */
import { EXTENSION } from './extensions.ts'
import { isEmpty } from './names.ts'
import { readPublicKey } from './public-key.ts'
import type { Certificate, GeneralName, PathFault } from './types.ts'

/**
 * A `bare_leaf` has an issuer that gives its leaves no key identifiers: RFC 5280 asks for them, a vendor's own PKI may not.
 * A `qualified_anchor` is listed by a state, for its name and key alone (TS 119 612 clause 5.5.3): how its own certificate
 * is written is not held against those below it. Belgium lists one whose basicConstraints are not critical.
 */
export type Place = 'leaf' | 'bare_leaf' | 'intermediate' | 'anchor' | 'qualified_anchor'

/** The first rule that the certificate breaks, or undefined. */
export function findProfileFault(certificate: Certificate, place: Place): PathFault | undefined {
  for (const [fault, breaks] of RULES) {
    if (breaks(certificate, place)) return fault
  }
  return undefined
}

const POLICY_CONSTRAINTS = '2.5.29.36'
const QC_STATEMENTS = '1.3.6.1.5.5.7.1.3'

/**
 * Critical extensions that somebody here processes. certificatePolicies: any policy will do. QCStatements: the PSD2
 * profile reads them. CRL distribution points: revocation reads them. Policy constraints, mappings and inhibitAnyPolicy
 * are not in it: whoever needs them respected finds the path refused.
 */
const PROCESSED: ReadonlySet<string> = new Set([
  EXTENSION.basicConstraints,
  EXTENSION.keyUsage,
  EXTENSION.extendedKeyUsage,
  EXTENSION.subjectAltName,
  EXTENSION.nameConstraints,
  EXTENSION.certificatePolicies,
  EXTENSION.crlDistributionPoints,
  QC_STATEMENTS,
])

/** Sections 4.2.1.1, 4.2.1.2 and 4.2.2.1: never critical. */
const NEVER_CRITICAL: readonly string[] = [
  EXTENSION.authorityKeyIdentifier,
  EXTENSION.subjectKeyIdentifier,
  EXTENSION.authorityInformationAccess,
]

/** Sections 4.2.1.10 and 4.2.1.11: critical, or a reader that ignores them lets through what they forbid. */
const ALWAYS_CRITICAL: readonly string[] = [EXTENSION.nameConstraints, POLICY_CONSTRAINTS]

const MAX_SERIAL_OCTETS = 20

type Rule = readonly [fault: PathFault, breaks: (certificate: Certificate, place: Place) => boolean]

const RULES: readonly Rule[] = [
  ['profile_violated', ({ extensions }) => NEVER_CRITICAL.some((oid) => extensions.get(oid)?.critical)],
  ['critical_extension_unknown', hasUnknownCritical],
  [
    'profile_violated',
    ({ extensions }) => ALWAYS_CRITICAL.some((oid) => extensions.get(oid)?.critical === false),
  ],
  ['public_key_refused', (certificate) => readPublicKey(certificate) === undefined],
  ['profile_violated', hasOddSerial],
  ['profile_violated', ({ issuer }) => isEmpty(issuer)],
  ['profile_violated', lacksSubject],
  ['profile_violated', hasWrongName],
  ['profile_violated', contradictsItself],
  ['profile_violated', lacksKeyIdentifier],
  [
    'profile_violated',
    ({ basicConstraints, extensions }, place) =>
      place === 'anchor' &&
      basicConstraints?.ca === true &&
      extensions.get(EXTENSION.basicConstraints)?.critical === false,
  ],
]

function hasUnknownCritical({ extensions }: Certificate): boolean {
  return [...extensions].some(([oid, { critical }]) => critical && !PROCESSED.has(oid))
}

/** Section 4.1.2.2: positive, of 20 octets at most. */
function hasOddSerial({ serial }: Certificate): boolean {
  return serial.startsWith('-') || /^0*$/.test(serial) || serial.length > 2 * MAX_SERIAL_OCTETS
}

/** Section 4.1.2.6: an authority has a name, and who has none is named by a critical subjectAltName. */
function lacksSubject({ subject, basicConstraints, extensions }: Certificate): boolean {
  if (!isEmpty(subject)) return false
  return basicConstraints?.ca === true || extensions.get(EXTENSION.subjectAltName)?.critical !== true
}

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'
/** Section 4.2.1.6: RFC 1034's preferred syntax, and the wildcard of server certificates. */
const DNS_NAME = new RegExp(`^(\\*\\.)?${LABEL}(\\.${LABEL})*$`, 'i')
/** The last label of a host name is never a number: what looks like an address is one. */
const IPV4_TEXT = /(^|\.)\d+$/

function hasWrongName({ subjectAltName = [] }: Certificate): boolean {
  return subjectAltName.some((name) => !isSound(name))
}

function isSound(name: GeneralName): boolean {
  switch (name.kind) {
    case 'dns':
      return name.text.length <= 253 && DNS_NAME.test(name.text) && !IPV4_TEXT.test(name.text)
    case 'ip':
      return name.bytes.length === 4 || name.bytes.length === 16
    case 'email':
      return /^[^@]+@[^@]+$/.test(name.text)
    default:
      return true
  }
}

/** Sections 4.2.1.3, 4.2.1.9 and 4.2.1.10: an authority may sign certificates, and nobody else says that it may. */
function contradictsItself({ basicConstraints, keyUsage, nameConstraints }: Certificate): boolean {
  const ca = basicConstraints?.ca === true
  if (keyUsage !== undefined && keyUsage.has('keyCertSign') !== ca) return true
  return !ca && (basicConstraints?.pathLength !== undefined || nameConstraints !== undefined)
}

/** Sections 4.2.1.1 and 4.2.1.2. Whether what is listed signed itself is for `path.ts` to find out. */
function lacksKeyIdentifier(certificate: Certificate, place: Place): boolean {
  const { basicConstraints, subjectKeyIdentifier, authorityKeyIdentifier } = certificate
  if (place === 'qualified_anchor') return false
  if (basicConstraints?.ca === true && subjectKeyIdentifier === undefined) return true
  return authorityKeyIdentifier === undefined && (place === 'leaf' || place === 'intermediate')
}
