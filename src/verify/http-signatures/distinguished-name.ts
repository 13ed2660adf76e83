/**
 * Reads a distinguished name as people write it: RFC 4514, its ancestor RFC 2253, Java's and OpenSSL's one-line form, in
 * either order, with short names, long names or numbers. Good for comparing with a name that a certificate proves, and
 * for nothing else.
 */

import { decodeUtf8 } from '../../lib/utf8.ts'
import type { Name } from '../x509/types.ts'

/** Attribute type in dotted form, and the value as text; or the value's DER, where the writer had no text for it. */
export interface WrittenAttribute {
  readonly type: string
  readonly text?: string
  readonly hex?: string
}

const MAX_ATTRIBUTES = 32

/** RFC 4519 and X.520; what writers use beside them. In lower case. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['cn', '2.5.4.3'],
  ['commonname', '2.5.4.3'],
  ['sn', '2.5.4.4'],
  ['surname', '2.5.4.4'],
  ['serialnumber', '2.5.4.5'],
  ['c', '2.5.4.6'],
  ['countryname', '2.5.4.6'],
  ['l', '2.5.4.7'],
  ['localityname', '2.5.4.7'],
  ['st', '2.5.4.8'],
  ['s', '2.5.4.8'],
  ['stateorprovincename', '2.5.4.8'],
  ['street', '2.5.4.9'],
  ['o', '2.5.4.10'],
  ['organizationname', '2.5.4.10'],
  ['ou', '2.5.4.11'],
  ['organizationalunitname', '2.5.4.11'],
  ['t', '2.5.4.12'],
  ['title', '2.5.4.12'],
  ['postalcode', '2.5.4.17'],
  ['givenname', '2.5.4.42'],
  ['organizationidentifier', '2.5.4.97'],
  ['dc', '0.9.2342.19200300.100.1.25'],
  ['uid', '0.9.2342.19200300.100.1.1'],
  ['e', '1.2.840.113549.1.9.1'],
  ['email', '1.2.840.113549.1.9.1'],
  ['emailaddress', '1.2.840.113549.1.9.1'],
])

export function readDistinguishedName(text: string): readonly WrittenAttribute[] | undefined {
  if (!BALANCED.test(text)) return undefined
  const attributes: WrittenAttribute[] = []
  // OpenSSL's one-line form begins with its separator.
  const parts = text.startsWith('/') ? text.slice(1).split('/') : splitName(text)
  if (parts.length > MAX_ATTRIBUTES) return undefined
  for (const part of parts) {
    const attribute = readAttribute(part)
    if (attribute === undefined) return undefined
    attributes.push(attribute)
  }
  return attributes
}

/** Every backslash escapes something and every quote is closed. */
const BALANCED = /^(?:\\.|"(?:[^"\\]|\\.)*"|[^"\\])*$/

/** At commas, semicolons and plus signs that are neither escaped nor quoted (RFC 4514 section 3, RFC 2253 section 4). */
function splitName(text: string): readonly string[] {
  return (text.match(/(?:\\.|"(?:[^"\\]|\\.)*"|[^,;+"\\])+|[,;+](?=[,;+]|$)/g) ?? []).map((part) =>
    part.trim(),
  )
}

function readAttribute(part: string): WrittenAttribute | undefined {
  const [, name = '', value = ''] =
    /^\s*(?:oid\.)?([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)\s*=\s*(.*?)\s*$/i.exec(part) ?? []
  const type = /^\d/.test(name) ? name : TYPES.get(name.toLowerCase())
  if (type === undefined) return undefined
  // RFC 4514 section 2.4: a type without a short name may carry its value's DER.
  if (/^#(?:[0-9a-f]{2})+$/i.test(value)) return { type, hex: value.slice(1).toLowerCase() }
  const quoted = /^"(.*)"$/.exec(value)?.[1]
  const unescaped = withoutEscapes(quoted ?? value)
  return unescaped === undefined ? undefined : { type, text: unescaped }
}

/** RFC 4514 section 2.4: a backslash before a character, or before two digits of an octet of UTF-8. */
function withoutEscapes(text: string): string | undefined {
  const octets: number[] = []
  for (const [part] of text.matchAll(/\\[0-9a-f]{2}|\\?./gisu)) {
    if (/^\\[0-9a-f]{2}$/i.test(part)) octets.push(Number.parseInt(part.slice(1), 16))
    else
      octets.push(
        ...new TextEncoder().encode(part.length > 1 && part.startsWith('\\') ? part.slice(1) : part),
      )
  }
  return decodeUtf8(new Uint8Array(octets))
}

/** The same attributes, in whatever order: half of the world writes names from the leaf, the other half from the root. */
export function isWrittenAs(name: Name, written: readonly WrittenAttribute[]): boolean {
  if (written.length !== name.attributes.length) return false
  const rest = [...name.attributes]
  return written.every(({ type, text, hex }) => {
    const at = rest.findIndex(
      (one) =>
        one.type === type &&
        (hex === undefined
          ? one.text !== undefined && plain(one.text) === plain(text ?? '')
          : hexOf(one.der) === hex),
    )
    if (at >= 0) rest.splice(at, 1)
    return at >= 0
  })
}

/** RFC 5280 section 7.1: without regard to case and to how many blanks stand between words. */
function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ')
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
