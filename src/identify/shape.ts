/** The look of a client's headers: names, presence and size. Order is not visible in a Worker: headers come sorted. */
import type { HeaderShape } from '../evidence.ts'
import { hash64 } from '../lib/hash.ts'
import { fieldsAt, fromNames } from '../lib/header-fields.ts'
import { remember } from '../lib/remember.ts'

/** Cloudflare's own, and what it hands on of the connection: not the client's headers. */
const EDGE = /^(?:cf-|x-forwarded-|x-real-ip$|true-client-ip$|cdn-loop$|host$|connection$)/

/**
 * Names that depend on what is asked and not on who asks: one browser's page load, form and call differ in them, and
 * one licensed third party's requests for accounts and for a payment.
 */
const PER_REQUEST =
  /^(?:cookie|referer|origin|authorization|content-|if-|range$|cache-control$|pragma$|expect$|date$|upgrade|sec-fetch-user$|sec-purpose$|purpose$|access-control-|x-|psu-|tpp-|consent-|digest$|signature|dpop$|idempotency-key$|via$|forwarded$|te$)/

/** Bounds on what is hashed: a request may have thousands of names, each of kilobytes. */
const MAX_NAMES = 64
const MAX_NAME_LENGTH = 64
const MAX_LANGUAGES = 32

/** Whose header it is: the edge's, one of this request, or one of the client's make. */
const roleOf = remember(1_024, (name: string): 'edge' | 'request' | 'make' => {
  if (EDGE.test(name)) return 'edge'
  return PER_REQUEST.test(name) ? 'request' : 'make'
})

/** What of a shape the names say: where the client's own fields stand, and what they are called. */
const namesOf = fromNames((names) => {
  const make = names.filter((name) => roleOf(name) === 'make').slice(0, MAX_NAMES)
  return {
    places: names.flatMap((name, at) => (roleOf(name) === 'edge' ? [] : [at])),
    hash: hash64(make.map((name) => name.slice(0, MAX_NAME_LENGTH)).join(',')),
  }
})

export function shapeFrom(
  headers: Headers,
  header: ReadonlyMap<string, string>,
  encodings: string,
): HeaderShape {
  const { places, hash } = namesOf(headers)
  let bytes = 0
  for (const [name, value] of fieldsAt(headers, places)) {
    // ": " and CRLF (RFC 9112 section 5). Characters, which are octets but for obs-text.
    bytes += name.length + value.length + 4
  }
  return {
    count: places.length,
    bytes,
    names: hash,
    hasCookie: header.has('cookie'),
    hasReferer: header.has('referer'),
    hasOrigin: header.has('origin'),
    acceptsLanguage: countLanguages(header.get('accept-language') ?? ''),
    encodings,
  }
}

function countLanguages(header: string): number {
  return header.trim() === '' ? 0 : header.split(',', MAX_LANGUAGES).length
}
