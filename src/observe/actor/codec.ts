/**
 * What a third party is known by, as bytes for a row: little endian, a version byte first. An unknown version reads as
 * no state: the third party is new again, and nothing of it is unknown for a day. Version 1 had no accounts, and is read:
 * what it tells is kept, and accounts are usual nowhere yet.
 *
 * The last ten minutes and the sketches are left out: they are over before anybody would miss them.
 */
import { type KnownMark, MARKS } from './marks.ts'
import { REACH_LENGTH, type Reach } from './reach.ts'
import { type ActorState, newActorState } from './state.ts'
import { newHour, PEAKS, REACHES, WEEK_LENGTH } from './week.ts'

const VERSION = 2
/** Without what the open hour and the weeks know of accounts. */
const NO_ACCOUNTS = 1
const HEAD_BYTES = 1 + 3 * 8
const OPEN_BYTES = (PEAKS + 4) * 8
const WEEK_BYTES = WEEK_LENGTH * 4
const REACH_BYTES = REACHES * 8 + REACH_LENGTH * 4
const MARK_BYTES = 1 + 4 + 8 + 8 + 1
const MAX_MARKS = 255
/** 9.6 kB and 22 bytes for each of at most 48 marks. */
export const MAX_ACTOR_BYTES = HEAD_BYTES + OPEN_BYTES + WEEK_BYTES + REACH_BYTES + 1 + MAX_MARKS * MARK_BYTES

export function encodeActor(state: ActorState): Uint8Array<ArrayBuffer> {
  const marks = state.marks.slice(0, MAX_MARKS)
  const bytes = new Uint8Array(fixedBytes(VERSION) + marks.length * MARK_BYTES)
  const view = new DataView(bytes.buffer)
  const { open } = state
  view.setUint8(0, VERSION)
  const numbers = [
    ...[state.firstSeenAt, state.lastAt, open.hour, ...open.peaks],
    ...[open.requests, open.errors, open.told, open.unattended],
  ]
  numbers.forEach((value, index) => {
    view.setFloat64(1 + index * 8, value, true)
  })
  let offset = HEAD_BYTES + OPEN_BYTES
  for (const value of state.week) {
    view.setFloat32(offset, value, true)
    offset += 4
  }
  offset = writeReach(view, offset, state)
  view.setUint8(offset, marks.length)
  offset += 1
  for (const mark of marks) {
    writeMark(view, offset, mark)
    offset += MARK_BYTES
  }
  return bytes
}

/** Undefined for what neither this version nor the one before it wrote. */
export function decodeActor(bytes: Uint8Array): ActorState | undefined {
  const version = bytes[0]
  if (version !== VERSION && version !== NO_ACCOUNTS) return undefined
  const fixed = fixedBytes(version)
  if (bytes.length < fixed) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const marks = view.getUint8(fixed - 1)
  if (bytes.length !== fixed + marks * MARK_BYTES) return undefined
  const number = (index: number) => view.getFloat64(1 + index * 8, true)
  const open = newHour(number(2))
  for (let index = 0; index < PEAKS; index += 1) open.peaks[index] = number(3 + index)
  open.requests = number(3 + PEAKS)
  open.errors = number(4 + PEAKS)
  open.told = number(5 + PEAKS)
  open.unattended = number(6 + PEAKS)
  const state = newActorState(number(0))
  for (let index = 0; index < WEEK_LENGTH; index += 1) {
    state.week[index] = view.getFloat32(HEAD_BYTES + OPEN_BYTES + index * 4, true)
  }
  open.reach = version === NO_ACCOUNTS ? undefined : readReach(view, state.reach)
  for (let index = 0; index < marks; index += 1) state.marks.push(readMark(view, fixed + index * MARK_BYTES))
  return { ...state, lastAt: number(1), open }
}

function fixedBytes(version: number): number {
  return HEAD_BYTES + OPEN_BYTES + WEEK_BYTES + (version === NO_ACCOUNTS ? 0 : REACH_BYTES) + 1
}

/** An open hour in which not all accounts were counted is written as such: no number. */
function writeReach(view: DataView, start: number, { open, reach }: ActorState): number {
  let offset = start
  for (let index = 0; index < REACHES; index += 1) {
    view.setFloat64(offset, open.reach?.[index] ?? Number.NaN, true)
    offset += 8
  }
  for (const value of reach) {
    view.setFloat32(offset, value, true)
    offset += 4
  }
  return offset
}

/** @returns the open hour's; the weeks' are put into `reach` */
function readReach(view: DataView, reach: Reach): number[] | undefined {
  const start = HEAD_BYTES + OPEN_BYTES + WEEK_BYTES
  const open = Array.from({ length: REACHES }, (_, index) => view.getFloat64(start + index * 8, true))
  for (let index = 0; index < REACH_LENGTH; index += 1)
    reach[index] = view.getFloat32(start + REACHES * 8 + index * 4, true)
  return open.some(Number.isNaN) ? undefined : open
}

function writeMark(view: DataView, offset: number, { kind, hash, firstAt, lastAt, days }: KnownMark): void {
  view.setUint8(offset, MARKS.indexOf(kind))
  view.setUint32(offset + 1, hash, true)
  view.setFloat64(offset + 5, firstAt, true)
  view.setFloat64(offset + 13, lastAt, true)
  view.setUint8(offset + 21, days)
}

function readMark(view: DataView, offset: number): KnownMark {
  return {
    kind: MARKS[view.getUint8(offset)] ?? 'network',
    hash: view.getUint32(offset + 1, true),
    firstAt: view.getFloat64(offset + 5, true),
    lastAt: view.getFloat64(offset + 13, true),
    days: view.getUint8(offset + 21),
  }
}
