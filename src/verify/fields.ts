/** The few fields of a certificate (RFC 5280) that say who its holder is. Reading proves nothing: see `certificate.ts`. */
import {
  childrenOf,
  directoryString,
  type Element,
  objectIdentifier,
  readElement,
  TAG,
  time,
} from '../lib/der.ts'

export interface Fields {
  readonly notBefore: number
  readonly notAfter: number
  /** Values of the subject's attributes by object identifier, in order. */
  readonly subject: ReadonlyMap<string, readonly string[]>
  /** Contents of the extensions' octet strings by object identifier. */
  readonly extensions: ReadonlyMap<string, Uint8Array>
}

/** Genuine certificates have ten attributes and a dozen extensions. */
const MAX_ATTRIBUTES = 64
const MAX_EXTENSIONS = 64
const MAX_TEXT = 256

const VERSION = 0xa0
const EXTENSIONS = 0xa3
/** INTEGER 2: version 3 (section 4.1.2.1). */
const V3 = '2,1,2'

/** Fields of one certificate in DER, or undefined when it is not exactly that. */
export function readFields(der: Uint8Array): Fields | undefined {
  const certificate = childrenOf(readElement(der), TAG.sequence, 3)
  if (certificate?.length !== 3) return undefined
  const parts = childrenOf(certificate[0], TAG.sequence, 10)
  if (parts === undefined || parts[0]?.tag !== VERSION || parts[0].content.join() !== V3) return undefined
  const [, , , , validity, name] = parts
  const [notBefore, notAfter, ...more] = (childrenOf(validity, TAG.sequence, 2) ?? []).map(time)
  const subject = readName(name)
  const extensions = readExtensions(parts.find(({ tag }) => tag === EXTENSIONS))
  if (notBefore === undefined || notAfter === undefined || more.length > 0) return undefined
  if (subject === undefined || extensions === undefined) return undefined
  return { notBefore, notAfter, subject, extensions }
}

/** Section 4.1.2.4: a sequence of sets of attributes. */
function readName(name: Element | undefined): Fields['subject'] | undefined {
  const sets = childrenOf(name, TAG.sequence, MAX_ATTRIBUTES)
  if (sets === undefined) return undefined
  const found = new Map<string, string[]>()
  for (const set of sets) {
    const attributes = childrenOf(set, TAG.set, MAX_ATTRIBUTES)
    if (attributes === undefined || attributes.length === 0) return undefined
    for (const attribute of attributes) {
      const [type, value, ...more] = childrenOf(attribute, TAG.sequence, 2) ?? []
      const oid = objectIdentifier(type)
      if (oid === undefined || value === undefined || more.length > 0) return undefined
      const text = directoryString(value)
      // An attribute of another syntax than text is none that we read.
      if (text === undefined || text.length > MAX_TEXT) continue
      found.set(oid, [...(found.get(oid) ?? []), text])
    }
  }
  return found
}

/** Section 4.2: no extension stands twice, or two readers take different ones. */
function readExtensions(wrapper: Element | undefined): Fields['extensions'] | undefined {
  const found = new Map<string, Uint8Array>()
  if (wrapper === undefined) return found
  const extensions = childrenOf(readElement(wrapper.content), TAG.sequence, MAX_EXTENSIONS)
  if (extensions === undefined) return undefined
  for (const extension of extensions) {
    const parts = childrenOf(extension, TAG.sequence, 3) ?? []
    const oid = objectIdentifier(parts[0])
    const value = parts.at(-1)
    if (oid === undefined || value?.tag !== TAG.octetString || found.has(oid)) return undefined
    if (parts.length === 3 && parts[1]?.tag !== TAG.boolean) return undefined
    found.set(oid, value.content)
  }
  return found
}
