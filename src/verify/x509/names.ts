/** Distinguished names (RFC 5280 sections 4.1.2.4 and 7.1): read as they stand, compared as people mean them. */
import { childrenOf, directoryString, type Element, objectIdentifier, TAG } from '../../lib/der.ts'
import type { Attribute, Name } from './types.ts'

/** Genuine names have up to a dozen of each. */
const MAX_RDNS = 64
const MAX_ATTRIBUTES = 16

export function readName(element: Element | undefined): Name | undefined {
  const rdns = childrenOf(element, TAG.sequence, MAX_RDNS)
  if (element === undefined || rdns === undefined) return undefined
  const attributes: Attribute[] = []
  for (const [rdn, set] of rdns.entries()) {
    const members = childrenOf(set, TAG.set, MAX_ATTRIBUTES)
    if (members === undefined || members.length === 0) return undefined
    for (const member of members) {
      const attribute = readAttribute(member, rdn)
      if (attribute === undefined) return undefined
      attributes.push(attribute)
    }
  }
  return { der: element.der, attributes }
}

function readAttribute(member: Element, rdn: number): Attribute | undefined {
  const [id, value, more] = childrenOf(member, TAG.sequence, 2) ?? []
  const type = objectIdentifier(id)
  if (type === undefined || value === undefined || more !== undefined) return undefined
  return { rdn, type, der: value.der, text: directoryString(value) }
}

/**
 * Section 7.1: the same relative distinguished names in the same order, each a set of attributes, whose texts are
 * compared without regard to case, string type and insignificant blanks. What is no text is compared octet by octet.
 */
export function nameEquals(left: Name, right: Name): boolean {
  return nameKey(left) === nameKey(right)
}

/** Equal for equal names, and for no others. */
export function nameKey(name: Name): string {
  return rdnKeys(name).join('')
}

export function isEmpty(name: Name): boolean {
  return name.attributes.length === 0
}

/** One text for each relative distinguished name, from the root: JSON keeps values from running into each other. */
export function rdnKeys({ attributes }: Name): readonly string[] {
  const rdns: string[][] = []
  for (const attribute of attributes) {
    const members = rdns[attribute.rdn] ?? []
    members.push(JSON.stringify([attribute.type, valueKey(attribute)]))
    rdns[attribute.rdn] = members
  }
  return rdns.map((members) => `[${members.sort().join(',')}]`)
}

/** Which attributes a relative distinguished name has, and whether one of them is octets to us and may be any text to others. */
export interface Shape {
  readonly types: string
  readonly opaque: boolean
}

export function shapesOf({ attributes }: Name): readonly Shape[] {
  const rdns = Map.groupBy(attributes, ({ rdn }) => rdn)
  return [...rdns.values()].map((members) => ({
    types: members
      .map(({ type }) => type)
      .sort()
      .join(),
    opaque: members.some(isOpaque),
  }))
}

const T61_STRING: number = TAG.t61String

function isOpaque({ der, text }: Attribute): boolean {
  return text === undefined || der[0] === T61_STRING
}

/** RFC 4518 in what matters here: compatibility forms, case and blanks. TeletexString has no agreed meaning. */
function valueKey(attribute: Attribute): string {
  const { der, text = '' } = attribute
  if (isOpaque(attribute)) {
    return `#${[...der].map((octet) => octet.toString(16).padStart(2, '0')).join('')}`
  }
  return ` ${text.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ')}`
}

/** X.520 and RFC 4519 short names, for people; the rest is shown by its identifier. */
const SHORT: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.97': 'organizationIdentifier',
  '1.2.840.113549.1.9.1': 'emailAddress',
  '0.9.2342.19200300.100.1.25': 'DC',
}

/** For an operator's eyes and never for a decision: from the leaf to the root, values escaped as JSON does. */
export function showName({ attributes }: Name): string {
  return attributes
    .toReversed()
    .map(
      ({ type, text }) =>
        `${SHORT[type] ?? type}=${text === undefined ? '?' : JSON.stringify(text).slice(1, -1)}`,
    )
    .join(', ')
}
