/**
 * Reads one certificate (RFC 5280 section 4.1) that a stranger sent. The bytes are canonical DER from end to end or
 * refused, every field is where the type puts it, and what is read is views of the bytes that were signed: no library
 * encodes them again. Reading proves nothing; `path.ts` does.
 */
import { createHash } from 'node:crypto'
import { sameBytes } from '../../lib/bytes.ts'
import {
  boolean,
  childrenOf,
  type Element,
  objectIdentifier,
  readElement,
  TAG,
  time,
  wholeOctets,
} from '../../lib/der.ts'
import { isCanonical } from '../../lib/der-canonical.ts'
import { type Fact, invalid, valid } from '../../lib/fact.ts'
import { EXTENSION, readKnown } from './extensions.ts'
import { readName } from './names.ts'
import type { Algorithm, Certificate, CertificateFault, Extension } from './types.ts'

/** An end entity's, in octets: Cloudflare leaves larger ones out of `request.cf` (RFC 9440 leaves the limit to the proxy). */
export const MAX_LEAF_BYTES = 10_240
/** An authority's. Those on the European lists have up to 4 kB; a listed one may carry many name constraints. */
export const MAX_CERTIFICATE_BYTES = 32_768

export type Reading<T> = Fact<T, CertificateFault>

export function readCertificate(
  der: Uint8Array,
  maxBytes: number = MAX_CERTIFICATE_BYTES,
): Reading<Certificate> {
  if (der.length > maxBytes) return invalid('certificate_too_large')
  if (!isCanonical(der)) return invalid('certificate_not_der')
  const [tbs, outer, bits, more] = childrenOf(readElement(der), TAG.sequence, 4) ?? []
  const signatureAlgorithm = readAlgorithm(outer)
  const signature = wholeOctets(bits)
  if (
    tbs === undefined ||
    signatureAlgorithm === undefined ||
    signature === undefined ||
    more !== undefined
  ) {
    return invalid('certificate_malformed')
  }
  const fields = splitTbs(tbs)
  if (typeof fields === 'string') return invalid(fields)
  // Section 4.1.1.2: the algorithm outside the signature is the one that the issuer signed.
  if (outer === undefined || !sameBytes(fields.algorithm.der, outer.der))
    return invalid('certificate_malformed')
  const extensions = readExtensions(fields.extensions)
  if (typeof extensions === 'string') return invalid(extensions)
  const parts = readFields(fields)
  const known = readKnown(extensions)
  if (parts === undefined || known === undefined) return invalid('certificate_malformed')
  const thumbprint = createHash('sha256').update(der).digest('hex')
  return valid({
    der,
    tbs: tbs.der,
    thumbprint,
    ...parts,
    signatureAlgorithm,
    signature,
    extensions,
    ...known,
  })
}

interface Fields {
  readonly serial: Element
  readonly algorithm: Element
  readonly issuer: Element
  readonly validity: Element
  readonly subject: Element
  readonly spki: Element
  readonly extensions: Element | undefined
}

const VERSION = 0xa0
const VERSION_3 = 2
const ISSUER_UNIQUE_ID = 0x81
const SUBJECT_UNIQUE_ID = 0x82
const EXTENSIONS = 0xa3
const MAX_FIELDS = 10

/** TBSCertificate. Extensions are in version 3 alone, and without them nothing limits what a key may do. */
function splitTbs(tbs: Element): Fields | CertificateFault {
  const elements = childrenOf(tbs, TAG.sequence, MAX_FIELDS)
  const [version, serial, algorithm, issuer, validity, subject, spki, ...rest] = elements ?? []
  if (elements === undefined || version === undefined) return 'certificate_malformed'
  const number = version.tag === VERSION ? readElement(version.content) : undefined
  if (number?.tag !== TAG.integer || number.content.length !== 1 || number.content[0] !== VERSION_3) {
    return 'certificate_version'
  }
  if (!serial || !algorithm || !issuer || !validity || !subject || !spki) return 'certificate_malformed'
  const tags = rest.map(({ tag }) => tag)
  const inOrder = tags.every((tag, at) => at === 0 || (tags[at - 1] ?? 0) < tag)
  const allowed = tags.every((tag) => [ISSUER_UNIQUE_ID, SUBJECT_UNIQUE_ID, EXTENSIONS].includes(tag))
  if (!inOrder || !allowed) return 'certificate_malformed'
  const extensions = rest.find(({ tag }) => tag === EXTENSIONS)
  return { serial, algorithm, issuer, validity, subject, spki, extensions }
}

