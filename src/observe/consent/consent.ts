/**
 * The consent's part of the ledger: its row stands in the object of its organisation that serves it, so that one call
 * answers for it and for everything else. An access is written down before the answer leaves the object.
 *
 * Where all organisations' claims on one consent meet, a row says whom the bank gave it to, and nothing else.
 */

import { invalid, valid } from '../../lib/fact.ts'
import type { Annex, Ending, Occasion, Rows } from '../annex.ts'
import { decodeRow, encodeRow, MAX_ROW_BYTES } from './codec.ts'
import { merged } from './merged.ts'
import { ACCESS_KEPT_MS, decideQuota, refund } from './quota.ts'
import { ANOTHER, awaitList, isDue, NEW_ROW, problemIn, withNews } from './terms.ts'
import type { ConsentAsk, ConsentNews, ConsentRow, ConsentTold, UseAsk } from './types.ts'

/** Accesses and accounts of an ordinary consent: 2,048 such rows take some 8 MB decoded, and full ones no more in all. */
const USUAL = 16

export const CONSENT_ANNEX: Annex<'consent'> = {
  name: 'consent',
  kinds: ['consent', 'token'],
  codec: { encode: encodeRow, decode: decodeRow },
  maxRowBytes: MAX_ROW_BYTES,
  merge: merged,
  maxRows: 2_048,
  weigh: ({ accesses, lists }) =>
    1 + (accesses.length + lists.reduce((sum, list) => sum + list.accounts.length, 0)) / USUAL,
  observe: (rows, ask, occasion) => {
    const row = rows.get(occasion.name)
    if (ask.kind === 'owner') return ownerTold(row, ask.organisation)
    return use(rows, row, ask, occasion)
  },
  settle(rows, ask, ending, { name, requestId, at, readOnly }) {
    if (readOnly || ask.kind !== 'use' || !isRefunded(ending)) return
    const row = rows.get(name)
    const accesses = row && refund(row.accesses, requestId)
    if (row === undefined || accesses === undefined) return
    rows.put(name, { ...row, accesses }, keptUntil(row, at))
  },
  learn(rows, news, { name, at, readOnly }) {
    if (readOnly) return
    const before = rows.get(name) ?? NEW_ROW
    const row = withNews(before, news, at)
    // A list is told again with every reading of it, and one that is lost rules out nothing; a question is asked again.
    if (news.looked === true || sameTerms(before, row)) rows.putSoon(name, row, keptUntil(row, at))
    else rows.put(name, row, keptUntil(row, at))
  },
  teaches: ({ list, ...terms }) => (list !== undefined && Object.keys(terms).length === 0 ? 'later' : 'now'),
  minds: (ask, ending) => (usesUp(ask) && isRefunded(ending) ? 'now' : 'never'),
  read(answers) {
    const all = answers.filter(isTold)
    // Under a former name of the key an owner may still stand.
    const told =
      all.find(({ problem }) => problem !== undefined) ?? all.find(({ unknown }) => !unknown) ?? all[0]
    if (told === undefined) return undefined
    // An object of the version before does not tell the last two.
    const { quota, until, perDay, unknown, due = unknown, learnt = !unknown } = told
    const former = all[0]?.unknown === true && told.owner !== undefined ? { formerOwner: told.owner } : {}
    if (told.problem !== undefined) {
      return { ...invalid(told.problem), ...(quota === undefined ? {} : { quota }), ...former }
    }
    return { ...valid({ quota, until, perDay, unknown, due, learnt }), ...former }
  },
}

function use(
  rows: Rows<ConsentRow>,
  row: ConsentRow | undefined,
  ask: UseAsk,
  occasion: Occasion,
): ConsentTold {
  const { name, at, readOnly } = occasion
  const told: ConsentTold = {
    quota: undefined,
    problem: problemIn(row, ask, at),
    until: row?.until,
    perDay: row?.agreed ?? row?.asked,
    unknown: row === undefined || (row.keepUntil === 0 && row.looks === 0),
    due: isDue(row, at),
    learnt: row !== undefined && row.keepUntil > 0,
  }
  const awaited = readOnly ? undefined : awaitList(row, ask, at)
  if (awaited !== undefined) rows.putSoon(name, awaited, keptUntil(awaited, at))
  if (ask.unattended === undefined) return told
  const { quota, accesses, soon } = decideQuota(row, ask.unattended, occasion)
  if (accesses !== undefined && !readOnly) {
    const used = { ...(awaited ?? row ?? NEW_ROW), accesses }
    if (soon) rows.putSoon(name, used, keptUntil(used, at))
    else rows.put(name, used, keptUntil(used, at))
  }
  return { ...told, quota }
}

function ownerTold(row: ConsentRow | undefined, organisation: string): ConsentTold {
  const { owner } = row ?? NEW_ROW
  const foreign = owner !== undefined && owner !== organisation
  return {
    quota: undefined,
    problem: foreign ? 'consent_of_another' : undefined,
    until: undefined,
    perDay: undefined,
    unknown: owner === undefined,
    due: false,
    learnt: false,
    ...(owner === undefined ? {} : { owner }),
  }
}

function sameTerms(left: ConsentRow, right: ConsentRow): boolean {
  return (
    left.keepUntil > 0 &&
    left.ended === right.ended &&
    left.until === right.until &&
    left.agreed === right.agreed &&
    left.asked === right.asked &&
    left.owner === right.owner
  )
}

function usesUp(ask: ConsentAsk): boolean {
  return ask.kind === 'use' && ask.unattended !== undefined
}

function isRefunded({ outcome }: Ending): boolean {
  return outcome === 'refused' || outcome === 'origin_error'
}

function keptUntil({ keepUntil }: ConsentRow, at: number): number {
  return Math.max(keepUntil, at + ACCESS_KEPT_MS)
}

/** It crossed a version boundary: what has the members has them from `use` or `ownerTold`. */
function isTold(answer: unknown): answer is ConsentTold {
  return typeof answer === 'object' && answer !== null && 'unknown' in answer
}

/** News for the object of another organisation that used the consent. */
export const FOREIGN: ConsentNews = { owner: ANOTHER }
