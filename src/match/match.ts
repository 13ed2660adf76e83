/**
 * MATCH: which route is this. Pure, on the normalised path.
 *
 * - From the left, a static segment is preferred to a parameter and a parameter to `*`, whatever the order of
 *   configuration (OpenAPI 3.1 section 4.8.8.1: concrete before templated). Where the better branch has no route for
 *   the rest of the path or for the method, the next one is tried.
 * - Of routes with one pattern, the first that lists the method. HEAD is served by whatever serves GET (RFC 9110
 *   section 9.3.2), unless a route lists it.
 * - The next branch does not serve what a better one looks for secrets in under another method: it would not look there.
 *   GET and HEAD it may serve, which bring no body, and OPTIONS without one. A bank that wants more gives that method a route of the
 *   same pattern.
 * - Nor does it serve unsigned what a better one has signed; and whoever comes to it so is asked for the certificate, the token or the
 *   proof of the app that the better one asks for. GET and HEAD again apart.
 * - One trailing slash counts for nothing, and `/a/*` takes `/a` too: routers differ on both, and a guarded path must
 *   not have an unguarded twin.
 * - Where the path is guarded and no route serves the method, the match says so: PUT of a login form would otherwise go
 *   uninspected, and PUT of a signed operation unsigned, to a bank whose framework serves any method. Where its routes
 *   ask for a certificate, a token or a proof of the app, whoever comes with another method is asked for the same.
 * - For the same reason a segment that matches in another case is better than none: many origins do not care.
 * - Which roles the operation needs is the route's to say; where it does not, the dialect's segments say it. A path that
 *   reads as several operations needs a role for each: what is odd is refused and not guessed. Whether it is signed is
 *   told in the same way.
 */
import type { Exchange, FieldPlaces, Match, Route, TppRole } from '../evidence.ts'
import { type Leaf, type Matcher, type Node, segmentsOf } from './compile.ts'

const NO_PARAMETERS: Match['parameters'] = Object.freeze({})

export function match(matcher: Matcher, exchange: Exchange): Match {
  const segments = segmentsOf(exchange.target.path).map(decodeSegment)
  const { method } = exchange
  const passed: Leaf[] = []
  const found = find(matcher.root, segments, 0, method, [], passed)
  if (found === undefined) return unserved(matcher, method, segments)
  const { leaf, values } = found
  const unlike = isBodiless(method)
    ? undefined
    : (overlooked(leaf.route, passed) ?? unsignedBy(matcher, leaf.route, passed, method, segments))
  if (unlike !== undefined && method !== 'OPTIONS') return refused(matcher, unlike, segments)
  const read = {
    route: isBodiless(method) ? leaf.route : askingAs(leaf.route, passed),
    roles: rolesFor(matcher, leaf.route, segments),
    ...signedIn(matcher, leaf.route, method, segments),
    ...(unlike === undefined ? {} : { allowed: servedOn(matcher, segments) }),
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
  return refused(matcher, guarded, segments)
}

function refused(matcher: Matcher, { dialect }: Route, segments: readonly string[]): Match {
  const route = { ...matcher.fallback, dialect }
  return { route, parameters: NO_PARAMETERS, roles: NO_ROLES, allowed: servedOn(matcher, segments) }
}

/** What a 405 names (RFC 9110 section 10.2.1): not what a wider pattern lists and is not let serve here. */
function servedOn(matcher: Matcher, segments: readonly string[]): readonly string[] {
  const { root } = matcher
  const listed = leavesOn(root, segments, 0).flatMap(({ route }) => route.methods)
  return [...new Set(listed.includes('GET') ? [...listed, 'HEAD'] : listed)].filter((method) => {
    const passed: Leaf[] = []
    const found = find(root, segments, 0, method, [], passed)
    if (found === undefined || isBodiless(method) || method === 'OPTIONS') return found !== undefined
    const { route } = found.leaf
    return (overlooked(route, passed) ?? unsignedBy(matcher, route, passed, method, segments)) === undefined
  })
}

/** GET and HEAD: what no Worker sends on with a body. */
function isBodiless(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}

/** A better pattern's route that has this method signed where the one that lists it does not. */
function unsignedBy(
  matcher: Matcher,
  serving: Route,
  passed: readonly Leaf[],
  method: string,
  segments: readonly string[],
): Route | undefined {
  if (passed.length === 0 || mustBeSigned(matcher, serving, method, segments)) return undefined
  return passed.map(({ route }) => route).find((route) => mustBeSigned(matcher, route, method, segments))
}

/** Whoever comes with a method that only a wider pattern lists is asked for what a better one asks for. */
function askingAs(serving: Route, passed: readonly Leaf[]): Route {
  const routes = passed.map(({ route }) => route).filter(asksForProof)
  if (routes.length === 0) return serving
  const asked = (proof: 'certificate' | 'token' | 'app') =>
    routes.some((route) => route[proof] === 'required') ? { [proof]: 'required' } : {}
  return { ...serving, ...asked('certificate'), ...asked('token'), ...asked('app') }
}

/** A better pattern's route that looks for a secret where the one that lists the method looks for none. */
function overlooked(serving: Route, passed: readonly Leaf[]): Route | undefined {
  return passed.map(({ route }) => route).find((route) => !looksWhere(serving.fields, route.fields))
}

function looksWhere(serving: FieldPlaces, other: FieldPlaces): boolean {
  return (
    other.user.every((place) => serving.user.includes(place)) &&
    other.password.every((place) => serving.password.includes(place)) &&
    other.card.every((place) => serving.card.includes(place))
  )
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

/**
 * Visits no node of the tree twice, and none below the longest pattern: no path makes it slow. Routes of better patterns
 * that do not list the method are left in `passed`.
 */
function find(
  node: Node,
  segments: readonly string[],
  at: number,
  method: string,
  values: readonly string[],
  passed: Leaf[],
): Found | undefined {
  const segment = segments[at]
  if (segment === undefined) {
    const leaf = serving(node.ends, method, passed) ?? serving(node.rests, method, passed)
    return leaf === undefined ? undefined : { leaf, values }
  }
  const exact = node.exact.get(segment)
  const folded = node.folded.get(segment.toLowerCase())
  for (const child of exact === folded ? [exact] : [exact, folded]) {
    const found = child === undefined ? undefined : find(child, segments, at + 1, method, values, passed)
    if (found !== undefined) return found
  }
  const { parameter } = node
  const inParameter =
    parameter === undefined
      ? undefined
      : find(parameter, segments, at + 1, method, [...values, segment], passed)
  if (inParameter !== undefined) return inParameter
  const leaf = serving(node.rests, method, passed)
  return leaf === undefined ? undefined : { leaf, values }
}

function serving(leaves: readonly Leaf[], method: string, passed: Leaf[]): Leaf | undefined {
  const listed =
    leaves.find(({ route }) => route.methods.includes(method)) ??
    (method === 'HEAD' ? leaves.find(({ route }) => route.methods.includes('GET')) : undefined)
  if (listed === undefined) passed.push(...leaves)
  return listed
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
