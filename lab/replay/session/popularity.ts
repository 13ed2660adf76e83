/** Whether others ask for a thing too, in fixed space: collisions make things look more popular than they are. */
export interface Popularity {
  /** Notes that this client asked for it; whether hardly anybody else had. Undefined while too little was seen. */
  ask(target: number, client: number): boolean | undefined
}

/** A million cells of 6 bytes: the last client to ask, and how many had asked when another came. */
const CELLS = 1_048_576
/** Below so many askings everything is rare. */
const ENOUGH = 2_000
/** Others that have asked, one after the other. */
const RARE_BELOW = 2
const MOST = 65_535

export function newPopularity(): Popularity {
  const last = new Uint32Array(CELLS)
  const others = new Uint16Array(CELLS)
  let asked = 0
  return {
    ask(target, client) {
      asked++
      const cell = target % CELLS
      const before = others[cell] ?? 0
      // 0 is nobody.
      const who = client === 0 ? 1 : client
      const changed = last[cell] !== who
      if (changed && before < MOST) others[cell] = before + 1
      last[cell] = who
      if (asked < ENOUGH) return undefined
      return before - (changed ? 0 : 1) < RARE_BELOW
    },
  }
}
