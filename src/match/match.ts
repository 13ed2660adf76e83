/**
 * MATCH: which route is this. Pure, on the normalised path.
 *
 * - From the left, a static segment is preferred to a parameter and a parameter to `*`, whatever the order of
 *   configuration (OpenAPI 3.1 section 4.8.8.1: concrete before templated). Where the better branch has no route for
 *   the rest of the path or for the method, the next one is tried.
 * - Of routes with one pattern, the first that lists the method. HEAD is served by whatever serves GET (RFC 9110
 *   section 9.3.2), unless a route lists it.
 * - One trailing slash counts for nothing, and `/a/*` takes `/a` too: routers differ on both, and a guarded path must
 *   not have an unguarded twin.
 * - Where the path is guarded and no route lists the method, the match says so: PUT of a login form would otherwise go
 *   uninspected, and PUT of a signed operation unsigned, to a bank whose framework serves any method. Where its routes ask for a certificate, a token or a proof of
 *   the app, whoever comes with another method is asked for the same.
 * - For the same reason a segment that matches in another case is better than none: many origins do not care.
 * - Which roles the operation needs is the route's to say; where it does not, the dialect's segments say it. A path that
 *   reads as several operations needs a role for each: what is odd is refused and not guessed. Whether it is signed is
 *   told in the same way.
 */
import type { Exchange, Match, Route, TppRole } from '../evidence.ts'
import { type Leaf, type Matcher, type Node, segmentsOf } from './compile.ts'

const NO_PARAMETERS: Match['parameters'] = Object.freeze({})

export function match(matcher: Matcher, exchange: Exchange): Match {
  const segments = segmentsOf(exchange.target.path).map(decodeSegment)
  const found = find(matcher.root, segments, 0, exchange.method, [])
  if (found === undefined) return unserved(matcher, exchange.method, segments)
  const { leaf, values } = found
  const read = {
    route: leaf.route,
    roles: rolesFor(matcher, leaf.route, segments),
    ...signedIn(matcher, leaf.route, exchange.method, segments),
  }
  if (leaf.parameters.length === 0) return { ...read, parameters: NO_PARAMETERS }
  // Object.fromEntries defines own properties: a parameter may be called __proto__.
  const parameters = Object.fromEntries(leaf.parameters.map((name, at) => [name, values[at] ?? '']))
  return { ...read, parameters }
}

const NO_ROLES: Match['roles'] = Object.freeze([])

function rolesFor({ operations }: Matcher, route: Route, segments: readonly string[]): Match['roles'] {
  if (route.roles !== undefined) return route.roles.length === 0 ? NO_ROLES : [route.roles]
  const known = operations.get(route.dialect)
  if (known === undefined || known.size === 0) return NO_ROLES
  const needed = new Set<readonly TppRole[]>()
  for (const segment of segments) {
    const roles = known.get(segment.toLowerCase())
    if (roles !== undefined) needed.add(roles)
  }
  return needed.size === 0 ? NO_ROLES : [...needed]
}

/**
 * What the standard leaves unsigned is told by its resource. A path that names one of both kinds, or none that is known, is
 * signed: an unsigned payment must not pass for another thing.
 */
function signedIn(
  { signedBy }: Matcher,
  route: Route,
  method: string,
  segments: readonly string[],
): Pick<Match, 'signed'> {
  const operations = route.signature === 'ignored' ? undefined : signedBy(route.id)
  if (operations === undefined) return {}
  const { methods, signed, unsigned } = operations
  if (methods.length > 0 && !methods.includes(method)) return { signed: false }
  const names = segments.map((segment) => segment.toLowerCase())
  return { signed: names.some((name) => signed.has(name)) || !names.some((name) => unsigned.has(name)) }
}

