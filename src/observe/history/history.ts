/**
 * The annex that remembers accounts. A row is made by the bank alone, when it lets somebody in: user names that are only
 * tried leave nothing, however many there are.
 */
import { ABSENT, valid } from '../../lib/fact.ts'
import type { Annex } from '../annex.ts'
import type { HistoryAsk } from './ask.ts'
import { HISTORY_CODEC, MAX_HISTORY_BYTES } from './codec.ts'
import { failed, firstRecord, type HistoryRecord, historyAt, RETENTION_MS, succeeded } from './record.ts'
import type { AccountHistory } from './types.ts'

export const HISTORY: Annex<'history'> = {
  name: 'history',
  kinds: ['account', 'card'],
  codec: HISTORY_CODEC,
  maxRowBytes: MAX_HISTORY_BYTES,
  maxRows: 4_096,
  formerToo: true,
  madeByBank: true,
  observe(rows, { traits, subject }, { name, at }) {
    const record = rows.get(name)
    return record === undefined ? null : historyAt(record, traits, subject, at)
  },
  settle(rows, { traits, attempt }, { outcome }, { name, at, readOnly }) {
    const record = rows.get(name)
    if (!attempt || (readOnly && record === undefined)) return
    const next = after(record, outcome, traits, at)
    if (next !== undefined) rows.putSoon(name, next, Math.max(at, next.successAt) + RETENTION_MS)
  },
  learn() {},
  minds({ attempt }, { outcome }) {
    return attempt && (outcome === 'success' || outcome === 'failure') ? 'now' : 'never'
  },
  read(answers) {
    if (answers.length === 0 || answers.some((answer) => answer === undefined)) return undefined
    // What `observe` above returned, in this or a former object.
    const told = answers.filter((answer): answer is AccountHistory => isHistory(answer))
    const [first, ...rest] = told
    return first === undefined ? ABSENT : valid(rest.reduce(longer, first))
  },
}

function after(
  record: HistoryRecord | undefined,
  outcome: string,
  traits: HistoryAsk['traits'],
  at: number,
): HistoryRecord | undefined {
  if (outcome === 'success')
    return record === undefined ? firstRecord(traits, at) : succeeded(record, traits, at)
  return outcome === 'failure' && record !== undefined ? failed(record, traits, at) : undefined
}

/** After a rotation of keys both rows learn: the older one knows all that the younger one does. */
function longer(one: AccountHistory, other: AccountHistory): AccountHistory {
  return other.confirmed > one.confirmed ? other : one
}

function isHistory(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'traits' in answer && 'confirmed' in answer
}
