/**
 * Reads XML that comes from far away. No document type, no entities but the five of XML itself, no processing
 * instructions: a trusted list needs none, and each is a way to make two parsers read two documents.
 */
import { DOMParser, type Document, type Element } from '@xmldom/xmldom'
import { fail, type Outcome, pass } from '../../../lib/outcome.ts'

/** The largest national lists have some 8 MB. */
export const MAX_LIST_BYTES = 16 * 1024 * 1024

export type XmlFault = 'list_too_large' | 'list_not_utf8' | 'list_forbidden_markup'

/** The text of a document that is XML and nothing more. Trees are made of it by `rootOf`, and dropped soon. */
export function readXml(bytes: Uint8Array): Outcome<string, XmlFault> {
  if (bytes.length > MAX_LIST_BYTES) return fail('list_too_large')
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    return fail('list_not_utf8')
  }
  if (hasForbiddenMarkup(text)) return fail('list_forbidden_markup')
  return pass(text)
}

/** `<!` that begins neither a comment nor CDATA; `<?` that is not the declaration, which names no encoding but UTF-8. */
function hasForbiddenMarkup(text: string): boolean {
  if (/<!(?!--|\[CDATA\[)/.test(text) || text.indexOf('<?', 1) !== -1) return true
  if (!text.startsWith('<?')) return false
  const declaration = /^<\?xml\s[^<>]*?\?>/.exec(text.slice(0, 256))?.[0]
  if (declaration === undefined) return true
  const encoding = /\sencoding\s*=\s*["']([^"']*)["']/.exec(declaration)?.[1]
  return encoding !== undefined && encoding.toLowerCase() !== 'utf-8'
}

/** The document's element; undefined for anything that a parser had to forgive. */
export function rootOf(text: string): Element | undefined {
  try {
    const document: Document = new DOMParser({ onError: refuse }).parseFromString(text, 'text/xml')
    return document.documentElement ?? undefined
  } catch {
    return undefined
  }
}

function refuse(): never {
  throw new Error('malformed')
}

export function childElements(parent: Element | undefined): readonly Element[] {
  const elements: Element[] = []
  for (let node = parent?.firstChild ?? null; node !== null; node = node.nextSibling)
    // nodeType 1 is an element: xmldom says so by its types only through this number.
    if (node.nodeType === 1) elements.push(node as Element)
  return elements
}

export function children(parent: Element | undefined, namespace: string, name: string): readonly Element[] {
  return childElements(parent).filter((one) => isNamed(one, namespace, name))
}

/** The only child of that name; undefined where there is none, or more than one. */
export function child(parent: Element | undefined, namespace: string, name: string): Element | undefined {
  const [first, second] = children(parent, namespace, name)
  return second === undefined ? first : undefined
}

export function isNamed(element: Element, namespace: string, name: string): boolean {
  return element.localName === name && element.namespaceURI === namespace
}

export function textOf(element: Element | undefined): string | undefined {
  return element?.textContent?.trim()
}

/** xsd:dateTime in UTC (TS 119 612 clause 5.1.3), milliseconds since the epoch. */
export function timeOf(element: Element | undefined): number | undefined {
  const text = textOf(element)
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/.test(text)) return undefined
  const at = Date.parse(text)
  return Number.isFinite(at) ? at : undefined
}
