import { fromNames, type HeaderField } from '../lib/header-fields.ts'

/** RFC 9110 section 7.6.1: what belongs to one connection, and is not passed on to the next. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/**
 * A client may name any header in Connection and so have it removed. Those that say what the body is, who asks, or what
 * the gate has verified are never removed for it: what was inspected and what the bank reads would be two requests.
 */
const END_TO_END =
  /^(?:content-|cookie$|set-cookie$|authorization$|host$|origin$|cache-control$|client-cert|portcullis-|signature|x-forwarded-|digest$|dpop$|x-jws-signature$|consent-|(?:x-)?idempotency-key$|x-request-id$|psu-|tpp-|x-fapi-)/

const MAX_OPTIONS = 32

/**
 * Removes them from `headers`, in place.
 *
 * @param fields what `headers` hold: to ask the platform for each name costs more than to look through all of them
 * @param signed names of header fields that a signature vouches for, in lower case: they stay whatever Connection says
 */
export function removeHopByHop(
  headers: Headers,
  fields: readonly HeaderField[],
  signed: readonly string[] = [],
): void {
  for (const [name, value] of fields) {
    if (!HOP_BY_HOP.has(name)) continue
    headers.delete(name)
    if (name === 'connection') removeOptions(headers, value, signed)
  }
}

function removeOptions(headers: Headers, connection: string, signed: readonly string[]): void {
  for (const option of connection.split(',', MAX_OPTIONS)) {
    const name = option.trim().toLowerCase()
    const stays = END_TO_END.test(name) || signed.includes(name)
    if (/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) && !stays) headers.delete(name)
  }
}

export function isHopByHop(name: string): boolean {
  return HOP_BY_HOP.has(name)
}

export const hasHopByHop = fromNames((names) => names.some(isHopByHop))
