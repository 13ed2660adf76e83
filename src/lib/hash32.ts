/**
 * A 32-bit number for a text, for sharding and sketches: FNV-1a over UTF-16 code units, finished as MurmurHash3
 * finishes, because FNV alone leaves the high bits poor. It has no key: anyone can find collisions, so nothing secret
 * and nothing that must be unique is named by it.
 */
export function hash32(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
