/** Extensions of responses, lists and their entries (RFC 5280 section 4.2), read alike everywhere. */
import { boolean, childrenOf, type Element, objectIdentifier, TAG } from '../../lib/der.ts'
import type { Extension } from '../x509/types.ts'

export type Extensions = ReadonlyMap<string, Extension>

export const NO_EXTENSIONS: Extensions = new Map()

/** Genuine responses and lists have up to four. */
const MAX_EXTENSIONS = 32

/** Undefined where they are malformed, or one comes twice: two readers would take two of them. */
export function readExtensions(element: Element | undefined): Extensions | undefined {
  const list = childrenOf(element, TAG.sequence, MAX_EXTENSIONS)
  if (list === undefined || list.length === 0) return undefined
  const extensions = new Map<string, Extension>()
  for (const one of list) {
    const [id, ...rest] = childrenOf(one, TAG.sequence, 3) ?? []
    const oid = objectIdentifier(id)
    const value = rest.at(-1)
    const critical = rest.length === 2 ? boolean(rest[0]) : false
    if (oid === undefined || critical === undefined || value?.tag !== TAG.octetString || extensions.has(oid))
      return undefined
    extensions.set(oid, { critical, value: value.content })
  }
  return extensions
}

export function hasCriticalBut(extensions: Extensions, known: readonly string[]): boolean {
  return Array.from(extensions).some(([oid, { critical }]) => critical && !known.includes(oid))
}
