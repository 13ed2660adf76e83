/**
 * One key's walk as bytes: little endian, a version byte first. Version 1 did not have what is counted for a day, and which
 * request asked first, version 2 not what was ended last: they read as none of it.
 */
import type { RowCodec } from '../annex.ts'
import type { WalkRow } from './types.ts'

const VERSION = 3
export const MOST_RECENT = 16
/** Accounts of one customer. Who has more has a company, and no list is kept. */
export const MOST_LISTED = 64
/** Stands where a list's length stands, for no list. */
const NO_LIST = 255

/** Version, direction, two lengths, the run, when, four counts, stem, number, collection; then two counts; then a length. */
const HEAD_BYTES = 55
const HEADS: readonly number[] = [46, 54, HEAD_BYTES]
/** All lists full: 503 bytes. A customer with two accounts takes 79. */
export const MAX_WALK_BYTES = HEAD_BYTES + 4 * (3 * MOST_RECENT + MOST_LISTED)

export const WALK_CODEC: RowCodec<WalkRow> = {
  encode(row) {
    const recent = row.recent.slice(-MOST_RECENT)
    const askedBy = row.askedBy.slice(-recent.length)
    const ended = row.ended.slice(-MOST_RECENT)
    const owners = row.listed?.owners.slice(0, MOST_LISTED)
    const hashes = [...recent, ...recent.map((_, index) => askedBy[index] ?? 0), ...ended, ...(owners ?? [])]
    const bytes = new Uint8Array(HEAD_BYTES + 4 * hashes.length)
    const view = new DataView(bytes.buffer)
    view.setUint8(0, VERSION)
    view.setInt8(1, row.direction)
    view.setUint8(2, recent.length)
    view.setUint8(3, owners?.length ?? NO_LIST)
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
    const recent = view.getUint8(2)
    const askedBy = version < 2 ? 0 : recent
    const ended = version < 3 ? 0 : view.getUint8(54)
    const owners = view.getUint8(3)
    const before = recent + askedBy + ended
    if (bytes.length !== head + 4 * (before + (owners === NO_LIST ? 0 : owners))) return undefined
    const hashes = (start: number, length: number) =>
      Array.from({ length }, (_, index) => view.getUint32(head + 4 * (start + index), true))
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
      recent: hashes(0, recent),
      // In step with the resources.
      askedBy: version < 2 ? Array.from({ length: recent }, () => 0) : hashes(recent, askedBy),
      ended: hashes(recent + askedBy, ended),
      listed:
        owners === NO_LIST
          ? undefined
          : { collection: view.getUint32(42, true), owners: hashes(before, owners) },
    }
  },
}