function unserved(matcher: Matcher, method: string, segments: readonly string[]): Match {
  const { root, fallback } = matcher
  const routes = leavesOn(root, segments, 0).map(({ route }) => route)
  const guarded = routes.find((route) => isGuarded(route) || mustBeSigned(matcher, route, method, segments))
  if (guarded === undefined) {
    const signed = signedIn(matcher, fallback, method, segments)
    return { ...unlisted(matcher, segments, routes.find(asksForProof)), ...signed }
  }
  const listed = routes.flatMap(({ methods }) => methods)
  const allowed = [...new Set(listed.includes('GET') ? [...listed, 'HEAD'] : listed)]
  const route = { ...fallback, dialect: guarded.dialect }
  return { route, parameters: NO_PARAMETERS, roles: NO_ROLES, allowed }
}

/** `PUT` of what a route lists `GET` of: the bank may serve it, and to nobody who could not have had the `GET`. */
function unlisted(matcher: Matcher, segments: readonly string[], like: Route | undefined): Match {
  const { fallback } = matcher
  if (like === undefined) return { route: fallback, parameters: NO_PARAMETERS, roles: NO_ROLES }
  const { dialect, channel, sensitivity, posture, certificate, token, app } = like
  const route = { ...fallback, dialect, channel, sensitivity, posture, certificate, token, app }
  return { route, parameters: NO_PARAMETERS, roles: rolesFor(matcher, like, segments) }
}

function asksForProof({ certificate, token, app }: Route): boolean {
  return certificate === 'required' || token === 'required' || app === 'required'
}

/** Under the method that came, as its profile has it: what such a profile leaves unsigned, it leaves unsigned here too. */
function mustBeSigned(matcher: Matcher, route: Route, method: string, segments: readonly string[]): boolean {
  return route.signature === 'required' && signedIn(matcher, route, method, segments).signed === true
}

function isGuarded({ sensitivity, fields: { user, password, card } }: Route): boolean {
  return (
    sensitivity === 'login' || sensitivity === 'payment' || user.length + password.length + card.length > 0
  )
}

/** Every route that this path has, whatever its methods; each node of the tree once, as in `find`. */
function leavesOn(node: Node, segments: readonly string[], at: number): readonly Leaf[] {
  const segment = segments[at]
  if (segment === undefined) return [...node.ends, ...node.rests]
  const children = new Set([node.exact.get(segment), node.folded.get(segment.toLowerCase()), node.parameter])
  const below = [...children].flatMap((child) =>
    child === undefined ? [] : leavesOn(child, segments, at + 1),
  )
  return [...below, ...node.rests]
}

interface Found {
  readonly leaf: Leaf
  readonly values: readonly string[]
}

/** Visits no node of the tree twice, and none below the longest pattern: no path makes it slow. */
function find(
  node: Node,
  segments: readonly string[],
  at: number,
  method: string,
  values: readonly string[],
): Found | undefined {
  const segment = segments[at]
  if (segment === undefined) {
    const leaf = serving(node.ends, method) ?? serving(node.rests, method)
    return leaf === undefined ? undefined : { leaf, values }
  }
  const exact = node.exact.get(segment)
  const folded = node.folded.get(segment.toLowerCase())
  for (const child of exact === folded ? [exact] : [exact, folded]) {
    const found = child === undefined ? undefined : find(child, segments, at + 1, method, values)
    if (found !== undefined) return found
  }
  const { parameter } = node
  const inParameter =
    parameter === undefined ? undefined : find(parameter, segments, at + 1, method, [...values, segment])
  if (inParameter !== undefined) return inParameter
  const leaf = serving(node.rests, method)
  return leaf === undefined ? undefined : { leaf, values }
}

function serving(leaves: readonly Leaf[], method: string): Leaf | undefined {
  const listed = leaves.find(({ route }) => route.methods.includes(method))
  if (listed !== undefined || method !== 'HEAD') return listed
  return leaves.find(({ route }) => route.methods.includes('GET'))
}

/** Once: `%252F` is the text `%2F`. A segment that cannot be decoded stays as it is, and its target has a difference. */
function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
