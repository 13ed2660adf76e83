/**
 * What the bank's answers teach of consents: whose they are, how often they may be used, when they end, which accounts they are
 * for. Read off the response path, as far as a bound, and only where there is something to learn: proposals and states of
 * consents, and lists of accounts.
 */
import { consentClaims, consentPrint, listPrint, ownerPrint } from './consents.ts'
import type { AccountList, ConsentRules, ToldTerms } from './dialects/consents/consent-rules.ts'
import type { Answer, ContentFact, Evidence, Footprint, LedgerKey, Lesson } from './evidence.ts'
import { type Kept, keepWhilePassing } from './inventory/specs/keep.ts'
import { known } from './lib/fact.ts'
import { type JsonValue, parseJson } from './lib/json.ts'
import { accountNames, type ConsentQuestion } from './observe/consent/ask.ts'
import { endOfDate } from './observe/consent/period.ts'
import type { ConsentNews } from './observe/consent/types.ts'
import type { OrderNews } from './observe/order/types.ts'
import { ownerHash } from './observe/walk/identifier.ts'
import type { House } from './ports.ts'

export interface Taught {
  readonly seen: Pick<Evidence, 'content'>
  readonly rules: ConsentRules | undefined
  readonly question: ConsentQuestion | undefined
  readonly print: Footprint
  readonly answer: Answer
}

type Tools = Pick<House, 'keys' | 'ledger' | 'clock' | 'config' | 'waitUntil'>

/** An account list with some hundred accounts; consents are small. */
const MAX_BYTES = 131_072
const LIMITS = { maxLength: MAX_BYTES, maxDepth: 24 }

/** Returns the answer that goes to the client, which waits for nothing. */
export function learn(taught: Taught, response: Response, tools: Tools): Response {
  const { rules, question, answer } = taught
  const { originStatus: status = 0, upstream } = answer
  if (rules === undefined || question === undefined) return response
  if (upstream !== 'forwarded' || status < 200 || status > 299) return response
  const { use } = question
  if (use.kind === 'manage' && use.ends) {
    teach(taught, { news: { consent: { ended: true } } }, tools)
    return response
  }
  if (response.body === null || (use.kind === 'data' && !use.listing)) return response
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(response.headers.get('content-type') ?? '')) return response
  const { response: passing, kept } = keepWhilePassing(response, MAX_BYTES)
  tools.waitUntil(kept.then((bytes) => read(taught, rules, question, bytes, tools)))
  return passing
}

function read(
  taught: Taught,
  rules: ConsentRules,
  question: ConsentQuestion,
  kept: Kept,
  tools: Tools,
): void {
  const { use, whole } = question
  const body = kept instanceof Uint8Array ? jsonIn(kept) : undefined
  if (use.kind === 'data') {
    const told = body === undefined ? undefined : rules.accounts(body)
    const list = told && { ...told, complete: told.complete && whole }
    teach({ ...taught, print: listPrint(taught.print) }, listLesson(use.resource, list, tools), tools)
  } else if (body !== undefined && use.kind === 'manage') {
    teach(taught, termsLesson(rules.terms(body), undefined, taught.print, tools), tools)
  } else if (body !== undefined) teachNew(taught, rules, rules.terms(body), tools)
}

/** A consent that the bank has just made: named in its answer, and not in the request. */
function teachNew({ seen, print }: Taught, rules: ConsentRules, terms: ToldTerms, tools: Tools): void {
  const organisation = print.keys.find(({ kind }) => kind === 'tpp')?.id
  const { keys, ledger, clock } = tools
  if (terms.consent === undefined || organisation === undefined) return
  const { consent = '', consentPlace, formerly } = consentClaims(terms.consent, keys)
  const key: LedgerKey = {
    kind: 'consent',
    id: consent,
    standing: 'claimed',
    ...(formerly?.consent === undefined ? {} : { formerly: formerly.consent }),
  }
  const asked = requestBody(seen.content)
  const frequency = asked === undefined ? undefined : rules.asked(asked)
  const now = clock.now()
  ledger.learn(
    consentPrint(print, key, consentPlace),
    termsLesson(terms, frequency, print, tools, 'made'),
    now,
  )
  ledger.learn(ownerPrint(print, key, organisation), { news: { consent: { owner: organisation } } }, now)
}

function teach({ print }: Taught, lesson: Lesson, { ledger, clock }: Tools): void {
  ledger.learn(print, lesson, clock.now())
}

function termsLesson(
  { status, until, perDay }: ToldTerms,
  asked: number | undefined,
  print: Footprint,
  { config }: Tools,
  made?: OrderNews['step'],
): Lesson {
  const end = until && ('time' in until ? until.time : endOfDate(until.date, config.consents.timeZone))
  const step = made ?? (status === 'over' ? undefined : status)
  const consent: ConsentNews = {
    ...(status === 'over' ? { ended: true } : {}),
    ...(end === undefined ? {} : { until: end }),
    ...(perDay === undefined ? {} : { agreed: perDay }),
    ...(asked === undefined ? {} : { asked }),
  }
  const token = print.asks.order?.token
  const order = step && { step, ...(token === undefined ? {} : { token }) }
  return { news: { consent, ...(order === undefined ? {} : { order }) } }
}

function listLesson(collection: string, list: AccountList | undefined, { keys }: Tools): Lesson {
  const complete = list?.complete === true ? list.ids : undefined
  const names = complete?.map((id) => accountNames(keys, collection, id)[0] ?? '')
  // A list without accounts says under which key as little as no list does.
  const keyId = names?.[0]?.split('.', 1)[0] ?? ''
  return {
    ...(list === undefined ? {} : { records: list.ids.length }),
    news: {
      consent: { list: { collection, keyId, accounts: names?.length === 0 ? undefined : names } },
      ...(list === undefined || list.ids.length === 0
        ? {}
        : { walk: { collection, [list.complete ? 'complete' : 'part']: list.ids.map(ownerHash) } }),
    },
  }
}

function requestBody(content: ContentFact): JsonValue | undefined {
  const bytes = known(content)?.bytes
  return bytes === undefined || bytes.length > MAX_BYTES ? undefined : jsonIn(bytes)
}

function jsonIn(bytes: Uint8Array): JsonValue | undefined {
  const parsed = parseJson(new TextDecoder().decode(bytes), LIMITS)
  return parsed.ok ? parsed.value : undefined
}
