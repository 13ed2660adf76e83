/**
 * RFC 9112 section 3.2 request target, as it came and as we match it (RFC 3986 section 6.2.2).
 *
 * The path is read as the most lenient origin would read it, so that no spelling of a guarded path goes unguarded;
 * wherever that reading differs from what was received, the difference is named, and API routes refuse it. Two
 * readings of one path are a way in: Tomcat strips `;x` before it looks at `..`, IIS takes `\` for `/`, and fetch()
 * itself rewrites a target on its way to the bank.
 */
import type { Target, TargetDifference } from '../evidence.ts'

/** `url` as workerd gives it: scheme, Host header and raw target, unparsed. A real URL parser would tidy it first. */
export function readTarget(url: string): Target {
  const authorityAt = url.indexOf('://') + 3
  const end = authorityEnd(url, authorityAt)
  const authority = url.slice(authorityAt, end)
  const rest = url.slice(end)
  // `OPTIONS *` comes as "http://host*": the asterisk-form (section 3.2.4) names no path at all.
  const asterisk = rest === '' && authority.endsWith('*')
  const origin = asterisk ? url.slice(0, end - 1) : url.slice(0, end)
  const raw = asterisk ? '*' : rest.startsWith('/') ? rest : `/${rest}`
  const queryAt = raw.indexOf('?')
  const differences = new Set<TargetDifference>()
  const path = asterisk ? '/' : normalisePath(queryAt < 0 ? raw : raw.slice(0, queryAt), differences)
  if (asterisk) differences.add('empty_segment')
  const host = origin.slice(authorityAt)
  const name = hostName(host)
  if (name !== name.toLowerCase()) differences.add('host_case')
  return {
    raw,
    origin,
    host: name.toLowerCase(),
    path,
    query: queryAt < 0 ? '' : raw.slice(queryAt + 1),
    differences: [...differences],
  }
}

function authorityEnd(url: string, from: number): number {
  for (let at = from; at < url.length; at++) {
    const unit = url.charCodeAt(at)
    if (unit === 0x2f || unit === 0x3f || unit === 0x23 || unit === 0x5c) return at
  }
  return url.length
}

/** Without user information and port; an IPv6 literal keeps its brackets. */
function hostName(authority: string): string {
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  return host.replace(/:\d*$/, '')
}

/** Segments of unreserved characters and harmless punctuation, none of them dots alone: nothing to normalise. */
const PLAIN = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~!$&'()*+,=:@-]+)*\/?$/

/** Adds to `differences` whatever distinguishes the result from what was received. */
export function normalisePath(path: string, differences: Set<TargetDifference>): string {
  if (PLAIN.test(path) && path !== '') return path
  const decoded = decodeUnreserved(path, differences)
  const separated = decoded.replaceAll('\\', '/')
  if (separated !== decoded) differences.add('backslash')
  const bare = separated.replace(/;[^/]*/g, '')
  if (bare !== separated) differences.add('path_parameter')
  return joinSegments(bare.split('/').slice(1), differences)
}

/** RFC 3986 section 5.2.4, and empty segments, which most file systems and routers skip, taken out. */
function joinSegments(segments: readonly string[], differences: Set<TargetDifference>): string {
  const kept: string[] = []
  const last = segments.at(-1) ?? ''
  for (const [at, segment] of segments.entries()) {
    if (segment === '.' || segment === '..') {
      differences.add('dot_segment')
      if (segment === '..') kept.pop()
    } else if (segment !== '') kept.push(segment)
    else if (at < segments.length - 1) differences.add('empty_segment')
  }
  const endsInSlash = last === '' || last === '.' || last === '..'
  return kept.length === 0 ? '/' : `/${kept.join('/')}${endsInSlash ? '/' : ''}`
}

/** One triplet or run of triplets, or one character that may not stand in a path (RFC 3986 section 3.3). */
const NOTABLE = /(?:%[89A-Fa-f][0-9A-Fa-f])+|%[0-9A-Fa-f]{2}|[^A-Za-z0-9._~!$&'()*+,=:@/;\\-]/gu

function decodeUnreserved(path: string, differences: Set<TargetDifference>): string {
  return path.replace(NOTABLE, (found: string, at: number) => {
    if (!found.startsWith('%') || found.length === 1) return encode(found, differences)
    const upper = found.toUpperCase()
    if (upper !== found) differences.add('percent_encoding')
    const octet = Number.parseInt(found.slice(1, 3), 16)
    if (octet >= 0x80) {
      if (!isUtf8(upper)) differences.add('malformed_encoding')
      return upper
    }
    const character = String.fromCharCode(octet)
    if (/[A-Za-z0-9._~-]/.test(character)) {
      differences.add('percent_encoding')
      return character
    }
    const difference =
      RESERVED[character] ?? (octet < 0x20 || octet === 0x7f ? 'control_character' : undefined)
    if (difference !== undefined) differences.add(difference)
    // %25 before two hexadecimal digits: whoever decodes twice reads another path than we do.
    if (character === '%' && /^[0-9A-Fa-f]{2}$/.test(path.slice(at + 3, at + 5)))
      differences.add('percent_encoding')
    return upper
  })
}

/** Encoded delimiters that a reader who decodes first and splits afterwards takes for real ones. */
const RESERVED: Readonly<Record<string, TargetDifference>> = {
  '/': 'encoded_separator',
  '\\': 'encoded_separator',
  '?': 'encoded_separator',
  '#': 'encoded_separator',
  ';': 'path_parameter',
}

/** A bare character outside RFC 3986's alphabet: written as the triplets that fetch() would make of it. */
function encode(character: string, differences: Set<TargetDifference>): string {
  const code = character.codePointAt(0) ?? 0
  if (character === '%' || code >= 0x80) differences.add('malformed_encoding')
  else if (code < 0x20 || code === 0x7f) differences.add('control_character')
  else differences.add('percent_encoding')
  const octets = new TextEncoder().encode(character)
  return Array.from(octets, (octet) => `%${octet.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}

/** Overlong forms, surrogates and cut sequences are no UTF-8 (RFC 3629 section 3): `%C0%AF` is not a slash. */
function isUtf8(triplets: string): boolean {
  try {
    decodeURIComponent(triplets)
    return true
  } catch {
    return false
  }
}
