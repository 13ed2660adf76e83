/**
 * What was lately turned out of probation, in fixed space: one number for the name and one for who had asked. A rare
 * operation whose callers are an hour apart is pushed out between two of them when a flood passes through; the ghost
 * remembers the first when the second comes. Names share cells: a newer one takes an older one's.
 */
const CELLS = 65_536

export interface Ghosts {
  put(name: number, session: number): void
  /** Who asked for it before; undefined where nobody is remembered. */
  sessionOf(name: number): number | undefined
}

/** 512 kB, allocated with the first ghost. */
export function newGhosts(): Ghosts {
  let names: Uint32Array | undefined
  let sessions: Uint32Array | undefined
  return {
    put(name, session) {
      names ??= new Uint32Array(CELLS)
      sessions ??= new Uint32Array(CELLS)
      names[name % CELLS] = name
      sessions[name % CELLS] = session
    },
    sessionOf: (name) => (names?.[name % CELLS] === name ? sessions?.[name % CELLS] : undefined),
  }
}
