/**
 * One key's walk as bytes: little endian, a version byte first. Version 1 did not have what is counted for a day, and which
 * request asked first, version 2 not what was ended last, version 3 not what was answered: they read as none of it. Version 4
 * had who asked for that, too.
 */
import type { RowCodec } from '../annex.ts'
import type { WalkRow } from './types.ts'

const VERSION = 5
export const MOST_RECENT = 16
/** Accounts of a large company. Of a longer list a part is kept. */
export const MOST_LISTED = 256
/** Resources that were read and never listed. */
export const MOST_ANSWERED = 64
/** Stood where a list's length stood before version 4, for no list. */
const NO_LIST_BEFORE = 255
const NO_LIST = 0xffff

/**
 * Version, direction, a length and once another, the run, when, four counts, stem, number, collection; since 2 two counts, since 3 a
 * length, since 4 two lengths and whether the list is whole.
 */
const HEAD_BYTES = 59
const HEADS: readonly number[] = [46, 54, 55, HEAD_BYTES, HEAD_BYTES]
/** All lists full: 1,531 bytes. A customer with two accounts takes 91. */
export const MAX_WALK_BYTES = HEAD_BYTES + 4 * (3 * MOST_RECENT + MOST_ANSWERED + MOST_LISTED)

/** Hashes of each kind in a row, in the order in which they stand. */
interface Lengths {
  readonly recent: number
  readonly askedBy: number
  readonly ended: number
  readonly answered: number
  /** In version 4 alone. */
  readonly answeredBy: number
  /** Undefined for no list. */
  readonly listed: number | undefined
}

export const WALK_CODEC: RowCodec<WalkRow> = {
  encode(row) {
    const recent = row.recent.slice(-MOST_RECENT)
    const askedBy = inStep(recent, row.askedBy.slice(-recent.length))
    const ended = row.ended.slice(-MOST_RECENT)
    const answered = row.answered.slice(-MOST_ANSWERED)
    const listed = row.listed?.owners.slice(0, MOST_LISTED)
    const hashes = [...recent, ...askedBy, ...ended, ...answered, ...(listed ?? [])]
    const bytes = new Uint8Array(HEAD_BYTES + 4 * hashes.length)
    const view = new DataView(bytes.buffer)
    view.setUint8(0, VERSION)
    view.setInt8(1, row.direction)
    view.setUint8(2, recent.length)
    view.setUint16(4, row.run, true)
    view.setFloat64(6, row.at, true)
    ;[row.fresh, row.neighbours, row.misses, row.outside].forEach((count, index) => {
      view.setFloat32(14 + 4 * index, count, true)
    })
    view.setUint32(30, row.stem, true)
    view.setFloat64(34, row.number, true)
    view.setUint32(42, row.listed?.collection ?? 0, true)
    view.setFloat32(46, row.asked, true)
    view.setFloat32(50, row.missing, true)
    view.setUint8(54, ended.length)
    view.setUint8(55, answered.length)
    view.setUint16(56, listed?.length ?? NO_LIST, true)
    view.setUint8(58, row.listed?.whole === true ? 1 : 0)
    hashes.forEach((hash, index) => {
      view.setUint32(HEAD_BYTES + 4 * index, hash, true)
    })
    return bytes
  },
  decode(bytes) {
    const version = bytes[0] ?? 0
    const head = HEADS[version - 1]
    if (head === undefined || bytes.length < head) return undefined
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const lengths = lengthsIn(view, version)
    if (bytes.length !== head + 4 * sumOf(lengths)) return undefined
    let offset = head
    const next = (length: number) =>
      Array.from({ length }, () => {
        offset += 4
        return view.getUint32(offset - 4, true)
      })
    const recent = next(lengths.recent)
    const askedBy = inStep(recent, next(lengths.askedBy))
    const ended = next(lengths.ended)
    const answered = next(lengths.answered)
    next(lengths.answeredBy)
    return {
      direction: view.getInt8(1),
      run: view.getUint16(4, true),
      at: view.getFloat64(6, true),
      fresh: view.getFloat32(14, true),
      neighbours: view.getFloat32(18, true),
      misses: view.getFloat32(22, true),
      outside: view.getFloat32(26, true),
      asked: version < 2 ? 0 : view.getFloat32(46, true),
      missing: version < 2 ? 0 : view.getFloat32(50, true),
      stem: view.getUint32(30, true),
      number: view.getFloat64(34, true),
      recent,
      askedBy,
      ended,
      answered,
      listed:
        lengths.listed === undefined
          ? undefined
          : {
              collection: view.getUint32(42, true),
              owners: next(lengths.listed),
              whole: version < 4 || view.getUint8(58) === 1,
            },
    }
  },
}

function lengthsIn(view: DataView, version: number): Lengths {
  const recent = view.getUint8(2)
  const answered = version < 4 ? 0 : view.getUint8(55)
  const listed = version < 4 ? view.getUint8(3) : view.getUint16(56, true)
  return {
    recent,
    askedBy: version < 2 ? 0 : recent,
    ended: version < 3 ? 0 : view.getUint8(54),
    answered,
    answeredBy: version === 4 ? answered : 0,
    listed: listed === (version < 4 ? NO_LIST_BEFORE : NO_LIST) ? undefined : listed,
  }
}

function sumOf({ recent, askedBy, ended, answered, answeredBy, listed = 0 }: Lengths): number {
  return recent + askedBy + ended + answered + answeredBy + listed
}

/** One hash for each, of the request that asked for it; 0 where that is not known. */
function inStep(hashes: readonly number[], by: readonly number[]): number[] {
  return hashes.map((_, index) => by[index] ?? 0)
}
