/** The resource that a path names, for counting and never for naming. Pure. */
import type { Evidence } from '../../evidence.ts'
import { known } from '../../lib/fact.ts'
import { hash32 } from '../../lib/hash32.ts'
import { keyName } from '../wire.ts'
import type { WalkAsk } from './types.ts'

type Seen = Pick<Evidence, 'exchange' | 'match' | 'claims' | 'proof'>

/** Words of an interface have one digit at most (`psd2`, `oauth2`), but in versions; identifiers are digits, or have more. */
const VERSION = /^v\d{1,2}(?:[._]\d{1,3}){0,2}$/i
const IDENTIFIER = /^\d+$|\d.*\d/
/** As many digits as a number holds exactly. */
const ENDING = /^(.*?)(\d{1,15})$/
/** What a page pulls in is named by a hash or numbered, and a browser asks for dozens of them that nobody chose. */
const PART =
  /\.(?:css|m?js|map|png|jpe?g|gif|webp|avif|svg|ico|bmp|woff2?|ttf|otf|eot|mp[34]|webm|ogg|wasm|webmanifest)$/i
const TRIPLET = /%[0-9a-f]{2}/gi
/** Characters of a segment that are decoded; longer ones are no bank's identifiers. */
const MAX_DECODED = 1_024

/** Undefined where the path names none, and where no answer would say whether it is there (RFC 9110 section 9.3.7). */
export function askWalk({ exchange, match, claims, proof }: Seen): WalkAsk | undefined {
  if (exchange.method === 'OPTIONS') return undefined
  const parts = exchange.target.path.split('/').map(decoded)
  const resources = isPart(parts, match.route) ? parts.slice(0, -1) : parts
  const named = resources.filter((part) => IDENTIFIER.test(part) && !VERSION.test(part))
  const first = named[0]
  if (first === undefined) return undefined
  const all = named.join('/')
  const [, stem, digits] = ENDING.exec(first) ?? []
  const organisation = known(proof.certificate)?.organisation
  return {
    ...(claims.inquiry === undefined ? {} : { inquiry: claims.inquiry }),
    ...(claims.inquiry === undefined || organisation === undefined
      ? {}
      : { organisation: keyName({ kind: 'tpp', id: organisation }) }),
    resource: hash32(all),
    owner: ownerHash(first),
    collection: hash32(parts[parts.indexOf(first) - 1] ?? ''),
    ordinal:
      stem === undefined || digits === undefined ? undefined : { stem: hash32(stem), number: Number(digits) },
  }
}

/**
 * Of accounts and payments an ending excuses nothing: a server that takes `/accounts/1042.css` for `/accounts/1042`, of which there
 * are many, would be walked through as style sheets, and a cheque's picture is the customer's own.
 */
function isPart(parts: readonly string[], { sensitivity }: Seen['match']['route']): boolean {
  return sensitivity !== 'account' && sensitivity !== 'payment' && PART.test(parts.at(-1) ?? '')
}

/** The digits of an escape are not the segment's: `us%C5%82ugi` is a word. What cannot be decoded is read without its escapes. */
function decoded(part: string): string {
  if (!part.includes('%')) return part
  if (part.length > MAX_DECODED) return part.replace(TRIPLET, '')
  try {
    return decodeURIComponent(part)
  } catch {
    return part.replace(TRIPLET, '')
  }
}

/** An identifier as the bank lists it, in the form in which `askWalk` names owners. */
export function ownerHash(identifier: string): number {
  return hash32(identifier)
}
