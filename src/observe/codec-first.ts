/** States as the gate wrote them before it had windows of ten seconds and ten minutes. Read until they are a day old. */
import type { KeyState } from './behaviour.ts'
import { HEAD_BYTES, readDistinct, readHead, sizeOf } from './codec-parts.ts'
import { newDistinct } from './distinct.ts'
import { newCounts, STRIDE, WIDTH, WINDOWS, type WindowName } from './windows.ts'

export const FIRST_VERSION = 1

const WINDOWS_THEN = ['minute', 'hour', 'day'] as const satisfies readonly WindowName[]
/** The first columns, which have kept their places. */
const WIDTH_THEN = 6
const STRIDE_THEN = 1 + 2 * WIDTH_THEN
const COUNTS_BYTES = WINDOWS_THEN.length * STRIDE_THEN * 4

export function decodeFirstVersion(bytes: Uint8Array): KeyState | undefined {
  if (bytes.length < HEAD_BYTES + COUNTS_BYTES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const accounts = readDistinct(view, HEAD_BYTES + COUNTS_BYTES)
  if (accounts === undefined) return undefined
  const clients = readDistinct(view, HEAD_BYTES + COUNTS_BYTES + sizeOf(accounts))
  if (clients === undefined) return undefined
  return { ...readHead(view), counts: readCounts(view), accounts, clients, resources: newDistinct() }
}

function readCounts(view: DataView): number[] {
  const counts = newCounts()
  for (const [then, window] of WINDOWS_THEN.entries()) {
    const from = HEAD_BYTES + then * STRIDE_THEN * 4
    const to = WINDOWS.indexOf(window) * STRIDE
    const cell = (position: number): number => view.getUint32(from + position * 4, true)
    counts[to] = cell(0)
    for (let column = 0; column < WIDTH_THEN; column += 1) {
      counts[to + 1 + column] = cell(1 + column)
      counts[to + 1 + WIDTH + column] = cell(1 + WIDTH_THEN + column)
    }
  }
  return counts
}
