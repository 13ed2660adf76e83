/** What the bank has told of a consent, and what that rules out. Pure. */
import { DAY_MS } from '../../lib/durations.ts'
import type { ConsentNews, ConsentProblem, ConsentRow, KnownList, UseAsk } from './types.ts'

export const NEW_ROW: ConsentRow = {
  accesses: [],
  ended: false,
  until: undefined,
  agreed: undefined,
  asked: undefined,
  owner: undefined,
  lists: [],
  keepUntil: 0,
  lookedAt: 0,
  looks: 0,
}

/** Longest that a consent holds without the customer's strong authentication (RTS Art. 10a: 180 days). */
const KEPT_MS = 180 * DAY_MS
/** That the bank answered and said nothing of it. */
const NOTHING_KEPT_MS = 7 * DAY_MS
/**
 * A consent may be asked for by another while the news of its making is on its way, half a second: it is asked again a second
 * later, and then after four times as long each time. What nobody ever made costs four questions a day, while it is used.
 */
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 6 * 3_600_000
/** A customer may open an account tomorrow: an older list says nothing of it. */
const LIST_FRESH_MS = DAY_MS
/**
 * How long a list may be on its way from the bank's answer to here: as long as the one before it could rule anything out. Whoever
 * asked has the newer one, and may know more accounts; a lesson that is lost must accuse nobody.
 */
const PENDING_MS = LIST_FRESH_MS
/** The pause is at its longest before. */
const MOST_LOOKS = 99
const MAX_LISTS = 4
/** Of all lists together: bounds the row. */
const MAX_LISTED = 512

/** Nothing was learnt, and it is time to ask whose it is. */
export function isDue(row: ConsentRow | undefined, at: number): boolean {
  if (row === undefined || (row.keepUntil === 0 && row.looks === 0)) return true
  if (row.keepUntil > 0) return false
  return at - row.lookedAt >= Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 4 ** (row.looks - 1))
}

/** The first of what rules the request out; only what is learnt can. */
export function problemIn(row: ConsentRow | undefined, ask: UseAsk, at: number): ConsentProblem | undefined {
  if (row === undefined) return undefined
  if (row.owner === ANOTHER) return 'consent_of_another'
  // Whoever may not read any more may still ask why, and withdraw.
  if (!ask.data) return undefined
  if (row.ended) return 'consent_ended'
  if (row.until !== undefined && at > row.until) return 'consent_expired'
  return isOutside(row.lists, ask, at) ? 'consent_account_outside' : undefined
}

/** In place of an organisation's name, in the objects of all others. */
export const ANOTHER = 'another'

function isOutside(lists: readonly KnownList[], { account }: UseAsk, at: number): boolean {
  if (account === undefined) return false
  const list = lists.find(({ collection }) => collection === account.collection)
  if (list === undefined || at - list.at > LIST_FRESH_MS || at < list.pendingUntil) return false
  // Under a key that is gone, nobody can say which account is meant.
  const name = account.names.find((one) => one.startsWith(`${list.keyId}.`))
  return name !== undefined && !list.accounts.includes(name)
}

/** A list is asked for: until it has come here, whoever asks may know more accounts than the list here. */
export function awaitList(row: ConsentRow | undefined, ask: UseAsk, at: number): ConsentRow | undefined {
  const list = row?.lists.find(({ collection }) => collection === ask.listing)
  if (row === undefined || list === undefined) return undefined
  const pending = { ...list, pendingUntil: at + PENDING_MS }
  return { ...row, lists: row.lists.map((one) => (one === list ? pending : one)) }
}

export function withNews(row: ConsentRow, news: ConsentNews, at: number): ConsentRow {
  // Two isolates may have asked at once: that is one question.
  if (news.looked === true) {
    return isDue(row, at) ? { ...row, lookedAt: at, looks: Math.min(MOST_LOOKS, row.looks + 1) } : row
  }
  return {
    ...row,
    ended: row.ended || news.ended === true,
    until: news.until ?? row.until,
    agreed: news.agreed ?? row.agreed,
    asked: news.asked ?? row.asked,
    // The bank gave it to one organisation, once.
    owner: row.owner ?? news.owner,
    lists: news.list === undefined ? row.lists : withList(row.lists, news.list, at),
    keepUntil: Math.max(row.keepUntil, at + (Object.keys(news).length === 0 ? NOTHING_KEPT_MS : KEPT_MS)),
  }
}

function withList(
  lists: readonly KnownList[],
  { collection, keyId, accounts }: NonNullable<ConsentNews['list']>,
  at: number,
): readonly KnownList[] {
  const known = lists.find((list) => list.collection === collection)
  // News of two lists may come in the wrong order.
  if (known !== undefined && known.at > at) return lists
  const others = lists.filter((list) => list !== known)
  if (accounts === undefined || others.length >= MAX_LISTS) return others
  const listed = others.reduce((sum, list) => sum + list.accounts.length, accounts.length)
  if (listed > MAX_LISTED) return others
  // Asked for again since: that one has not come yet.
  const again = known !== undefined && known.pendingUntil - PENDING_MS > at
  return [...others, { collection, keyId, accounts, at, pendingUntil: again ? known.pendingUntil : 0 }]
}

/** Of each collection the newest list, and of more than a row holds the newest ones. */
export function mergedLists(lists: readonly KnownList[]): readonly KnownList[] {
  const newestFirst = [...lists].sort((a, b) => b.at - a.at)
  const kept: KnownList[] = []
  for (const list of newestFirst) {
    const at = kept.findIndex(({ collection }) => collection === list.collection)
    const newer = kept[at]
    // Asked for again after the newer one: until that has come nobody knows.
    if (newer !== undefined) {
      const again = list.pendingUntil - PENDING_MS > newer.at
      if (again) kept[at] = { ...newer, pendingUntil: Math.max(newer.pendingUntil, list.pendingUntil) }
      continue
    }
    const listed = kept.reduce((sum, { accounts }) => sum + accounts.length, list.accounts.length)
    if (kept.length < MAX_LISTS && listed <= MAX_LISTED) kept.push(list)
  }
  return kept
}
