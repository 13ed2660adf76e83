/** Where a request with a raw target would go: a Worker's fetch has only the URL parser of the WHATWG. */
export interface ForwardableUrl {
  readonly url: URL
  /** Path and query leave exactly as they came. */
  readonly exact: boolean
}

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
  const url = new URL(`${origin}${raw}`)
  return { url, exact: url.href.slice(url.origin.length) === raw }
}
