/**
 * Where may be asked. The places stand in certificates of issuers that the bank trusts, and are still other people's
 * words: a place that leads into our own network, or to another service than a web server, is refused. What a name
 * resolves to, a Worker cannot see.
 */
import { isPublicHost } from '../../lib/public-host.ts'

export interface PlacePolicy {
  /** The only hosts that may be asked, lower case; undefined for every host that a trusted issuer names. */
  readonly hosts: readonly string[] | undefined
  /** Besides 80 and 443. */
  readonly ports: readonly number[]
}

/** Real ones have 20 to 120 characters. */
const MAX_LENGTH = 1_024

/** The place as a URL without a fragment, or undefined where it may not be asked. */
export function placeOf(text: string, policy: PlacePolicy): URL | undefined {
  if (text.length > MAX_LENGTH || !/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined
  // The parser has turned decimal, octal, hexadecimal and short IPv4 spellings into dotted ones (WHATWG URL section 3.5).
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return undefined
  url.hash = ''
  const host = url.hostname.replace(/\.$/, '')
  if (!isPublicHost(host) || !isAskablePort(url, policy)) return undefined
  return policy.hosts === undefined || policy.hosts.includes(host) ? url : undefined
}

function isAskablePort({ port }: URL, { ports }: PlacePolicy): boolean {
  return port === '' || port === '80' || port === '443' || ports.includes(Number(port))
}
