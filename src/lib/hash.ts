/**
 * A 64-bit name for a text: fast, synchronous and not cryptographic. Whoever wants two texts with one name can
 * make them, so it may name only what a client claims anyway (header shapes, fingerprints), never a secret.
 *
 * Two 32-bit lanes of multiply and xor (as FNV-1a does), finished as MurmurHash3 finishes its 32-bit variant.
 * A BigInt FNV-1a of 64 bits costs 20 times as much.
 */
export function hash64(text: string): string {
  let high = 0x811c9dc5
  let low = 0x9e3779b9
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    high = Math.imul(high ^ unit, 0x01000193)
    low = Math.imul(low ^ unit, 0x85ebca77)
    // The lanes would otherwise differ by their constants alone: each takes something of the other's past.
    high ^= low >>> 17
  }
  return hex(finish(high ^ text.length)) + hex(finish(low ^ high))
}

function finish(state: number): number {
  let mixed = state
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}

function hex(state: number): string {
  return (state >>> 0).toString(16).padStart(8, '0')
}
