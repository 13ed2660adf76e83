/**
 * What a key was told of by the bank: owners on its lists, and owners that the bank has answered for. Pure.
 *
 * An owner counts as answered for from the first request for it on, and no longer if that very request turns out to have had no
 * answer: so nothing has to be written when all goes well, which is nearly always.
 */
import { hash32 } from '../../lib/hash32.ts'
import { MOST_LISTED, MOST_OWNERS } from './codec.ts'
import type { Listed, WalkNews, WalkRow } from './types.ts'

/** @param by the request that asks, hashed: what it asked for first itself is known by nobody else's answer */
export function isKnown(row: WalkRow, owner: number, by: number): boolean {
  if (row.listed?.owners.includes(owner) === true) return true
  const place = row.owners.indexOf(owner)
  return place >= 0 && row.ownersBy[place] !== by
}

/** The same row where the owner is known. */
export function withOwner(row: WalkRow, owner: number, by: number): WalkRow {
  if (row.owners.includes(owner) || row.listed?.owners.includes(owner) === true) return row
  return {
    ...row,
    owners: [...row.owners, owner].slice(-MOST_OWNERS),
    ownersBy: [...row.ownersBy, by].slice(-MOST_OWNERS),
  }
}

/** The same row where the owner was asked for by another request first. */
export function withoutOwner(row: WalkRow, owner: number, by: number): WalkRow {
  const place = row.owners.indexOf(owner)
  if (place < 0 || row.ownersBy[place] !== by) return row
  return { ...row, owners: row.owners.toSpliced(place, 1), ownersBy: row.ownersBy.toSpliced(place, 1) }
}

/** Undefined where it tells nothing that is not known. */
export function withList(row: WalkRow, { collection, complete, part = [] }: WalkNews): WalkRow | undefined {
  const name = hash32(collection)
  const before = row.listed?.collection === name ? row.listed : undefined
  const list = complete === undefined ? joined(name, before, part) : whole(name, complete)
  const isNew =
    list.whole !== before?.whole ||
    list.owners.length !== before.owners.length ||
    list.owners.some((owner) => !before.owners.includes(owner))
  return isNew ? { ...row, listed: list } : undefined
}

/** Of a list that is too long to keep the beginning is kept as a part: what is not on it may be on the rest. */
function whole(collection: number, complete: readonly number[]): Listed {
  return { collection, owners: complete.slice(0, MOST_LISTED), whole: complete.length <= MOST_LISTED }
}

function joined(collection: number, before: Listed | undefined, part: readonly number[]): Listed {
  const owners = Array.from(new Set([...(before?.owners ?? []), ...part]))
  return {
    collection,
    owners: owners.slice(-MOST_LISTED),
    whole: before?.whole === true && owners.length <= MOST_LISTED,
  }
}
