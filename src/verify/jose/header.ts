import { base64urlOctets } from '../../lib/base64.ts'
import { type JsonValue, parseJson } from '../../lib/json.ts'
import { decodeUtf8 } from '../../lib/utf8.ts'
import { refuse } from './refuse.ts'
import type { JoseHeader, JwsFault, Refusal } from './types.ts'

/** Base64url of 12 kB: a chain of three certificates in `x5c`, base64 twice over, and nothing else has a reason to be long. */
const MAX_HEADER = 16_384
/** Members nest once (`jwk`, `sigD`) and hold lists (`x5c`, `pars`). */
const JSON_LIMITS = { maxDepth: 4, maxLength: MAX_HEADER }
const MAX_KID = 512
const MAX_CRIT = 16

const TEXTS = new Set(['kid', 'typ', 'cty', 'jku', 'x5u', 'x5t', 'x5t#S256'])
/** RFC 7515 section 4.1.11: what RFC 7515 and RFC 7518 define is understood already and must not be listed. */
const NEVER_CRITICAL = new Set([
  ...['alg', 'jku', 'jwk', 'kid', 'x5u', 'x5c', 'x5t', 'x5t#S256', 'typ', 'cty', 'crit'],
  ...['enc', 'zip', 'epk', 'apu', 'apv', 'iv', 'tag', 'p2s', 'p2c'],
])

/** Reads a protected header (RFC 7515 section 4) as every other reader would, or says why that cannot be. */
export function readHeader(encoded: string): JoseHeader | Refusal<JwsFault> {
  if (encoded.length > MAX_HEADER) return refuse('jws_too_large')
  const octets = base64urlOctets(encoded)
  if (octets === undefined || octets === '') return refuse('jws_malformed')
  const text = textOf(octets)
  if (text === undefined) return refuse('header_malformed')
  const parsed = parseJson(text, JSON_LIMITS)
  if (!parsed.ok) {
    return refuse(parsed.reason === 'duplicate_member' ? 'header_member_twice' : 'header_malformed')
  }
  return isObject(parsed.value) ? readMembers(parsed.value) : refuse('header_malformed')
}

export function isObject(value: JsonValue | undefined): value is { readonly [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readMembers(members: { readonly [name: string]: JsonValue }): JoseHeader | Refusal<JwsFault> {
  const names = Object.keys(members)
  const { alg } = members
  if (alg === undefined) return refuse('header_member_missing', 'alg')
  if (typeof alg !== 'string') return refuse('header_member_invalid', 'alg')
  for (const name of names) {
    if (TEXTS.has(name) && typeof members[name] !== 'string') return refuse('header_member_invalid', name)
  }
  const { kid } = members
  if (typeof kid === 'string' && kid.length > MAX_KID) return refuse('header_member_invalid', 'kid')
  const crit = names.includes('crit') ? readCrit(members.crit, names) : []
  if (crit === undefined) return refuse('header_member_invalid', 'crit')
  const { b64 = true } = members
  if (typeof b64 !== 'boolean') return refuse('header_member_invalid', 'b64')
  // RFC 7797 section 6: whoever does not know `b64` would hash other bytes, and must be told.
  if (!b64 && !crit.includes('b64')) {
    return refuse('header_member_invalid', 'crit')
  }
  return { members, names, alg, kid: typeof kid === 'string' ? kid : undefined, crit, b64 }
}

/** RFC 7515 section 4.1.11: names that are there, each once, none of the standard's own, at least one. */
function readCrit(crit: JsonValue | undefined, names: readonly string[]): readonly string[] | undefined {
  if (!Array.isArray(crit) || crit.length === 0 || crit.length > MAX_CRIT) return undefined
  const listed: string[] = []
  for (const name of crit) {
    if (typeof name !== 'string' || listed.includes(name)) return undefined
    if (NEVER_CRITICAL.has(name) || !names.includes(name)) return undefined
    listed.push(name)
  }
  return listed
}

const NOT_ASCII = /[\x80-\xff]/

/** Nearly all headers are ASCII: measured in workerd, bytes of them would cost more than all the rest of this. */
function textOf(octets: string): string | undefined {
  return NOT_ASCII.test(octets) ? decodeUtf8(Uint8Array.from(octets, (octet) => octet.charCodeAt(0))) : octets
}
