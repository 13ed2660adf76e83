/** The extensions that a verdict depends on (RFC 5280 section 4.2), each read strictly or not at all. */
import {
  boolean,
  childrenOf,
  type Element,
  objectIdentifier,
  readElement,
  smallInteger,
  TAG,
} from '../../lib/der.ts'
import { readGeneralName, readGeneralNames } from './general-names.ts'
import { readNameConstraints } from './name-constraints-reading.ts'
import type { Certificate, Extension, KeyUsage } from './types.ts'

export const EXTENSION = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  authorityInformationAccess: '1.3.6.1.5.5.7.1.1',
} as const

type Known = Pick<
  Certificate,
  | 'basicConstraints'
  | 'keyUsage'
  | 'extendedKeyUsage'
  | 'subjectKeyIdentifier'
  | 'authorityKeyIdentifier'
  | 'subjectAltName'
  | 'nameConstraints'
  | 'policies'
  | 'ocsp'
  | 'caIssuers'
  | 'crl'
>

/** What the known extensions say, or undefined when one of them is not what its identifier promises. */
export function readKnown(extensions: ReadonlyMap<string, Extension>): Known | undefined {
  let sound = true
  function read<T>(oid: string, reader: (element: Element) => T | undefined): T | undefined {
    const extension = extensions.get(oid)
    if (extension === undefined) return undefined
    const element = readElement(extension.value)
    const value = element === undefined ? undefined : reader(element)
    sound &&= value !== undefined
    return value
  }
  const access = read(EXTENSION.authorityInformationAccess, readAccess)
  const authority = read(EXTENSION.authorityKeyIdentifier, readAuthority)
  const known: Known = {
    basicConstraints: read(EXTENSION.basicConstraints, readBasicConstraints),
    keyUsage: read(EXTENSION.keyUsage, readKeyUsage),
    extendedKeyUsage: read(EXTENSION.extendedKeyUsage, readPurposes),
    subjectKeyIdentifier: read(EXTENSION.subjectKeyIdentifier, readOctets),
    authorityKeyIdentifier: authority?.keyIdentifier,
    subjectAltName: read(EXTENSION.subjectAltName, (element) => readGeneralNames(element)),
    nameConstraints: read(EXTENSION.nameConstraints, readNameConstraints),
    policies: read(EXTENSION.certificatePolicies, readPolicies) ?? [],
    ocsp: access?.ocsp ?? [],
    caIssuers: access?.caIssuers ?? [],
    crl: read(EXTENSION.crlDistributionPoints, readDistributionPoints) ?? [],
  }
  return sound ? known : undefined
}

/** Section 4.2.1.9. */
function readBasicConstraints(element: Element): Certificate['basicConstraints'] {
  const parts = childrenOf(element, TAG.sequence, 2)
  if (parts === undefined) return undefined
  const [first] = parts
  const asserted = first?.tag === TAG.boolean
  // DER leaves the default out (X.690 section 11.5): an encoded FALSE is a second spelling of nothing.
  if (asserted && boolean(first) !== true) return undefined
  const [length, more] = asserted ? parts.slice(1) : parts
  if (more !== undefined) return undefined
  const pathLength = smallInteger(length)
  if (length !== undefined && pathLength === undefined) return undefined
  return { ca: asserted, pathLength }
}

/** In bit order. */
export const KEY_USAGES: readonly KeyUsage[] = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
]

