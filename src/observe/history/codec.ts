/** One account's history as bytes: little endian, a version byte first. Times in seconds: nobody signs in more exactly. */
import type { RowCodec } from '../annex.ts'
import { type HistoryRecord, MOST_SIGHTS, type Sight, TRAITS } from './record.ts'
import type { Trait } from './types.ts'

const VERSION = 1
/** Version, confirmed, success, successes, days, weight, stranger, networks, takeover. */
const HEAD_BYTES = 1 + 4 + 4 + 2 + 1 + 4 + 4 + 4 + 4
const SIGHT_BYTES = 4 + 4 + 4 + 1
/** Every list full: 631 bytes. A person with one telephone and one home takes 98. */
export const MAX_HISTORY_BYTES =
  HEAD_BYTES + TRAITS.length + SIGHT_BYTES * TRAITS.reduce((sum, trait) => sum + MOST_SIGHTS[trait], 0)

export const HISTORY_CODEC: RowCodec<HistoryRecord> = { encode, decode }

function encode(record: HistoryRecord): Uint8Array<ArrayBuffer> {
  const lists = TRAITS.map((trait) => record.sights[trait].slice(0, MOST_SIGHTS[trait]))
  const bytes = new Uint8Array(lists.reduce((sum, list) => sum + 1 + list.length * SIGHT_BYTES, HEAD_BYTES))
  const view = new DataView(bytes.buffer)
  view.setUint8(0, VERSION)
  view.setUint32(1, seconds(record.confirmedAt), true)
  view.setUint32(5, seconds(record.successAt), true)
  view.setUint16(9, record.successes, true)
  view.setUint8(11, record.days)
  view.setFloat32(12, record.strangerWeight, true)
  view.setUint32(16, seconds(record.strangerAt), true)
  view.setUint32(20, record.strangerNetworks, true)
  view.setUint32(24, seconds(record.takeoverAt), true)
  let offset = HEAD_BYTES
  for (const list of lists) {
    view.setUint8(offset, list.length)
    offset += 1
    for (const sight of list) {
      writeSight(view, offset, sight)
      offset += SIGHT_BYTES
    }
  }
  return bytes
}

function writeSight(view: DataView, offset: number, { hash, firstAt, lastAt, days }: Sight): void {
  view.setUint32(offset, hash, true)
  view.setUint32(offset + 4, seconds(firstAt), true)
  view.setUint32(offset + 8, seconds(lastAt), true)
  view.setUint8(offset + 12, days)
}

/** Undefined for what this version did not write. */
function decode(bytes: Uint8Array): HistoryRecord | undefined {
  if (bytes.length < HEAD_BYTES || bytes[0] !== VERSION) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const sights: Record<Trait, Sight[]> = { device: [], software: [], prefix: [], network: [], country: [] }
  let offset = HEAD_BYTES
  for (const trait of TRAITS) {
    if (offset >= bytes.length) return undefined
    const count = view.getUint8(offset)
    offset += 1
    if (count > MOST_SIGHTS[trait] || offset + count * SIGHT_BYTES > bytes.length) return undefined
    for (let index = 0; index < count; index += 1, offset += SIGHT_BYTES)
      sights[trait].push(readSight(view, offset))
  }
  return {
    confirmedAt: milliseconds(view.getUint32(1, true)),
    successAt: milliseconds(view.getUint32(5, true)),
    successes: view.getUint16(9, true),
    days: view.getUint8(11),
    strangerWeight: view.getFloat32(12, true),
    strangerAt: milliseconds(view.getUint32(16, true)),
    strangerNetworks: view.getUint32(20, true),
    takeoverAt: milliseconds(view.getUint32(24, true)),
    sights,
  }
}

function readSight(view: DataView, offset: number): Sight {
  return {
    hash: view.getUint32(offset, true),
    firstAt: milliseconds(view.getUint32(offset + 4, true)),
    lastAt: milliseconds(view.getUint32(offset + 8, true)),
    days: view.getUint8(offset + 12),
  }
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1_000)
}

function milliseconds(seconds: number): number {
  return seconds * 1_000
}
