/**
 * The template of a path that no specification has: segments that look like values become `{id}`, what looks like a
 * word stays. Deliberately cautious: what is taken for a word by mistake is put right by probation and generalisation,
 * what is taken for a value by mistake would hide an operation behind another.
 */

export const ID = '{id}'
/** Takes whatever follows: in operators' decisions, and for paths that are deeper than any API's. */
export const REST = '{*}'

const MAX_DEPTH = 12
const MAX_WORD = 64

const WORD = /^[a-z]+(?:[-_.][a-z]+)*$/i
const DIGITS = /^\d+$/
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i
const DATE = /^\d{4}-\d{2}(?:-\d{2})?(?:T.*)?$/
const HEX = /^(?=.*\d)[0-9a-f]{12,}$/i
/** Characters that words of an API's paths are made of, and versions: `v4.0`, `oauth2`, `.well-known`, `$batch`. */
const PLAIN = /^[A-Za-z0-9._~$-]+$/
/** Random letters have both cases or digits mixed, and nothing that parts them. */
const RANDOM = /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)?[A-Za-z0-9]{20,}$/
const ENUMERATED = /^[A-Za-z]{1,4}[-_]\d+$/

/** `literals` are the segments that published paths have: those stay as they are, whatever they look like. */
export function templateOf(path: string, literals: ReadonlySet<string>): string {
  const segments = path.split('/')
  let template = ''
  for (let at = 1; at < segments.length; at++) {
    const segment = segments[at] ?? ''
    if (at > MAX_DEPTH) return `${template}/${REST}`
    // One trailing slash makes no segment of its own, as in the matcher of published operations.
    if (segment === '' && at === segments.length - 1 && at > 1) break
    template += isValue(segment) && !literals.has(segment) ? `/${ID}` : `/${segment}`
  }
  return template
}

export function isValue(segment: string): boolean {
  if (WORD.test(segment) && segment.length < 20) return false
  if (segment.length > MAX_WORD || !PLAIN.test(segment)) return segment !== ''
  if (DIGITS.test(segment) || UUID.test(segment) || DATE.test(segment) || HEX.test(segment)) return true
  if (RANDOM.test(segment) || ENUMERATED.test(segment)) return true
  return segment.length >= 8 && digitsIn(segment) >= 3
}

function digitsIn(text: string): number {
  let digits = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit >= 0x30 && unit <= 0x39) digits++
  }
  return digits
}

/** Segments of a template, without the empty one before the first slash. */
export function segmentsOf(template: string): readonly string[] {
  return template === '/' ? [] : template.slice(1).split('/')
}

export function isParameter(segment: string): boolean {
  return segment.startsWith('{') && segment.endsWith('}')
}

/** Methods that APIs have (RFC 9110, RFC 5789, QUERY). A caller may write any token: the rest is one. HEAD is what GET is. */
const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'QUERY',
])

export function methodOf(method: string): string {
  if (METHODS.has(method)) return method
  return method === 'HEAD' ? 'GET' : 'OTHER'
}
