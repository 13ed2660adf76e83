/**
 * What was lately turned out of probation, in fixed space. A rare operation whose callers are an hour apart is pushed out
 * between two of them while a flood passes through; its ghost remembers how often it was asked for, and by about how
 * many, so that it comes back with what it had. Names share cells: a newer one takes an older one's.
 */
const CELLS = 65_536
const MAX_HITS = 255

/** Callers as bits: who comes again changes nothing. */
export interface Ghost {
  readonly hits: number
  readonly sessions: number
  readonly sponsors: number
}

export interface Ghosts {
  put(name: number, ghost: Ghost): void
  get(name: number): Ghost | undefined
}

/** 13 octets a cell, 832 kB, allocated with the first ghost. */
export function newGhosts(): Ghosts {
  let cells: Record<'names' | 'sessions' | 'sponsors', Uint32Array> | undefined
  let hits: Uint8Array | undefined
  return {
    put(name, ghost) {
      cells ??= {
        names: new Uint32Array(CELLS),
        sessions: new Uint32Array(CELLS),
        sponsors: new Uint32Array(CELLS),
      }
      hits ??= new Uint8Array(CELLS)
      const at = name % CELLS
      cells.names[at] = name
      cells.sessions[at] = ghost.sessions
      cells.sponsors[at] = ghost.sponsors
      hits[at] = Math.min(ghost.hits, MAX_HITS)
    },
    get(name) {
      const at = name % CELLS
      if (cells === undefined || cells.names[at] !== name) return undefined
      return { hits: hits?.[at] ?? 0, sessions: cells.sessions[at] ?? 0, sponsors: cells.sponsors[at] ?? 0 }
    },
  }
}

/** One of 32 bits for a caller. */
export function bitOf(caller: number): number {
  return 1 << (caller & 31)
}

export function bitsOf(callers: readonly number[]): number {
  let bits = 0
  for (const caller of callers) bits |= bitOf(caller)
  return bits
}

export function countBits(bits: number): number {
  let left = bits - ((bits >>> 1) & 0x55555555)
  left = (left & 0x33333333) + ((left >>> 2) & 0x33333333)
  return Math.imul((left + (left >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
