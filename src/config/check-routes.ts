/** What makes a route look guarded and is not: places where nothing is found, two rows of which one is never reached. */
import type { Mistake, Vocabulary } from '../config.ts'
import type { Vars } from './schema.ts'

type Entry = Vars['FALLBACK']
type Report = (found: string, allowed: string) => void

/** Where the gate itself answers. */
const OWN = /^\/_portcullis(?:\/|$)/
const SAFE: readonly string[] = ['GET', 'HEAD', 'OPTIONS']

export function checkRoutes(vars: Vars, vocabulary: Vocabulary, mistakes: Mistake[]): void {
  const ids = new Set<string>()
  const places = new Set<string>()
  for (const route of vars.ROUTES) {
    const report = reporter(`ROUTES (${route.id})`, mistakes)
    checkEntry(route, ids, vocabulary, report)
    checkPlace(route, places, report)
    if (route.methods.some((method) => !SAFE.includes(method))) checkLogin(route, report)
  }
  const report = reporter('FALLBACK', mistakes)
  checkEntry(vars.FALLBACK, ids, vocabulary, report)
  checkLogin(vars.FALLBACK, report)
}

function reporter(binding: string, mistakes: Mistake[]): Report {
  return (found, allowed) => {
    mistakes.push({ binding, found, allowed })
  }
}

function checkEntry(route: Entry, ids: Set<string>, { dialects }: Vocabulary, report: Report): void {
  if (ids.has(route.id)) report(`id "${route.id}" twice`, 'ids that are unique')
  ids.add(route.id)
  if (!dialects.includes(route.dialect)) {
    report(`dialect "${route.dialect}"`, `one of ${dialects.join(', ')}`)
  }
  if (route.withhold.length > 0 && route.conformance === 'off') {
    report('withhold where conformance is off', 'conformance that is observe or enforce')
  }
  const fields = [...route.user, ...route.password, ...route.card]
  if (fields.length === 0) return
  if (route.streamed) {
    report('streamed with user, password or card', 'streamed only where nothing in the body is inspected')
  }
  checkMediaTypes(fields, route.mediaTypes, report)
}

function checkMediaTypes(fields: readonly string[], types: readonly string[], report: Report): void {
  if (types.length === 0) {
    report('user, password or card without mediaTypes', 'the media types that the body may have')
    return
  }
  const pointers = fields.filter((place) => place.startsWith('/')).length
  const json = types.some((type) => /[/+]json$/i.test(type))
  const form = types.some((type) => type.toLowerCase() === 'application/x-www-form-urlencoded')
  if (pointers > 0 && !json) report('JSON pointers without a JSON type', 'mediaTypes with application/json')
  if (pointers < fields.length && !form) {
    report('form fields without a form type', 'mediaTypes with application/x-www-form-urlencoded')
  }
}

/** One that matches what another matches is never reached, whatever guards it. */
function checkPlace(route: Vars['ROUTES'][number], places: Set<string>, report: Report): void {
  if (OWN.test(route.pattern))
    report(`pattern ${route.pattern}`, 'a path outside /_portcullis, which is the gate’s own')
  const pattern = route.pattern.replace(/\{[^{}/]*\}/g, '{}')
  for (const method of new Set(route.methods)) {
    const place = `${method} ${pattern}`
    if (places.has(place)) report(`${method} ${route.pattern} twice`, 'one route for each method and pattern')
    places.add(place)
  }
}

/** Without the user's name nobody is counted, and stuffing looks like one person who forgot a password. */
function checkLogin({ sensitivity, user }: Entry, report: Report): void {
  if (sensitivity === 'login' && user.length === 0) {
    report('a login without user', 'user: where the user name stands in the body')
  }
}
