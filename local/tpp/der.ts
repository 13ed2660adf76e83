/** Writes the few DER types (X.690 section 10) for which the library has no extension of its own. */

const TAG = { integer: 0x02, oid: 0x06, utf8: 0x0c, sequence: 0x30, printable: 0x13, ia5: 0x16 } as const

export function sequence(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return element(TAG.sequence, Buffer.concat(parts))
}

export function utf8(text: string): Uint8Array {
  return element(TAG.utf8, Buffer.from(text))
}

export function printable(text: string): Uint8Array {
  return element(TAG.printable, Buffer.from(text, 'latin1'))
}

export function ia5(text: string): Uint8Array {
  return element(TAG.ia5, Buffer.from(text, 'latin1'))
}

/** Of a number that is not negative. */
export function integer(value: number): Uint8Array<ArrayBuffer> {
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  const positive = (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Uint8Array.of(0), bytes])
  return element(TAG.integer, positive)
}

/** X.690 section 8.19: the first two arcs share an octet, the others are base 128. */
export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return element(TAG.oid, Uint8Array.from([40 * first + second, ...rest].flatMap(base128)))
}

function base128(arc: number): number[] {
  const octets = [arc & 0x7f]
  for (let left = arc >> 7; left > 0; left >>= 7) octets.unshift((left & 0x7f) | 0x80)
  return octets
}

function element(tag: number, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const { length } = content
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Uint8Array.from([tag, ...head, ...content])
}
