/** The parts of a stored state that every version of the codec writes alike: times and rhythm, and a sketch. */
import type { KeyState } from './behaviour.ts'
import { type Distinct, MAX_LISTED, SLOTS } from './distinct.ts'

/** Version, two times, rhythm. */
export const HEAD_BYTES = 1 + 2 * 8 + 1 + 2 * 8
/** A listed slot: when, then which. */
const LISTED_BYTES = 6
/** Stands where a list's length stands, before a whole vector. */
const WHOLE = 0xffff
export const WHOLE_BYTES = SLOTS * 4

export function readHead(view: DataView): Pick<KeyState, 'firstSeenAt' | 'lastAt' | 'rhythm'> {
  return {
    firstSeenAt: view.getFloat64(1, true),
    lastAt: view.getFloat64(9, true),
    rhythm: {
      intervals: view.getUint8(17),
      mean: view.getFloat64(18, true),
      variance: view.getFloat64(26, true),
    },
  }
}

export function sizeOf({ slots }: Distinct): number {
  return 2 + (slots === undefined ? WHOLE_BYTES : slots.length * LISTED_BYTES)
}

export function writeDistinct(view: DataView, start: number, { slots, times }: Distinct): number {
  view.setUint16(start, slots?.length ?? WHOLE, true)
  let offset = start + 2
  for (let index = 0; index < times.length; index += 1) {
    view.setUint32(offset, times[index] ?? 0, true)
    offset += 4
    if (slots === undefined) continue
    view.setUint16(offset, slots[index] ?? 0, true)
    offset += 2
  }
  return offset
}

export function readDistinct(view: DataView, start: number): Distinct | undefined {
  if (start + 2 > view.byteLength) return undefined
  const length = view.getUint16(start, true)
  const seen: Distinct = { slots: length === WHOLE ? undefined : new Array<number>(length), times: [] }
  if ((seen.slots !== undefined && length > MAX_LISTED) || start + sizeOf(seen) > view.byteLength)
    return undefined
  let offset = start + 2
  for (let index = 0; index < (seen.slots?.length ?? SLOTS); index += 1) {
    seen.times.push(view.getUint32(offset, true))
    offset += 4
    if (seen.slots === undefined) continue
    seen.slots[index] = view.getUint16(offset, true) % SLOTS
    offset += 2
  }
  return seen
}
