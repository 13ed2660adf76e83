/** The request to sign, as curl will send it: whatever curl would change on its way is refused here. */
import { fail, type Outcome, pass } from '../../src/lib/outcome.ts'

export interface Field {
  readonly name: string
  readonly value: string
}

export interface PlainRequest {
  readonly method: string
  readonly url: string
  readonly fields: readonly Field[]
  /** Empty where there is none. */
  readonly body: Uint8Array
  readonly bodyPath: string | undefined
}

const MAX_URL = 8_192
const MAX_VALUE = 16_384
const MAX_FIELDS = 64
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/
/** Written by curl itself, or about the connection: a signature over our spelling of them would be of something else. */
const CURLS_OWN = ['host', 'content-length', 'transfer-encoding', 'connection', 'expect', 'te', 'upgrade']

/** Every reason against the method. */
export function methodMistake(method: string): string | undefined {
  if (/^[A-Z]{1,16}$/.test(method)) return undefined
  const upper = method.toUpperCase()
  return `METHOD ${shown(method)} is none: methods are in capitals${/^[A-Z]{1,16}$/.test(upper) ? `, such as ${upper}` : ''}`
}

/**
 * Clients write a URL anew before they send it, each in its own way: what is signed has to be what all of them leave as it
 * is.
 */
export function urlMistake(text: string): string | undefined {
  const url = text.length > MAX_URL ? null : URL.parse(text)
  if (url === null || url.protocol !== 'https:') return 'URL is no https address, or too long'
  if (url.username !== '' || url.password !== '')
    return 'URL has a user name in it, which would be sent as a header'
  if (url.hash !== '' || text.includes('#')) return 'URL has a fragment, which is never sent'
  // An empty query is sent, and half of the world's signers leave it out.
  const plain = url.href.replace(/\?$/, '')
  return text === plain ? undefined : `URL would be sent in another spelling; write ${plain}`
}

/** `Name: value`, or what is wrong with it. */
export function readField(text: string): Outcome<Field, string> {
  const at = text.indexOf(':')
  const [name, value] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1).trim()]
  // What stands in it is not told: it may be a token.
  if (!TOKEN.test(name)) return fail("not of the form 'Name: value'")
  if (CURLS_OWN.includes(name.toLowerCase())) return fail(`${name} is one that curl writes itself`)
  if (value === '') return fail(`${name} has no value; curl would leave it out`)
  if (value.length > MAX_VALUE || !/^[\x20-\x7e\t]*$/.test(value)) {
    return fail(`${name} is too long, or has a value beyond visible ASCII, which no two programs sign alike`)
  }
  return pass({ name, value })
}

export function fieldsMistake(fields: readonly Field[]): string | undefined {
  const names = fields.map(({ name }) => name.toLowerCase())
  const twice = names.find((name, at) => names.indexOf(name) < at)
  if (twice !== undefined)
    return `--header: ${twice} is there twice; write one, with a comma between its values`
  return fields.length > MAX_FIELDS ? `there are more than ${MAX_FIELDS} headers` : undefined
}

export function fieldIn(fields: readonly Field[], name: string): string | undefined {
  return fields.find((field) => field.name.toLowerCase() === name)?.value
}

/** A text that somebody typed, cut to what a line of a terminal takes and without anything that a terminal obeys. */
function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
