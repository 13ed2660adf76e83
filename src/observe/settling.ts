/** What is told to objects after an answer, and how soon: at the gate, shared by the ledger over objects and the one in memory. */
import type { Answer, Footprint, Lesson, OriginAnswer, OutcomeKind } from '../evidence.ts'
import { fieldIn } from '../lib/header-fields.ts'
import type { Annex, AnnexName, AnnexTypes, Ending, News, Urgency } from './annex.ts'
import { ANNEX_NAMES, ANNEXES } from './annexes.ts'
import { settles } from './behaviour.ts'
import type { Placement } from './shards.ts'
import type { Arrival, Settlement } from './wire.ts'

export function arrivalOf(footprint: Footprint, placement: Placement): Arrival {
  const { requestId, at, attempt, page, account, client, resource } = footprint
  const { names, formerly, asked, asks, readOnly } = placement
  return {
    id: requestId,
    at,
    attempt,
    page,
    account,
    client,
    keys: names,
    ...(resource === undefined ? {} : { resource }),
    ...(formerly === undefined ? {} : { formerly }),
    ...(readOnly === undefined ? {} : { readOnly }),
    ...(asks === undefined || asked === undefined ? {} : { asks, asked }),
  }
}

/** Where the key is known by a former name alone, no key is counted: the annexes are told. */
export function settlementOf(
  { requestId, at, attempt, stranger }: Footprint,
  outcome: OutcomeKind,
  { names, formerly, asked, asks, readOnly }: Placement,
  { status, bytes }: OriginAnswer,
): Settlement {
  return {
    id: requestId,
    at,
    attempt,
    outcome,
    keys: readOnly === true ? [] : names,
    ...(formerly === undefined ? {} : { formerly }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(stranger === true ? { stranger } : {}),
    ...(asks === undefined || asked === undefined ? {} : { status, asks, asked }),
  }
}

export function lessonOf(
  { requestId, at, attempt }: Footprint,
  { names, formerly, asked }: Placement,
  lesson: Lesson,
): Settlement {
  return {
    id: requestId,
    at,
    attempt,
    outcome: 'served',
    keys: names,
    lesson,
    ...(formerly === undefined ? {} : { formerly }),
    ...(asked === undefined ? {} : { asked }),
  }
}

/** A gigabyte and more is no answer of a bank. */
const LENGTH = /^\d{1,9}$/

/** What of the origin's answer memory keeps. Bodies are not counted: most say how long they are, and those that do not are streams. */
export function originAnswer({ response, originStatus, upstream }: Answer): OriginAnswer {
  const length = upstream === 'forwarded' ? fieldIn(response.headers, 'content-length') : null
  return {
    ...(originStatus === undefined ? {} : { status: originStatus }),
    ...(length !== null && LENGTH.test(length) ? { bytes: Number(length) } : {}),
  }
}

const FORMER_TOO = ANNEX_NAMES.filter((name) => ANNEXES[name]?.formerToo === true)

/** How soon an object must know how a request ended. */
export function urgencyOf(
  footprint: Footprint,
  placement: Placement,
  outcome: OutcomeKind,
  { status, bytes = 0 }: OriginAnswer,
): Urgency {
  const ending = { outcome, status }
  if (placement.readOnly === true) {
    const told = FORMER_TOO.some((name) => minds(name, footprint, placement, ending) === 'now')
    return told ? 'now' : 'never'
  }
  if (settles(outcome, footprint.attempt)) return 'now'
  const minded =
    placement.asked === undefined ? [] : ANNEX_NAMES.map((name) => minds(name, footprint, placement, ending))
  if (minded.includes('now')) return 'now'
  return bytes > 0 || minded.includes('later') ? 'later' : 'never'
}

function minds<N extends AnnexName>(
  name: N,
  { asks }: Footprint,
  { asked }: Placement,
  ending: Ending,
): Urgency {
  const annex: Annex<N> | undefined = ANNEXES[name]
  const ask: AnnexTypes[N]['ask'] | undefined = asks[name]
  if (annex === undefined || ask === undefined || asked?.[name] === undefined) return 'never'
  return annex.minds(ask, ending)
}

/** How soon an object must know what an answer taught. */
export function urgencyOfLesson({ readOnly, asked }: Placement, { records = 0, news }: Lesson): Urgency {
  if (readOnly === true) return 'never'
  const urgencies = news === undefined ? [] : ANNEX_NAMES.map((name) => teaches(name, news, asked))
  if (urgencies.includes('now')) return 'now'
  return records > 0 || urgencies.includes('later') ? 'later' : 'never'
}

function teaches<N extends AnnexName>(name: N, news: News, asked: Placement['asked']): Urgency {
  const annex: Annex<N> | undefined = ANNEXES[name]
  const mine: AnnexTypes[N]['news'] | undefined = news[name]
  if (annex === undefined || mine === undefined || asked?.[name] === undefined) return 'never'
  return annex.teaches === undefined ? 'now' : annex.teaches(mine)
}
