/**
 * The most frequent names of a stream in fixed space: Space-Saving (Metwally, Agrawal and El Abbadi 2005). A name that
 * finds no room takes the place of the rarest and inherits its count, so that whatever makes up more than one part in
 * `capacity` is always there. What an attacker may choose freely comes here only after probation (`probation.ts`).
 */
import type { Counted } from './types.ts'

/** A count, and by how much it may be too high. */
interface Cell {
  count: number
  over: number
}

export interface Top {
  readonly capacity: number
  readonly cells: Map<string, Cell>
}

/** A longer name is cut. */
export const MAX_NAME = 160

export function newTop(capacity: number): Top {
  return { capacity, cells: new Map() }
}

export function addTo({ cells, capacity }: Top, given: string, count = 1, over = 0): void {
  const name = given.length > MAX_NAME ? given.slice(0, MAX_NAME) : given
  const cell = cells.get(name)
  if (cell !== undefined) {
    cell.count += count
    cell.over += over
    return
  }
  const inherited = cells.size < capacity ? 0 : takeRarest(cells)
  cells.set(name, { count: count + inherited, over: over + inherited })
}

function takeRarest(cells: Map<string, Cell>): number {
  let rarest: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const [name, { count }] of cells) {
    if (count >= least) continue
    rarest = name
    least = count
  }
  if (rarest === undefined) return 0
  cells.delete(rarest)
  return least
}

/** Most frequent first. */
export function listOf({ cells }: Top): readonly Counted[] {
  const list = Array.from(cells, ([name, { count, over }]) => ({ name, count, over }))
  return list.sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
}

export function addAll(top: Top, list: readonly Counted[]): void {
  for (const { name, count, over } of list) addTo(top, name, count, over)
}
