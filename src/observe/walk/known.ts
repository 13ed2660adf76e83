/**
 * What a key was told of by the bank: owners on its lists, and resources that the bank has answered for. Pure.
 *
 * A resource is known from the bank's own answer on, and not from the first request for it: of one whose client goes away nobody
 * is told how it ended, and whoever did that with each identifier first would miss none of them afterwards.
 */
import { hash32 } from '../../lib/hash32.ts'
import { MOST_ANSWERED, MOST_LISTED } from './codec.ts'
import type { Listed, WalkAsk, WalkNews, WalkRow } from './types.ts'

/**
 * Below what is known one can walk all the same: through somebody's payees, or through everything where paths begin with the
 * bank's own number. A list is of accounts, and 403 below one of these is the account's own.
 */
export function isKnown(row: WalkRow, { resource, owner }: WalkAsk, status: number): boolean {
  const isListed = row.listed?.owners.includes(owner) === true
  return (isListed && (resource === owner || status === 403)) || row.answered.includes(resource)
}

/** The same row where the resource is known. */
export function withAnswer(row: WalkRow, resource: number): WalkRow {
  if (row.answered.includes(resource) || row.listed?.owners.includes(resource) === true) return row
  return { ...row, answered: [...row.answered, resource].slice(-MOST_ANSWERED) }
}

/** Undefined where it tells nothing that is not known. What another list told before stays known, as far as there is room. */
export function withList(row: WalkRow, { collection, complete, part = [] }: WalkNews): WalkRow | undefined {
  const name = hash32(collection)
  const before = row.listed?.collection === name ? row.listed : undefined
  const list = complete === undefined ? joined(name, before, part) : whole(name, complete)
  const isNew =
    list.whole !== before?.whole ||
    list.owners.length !== before.owners.length ||
    list.owners.some((owner) => !before.owners.includes(owner))
  if (!isNew) return undefined
  const told = before === undefined ? (row.listed?.owners ?? []) : []
  return told.reduce<WalkRow>(withAnswer, { ...row, listed: list })
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
