/** The windows of a third party's quota: counted from the epoch, all of one length. */
import type { Quota, Window } from './types.ts'

/** The one in which a request arrived. */
export function windowAt({ requests, seconds }: Quota, at: number): Window {
  const window = Math.floor(at / (1_000 * seconds))
  return { window, limit: requests, endsAt: (window + 1) * 1_000 * seconds }
}

/** Another one of the same quota. */
export function windowNumbered(known: Window, window: number): Window {
  return { window, limit: known.limit, endsAt: (window + 1) * lengthOf(known) }
}

/** The one in which an object has answered: a later one than was asked about, where that was over there. */
export function windowEnding(known: Window, endsAt: number): Window {
  return windowNumbered(known, Math.round(endsAt / lengthOf(known)) - 1)
}

export function startOf({ window, ...known }: Window): number {
  return window * lengthOf({ window, ...known })
}

function lengthOf({ window, endsAt }: Window): number {
  return endsAt / (window + 1)
}
