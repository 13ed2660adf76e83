/**
 * Addresses in a request that the bank might fetch (OWASP API7:2023): a webhook, a logo, a statement's destination. What a
 * browser is sent to (redirect and return addresses) the bank does not fetch: RFC 8252 section 7.3 even wants loopback there.
 */
import { headerFields } from '../../lib/header-fields.ts'
import { isPublicHost } from '../../lib/public-host.ts'
import { remember } from '../../lib/remember.ts'
import type { JsonBody } from './json-body.ts'

const SCHEME = /^\s*(?:https?|ftps?|sftp|file|gopher|dict|ldaps?|tftp|smb|jar|netdoc):/i
const WEB: readonly string[] = ['http:', 'https:']
const FOR_BROWSERS = /redirect|return|logout|origin|referr?er/i
/** Headers that name an address: Berlin Group's TPP-Notification-URI and its like. */
const namesAddress = remember(1_024, (header) => /ur[il]$/i.test(header))
/** Values of one body that are looked at, and levels. */
const MAX_VALUES = 4_096
const MAX_DEPTH = 32

export interface UrlPlaces {
  readonly query: string
  readonly headers: Headers
  readonly body: JsonBody | undefined
}

/** @param hosts of the only addresses that may be named, `*.` in front for all below; undefined for any public one */
export function namesRefusedUrl(
  { query, headers, body }: UrlPlaces,
  hosts: readonly string[] | undefined,
): boolean {
  const refused = (name: string, text: string) => !FOR_BROWSERS.test(name) && isRefused(text, hosts)
  if (query.includes(':') || query.includes('%')) {
    for (const [name, value] of new URLSearchParams(query)) if (refused(name, value)) return true
  }
  for (const [name, value] of headerFields(headers))
    if (namesAddress(name) && refused(name, value)) return true
  if (body === undefined || !MAY_NAME_ONE.test(body.text)) return false
  return someText(body.read(), refused)
}

/** In JSON a slash may be written `\/`, and any character as `\u003a`. */
const MAY_NAME_ONE = /:(?:\\?\/){2}|\\u/

function isRefused(text: string, hosts: readonly string[] | undefined): boolean {
  if (!SCHEME.test(text)) return false
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  if (!WEB.includes(protocol) || !isPublicHost(hostname)) return true
  return hosts !== undefined && !hosts.some((host) => covers(host, hostname))
}

function covers(host: string, hostname: string): boolean {
  return host.startsWith('*.') ? hostname.endsWith(host.slice(1)) : hostname === host
}

/** Counted and not recursive: whoever writes the body chooses its depth. */
function someText(root: unknown, fits: (name: string, text: string) => boolean): boolean {
  let level: readonly (readonly [name: string, value: unknown])[] = [['', root]]
  let seen = 0
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    const below: (readonly [name: string, value: unknown])[] = []
    for (const [name, value] of level) {
      if (++seen > MAX_VALUES) return false
      if (typeof value === 'string' && fits(name, value)) return true
      if (typeof value !== 'object' || value === null) continue
      // Elements of a list are called what the list is.
      const isList = Array.isArray(value)
      for (const [key, inner] of Object.entries(value)) below.push([isList ? name : key, inner])
    }
    level = below
  }
  return false
}
