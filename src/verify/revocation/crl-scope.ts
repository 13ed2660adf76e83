/**
 * Which certificates and which reasons a list covers (RFC 5280 section 6.3.3 steps b and d): the list says it in its
 * issuingDistributionPoint (section 5.2.5), the certificate in its cRLDistributionPoints (section 4.2.1.13).
 */
import { sameBytes } from '../../lib/bytes.ts'
import { boolean, childrenOf, type Element, readElement, TAG } from '../../lib/der.ts'
import { isCanonical } from '../../lib/der-canonical.ts'
import { element } from '../../lib/der-write.ts'
import type { Certificate, Extension } from '../x509/types.ts'
import type { Crl } from './crl-reading.ts'

export const ISSUING_DISTRIBUTION_POINT = '2.5.29.28'
const DISTRIBUTION_POINTS = '2.5.29.31'

/** ReasonFlags, keyCompromise to aACompromise: bits 1 to 8 of the bit string, the first of which is not used. */
export const ALL_REASONS = 0x7f80
const MAX_POINTS = 64
const MAX_NAMES = 64

interface Point {
  /** DER of GeneralNames; undefined where the point has none. */
  readonly names: readonly Uint8Array[] | undefined
  readonly reasons: number
  /** Somebody else issues the list. */
  readonly indirect: boolean
}

interface Scope extends Point {
  readonly users: boolean
  readonly authorities: boolean
  readonly attributes: boolean
}

/** The reasons for which the list would name this certificate; 0 where it never would. Undefined where unreadable. */
export function coverage(crl: Crl, certificate: Certificate): number | undefined {
  const scope = readScope(crl)
  const points = readPoints(certificate)
  if (scope === undefined || points === undefined) return undefined
  // An indirect list names other issuers' certificates too, entry by entry. We read none.
  if (scope.indirect || scope.attributes) return 0
  const isAuthority = certificate.basicConstraints?.ca === true
  if ((scope.users && isAuthority) || (scope.authorities && !isAuthority)) return 0
  return points
    .filter((point) => !point.indirect && meets(scope, point))
    .reduce((reasons, point) => reasons | (scope.reasons & point.reasons), 0)
}

/** A list that names no point is found at every point. */
function meets({ names }: Scope, point: Point): boolean {
  if (names === undefined) return true
  return point.names?.some((one) => names.some((other) => sameBytes(one, other))) ?? false
}

/** Other lists of the issuer count as well: section 6.3.3 ends with a point that is named like the issuer. */
function readPoints({ issuer, extensions }: Certificate): readonly Point[] | undefined {
  const own: Point = {
    names: [element(0xa4, issuer.der)],
    reasons: ALL_REASONS,
    indirect: false,
  }
  const extension = extensions.get(DISTRIBUTION_POINTS)
  if (extension === undefined) return [own]
  const points = childrenOf(contentOf(extension), TAG.sequence, MAX_POINTS)?.map((point) =>
    readPoint(point, issuer.der),
  )
  if (points === undefined) return undefined
  const read = points.filter((point) => point !== undefined)
  return read.length === points.length ? [...read, own] : undefined
}

/** DistributionPoint: names [0], reasons [1], cRLIssuer [2]. */
function readPoint(point: Element, issuer: Uint8Array): Point | undefined {
  const parts = fieldsOf(childrenOf(point, TAG.sequence, 3))
  if (parts === undefined) return undefined
  const names = readNames(parts.get(0), issuer)
  const reasons = readReasons(parts.get(1))
  if (names === 'malformed' || reasons === undefined) return undefined
  return { names, reasons, indirect: parts.has(2) }
}

function readScope({ extensions, issuer }: Crl): Scope | undefined {
  const extension = extensions.get(ISSUING_DISTRIBUTION_POINT)
  if (extension === undefined) return EVERYTHING
  const parts = fieldsOf(childrenOf(contentOf(extension), TAG.sequence, 6))
  if (parts === undefined) return undefined
  const names = readNames(parts.get(0), issuer.der)
  const reasons = readReasons(parts.get(3))
  const [users, authorities, indirect, attributes] = [1, 2, 4, 5].map((tag) => readFlag(parts.get(tag)))
  if (names === 'malformed' || reasons === undefined) return undefined
  if (users === undefined || authorities === undefined) return undefined
  if (indirect === undefined || attributes === undefined) return undefined
  return { names, reasons, users, authorities, indirect, attributes }
}

const EVERYTHING: Scope = {
  names: undefined,
  reasons: ALL_REASONS,
  indirect: false,
  users: false,
  authorities: false,
  attributes: false,
}

function contentOf({ value }: Extension): Element | undefined {
  return isCanonical(value) ? readElement(value) : undefined
}

/** Context-specific fields by number, in ascending order as a SEQUENCE has them. */
function fieldsOf(list: readonly Element[] | undefined): ReadonlyMap<number, Element> | undefined {
  if (list === undefined) return undefined
  const numbers = list.map(({ tag }) => ((tag & 0xc0) === 0x80 ? tag & 0x1f : -1))
  const ascending = numbers.every((number, at) => number > (numbers[at - 1] ?? -1))
  return ascending ? new Map(list.map((one, at) => [numbers[at] ?? -1, one])) : undefined
}

/** DistributionPointName: fullName [0], or nameRelativeToCRLIssuer [1], which continues the issuer's own name. */
function readNames(
  field: Element | undefined,
  issuer: Uint8Array,
): readonly Uint8Array[] | undefined | 'malformed' {
  if (field === undefined) return undefined
  const place = readElement(field.content)
  if (place?.tag === 0xa0) return childrenOf(place, 0xa0, MAX_NAMES)?.map(({ der }) => der) ?? 'malformed'
  const base = readElement(issuer)
  if (place?.tag !== 0xa1 || base === undefined) return 'malformed'
  const name = element(TAG.sequence, base.content, element(TAG.set, place.content))
  return [element(0xa4, name)]
}

function readReasons(field: Element | undefined): number | undefined {
  if (field === undefined) return ALL_REASONS
  const [unused, high = 0, low = 0, more] = field.content
  if (unused === undefined || more !== undefined || field.content.length < 2) return undefined
  return ((high << 8) | low) & ALL_REASONS
}

function readFlag(field: Element | undefined): boolean | undefined {
  return field === undefined ? false : boolean({ tag: TAG.boolean, content: field.content })
}
