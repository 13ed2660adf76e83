/**
 * Operations as a tree of path segments, made once from the compiled table.
 *
 * Our own and not rou3, because one walk has to answer more than a route: a published path whose method is not, the
 * same path in another case, a parameter inside a segment (`/report-{id}.csv`) without a regular expression, and an
 * older version's operation behind the current one. The tests hold it against rou3.
 */
import type { Operation } from '../types.ts'

/** A segment that is a parameter with text around it: `report-{id}.csv`. */
export interface Mixed {
  readonly prefix: string
  readonly suffix: string
  readonly node: TrieNode
}

export interface TrieNode {
  readonly exact: Map<string, TrieNode>
  /** The same children by segment in lower case; of two that differ in case alone, the first. */
  readonly folded: Map<string, TrieNode>
  /** Longest text around the parameter first. */
  readonly mixed: Mixed[]
  parameter: TrieNode | undefined
  readonly ends: Operation[]
}

const TEMPLATE = /\{[^{}]*\}/g

export function buildTrie(operations: readonly Operation[]): TrieNode {
  const root = newNode()
  // The sort is stable: of two operations with one template and method, the current document's is found first.
  for (const operation of [...operations].sort(currentFirst)) {
    let node = root
    for (const segment of segmentsOf(operation.path)) node = child(node, segment)
    node.ends.push(operation)
  }
  return root
}

function currentFirst(a: Operation, b: Operation): number {
  return Number(a.standing === 'older') - Number(b.standing === 'older')
}

/** One trailing slash makes no segment of its own: routers differ on it, and a checked path must have no unchecked twin. */
export function segmentsOf(path: string): readonly string[] {
  const end = path.endsWith('/') ? path.length - 1 : path.length
  return end <= 0 ? [] : path.slice(1, end).split('/')
}

function child(node: TrieNode, segment: string): TrieNode {
  const parameters = segment.match(TEMPLATE)
  if (parameters === null) return exactChild(node, segment)
  const [parameter = ''] = parameters
  if (parameters.length > 1 || parameter === segment) {
    node.parameter ??= newNode()
    return node.parameter
  }
  const at = segment.indexOf(parameter)
  return mixedChild(node, segment.slice(0, at), segment.slice(at + parameter.length))
}

function exactChild(node: TrieNode, segment: string): TrieNode {
  const found = node.exact.get(segment) ?? newNode()
  node.exact.set(segment, found)
  const folded = segment.toLowerCase()
  if (!node.folded.has(folded)) node.folded.set(folded, found)
  return found
}

function mixedChild(node: TrieNode, prefix: string, suffix: string): TrieNode {
  const known = node.mixed.find((one) => one.prefix === prefix && one.suffix === suffix)
  if (known !== undefined) return known.node
  const added: Mixed = { prefix, suffix, node: newNode() }
  node.mixed.push(added)
  node.mixed.sort((a, b) => b.prefix.length + b.suffix.length - a.prefix.length - a.suffix.length)
  return added.node
}

function newNode(): TrieNode {
  return { exact: new Map(), folded: new Map(), mixed: [], parameter: undefined, ends: [] }
}
