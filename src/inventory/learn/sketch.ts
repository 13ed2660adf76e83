/**
 * How many different callers, in 64 bytes: HyperLogLog (Flajolet and others 2007) with linear counting while few. The
 * standard error is 13%: enough to tell three callers from thirty and thirty from three hundred.
 */
import { fromBase64url, toBase64url } from '../../lib/base64.ts'

const REGISTERS = 64
/** The paper's bias correction for 64 registers. */
const ALPHA = 0.709

export type Sketch = Uint8Array<ArrayBuffer>

export function newSketch(): Sketch {
  return new Uint8Array(REGISTERS)
}

/** `hash` is a 32-bit number (`lib/hash32.ts`): low bits choose the register, the rest is drawn from. */
export function mark(sketch: Sketch, hash: number): void {
  const register = hash & (REGISTERS - 1)
  const rank = Math.clz32((hash >>> 6) | 0) - 5
  if (rank > (sketch[register] ?? 0)) sketch[register] = rank
}

export function mergeSketch(into: Sketch, from: Sketch): void {
  for (let at = 0; at < REGISTERS; at++) into[at] = Math.max(into[at] ?? 0, from[at] ?? 0)
}

export function estimate(sketch: Sketch): number {
  let sum = 0
  let empty = 0
  for (const rank of sketch) {
    sum += 2 ** -rank
    if (rank === 0) empty++
  }
  const raw = (ALPHA * REGISTERS * REGISTERS) / sum
  if (raw > 2.5 * REGISTERS || empty === 0) return Math.round(raw)
  return Math.round(REGISTERS * Math.log(REGISTERS / empty))
}

export function sketchText(sketch: Sketch): string {
  return toBase64url(sketch)
}

/** An empty sketch for what is none. */
export function sketchFrom(text: string): Sketch {
  const bytes = fromBase64url(text)
  const sketch = newSketch()
  if (bytes?.length === REGISTERS) sketch.set(bytes)
  return sketch
}
