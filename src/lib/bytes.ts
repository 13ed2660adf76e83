/** For what is public; secrets are compared by `equalSecrets`. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((octet, at) => octet === right[at])
}

/**
 * The chunks of a stream as one, in order.
 *
 * @param length of all of them together, octets: whoever has read them has counted, to stop at a bound
 */
export function joinBytes(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}