type Parts = Pick<
  Certificate,
  'serial' | 'issuer' | 'subject' | 'notBefore' | 'notAfter' | 'spki' | 'publicKeyAlgorithm' | 'publicKey'
>

function readFields(fields: Fields): Parts | undefined {
  const issuer = readName(fields.issuer)
  const subject = readName(fields.subject)
  const [start, end, more] = childrenOf(fields.validity, TAG.sequence, 2) ?? []
  const [notBefore, notAfter] = [time(start), time(end)]
  const [algorithm, bits] = childrenOf(fields.spki, TAG.sequence, 2) ?? []
  const publicKeyAlgorithm = readAlgorithm(algorithm)
  const publicKey = wholeOctets(bits)
  if (fields.serial.tag !== TAG.integer || issuer === undefined || subject === undefined) return undefined
  if (notBefore === undefined || notAfter === undefined || more !== undefined) return undefined
  if (publicKeyAlgorithm === undefined || publicKey === undefined) return undefined
  const serial = serialText(fields.serial.content)
  return {
    serial,
    issuer,
    subject,
    notBefore,
    notAfter,
    spki: fields.spki.der,
    publicKeyAlgorithm,
    publicKey,
  }
}

/**
 * A serial number's contents in lower-case hexadecimal without padding. Section 4.1.2.2 forbids negative ones and asks
 * to bear them: they begin with `-`, or -1 and 255 would be one number.
 */
export function serialText(content: Uint8Array): string {
  const hex = [...content].map((octet) => octet.toString(16).padStart(2, '0')).join('')
  if ((content[0] ?? 0) >= 0x80) return `-${hex}`
  return content.length > 1 && content[0] === 0 ? hex.slice(2) : hex
}

export function readAlgorithm(element: Element | undefined): Algorithm | undefined {
  const [id, parameters] = childrenOf(element, TAG.sequence, 2) ?? []
  const oid = objectIdentifier(id)
  return oid === undefined ? undefined : { oid, parameters: parameters?.der }
}

/** Genuine certificates have up to fifteen. */
const MAX_EXTENSIONS = 64

function readExtensions(field: Element | undefined): ReadonlyMap<string, Extension> | CertificateFault {
  const extensions = new Map<string, Extension>()
  if (field === undefined) return extensions
  const list = childrenOf(readElement(field.content), TAG.sequence, MAX_EXTENSIONS)
  if (list === undefined || list.length === 0) return 'certificate_malformed'
  for (const element of list) {
    const [id, ...rest] = childrenOf(element, TAG.sequence, 3) ?? []
    const oid = objectIdentifier(id)
    const value = rest.at(-1)
    if (oid === undefined || value?.tag !== TAG.octetString) return 'certificate_malformed'
    // `critical` is FALSE by default, which DER leaves out.
    const critical = rest.length === 2
    if (critical && boolean(rest[0]) !== true) return 'certificate_malformed'
    // Section 4.2. Two of a kind: whichever we read, another reader reads the other.
    if (extensions.has(oid)) return 'certificate_extension_twice'
    if (KNOWN.has(oid) && !isCanonical(value.content)) return 'certificate_not_der'
    extensions.set(oid, { critical, value: value.content })
  }
  return extensions
}

/** What nobody here reads may hold anything: some of it is no ASN.1 at all. */
const KNOWN: ReadonlySet<string> = new Set(Object.values(EXTENSION))
