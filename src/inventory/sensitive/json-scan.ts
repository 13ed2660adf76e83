/**
 * Looks through JSON that comes in pieces, in one pass over the octets, and knows at every value where it stands. Values
 * are held against a table of octets as they go by (`octets.ts`); only what could be something is made a text and looked
 * at (`inspect.ts`). Lenient: it reads what a bank sends, not what RFC 8259 allows, and several documents in a row.
 */
import { Buffer } from 'node:buffer'
import { inspect, type Report } from './inspect.ts'
import { ENDS, ESCAPED, isWorthIt, KINDS, STOP } from './octets.ts'
import { newTextScan, type TextScan } from './text-scan.ts'
import { newTrail, type Trail } from './trail.ts'
import type { DataClass } from './types.ts'

/** `tokens` are names of members, and `*` for elements of arrays and for a name that is itself what was found. */
export type ReportAt = (found: DataClass, tokens: readonly string[], near: boolean) => void

export interface Scan {
  write(chunk: Uint8Array): void
  /** False where it gave up: nesting that nobody means. */
  end(): boolean
}

/** A longer value is looked through in windows, without undoing its escapes. */
const MAX_VALUE = 8_192
const QUOTE = 0x22
const COLON = 0x3a
const COMMA = 0x2c

interface State {
  readonly trail: Trail
  readonly report: Report
  view: Buffer
  mode: 'between' | 'string' | 'bare'
  /** Where in the chunk the value at hand begins. */
  start: number
  expectsName: boolean
  isName: boolean
  /** The chunk ended with a backslash. */
  escaped: boolean
  kinds: number
  /** What earlier chunks had of the value at hand. */
  carried: string
  long: TextScan | undefined
  gaveUp: boolean
}

export function newJsonScan(tell: ReportAt): Scan {
  const trail = newTrail()
  const state: State = {
    trail,
    report(found, _at, near) {
      const tokens = trail.tokens()
      tell(found, state.isName ? [...tokens.slice(0, -1), '*'] : tokens, near)
    },
    view: Buffer.alloc(0),
    mode: 'between',
    start: 0,
    expectsName: false,
    isName: false,
    escaped: false,
    kinds: 0,
    carried: '',
    long: undefined,
    gaveUp: false,
  }
  return {
    write(chunk) {
      if (state.gaveUp) return
      state.view = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      state.start = 0
      trail.begin(state.view)
      for (let at = 0; at < chunk.length && !state.gaveUp; ) {
        if (state.mode === 'between') at = readBetween(state, chunk, at)
        else if (state.mode === 'string') at = readString(state, chunk, at)
        else at = readBare(state, chunk, at)
      }
      if (state.mode !== 'between') carry(state, chunk.length)
      trail.settle()
    },
    end() {
      if (state.mode !== 'between') endValue(state, 0, 0)
      return !state.gaveUp
    },
  }
}

/** Up to the next value or name. */
function readBetween(state: State, chunk: Uint8Array, from: number): number {
  const { trail } = state
  let at = from
  while (at < chunk.length) {
    const octet = chunk[at] ?? 0
    at++
    if (octet === QUOTE) {
      begin(state, 'string', at)
      return at
    }
    if (octet <= 0x20 || octet === COLON) continue
    if (octet === COMMA) state.expectsName = trail.inObject()
    else if (octet === 0x7b || octet === 0x5b) {
      if (!trail.open(octet === 0x7b)) state.gaveUp = true
      state.expectsName = octet === 0x7b
    } else if (octet === 0x7d || octet === 0x5d) {
      trail.close()
      state.expectsName = false
    } else {
      begin(state, 'bare', at - 1)
      return at - 1
    }
    if (state.gaveUp) return at
  }
  return at
}

function begin(state: State, mode: 'string' | 'bare', at: number): void {
  state.mode = mode
  state.start = at
  state.isName = mode === 'string' && state.expectsName
  state.expectsName = false
  state.kinds = 0
}

function readString(state: State, chunk: Uint8Array, from: number): number {
  const length = chunk.length
  let at = from
  for (;;) {
    at = skipString(state, chunk, at)
    if (at >= length) return length
    endValue(state, state.start, at)
    at++
    // Most of what follows is a colon or a comma and the next string: measured, a third of the time.
    const next = chunk[at]
    if (chunk[at + 1] !== QUOTE || (next !== COLON && next !== COMMA)) return at
    if (next === COMMA) state.expectsName = state.trail.inObject()
    at += 2
    begin(state, 'string', at)
  }
}

/** To the quotation mark that ends it, or to the end of the chunk. */
function skipString(state: State, chunk: Uint8Array, from: number): number {
  const length = chunk.length
  let at = from
  let kinds = state.kinds
  if (state.escaped) {
    state.escaped = false
    at++
  }
  while (at < length) {
    const octet = chunk[at] ?? 0
    const kind = KINDS[octet] ?? 0
    if ((kind & STOP) !== 0) {
      if (octet === QUOTE) break
      // A backslash: whatever follows it belongs to the value.
      at++
      if (at >= length) state.escaped = true
      else if (chunk[at] === 0x75) kinds |= ESCAPED
    }
    kinds |= kind
    at++
  }
  state.kinds = kinds
  return at
}

function readBare(state: State, chunk: Uint8Array, from: number): number {
  let at = from
  while (at < chunk.length) {
    const octet = chunk[at] ?? 0
    if (ENDS[octet] === 1) break
    state.kinds |= KINDS[octet] ?? 0
    at++
  }
  if (at < chunk.length) endValue(state, state.start, at)
  return at
}

function endValue(state: State, start: number, end: number): void {
  const { view, trail, carried, long, kinds } = state
  state.mode = 'between'
  if (long !== undefined) {
    long.write(view.toString('latin1', start, end))
    long.end()
    state.long = undefined
  } else if (carried !== '') {
    const text = carried + view.toString('latin1', start, end)
    state.carried = ''
    if (state.isName) trail.nameText(text)
    if (kinds !== 0) look(state, text)
  } else {
    if (state.isName) trail.name(start, end)
    if (isWorthIt(view, start, end, kinds)) look(state, view.toString('latin1', start, end))
  }
  state.isName = false
}

/** A name is looked at as a value is: it may be one. */
function look({ trail, isName, report }: State, text: string): void {
  const field = isName ? '' : trail.field()
  const plain = text.includes('\\') ? unescaped(text) : text
  if (plain.length <= MAX_VALUE) inspect(plain, field, report)
  else {
    const scan = newTextScan(field, report)
    scan.write(plain)
    scan.end()
  }
}

function carry(state: State, end: number): void {
  const text = state.view.toString('latin1', state.start, end)
  if (state.long !== undefined) state.long.write(text)
  else state.carried += text
  if (state.carried.length <= MAX_VALUE) return
  state.long = newTextScan(state.trail.field(), state.report)
  state.long.write(state.carried)
  state.carried = ''
}

function unescaped(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`))
  } catch {
    return text
  }
}
