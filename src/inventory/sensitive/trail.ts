/**
 * Where in a JSON document a scan is. Names of members are noted as positions in the chunk at hand and become texts only
 * when somebody asks, or when the chunk ends while they are open: of thousands of names in a body a handful are needed.
 */
import { Buffer } from 'node:buffer'

export const MAX_DEPTH = 128

export interface Trail {
  /** False where it is too deep. */
  open(object: boolean): boolean
  close(): void
  inObject(): boolean
  /** The member whose name stands there begins. */
  name(start: number, end: number): void
  /** The same of a name that a chunk's end cut. */
  nameText(text: string): void
  begin(view: Buffer): void
  /** The chunk ends: what is open must outlive it. */
  settle(): void
  /** `*` is an element of an array. */
  tokens(): readonly string[]
  /** Name of the nearest member, in lower case. */
  field(): string
}

export function newTrail(): Trail {
  const objects: boolean[] = []
  const texts: (string | undefined)[] = []
  const starts = new Int32Array(MAX_DEPTH)
  const ends = new Int32Array(MAX_DEPTH)
  let view = Buffer.alloc(0)
  let depth = 0

  function textAt(level: number): string {
    const text =
      objects[level] === true ? (texts[level] ?? view.toString('latin1', starts[level], ends[level])) : '*'
    texts[level] = text
    return text
  }

  return {
    open(object) {
      if (depth >= MAX_DEPTH) return false
      objects[depth] = object
      texts[depth] = ''
      depth++
      return true
    },
    close() {
      if (depth > 0) depth--
    },
    inObject: () => depth > 0 && objects[depth - 1] === true,
    name(start, end) {
      if (depth === 0) return
      texts[depth - 1] = undefined
      starts[depth - 1] = start
      ends[depth - 1] = end
    },
    nameText(text) {
      if (depth > 0) texts[depth - 1] = text
    },
    begin(chunk) {
      view = chunk
    },
    settle() {
      for (let level = 0; level < depth; level++) textAt(level)
    },
    tokens: () => Array.from({ length: depth }, (_, level) => textAt(level)),
    field() {
      for (let level = depth - 1; level >= 0; level--) {
        if (objects[level] === true) return textAt(level).toLowerCase()
      }
      return ''
    },
  }
}
