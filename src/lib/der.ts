/**
 * Reads DER (X.690) that a stranger made: definite and shortest lengths only, low tag numbers only, nothing beyond the
 * end. Elements are views of the input and nothing recurses, so that work is bounded by the input's size.
 */
export interface Tagged {
  /** Identifier octet: class, constructed bit and number. */
  readonly tag: number
  readonly content: Uint8Array
}

export interface Element extends Tagged {
  /** The whole encoding: identifier, length and content. */
  readonly der: Uint8Array
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  t61String: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const

/** The one element that `bytes` hold, or undefined when they hold anything else. */
export function readElement(bytes: Uint8Array): Element | undefined {
  const elements = readElements(bytes, 1)
  return elements?.length === 1 ? elements[0] : undefined
}

/** All elements that follow each other in `bytes`, or undefined when one is malformed or there are more than `max`. */
export function readElements(bytes: Uint8Array, max: number): readonly Element[] | undefined {
  const elements: Element[] = []
  let at = 0
  while (at < bytes.length) {
    if (elements.length === max) return undefined
    const head = readHead(bytes, at)
    if (head === undefined || head.end > bytes.length) return undefined
    const { tag, start, end } = head
    elements.push({ tag, content: bytes.subarray(start, end), der: bytes.subarray(at, end) })
    at = head.end
  }
  return elements
}

/** The elements inside `element` when it is what `tag` says, otherwise undefined. */
export function childrenOf(
  element: Tagged | undefined,
  tag: number,
  max: number,
): readonly Element[] | undefined {
  return element?.tag === tag ? readElements(element.content, max) : undefined
}

/** Three length octets: more than any certificate, little enough to add without overflow. */
const MAX_LENGTH_OCTETS = 3

export interface Head {
  readonly tag: number
  /** Where the content begins and ends; the end may lie beyond the input. */
  readonly start: number
  readonly end: number
}

export function readHead(bytes: Uint8Array, at: number): Head | undefined {
  const tag = bytes[at]
  const first = bytes[at + 1]
  // 0x1f: a tag number of several octets, which no certificate uses.
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined
  if (first < 0x80) return { tag, start: at + 2, end: at + 2 + first }
  const octets = first & 0x7f
  // Zero octets: the indefinite length of BER.
  if (octets === 0 || octets > MAX_LENGTH_OCTETS) return undefined
  let length = 0
  for (let index = 0; index < octets; index += 1) {
    const octet = bytes[at + 2 + index]
    if (octet === undefined) return undefined
    length = length * 256 + octet
  }
  // X.690 section 10.1: the shortest form, or one certificate has two spellings.
  if (length < 0x80 || length < 256 ** (octets - 1)) return undefined
  const start = at + 2 + octets
  return { tag, start, end: start + length }
}

/** The longest identifier that we compare with has 10 octets. */
const MAX_OID_OCTETS = 32

/** An object identifier in dotted form, or undefined. */
export function objectIdentifier(element: Tagged | undefined): string | undefined {
  if (element?.tag !== TAG.objectIdentifier) return undefined
  const { content } = element
  const last = content.at(-1)
  if (last === undefined || last >= 0x80 || content.length > MAX_OID_OCTETS) return undefined
  const arcs: number[] = []
  let arc = 0
  let fresh = true
  for (const octet of content) {
    // X.690 section 8.19.2: no arc begins with a padding octet.
    if (fresh && octet === 0x80) return undefined
    arc = arc * 128 + (octet & 0x7f)
    if (arc > 0xffffffff) return undefined
    fresh = octet < 0x80
    if (!fresh) continue
    arcs.push(arc)
    arc = 0
  }
  const [first = 0, ...rest] = arcs
  const root = Math.min(2, Math.floor(first / 40))
  return [root, first - root * 40, ...rest].join('.')
}

/** Text of a directory string (RFC 5280 section 4.1.2.4), or undefined when it is not what its tag says. */
export function directoryString(element: Tagged | undefined): string | undefined {
  const encoding = element === undefined ? undefined : ENCODINGS[element.tag]
  if (element === undefined || encoding === undefined) return undefined
  try {
    const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(element.content)
    return isPlain(text, element.tag) ? text : undefined
  } catch {
    return undefined
  }
}

const ENCODINGS: Readonly<Record<number, string>> = {
  [TAG.utf8String]: 'utf-8',
  [TAG.printableString]: 'utf-8',
  [TAG.ia5String]: 'utf-8',
  [TAG.t61String]: 'windows-1252',
  [TAG.bmpString]: 'utf-16be',
}

/**
 * No control characters anywhere, and none that turns the direction of writing: a name is shown in logs and consoles, and
 * must not show as another. ASCII where the type says so.
 */
function isPlain(text: string, tag: number): boolean {
  if (/[\p{Cc}\p{Bidi_Control}]/u.test(text)) return false
  return (tag !== TAG.printableString && tag !== TAG.ia5String) || /^[\x20-\x7e]*$/.test(text)
}

/** UTCTime or GeneralizedTime as RFC 5280 section 4.1.2.5 wants them, in milliseconds since the epoch. */
export function time(element: Tagged | undefined): number | undefined {
  if (element === undefined) return undefined
  const text = new TextDecoder().decode(element.content.subarray(0, 16))
  const digits = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(text)
  if (digits === null || element.content.length !== text.length) return undefined
  const [, years = '', ...rest] = digits
  if (years.length !== (element.tag === TAG.utcTime ? 2 : element.tag === TAG.generalizedTime ? 4 : 0))
    return undefined
  const short = Number(years)
  const year = years.length === 4 ? short : short < 50 ? 2000 + short : 1900 + short
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = rest.map(Number)
  const at = Date.UTC(year, month - 1, day, hour, minute, second)
  // Date.UTC rolls the 31st of February over: a date that does not come back as it went in is none.
  const back = new Date(at)
  const same = back.getUTCMonth() === month - 1 && back.getUTCDate() === day && back.getUTCHours() === hour
  return same && minute < 60 && second < 60 ? at : undefined
}

/** A BOOLEAN, or undefined: X.690 section 11.1 has one octet for true. */
export function boolean(element: Tagged | undefined): boolean | undefined {
  if (element?.tag !== TAG.boolean || element.content.length !== 1) return undefined
  const [octet] = element.content
  return octet === 0xff ? true : octet === 0 ? false : undefined
}

/** An INTEGER from 0 to 2^31 - 1, in the fewest octets, or undefined. */
export function smallInteger(element: Tagged | undefined): number | undefined {
  if (element?.tag !== TAG.integer) return undefined
  const { content } = element
  const [first = 0x80, second = 0x80] = content
  if (content.length === 0 || content.length > 4 || first >= 0x80) return undefined
  if (content.length > 1 && first === 0 && second < 0x80) return undefined
  return content.reduce((value, octet) => value * 256 + octet, 0)
}

/** The octets of a BIT STRING that has no unused bits, as keys and signatures have none, or undefined. */
export function wholeOctets(element: Tagged | undefined): Uint8Array | undefined {
  if (element?.tag !== TAG.bitString || element.content[0] !== 0) return undefined
  return element.content.subarray(1)
}
