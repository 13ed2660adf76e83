/** Writes DER (X.690): what is asked of an authority, and what tests make. */

/** One element around the others; lengths are written as short as they can be (section 10.1). */
export function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const size = parts.reduce((sum, part) => sum + part.length, 0)
  const head = [tag, ...lengthOctets(size)]
  const der = new Uint8Array(head.length + size)
  der.set(head)
  let at = head.length
  for (const part of parts) {
    der.set(part, at)
    at += part.length
  }
  return der
}

function lengthOctets(size: number): readonly number[] {
  if (size < 0x80) return [size]
  const octets: number[] = []
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256)
  return [0x80 | octets.length, ...octets]
}

/** An object identifier from its dotted form; arcs below 2^32 (section 8.19). */
export function objectIdentifierOf(dotted: string): Uint8Array {
  const [root = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return element(0x06, Uint8Array.from([root * 40 + second, ...rest].flatMap(arcOctets)))
}

function arcOctets(arc: number): readonly number[] {
  const octets = [arc % 128]
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
    octets.unshift(0x80 | (rest % 128))
  }
  return octets
}
