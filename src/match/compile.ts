/** Routes as a tree of path segments, made once from configuration. */
import type { Route, TppRole } from '../evidence.ts'

/** A route at the end of its pattern, with the names of the parameters on the way. */
export interface Leaf {
  readonly route: Route
  readonly parameters: readonly string[]
}

export interface Node {
  /** Children by static segment, as written. */
  readonly exact: Map<string, Node>
  /** The same children by segment in lower case; of two that differ in case alone, the first. */
  readonly folded: Map<string, Node>
  parameter: Node | undefined
  /** Routes whose pattern ends here, in the order of configuration. */
  readonly ends: Leaf[]
  /** Routes whose pattern ends here with `*`. */
  readonly rests: Leaf[]
}

/** Which roles an operation needs, any one of them, by a segment of its path in lower case. */
export type Operations = ReadonlyMap<string, readonly TppRole[]>

/** Which operations of a route are signed, by method and by segments of the path in lower case. */
export interface SignedOperations {
  /** Empty: all. */
  readonly methods: readonly string[]
  readonly signed: ReadonlySet<string>
  readonly unsigned: ReadonlySet<string>
}

export interface Matcher {
  readonly root: Node
  readonly fallback: Route
  /** Undefined where the route verifies no signatures. */
  signedBy(route: string): SignedOperations | undefined
  /** By name of dialect. */
  readonly operations: ReadonlyMap<string, Operations>
}

export function compileRoutes(
  routes: readonly Route[],
  fallback: Route,
  dialects: Readonly<Record<string, { readonly operations: Operations }>> = {},
  signedBy: Matcher['signedBy'] = () => undefined,
): Matcher {
  const root = newNode()
  for (const route of routes) add(root, route)
  const operations = Object.entries(dialects).map(([name, dialect]) => [name, dialect.operations] as const)
  return { root, fallback, signedBy, operations: new Map(operations) }
}

const PARAMETER = /^\{([^{}]+)\}$/

function add(root: Node, route: Route): void {
  const segments = segmentsOf(route.pattern)
  const parameters: string[] = []
  let node = root
  for (const [at, segment] of segments.entries()) {
    if (segment === '*' && at === segments.length - 1) {
      node.rests.push({ route, parameters })
      return
    }
    const name = PARAMETER.exec(segment)?.[1]
    if (name === undefined) node = staticChild(node, segment)
    else {
      parameters.push(name)
      node.parameter ??= newNode()
      node = node.parameter
    }
  }
  node.ends.push({ route, parameters })
}

/** Segments of a path or pattern; a trailing slash makes no segment of its own. */
export function segmentsOf(path: string): readonly string[] {
  const end = path.endsWith('/') ? path.length - 1 : path.length
  return end <= 0 ? [] : path.slice(1, end).split('/')
}

function staticChild(node: Node, segment: string): Node {
  const child = node.exact.get(segment) ?? newNode()
  node.exact.set(segment, child)
  const folded = segment.toLowerCase()
  if (!node.folded.has(folded)) node.folded.set(folded, child)
  return child
}

function newNode(): Node {
  return { exact: new Map(), folded: new Map(), parameter: undefined, ends: [], rests: [] }
}
