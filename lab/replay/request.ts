/** A logged request as the one that reached a Worker behind Cloudflare, as far as the log tells of it. */
import { hash64 } from '../../src/lib/hash.ts'
import { parseIp } from '../../src/lib/ip.ts'
import type { LoggedRequest } from '../logs/logged.ts'
import { originForm } from '../logs/target.ts'

export interface Told {
  readonly request: Request
  /** Names of the headers that the log tells, whether or not they were sent. */
  readonly headers: ReadonlySet<string>
  /** Headers that the log tells and no request can have. */
  readonly leftOut: number
}

/** RFC 6761 section 6.4: a log without host names is of a host that cannot be. */
const NOWHERE = 'log.invalid'
const HOST = /^[a-z0-9.-]{1,253}(?::\d{1,5})?$/i

/** Undefined for what no Worker would ever see: a binary, CONNECT, a target that is no URL. */
export function requestOf(logged: LoggedRequest): Told | undefined {
  const target = originForm(logged.target)
  if (target === undefined || logged.method === '') return undefined
  const all = Object.entries(logged.headers ?? {})
  const fields = all.filter(([name]) => FIELD_NAME.test(name))
  const url = `https://${hostOf(logged)}${written(target)}`
  const request = requestTo(url, logged.method, headersOf(fields, logged))
  if (request === undefined) return undefined
  // workerd tells a target as it came (`test/local/edge/requests.test.ts`); Node has resolved its dot segments by now.
  Object.defineProperty(request, 'url', { value: url })
  Object.defineProperty(request, 'cf', { value: cfOf(logged) })
  return { request, headers: toldBy(fields), leftOut: all.length - fields.length }
}

/** What comes over no request line (RFC 9112 section 3.2), or not as one reader reads it: spaces, controls, what is not ASCII. */
const UNWRITTEN = /[^\x21-\x7e]+/g
const UTF_8 = new TextEncoder()

/** As a client would have written it: triplets in the place of what cannot be, and everything else as it was logged. */
function written(target: string): string {
  return target.replace(UNWRITTEN, (found) =>
    Array.from(UTF_8.encode(found), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(
      '',
    ),
  )
}

/** A host of a form that none has stands for nothing that the gate could know. */
function hostOf({ host }: LoggedRequest): string {
  return HOST.test(host) && URL.canParse(`https://${host}`) ? host : NOWHERE
}

function requestTo(url: string, method: string, headers: Headers): Request | undefined {
  try {
    return new Request(url, { method, headers, redirect: 'manual' })
  } catch {
    // What Request refuses (CONNECT, TRACE, a method that is no token), the edge refuses too.
    return undefined
  }
}

type Fields = readonly (readonly [name: string, value: string])[]

function headersOf(fields: Fields, logged: LoggedRequest): Headers {
  const headers = new Headers()
  for (const [name, value] of fields) {
    if (value !== '') headers.set(name, value.replace(NO_FIELD_CONTENT, '?'))
  }
  // RFC 9110 section 15.2.2: a status of 101 tells of the Upgrade that was asked for.
  if (logged.status === 101) headers.set('upgrade', 'websocket')
  headers.set('cf-connecting-ip', addressOf(logged.address))
  return headers
}

/** A token: RFC 9110 section 5.1 and 5.6.2. */
const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** RFC 9110 section 5.5. */
const NO_FIELD_CONTENT = /[^\t\x20-\x7e\x80-\xff]/g

/**
 * Logs may have names or pseudonyms where addresses were. Each stands for itself: an address of its own in a network of its
 * own, of the space that RFC 4193 leaves to anybody, so that it has no neighbours.
 */
function addressOf(logged: string): string {
  if (parseIp(logged) !== undefined) return logged
  const name = hash64(logged)
  return `fd${name.slice(0, 2)}:${name.slice(2, 6)}:${name.slice(6, 10)}:${name.slice(10, 14)}::1`
}

function cfOf({ asn, country, protocol, tls, ja4, ja3 }: LoggedRequest): object {
  const [tlsVersion = '', tlsCipher = ''] = (tls ?? '').split(' ')
  return {
    ...(asn === undefined ? {} : { asn }),
    ...(country === undefined ? {} : { country }),
    ...(protocol === undefined ? {} : { httpProtocol: protocol }),
    ...(tlsVersion === '' ? {} : { tlsVersion, tlsCipher }),
    ...(ja4 === undefined && ja3 === undefined ? {} : { botManagement: { ja4, ja3Hash: ja3 } }),
  }
}

/** One set for each selection of fields: a log has one or two. */
const selections = new Map<string, ReadonlySet<string>>()
const MAX_SELECTIONS = 1_000

function toldBy(fields: Fields): ReadonlySet<string> {
  const names = fields.map(([name]) => name)
  const name = names.join(' ')
  const known = selections.get(name)
  if (known !== undefined) return known
  const made: ReadonlySet<string> = new Set(names)
  if (selections.size < MAX_SELECTIONS) selections.set(name, made)
  return made
}
