/**
 * Accesses while the customer is away: at most four in 24 hours for each consent and resource, unless more were agreed
 * (RTS, Commission Delegated Regulation (EU) 2018/389, Art. 36(5)(b)). Pure: one object decides one consent, one call at a
 * time, so that of ten thousand requests at once as many pass as are left.
 */
import { DAY_MS, HOUR_MS } from '../../lib/durations.ts'
import type { Access, ConsentQuota, ConsentRow, UnattendedAsk } from './types.ts'

/** A consent's accesses in a day, over all resources: what is beyond is refused, or one consent could fill an object. */
export const MAX_ACCESSES = 1_024

/** Pages follow one another at once. Whoever asks for one later than this after the beginning reads anew. */
const PAGES_MS = 30 * 60_000

/**
 * Accesses are kept for longer than they count: clocks of isolates differ, and what is over by one's clock, at midnight, is not
 * by another's.
 */
export const ACCESS_KEPT_MS = DAY_MS + HOUR_MS

export interface QuotaDecision {
  readonly quota: ConsentQuota
  /** All accesses that are worth keeping, this one among them; undefined where nothing is to be written. */
  readonly accesses: readonly Access[] | undefined
  /** Only a page was counted: that is no access, and may lose a second. */
  readonly soon: boolean
}

export function decideQuota(
  row: Pick<ConsentRow, 'accesses' | 'agreed' | 'asked'> | undefined,
  ask: UnattendedAsk,
  { requestId, at }: { readonly requestId: string; readonly at: number },
): QuotaDecision {
  const limit = limitOf(row, ask)
  const all = (row?.accesses ?? []).filter((access) => access.at > at - ACCESS_KEPT_MS)
  const current = all.filter((access) => counts(access, ask.since))
  const same = current.filter(({ resource }) => ask.resources.includes(resource))
  const granted = (page: boolean, used: number) => {
    return { limit, used, granted: true, page, retryAfter: undefined }
  }
  // The answer to an earlier call was lost on its way: it stands.
  const earlier = same.filter((access) => access.requestId !== requestId)
  if (earlier.length < same.length) {
    return { quota: granted(false, earlier.length), accesses: undefined, soon: false }
  }
  const begun = ask.page ? same.findLast((access) => hasNext(access, ask, at)) : undefined
  if (begun !== undefined) {
    const turned = { ...begun, pages: begun.pages + 1 }
    const accesses = all.map((access) => (access === begun ? turned : access))
    return { quota: granted(true, same.length), accesses, soon: true }
  }
  if (same.length >= limit) return refused(same, limit, ask, at)
  if (current.length >= MAX_ACCESSES) return refused(current, MAX_ACCESSES, ask, at)
  const access = { resource: ask.resources[0] ?? '', requestId, at, pages: 0 }
  return { quota: granted(false, same.length), accesses: within(all, ask.since, access), soon: false }
}

/** Pages without end would be readings without end: `?page=1` as often as one likes. */
function hasNext(access: Access, { pages }: UnattendedAsk, at: number): boolean {
  return Math.abs(at - access.at) <= PAGES_MS && access.pages < pages
}

/** Of more than a row holds, those go that count no more. */
function within(all: readonly Access[], since: number, added: Access): readonly Access[] {
  const over = all.filter((access) => !counts(access, since))
  const current = all.filter((access) => counts(access, since))
  return [...over.slice(Math.max(0, all.length + 1 - MAX_ACCESSES)), ...current, added]
}

/**
 * What the bank said holds. What the third party asked for, and the bank took without a word about it, lowers the limit;
 * whether it raises it is the operator's to say, because some banks take any number and mean four.
 */
function limitOf(
  row: Pick<ConsentRow, 'agreed' | 'asked'> | undefined,
  { limit, accepted }: UnattendedAsk,
): number {
  if (row?.agreed !== undefined) return row.agreed
  if (row?.asked === undefined) return limit
  return accepted === 'agreed' ? row.asked : Math.min(row.asked, limit)
}

function counts({ at }: Access, since: number): boolean {
  return at >= since
}

function refused(
  counted: readonly Access[],
  limit: number,
  { endsAt }: UnattendedAsk,
  at: number,
): QuotaDecision {
  // So many have to be over before one is free: more than one where the limit was lowered meanwhile.
  const times = counted.map((access) => access.at).sort((a, b) => a - b)
  const freed = (times[counted.length - limit] ?? at) + DAY_MS
  const retryAfter = Math.max(1, Math.min(freed, endsAt ?? freed) - at)
  return {
    quota: { limit, used: counted.length, granted: false, page: false, retryAfter },
    accesses: undefined,
    soon: false,
  }
}

/** Gives back what this request used: the gate refused it, or the bank failed. Undefined where it used nothing. */
export function refund(accesses: readonly Access[], requestId: string): readonly Access[] | undefined {
  const left = accesses.filter((access) => access.requestId !== requestId)
  return left.length === accesses.length ? undefined : left
}
