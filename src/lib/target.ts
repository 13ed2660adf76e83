import { remember } from './remember.ts'

/** Where a request with a raw target would go: a Worker's fetch has only the URL parser of the WHATWG. */
export interface ForwardableUrl {
  readonly href: string
  /** Path and query leave exactly as they came. */
  readonly exact: boolean
}

/** What the parser leaves alone: no dot segments, plain or encoded, and none of the characters that it encodes. */
const UNTOUCHED =
  /^\/(?!.*(?:\/|^)(?:\.|%2e){1,2}(?:[/?]|$))[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*(?:\?[A-Za-z0-9\-._~!$&()*+,;=:@%/?]*)?$/i

/** A gate serves a handful of hosts. */
const isOrigin = remember(64, (origin: string) => URL.canParse(`${origin}/`))

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
  if (!raw.startsWith('/') || !isOrigin(origin)) return undefined
  // No path or query makes the parser fail: what the origin begins, any of them ends.
  if (UNTOUCHED.test(raw)) return { href: `${origin}${raw}`, exact: true }
  if (!URL.canParse(`${origin}${raw}`)) return undefined
  const { href, origin: own, hash } = new URL(`${origin}${raw}`)
  return { href, exact: hash === '' && href.slice(own.length) === raw }
}
