/** The Qualifications extension (TS 119 612 clause 5.5.9.2) as data. What is not understood is said to be so. */
import type { Element } from '@xmldom/xmldom'
import { KEY_USAGES } from '../../x509/extensions.ts'
import type { Assertion, Criterion, Qualification } from '../types.ts'
import { XADES } from './signature-shape.ts'
import { child, childElements, children, isNamed, textOf } from './xml.ts'

export const SIE = 'http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#'
export const ADDITIONAL_TYPES = 'http://uri.etsi.org/02231/v2/additionaltypes#'

/** Where a private key lives says nothing about who a third party is: such qualifications are left out. */
const ABOUT_KEYS = new Set([
  'QCWithSSCD',
  'QCNoSSCD',
  'QCSSCDStatusAsInCert',
  'QCWithQSCD',
  'QCNoQSCD',
  'QCQSCDStatusAsInCert',
  'QCQSCDManagedOnBehalf',
])
const ABOUT_CERTIFICATES = new Set([
  'NotQualified',
  'QCStatement',
  'QCForESig',
  'QCForESeal',
  'QCForWSA',
  'QCForLegalPerson',
])
/** The second is what the lists of the Directive's time used. */
const QUALIFIER =
  /^http:\/\/uri\.etsi\.org\/TrstSvc\/(?:TrustedList|eSigDir-1999-93-EC-TrustedList)\/SvcInfoExt\/([A-Za-z]{1,64})$/

const MAX_DEPTH = 8

/** Undefined: one of them is not understood. */
export function readQualifications(extension: Element): readonly Qualification[] | undefined {
  const elements = childElements(extension)
  if (!elements.every((one) => isNamed(one, SIE, 'QualificationElement'))) return undefined
  const read = elements.map(readQualification)
  return read.every((one) => one !== undefined) ? read.flat() : undefined
}

function readQualification(element: Element): readonly Qualification[] | undefined {
  const named = children(child(element, SIE, 'Qualifiers'), SIE, 'Qualifier').map(
    (one) => QUALIFIER.exec(one.getAttribute('uri') ?? '')?.[1],
  )
  if (named.length === 0) return undefined
  const known = named.every(
    (one) => one !== undefined && (ABOUT_KEYS.has(one) || ABOUT_CERTIFICATES.has(one)),
  )
  if (!known) return undefined
  const qualifiers = named.flatMap((one) => (one !== undefined && ABOUT_CERTIFICATES.has(one) ? [one] : []))
  if (qualifiers.length === 0) return []
  const criteria = readCriteriaList(child(element, SIE, 'CriteriaList'), 1)
  return criteria === undefined ? undefined : [{ qualifiers, criteria }]
}

const ASSERTIONS: readonly Assertion[] = ['all', 'atLeastOne', 'none']

function readCriteriaList(list: Element | undefined, depth: number): Criterion | undefined {
  const assert = ASSERTIONS.find((one) => one === list?.getAttribute('assert'))
  if (assert === undefined || depth > MAX_DEPTH) return undefined
  const of = childElements(list)
    .filter((one) => !isNamed(one, SIE, 'Description'))
    .map((one) => readCriteria(one, depth))
  // Clause 5.5.9.2.2: a non-empty sequence. An empty `all` or `none` would hold for every certificate.
  return of.length > 0 && of.every((one) => one !== undefined)
    ? { kind: 'criteria', assert, of: of.flat() }
    : undefined
}

function readCriteria(element: Element, depth: number): readonly Criterion[] | undefined {
  switch (element.namespaceURI === SIE ? element.localName : undefined) {
    case 'KeyUsage':
      return one(readKeyUsage(element))
    case 'PolicySet':
      return one(readOids(element, 'policies', SIE, 'PolicyIdentifier'))
    case 'CriteriaList':
      return one(readCriteriaList(element, depth + 1))
    case 'otherCriteriaList': {
      const of = childElements(element).map(readOther)
      return of.length > 0 && of.every((each) => each !== undefined) ? of : undefined
    }
    default:
      return undefined
  }
}

function readOther(element: Element): Criterion | undefined {
  if (isNamed(element, ADDITIONAL_TYPES, 'ExtendedKeyUsage'))
    return readOids(element, 'extendedKeyUsage', ADDITIONAL_TYPES, 'KeyPurposeId')
  if (isNamed(element, ADDITIONAL_TYPES, 'CertSubjectDNAttribute'))
    return readOids(element, 'subjectAttributes', ADDITIONAL_TYPES, 'AttributeOID')
  return undefined
}

function one<T>(value: T | undefined): readonly T[] | undefined {
  return value === undefined ? undefined : [value]
}

function readKeyUsage(element: Element): Criterion | undefined {
  const bits = childElements(element).map((bit) => {
    const name = bit.getAttribute('name')?.toLowerCase()
    // The schema writes crlSign where RFC 5280 writes cRLSign.
    const usage = KEY_USAGES.find((known) => known.toLowerCase() === name)
    const set = textOf(bit)
    const known = isNamed(bit, SIE, 'KeyUsageBit') && (set === 'true' || set === 'false')
    return known && usage !== undefined ? ([usage, set === 'true'] as const) : undefined
  })
  return bits.length > 0 && bits.every((bit) => bit !== undefined) ? { kind: 'keyUsage', bits } : undefined
}

/** XAdES ObjectIdentifier: dotted, or as urn:oid. */
function readOids(
  element: Element,
  kind: 'policies' | 'extendedKeyUsage' | 'subjectAttributes',
  namespace: string,
  name: string,
): Criterion | undefined {
  const all = childElements(element).map((each) => {
    const text = isNamed(each, namespace, name) ? textOf(child(each, XADES, 'Identifier')) : undefined
    return /^(?:urn:oid:)?([0-2](?:\.\d{1,39}){1,32})$/i.exec(text ?? '')?.[1]
  })
  return all.length > 0 && all.every((oid) => oid !== undefined) ? { kind, all } : undefined
}
