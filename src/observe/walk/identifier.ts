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

/** Undefined where the path names none, and where no answer would say whether it is there (RFC 9110 section 9.3.7). */
export function askWalk({ exchange, claims, proof }: Seen): WalkAsk | undefined {
  if (exchange.method === 'OPTIONS') return undefined
  const parts = exchange.target.path.split('/')
  const named = parts.filter((part) => IDENTIFIER.test(part) && !VERSION.test(part))
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

/** An identifier as the bank lists it, in the form in which `askWalk` names owners. */
export function ownerHash(identifier: string): number {
  return hash32(identifier)
}
