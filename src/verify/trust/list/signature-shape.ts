/**
 * What a list's signature may look like before anybody verifies it: XAdES, enveloped, over the whole list and over its
 * own signed properties, and nothing that a stranger could put beside them. The shape is refused, not repaired.
 */
import type { Element } from '@xmldom/xmldom'
import { C14N, ENVELOPED, EXCLUSIVE_C14N, isDigest, isSignature } from './algorithms.ts'
import { child, childElements, children, isNamed } from './xml.ts'

export const DS = 'http://www.w3.org/2000/09/xmldsig#'
export const XADES = 'http://uri.etsi.org/01903/v1.3.2#'
const SIGNED_PROPERTIES_TYPE = 'http://uri.etsi.org/01903#SignedProperties'
const CANONICAL = [C14N, EXCLUSIVE_C14N]

/** The signature of `root`, when it is the only one there is and has the shape that it must have. */
export function onlySignature(root: Element): Element | undefined {
  const all = root.getElementsByTagNameNS(DS, 'Signature')
  const signature = all.item(0)
  if (all.length !== 1 || signature === null || signature.parentNode !== root) return undefined
  return hasShape(signature, root) ? signature : undefined
}

function hasShape(signature: Element, root: Element): boolean {
  const signedInfo = child(signature, DS, 'SignedInfo')
  const value = child(signature, DS, 'SignatureValue')
  const properties = signedProperties(signature)
  if (signedInfo === undefined || value === undefined || properties === undefined) return false
  // Comments split text nodes, and a verifier that takes the first part takes another value (CVE-2025-29775).
  if (!isPlain(signedInfo) || !isPlain(value)) return false
  const canonicalization = algorithm(child(signedInfo, DS, 'CanonicalizationMethod'))
  const method = algorithm(child(signedInfo, DS, 'SignatureMethod'))
  if (!CANONICAL.includes(canonicalization) || !isSignature(method)) return false
  return hasReferences(signedInfo, { signature, root, properties })
}

interface Parts {
  readonly signature: Element
  readonly root: Element
  readonly properties: Element
}

/** One reference to the list, one to the signed properties, and at most one to the signature's own KeyInfo. */
function hasReferences(signedInfo: Element, { signature, root, properties }: Parts): boolean {
  const references = children(signedInfo, DS, 'Reference')
  const meant = references.map((reference) => {
    const uri = reference.getAttribute('URI')
    const transforms = transformsOf(reference)
    const digest = algorithm(child(reference, DS, 'DigestMethod'))
    if (uri === null || transforms === undefined || !isDigest(digest)) return undefined
    if (child(reference, DS, 'DigestValue') === undefined) return undefined
    const typed = reference.getAttribute('Type') === SIGNED_PROPERTIES_TYPE
    if (typed) return uri === `#${idOf(properties)}` && isCanonical(transforms) ? 'properties' : undefined
    if (uri === '' || (idOf(root) !== '' && uri === `#${idOf(root)}`))
      return transforms[0] === ENVELOPED && isCanonical(transforms.slice(1)) ? 'list' : undefined
    const keyInfo = idOf(child(signature, DS, 'KeyInfo'))
    return keyInfo !== '' && uri === `#${keyInfo}` && isCanonical(transforms) ? 'keyInfo' : undefined
  })
  const sorted = meant.map((one) => one ?? 'other').sort()
  const allowed = [
    ['list', 'properties'],
    ['keyInfo', 'list', 'properties'],
  ]
  return allowed.some((one) => one.join() === sorted.join()) && hasUniqueIds(root)
}

function transformsOf(reference: Element): readonly string[] | undefined {
  const list = children(reference, DS, 'Transforms')
  if (list.length > 1) return undefined
  const transforms = childElements(list[0])
  // A transform with contents (XPath, XSLT, prefix lists) computes what is signed: none of them is needed here.
  const plain = transforms.every((one) => isNamed(one, DS, 'Transform') && childElements(one).length === 0)
  return plain ? transforms.map((one) => algorithm(one)) : undefined
}

/** None: the node set is canonicalised by C14N 1.0 (XML Signature section 4.4.3.2). */
function isCanonical(transforms: readonly string[]): boolean {
  return transforms.length <= 1 && transforms.every((one) => CANONICAL.includes(one))
}

/** XAdES: exactly one set of signed properties, in an Object of this signature and nowhere else. */
function signedProperties(signature: Element): Element | undefined {
  const all = signature.ownerDocument?.getElementsByTagNameNS(XADES, 'SignedProperties')
  const only = all?.length === 1 ? all.item(0) : null
  const qualifying = only?.parentNode ?? null
  const object = qualifying?.parentNode ?? null
  return only !== null && object?.parentNode === signature && idOf(only) !== '' ? only : undefined
}

/** Verifiers look identifiers up under several spellings: one value, one element, whatever the spelling. */
function hasUniqueIds(root: Element): boolean {
  const seen = new Set<string>()
  const all = root.getElementsByTagName('*')
  const elements = [root, ...Array.from({ length: all.length }, (_, at) => all.item(at))]
  for (const element of elements) {
    for (const id of element === null ? [] : idsOf(element)) {
      if (seen.has(id)) return false
      seen.add(id)
    }
  }
  return true
}

function idsOf(element: Element): readonly string[] {
  const ids: string[] = []
  for (let at = 0; at < element.attributes.length; at += 1) {
    const attribute = element.attributes.item(at)
    if (attribute !== null && /^id$/i.test(attribute.localName ?? attribute.name)) ids.push(attribute.value)
  }
  return ids
}

function idOf(element: Element | undefined): string {
  return element?.getAttribute('Id') ?? ''
}

function algorithm(element: Element | undefined): string {
  return element?.getAttribute('Algorithm') ?? ''
}

/** Nothing but elements and text inside. */
function isPlain(element: Element): boolean {
  for (let node = element.firstChild; node !== null; node = node.nextSibling) {
    if (node.nodeType === 1) {
      // nodeType 1 is an element.
      if (!isPlain(node as Element)) return false
    } else if (node.nodeType !== 3) return false
  }
  return true
}
