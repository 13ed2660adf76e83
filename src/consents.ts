/**
 * The consent under which a third party comes: named in the way of its standard, asked about in the ledger, and learnt of from
 * the bank's answers. Whom the bank gave a consent to is known where all organisations' claims on it meet; that place is
 * asked by each organisation that uses it, until something is known.
 */
import { formerNamesOf, nameOf } from './claims.ts'
import type { ConsentRules } from './dialects/consents/consent-rules.ts'
import { consentNamed } from './dialects/consents/naming.ts'
import type { Claims, Conduct, Exchange, Footprint, LedgerKey, Match, Proof } from './evidence.ts'
import { known } from './lib/fact.ts'
import { hash32 } from './lib/hash32.ts'
import { oneSpelling } from './lib/one-spelling.ts'
import type { ConsentQuestion } from './observe/consent/ask.ts'
import { FOREIGN } from './observe/consent/consent.ts'
import type { ConsentAsk, ConsentNews } from './observe/consent/types.ts'
import type { OrderAsk } from './observe/order/types.ts'
import type { Patience } from './observe/patience.ts'
import type { WalkAsk } from './observe/walk/types.ts'
import type { House, Keys, Ledger } from './ports.ts'

export type ConsentClaims = Pick<Claims, 'consent' | 'consentPlace' | 'formerly'>

/** Undefined where the route's standard has not said how it names consents. */
export function consentRules(house: Pick<House, 'dialects'>, { route }: Match): ConsentRules | undefined {
  return route.channel === 'tpp' ? house.dialects[route.dialect]?.consents : undefined
}

/** Adds the consent that the request names, if it names one: itself, or by a token that somebody vouches for. */
export function withConsent(
  claims: Claims,
  rules: ConsentRules | undefined,
  { method, target, headers }: Exchange,
  { token }: Pick<Proof, 'token'>,
  keys: Keys,
): Claims {
  if (rules === undefined) return claims
  const use = rules.use(method, target.path)
  const consent = use && consentNamed(rules, use, headers, known(token)?.vouching?.consent)
  const inquiry: Pick<Claims, 'inquiry'> = use?.kind === 'data' ? {} : { inquiry: true }
  return { ...claims, ...inquiry, ...(consent === undefined ? {} : consentClaims(consent, keys, claims)) }
}

export function consentClaims(
  spelt: string,
  keys: Keys,
  claims: Pick<Claims, 'formerly'> = {},
): ConsentClaims {
  const consent = oneSpelling(spelt)
  const former = formerNamesOf(keys, 'consent', consent)
  return {
    consent: nameOf(keys, 'consent', consent),
    consentPlace: hash32(consent) & 0xffff,
    ...(former.length === 0 ? {} : { formerly: { ...claims.formerly, consent: former } }),
  }
}

/** Times the usual budget. Nobody waits for an answer to these, and what passes uncounted cannot be counted afterwards. */
const PATIENCE = 8

/** Adds what is asked of the consent's row. */
export function asking(
  plain: Footprint,
  question: ConsentQuestion | undefined,
  { ledger }: Pick<House['config'], 'ledger'>,
): Footprint {
  if (question === undefined) return plain
  const print = withPresence(plain, question)
  const { ask } = question
  if (ask === undefined) return print
  const asked = { ...print, asks: { ...print.asks, consent: ask } }
  return ask.unattended === undefined ? asked : { ...asked, patienceMs: PATIENCE * ledger.budgetMs }
}

/** A customer of whom nobody believes that they are there is counted as away. */
function withPresence(print: Footprint, { claim }: ConsentQuestion): Footprint {
  if (print.actor === undefined) return print
  const { claimed, doubts } = claim.presence
  return { ...print, actor: { ...print.actor, attended: claimed && doubts.length === 0 } }
}

/**
 * A request that tells the consent's own object something, and counts nothing there: what each annex is asked says that it learns.
 * `place` as in `Claims.consentPlace`.
 */
export function consentPrint(print: Footprint, key: LedgerKey, place = key.place ?? print.spread): Footprint {
  const organisation = print.keys.filter(({ kind }) => kind === 'tpp')
  const order: OrderAsk = { operation: 'consent', bornAt: undefined }
  return { ...print, spread: place, keys: [...organisation, key], asks: { consent: NOTHING_USED, order } }
}

const NOTHING_USED: ConsentAsk = {
  kind: 'use',
  data: false,
  account: undefined,
  listing: undefined,
  unattended: undefined,
}

/** A list names no account, so that its request asks nothing of a walk, which learns of what is on it all the same. */
export function listPrint(print: Footprint): Footprint {
  const walk: WalkAsk = { resource: 0, owner: 0, collection: 0, ordinal: undefined }
  return { ...print, asks: { ...print.asks, walk } }
}

/** The consent as no organisation's own: where all claims on it meet. Nobody waits longer than usual to hear of it. */
export function ownerPrint(print: Footprint, key: LedgerKey, organisation: string): Footprint {
  const ask: ConsentAsk = { kind: 'owner', organisation }
  const { patienceMs: _, ...rest } = print
  return {
    ...rest,
    requestId: `${print.requestId}.owner`,
    keys: [{ ...key, standing: 'claimed' }],
    asks: { consent: ask },
  }
}

/**
 * Where nothing was learnt of this consent under this organisation, whether the bank gave it to another one. One more round trip,
 * for the first request of a consent and after growing pauses; an outage of it accuses nobody, and no more does an answer that
 * comes after the request's deadline: it is learnt for the next one.
 */
export async function withOwner(
  conduct: Conduct,
  print: Footprint,
  { ledger, patience }: { readonly ledger: Ledger; readonly patience: Patience },
): Promise<Conduct> {
  const { consent } = conduct
  const key = print.keys.find(({ kind }) => kind === 'consent')
  const organisation = print.keys.find(({ kind }) => kind === 'tpp')?.id
  if (consent.state !== 'valid' || !consent.value.due) return conduct
  if (key === undefined || organisation === undefined) return conduct
  const answer = await patience.within(() => askOwner(print, key, organisation, ledger))
  const told = answer.ok ? answer.value : undefined
  if (told?.state !== 'invalid') return conduct
  const { quota } = consent.value
  return { ...conduct, consent: quota === undefined ? told : { ...told, quota } }
}

/** Asks, and tells the organisation's own row what was said. */
async function askOwner(
  print: Footprint,
  key: LedgerKey,
  organisation: string,
  ledger: Ledger,
): Promise<Conduct['consent']> {
  const place = ownerPrint(print, key, organisation)
  const { formerOwner, ...told } = (await ledger.observe({ ...place, silent: true })).consent
  // Or nobody could say any more whose it is when the old key is gone.
  if (formerOwner !== undefined) ledger.learn(place, { news: { consent: { owner: formerOwner } } }, print.at)
  if (told.state !== 'valid' && told.state !== 'invalid') return told
  const news: ConsentNews = told.state === 'invalid' ? FOREIGN : { looked: true }
  const own = { ...consentPrint(print, key), requestId: `${print.requestId}.asked` }
  ledger.learn(own, { news: { consent: news } }, print.at)
  return told
}
