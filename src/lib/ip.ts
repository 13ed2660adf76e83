/** IPv4 and IPv6 addresses and prefixes: parsing without leniency, RFC 5952 text, CIDR notation (RFC 4632). */

/** `words` are 16 bits each: two for IPv4, eight for IPv6. */
export interface IpAddress {
  readonly family: 4 | 6
  readonly words: readonly number[]
}

export interface IpPrefix {
  readonly address: IpAddress
  readonly length: number
}

/** The longest text of an IPv6 address, with an IPv4 tail (RFC 4291 section 2.2). */
const MAX_LENGTH = 45
const DOTTED = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/
const HEXTET = /^[0-9a-fA-F]{1,4}$/

/**
 * Undefined for anything that is not exactly one address. No leading zeros (octal to some readers), no short forms,
 * no zone. An IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2) is its IPv4 address: one subscriber, one name.
 */
export function parseIp(text: string): IpAddress | undefined {
  if (text.length > MAX_LENGTH) return undefined
  if (!text.includes(':')) {
    const words = parseIpv4(text)
    return words === undefined ? undefined : { family: 4, words }
  }
  const words = parseIpv6(text)
  if (words === undefined) return undefined
  const mapped = words[5] === 0xffff && words.slice(0, 5).every((word) => word === 0)
  return mapped ? { family: 4, words: words.slice(6) } : { family: 6, words }
}

/** `192.0.2.0/24`. Undefined where the length is out of range; bits behind the prefix are kept as they are. */
export function parsePrefix(text: string): IpPrefix | undefined {
  const slash = text.indexOf('/')
  const length = text.slice(slash + 1)
  if (slash < 0 || !/^(?:0|[1-9]\d{0,2})$/.test(length)) return undefined
  const address = parseIp(text.slice(0, slash))
  if (address === undefined || Number(length) > bitsOf(address)) return undefined
  return { address, length: Number(length) }
}

/** The address with every bit behind the prefix cleared. */
export function maskIp(address: IpAddress, length: number): IpAddress {
  const words = address.words.map((word, at) => {
    const bits = Math.min(16, Math.max(0, length - 16 * at))
    return word & (0xffff << (16 - bits)) & 0xffff
  })
  return { family: address.family, words }
}

/** Canonical text: dotted decimal, or RFC 5952 (lower case, the first longest run of zeros shortened). */
export function formatIp(address: IpAddress): string {
  if (address.family === 4) {
    const [high = 0, low = 0] = address.words
    return `${high >> 8}.${high & 0xff}.${low >> 8}.${low & 0xff}`
  }
  const { start, length } = longestZeros(address.words)
  const text = address.words.map((word) => word.toString(16))
  if (length < 2) return text.join(':')
  return `${text.slice(0, start).join(':')}::${text.slice(start + length).join(':')}`
}

export function bitsOf(address: IpAddress): number {
  return address.family === 4 ? 32 : 128
}

function parseIpv4(text: string): readonly [number, number] | undefined {
  const [, a = '', b = '', c = '', d = ''] = DOTTED.exec(text) ?? []
  const octets = [Number(a), Number(b), Number(c), Number(d)] as const
  if (a === '' || octets.some((octet) => octet > 255)) return undefined
  return [octets[0] * 256 + octets[1], octets[2] * 256 + octets[3]]
}

function parseIpv6(text: string): readonly number[] | undefined {
  const halves = text.split('::', 3)
  if (halves.length > 2) return undefined
  const [head = '', tail] = halves
  if (tail === undefined) {
    const words = hextets(head, true)
    return words?.length === 8 ? words : undefined
  }
  const before = hextets(head, false)
  const after = hextets(tail, true)
  if (before === undefined || after === undefined) return undefined
  const missing = 8 - before.length - after.length
  // RFC 5952 section 4.2.2 is for writers: RFC 4291 lets "::" stand for one group, and none is too few.
  if (missing < 1) return undefined
  return [...before, ...new Array<number>(missing).fill(0), ...after]
}

/** Groups between colons; the last may be an IPv4 address, which is two of them. */
function hextets(text: string, mayEndInIpv4: boolean): readonly number[] | undefined {
  if (text === '') return []
  const words: number[] = []
  const parts = text.split(':', 9)
  for (const [at, part] of parts.entries()) {
    if (HEXTET.test(part)) words.push(Number.parseInt(part, 16))
    else {
      const tail = mayEndInIpv4 && at === parts.length - 1 ? parseIpv4(part) : undefined
      if (tail === undefined) return undefined
      words.push(...tail)
    }
  }
  return words
}

function longestZeros(words: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 }
  let run = 0
  for (const [at, word] of words.entries()) {
    run = word === 0 ? run + 1 : 0
    if (run > best.length) best = { start: at + 1 - run, length: run }
  }
  return best
}
