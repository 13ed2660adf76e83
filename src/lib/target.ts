/** Where a request with a raw target would go: a Worker's fetch has only the URL parser of the WHATWG. */
export interface ForwardableUrl {
  readonly href: string
  /** Path and query leave exactly as they came. */
  readonly exact: boolean
}

/** What the parser leaves alone: no dot segments, plain or encoded, and none of the characters that it encodes. */
const UNTOUCHED =
  /^\/(?!.*(?:\/|^)(?:\.|%2e){1,2}(?:[/?]|$))[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*(?:\?[A-Za-z0-9\-._~!$&()*+,;=:@%/?]*)?$/i

/**
 * Puts a raw target (origin-form, RFC 9112 section 3.2.1) behind an origin.
 *
 * The parser resolves dot segments, `%2e` among them, turns backslashes and encodes `{`, `}`, `^`, quotation marks and
 * what is not ASCII. No fetch of a Worker can be told to leave them alone.
 *
 * @param origin scheme and authority without a trailing slash
 * @returns undefined where the target is no path or the whole is no URL
 */
export function forwardableUrl(origin: string, raw: string): ForwardableUrl | undefined {
  if (!raw.startsWith('/') || !URL.canParse(`${origin}${raw}`)) return undefined
  if (UNTOUCHED.test(raw)) return { href: `${origin}${raw}`, exact: true }
  const { href, origin: own, hash } = new URL(`${origin}${raw}`)
  return { href, exact: hash === '' && href.slice(own.length) === raw }
}
