/** What is changed in a published document before another validator can read it. Each one is a fault of the document. */
import { isNode, type Node } from '../nodes.ts'

/**
 * NextGenPSD2 1.3.11 `cardAcceptorPhone` and OBIE phone numbers escape a hyphen outside a class (`\-`), which the u flag
 * forbids and Hyperjump always sets. The same expression without the backslash means the same.
 */
export function withoutEscapedHyphens(document: Node): Node {
  const changed = change(document)
  return isNode(changed) ? changed : document
}

function change(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(change)
  if (!isNode(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name === 'pattern' && typeof inner === 'string' ? plain(inner) : change(inner),
    ]),
  )
}

function plain(pattern: string): string {
  try {
    return new RegExp(pattern, 'u').source === '' ? '' : pattern
  } catch {
    return pattern.replaceAll(/\\-(?![^[]*\])/g, '-')
  }
}
