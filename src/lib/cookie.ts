/** Longer Cookie headers exist, but none that a browser sends to one bank. */
const MAX_COOKIE_HEADER = 16_384

/** Every value of the cookie `name` in a Cookie header (RFC 6265 section 4.2), in order; names are case-sensitive. */
export function cookiesNamed(header: string | null, name: string): readonly string[] {
  if (header === null || header.length > MAX_COOKIE_HEADER) return []
  const values: string[] = []
  // Two Cookie header lines reach us joined by a comma, which no cookie's value may contain.
  for (const pair of header.split(/[;,]/)) {
    const equals = pair.indexOf('=')
    if (equals > 0 && pair.slice(0, equals).trim() === name) values.push(pair.slice(equals + 1).trim())
  }
  return values
}

/** Says that a script of this browser was challenged, and that the next page has to ask. */
export const ASK_COOKIE = '__Host-portcullis-ask'

/** The gate's own: its pass, its question, its operator's session. Prefixed names have one spelling (RFC 6265bis section 4.1.3). */
const GATES_OWN = /(?:^|[;,])\s*__(?:Host|Secure)-portcullis[^;,]*/g

/** A Cookie header without the gate's own cookies, the others as they stand; undefined when none is left. */
export function withoutOwnCookies(header: string): string | undefined {
  const others = header.replace(GATES_OWN, '').replace(/^[;,]\s*/, '')
  return others.trim() === '' ? undefined : others
}
