/**
 * Which published operation a request is for. Pure, on the normalised path.
 *
 * - From the left a static segment is preferred to a parameter with text around it, that to a plain parameter (OpenAPI
 *   3.1 section 4.8.8: concrete before templated), and all of them to a segment that matches in another case alone:
 *   many origins do not care about case, and an unchecked twin of a checked path would be a way in.
 * - Where the better branch has nothing for the rest of the path or for the method, the next one is tried.
 * - HEAD is what GET is (RFC 9110 section 9.3.2), unless it is declared.
 */
import type { CompiledSpecification, Operation, OperationMatch } from '../types.ts'
import { buildTrie, segmentsOf, type TrieNode } from './trie.ts'

export type Matcher = (method: string, path: string) => OperationMatch

const PATH_UNDECLARED: OperationMatch = Object.freeze({ kind: 'path_undeclared' })

/** Made once for an isolate. */
export function matcherFor({ operations }: Pick<CompiledSpecification, 'operations'>): Matcher {
  const root = buildTrie(operations)
  return (method, path) => {
    const segments = segmentsOf(path)
    const walk: Walk = { segments, method, values: [], others: undefined }
    const operation = find(root, 0, walk)
    if (operation !== undefined) return { kind: 'operation', operation, values: walk.values }
    if (walk.others !== undefined) return { kind: 'method_undeclared', operations: walk.others }
    return PATH_UNDECLARED
  }
}

interface Walk {
  readonly segments: readonly string[]
  readonly method: string
  /** Of the parameters on the way to the current node. */
  readonly values: string[]
  /** Operations of the first template that fitted the path and not the method. */
  others: readonly Operation[] | undefined
}

/** Visits no node of the tree twice, and none below the longest template: no path makes it slow. */
function find(node: TrieNode, at: number, walk: Walk): Operation | undefined {
  const segment = walk.segments[at]
  if (segment === undefined) return serving(node, walk)
  const exact = node.exact.get(segment)
  const found = exact === undefined ? undefined : find(exact, at + 1, walk)
  if (found !== undefined) return found
  return (
    inMixed(node, segment, at, walk) ??
    inParameter(node, segment, at, walk) ??
    inFolded(node, exact, at, walk)
  )
}

function inMixed(node: TrieNode, segment: string, at: number, walk: Walk): Operation | undefined {
  for (const { prefix, suffix, node: below } of node.mixed) {
    const room = segment.length - prefix.length - suffix.length
    if (room <= 0 || !segment.startsWith(prefix) || !segment.endsWith(suffix)) continue
    const found = through(below, segment.slice(prefix.length, prefix.length + room), at, walk)
    if (found !== undefined) return found
  }
  return undefined
}

function inParameter(node: TrieNode, segment: string, at: number, walk: Walk): Operation | undefined {
  return node.parameter === undefined ? undefined : through(node.parameter, segment, at, walk)
}

function inFolded(
  node: TrieNode,
  exact: TrieNode | undefined,
  at: number,
  walk: Walk,
): Operation | undefined {
  const folded = node.folded.get((walk.segments[at] ?? '').toLowerCase())
  return folded === undefined || folded === exact ? undefined : find(folded, at + 1, walk)
}

function through(node: TrieNode, value: string, at: number, walk: Walk): Operation | undefined {
  walk.values.push(value)
  const found = find(node, at + 1, walk)
  if (found === undefined) walk.values.pop()
  return found
}

function serving({ ends }: TrieNode, walk: Walk): Operation | undefined {
  if (ends.length === 0) return undefined
  const { method } = walk
  for (const operation of ends) if (operation.method === method) return operation
  if (method === 'HEAD') for (const operation of ends) if (operation.method === 'GET') return operation
  walk.others ??= ends
  return undefined
}
