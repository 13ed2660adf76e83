/** Who came, by the words before a line's date: an address or a list of them, what ident says, a user name, and perhaps a virtual host. */
import { parseIp } from '../../src/lib/ip.ts'
import { isPublicAddress } from '../../src/lib/public-host.ts'
import { clientOf, ipIn } from './address.ts'

export interface Visitor {
  /** In lower case: a server's own name as its configuration spells it, and no client wrote it. */
  readonly host: string
  /** Empty where the line tells none. */
  readonly address: string
  /** Any number of words: never looked at, but for whether there is one. */
  readonly user: string
}

export function visitorIn(first: string, second: string, others: string): Visitor {
  const listed = listedIn(`${first} ${second} ${others}`)
  if (listed !== undefined) return listed
  if (!isBehindHost(first, second, others)) return { host: '', address: clientOf(first), user: others }
  const space = others.indexOf(' ')
  return {
    host: first.toLowerCase(),
    address: clientOf(second),
    user: space < 0 ? '-' : others.slice(space + 1),
  }
}

/** Nobody answers ident (RFC 1413) any more: `-` stands behind the address, and tells where that is when it is a name. */
function isBehindHost(first: string, second: string, others: string): boolean {
  if (second === '-') return isNamedPort(first) && others.startsWith('- ')
  if (ipIn(second) !== undefined) return true
  return parseIp(first) === undefined && others.startsWith('- ')
}

/** No client is one: `shop.example:443 - - -` is a virtual host, with `-` in the place of the address, too. */
function isNamedPort(first: string): boolean {
  return /:\d+$/.test(first) && ipIn(first) === undefined
}

/** X-Forwarded-For where the address should be, as proxies write it: `198.51.100.7, 10.0.0.1`. */
const LISTED = /^(?:([^\s,]+) )?([^\s,]*,(?: *[^\s,]*,)* *[^\s,]+) (\S+) (.*)$/

/**
 * Each proxy adds whom it saw, so that the last ones are the bank's own: the first that is somebody on the Internet. What a client
 * typed itself stands before it, too, and a server that writes such a list believes it.
 */
function listedIn(front: string): Visitor | undefined {
  if (!front.includes(',')) return undefined
  const [, host, list = '', , user = ''] = LISTED.exec(front) ?? []
  const named = list.split(',').map((name) => clientOf(name.trim()))
  const addresses = named.filter((name) => parseIp(name) !== undefined)
  // Behind a word of its own a comma may be of somebody's name.
  if (list === '' || (host !== undefined && parseIp(named[0] ?? '') === undefined)) return undefined
  const address = addresses.find(isPublic) ?? addresses[0] ?? named[0] ?? ''
  return { host: host?.toLowerCase() ?? '', address, user }
}

function isPublic(address: string): boolean {
  const ip = parseIp(address)
  return ip !== undefined && isPublicAddress(ip)
}