/** Section 4.2.1.3: at least one bit is set. The walk over the whole certificate has seen to the unused ones. */
function readKeyUsage(element: Element): ReadonlySet<KeyUsage> | undefined {
  if (element.tag !== TAG.bitString) return undefined
  const [, ...octets] = element.content
  const set = KEY_USAGES.filter((_, bit) => ((octets[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0)
  return set.length === 0 ? undefined : new Set(set)
}

/** Genuine certificates list up to a dozen purposes or policies. */
const MAX_LISTED = 64

/** Section 4.2.1.12. */
function readPurposes(element: Element): readonly string[] | undefined {
  const purposes = childrenOf(element, TAG.sequence, MAX_LISTED)?.map(objectIdentifier)
  return purposes === undefined || purposes.length === 0 ? undefined : allOf(purposes)
}

/** Section 4.2.1.4: no policy twice. */
function readPolicies(element: Element): readonly string[] | undefined {
  const policies = childrenOf(element, TAG.sequence, MAX_LISTED)?.map((policy) => {
    const [id] = childrenOf(policy, TAG.sequence, 2) ?? []
    return objectIdentifier(id)
  })
  if (policies === undefined || policies.length === 0) return undefined
  return new Set(policies).size === policies.length ? allOf(policies) : undefined
}

function allOf<T>(values: readonly (T | undefined)[]): readonly T[] | undefined {
  return values.every((value): value is T => value !== undefined) ? values : undefined
}

function readOctets(element: Element): Uint8Array | undefined {
  return element.tag === TAG.octetString ? element.content : undefined
}

/** Section 4.2.1.1: all fields are optional; issuer and serial number come together. */
function readAuthority(element: Element): { readonly keyIdentifier: Uint8Array | undefined } | undefined {
  const parts = childrenOf(element, TAG.sequence, 3)
  if (parts === undefined) return undefined
  const tags = parts.map(({ tag }) => tag).join()
  if (!AUTHORITY_FORMS.includes(tags)) return undefined
  const issuer = parts.find(({ tag }) => tag === 0xa1)
  if (issuer !== undefined && readGeneralNames(issuer, 0xa1) === undefined) return undefined
  return { keyIdentifier: parts.find(({ tag }) => tag === 0x80)?.content }
}

/** keyIdentifier [0], authorityCertIssuer [1], authorityCertSerialNumber [2]. */
const AUTHORITY_FORMS: readonly string[] = [[], [0x80], [0xa1, 0x82], [0x80, 0xa1, 0x82]].map((tags) =>
  tags.join(),
)

const OCSP = '1.3.6.1.5.5.7.48.1'
const CA_ISSUERS = '1.3.6.1.5.5.7.48.2'

/** Section 4.2.2.1. */
function readAccess(
  element: Element,
): { readonly ocsp: readonly string[]; readonly caIssuers: readonly string[] } | undefined {
  const descriptions = childrenOf(element, TAG.sequence, MAX_LISTED)
  if (descriptions === undefined || descriptions.length === 0) return undefined
  const found: { readonly method: string; readonly uri: string }[] = []
  for (const description of descriptions) {
    const [id, location, more] = childrenOf(description, TAG.sequence, 2) ?? []
    const method = objectIdentifier(id)
    const name = location === undefined ? undefined : readGeneralName(location)
    if (method === undefined || name === undefined || more !== undefined) return undefined
    if (name.kind === 'uri') found.push({ method, uri: name.text })
  }
  const of = (wanted: string) => found.filter(({ method }) => method === wanted).map(({ uri }) => uri)
  return { ocsp: of(OCSP), caIssuers: of(CA_ISSUERS) }
}

/**
 * Section 4.2.1.13. A point that covers some reasons only, or whose list somebody else issues, is no place to learn
 * that a certificate is good: its addresses are left out.
 */
function readDistributionPoints(element: Element): readonly string[] | undefined {
  const points = childrenOf(element, TAG.sequence, MAX_LISTED)
  if (points === undefined || points.length === 0) return undefined
  const uris: string[] = []
  for (const point of points) {
    const parts = childrenOf(point, TAG.sequence, 3)
    if (parts === undefined || parts.length === 0) return undefined
    const [first] = parts
    if (first?.tag !== 0xa0 || parts.length > 1) continue
    const [place, more] = childrenOf(first, 0xa0, 2) ?? []
    if (place === undefined || more !== undefined) return undefined
    if (place.tag !== 0xa0) continue
    const names = readGeneralNames(place, 0xa0)
    if (names === undefined) return undefined
    for (const name of names) if (name.kind === 'uri') uris.push(name.text)
  }
  return uris
}
