/**
 * Thresholds of the score: the last word, and never against a caller that has proven who it is.
 *
 * A score that was made without the ledger only flags. What is missing looks to a model like what never happened, and
 * a first visit without a page looks like an attack: a memory that is down would shut out everybody. Whether a blind
 * gate lets people in is said by the rows `ledger_unavailable_*`, where a bank can read it. The same holds for the bank's own app
 * while nothing is known against what was done with it: what is left of the score then is what its software looks like.
 *
 * More has to be said where nobody guesses, but on the mobile channel; of who tries no secret and asks for no more than a visitor does; and of a
 * route that is new, or that hardly anybody has used. Where less is enough says `score-together.ts`.
 */
import type { Evidence } from '../../evidence.ts'
import { isAttempt } from '../../lib/attempt.ts'
import { known } from '../../lib/fact.ts'
import type { Policy } from '../policy.ts'
import type { Case, Finding, Rule } from '../rule.ts'
import {
  accountKnows,
  behaviourOf,
  hasCleared,
  heldPass,
  insistsOnOneAccount,
  isCalm,
  isProgram,
  isQuiet,
  isSuspect,
  isSuspectItself,
  isVisiting,
  ledgerOutage,
  mostlyFails,
  resemblesPerson,
} from '../subject.ts'

function reaches(from: Case, threshold: keyof Policy['thresholds'], least = 0): false | Finding {
  return reachesLimit(from, Math.max(from.policy.thresholds[threshold], least))
}

/** @param limit from 0 to 1 */
export function reachesLimit(from: Case, limit: number): false | Finding {
  const { score } = from
  if (score.state !== 'valid' || score.value.abuse < limit) return false
  const { abuse } = score.value
  return {
    unless: `with an abuse probability under ${limit} (it was ${abuse.toFixed(3)})`,
    limit,
    supposing: { ...from, score: { ...score, value: { ...score.value, abuse: limit - Number.EPSILON } } },
  }
}

/**
 * While nobody guesses, under any name of this request or among those who look alike, so much has to be said on every channel but the mobile
 * one. Customers come with new browsers, and it is at the door that they are stopped; an application signs in whom the account knows, or hardly anybody.
 */
const CALM = { trying: 0.75, reading: 0.65 } as const
/** Of who tries no secret and asks for no more than a visitor does of what is open to everybody. */
const VISITING = 0.9
/** Of a program that does: nobody sits before it. */
const CALLING = 0.7
/** Of who is hardly there: a model takes what it has never seen for what it has seen least of. */
const FIRST_LOOK = { requests: 2, least: 0.999 } as const
/** Of a route that hardly anybody has tried a secret on: a model has seen least there. Only who is beyond doubt is denied. */
const NEARLY_SURE = 0.95
const BEYOND_DOUBT = 0.99
/** Of an account, in a route's first week: few are remembered yet, and to a model whoever is not remembered is no customer. */
const FIRST_WEEK = { least: 0.95, ofFailingKind: 0.85, ms: 7 * 86_400_000 } as const
/** Sign-ins of a day by which a young gate has seen what customers look like; before them, to a model, whoever comes first is like all that failed. */
const CUSTOMERS = { signedIn: 30, ofFew: 0.97, ofNone: 0.99 } as const
/** Behind a token, of who is said to read a bank empty and has read no more than one customer does: many share a carrier's address, and one software. */
const HAS_READ_LITTLE = 0.75

/** Of a browser with which the account has been entered: its owner's, who travels, or one of as many as have the same. */
const KNOWN_BROWSER = { least: 0.9, calm: 0.98 } as const
/** Of who has forgotten a password, by all that is seen. */
const INSISTING = 0.98
/** Those who look alike have come in hardly once within the hour, whether we asked them or not: to ask one more of them is to ask a program. */
const SILENT_KIND = { attempts: 10, inVain: 0.95 } as const

/** Attempts on a route within a day from which on there is an everybody to be held against. */
export const CROWD = 30

/**
 * One mistyped password is all that a new gate has seen of a login: to a model that compares everybody with everybody, an
 * attack by everybody. Until more is known the rules that count what one caller does have the word; but for who is suspect.
 */
function isAlone(evidence: Evidence): boolean {
  if (!isAttempt(evidence) || isSuspect(evidence)) return false
  const day = known(evidence.conduct.route)?.behaviour.day
  return day === undefined || day.attempts < CROWD
}

function leastOfVisitor({ evidence, score }: Case): number {
  const { sensitivity } = evidence.match.route
  if (sensitivity !== 'account' && sensitivity !== 'payment') return leastOfGuest(evidence)
  // Of who asks for what is not theirs the first asking tells much.
  return known(score)?.intent === 'scraping' ? HAS_READ_LITTLE : leastOfAnybody(evidence)
}

/** A page or two that are open to everybody cost a bank nothing. */
function leastOfGuest(evidence: Evidence): number {
  const requests = behaviourOf(evidence, 'client')?.hour.requests ?? 0
  if (requests < FIRST_LOOK.requests) return FIRST_LOOK.least
  return isProgram(evidence) ? CALLING : VISITING
}

function isFirstWeek(evidence: Evidence): boolean {
  if (evidence.claims.account === undefined || isSuspectItself(evidence)) return false
  const route = known(evidence.conduct.route)
  // An isolate that has just begun knows its own age, and not the route's.
  if (route?.merged === undefined) return false
  return isWithinFirstWeek(evidence, route.behaviour)
}

export function isWithinFirstWeek(
  { exchange }: Evidence,
  { firstSeenAt }: { readonly firstSeenAt: number },
): boolean {
  return exchange.arrivedAt - firstSeenAt < FIRST_WEEK.ms
}

function leastFor(from: Case): number {
  const least = leastAtAnyAge(from)
  return isFirstWeek(from.evidence) ? Math.max(least, leastOfFirstWeek(from.evidence)) : least
}

function leastOfFirstWeek(evidence: Evidence): number {
  if (isSuspect(evidence)) return FIRST_WEEK.ofFailingKind
  const signedIn = known(evidence.conduct.route)?.behaviour.day.successes ?? 0
  if (signedIn < 1) return CUSTOMERS.ofNone
  return signedIn < CUSTOMERS.signedIn ? CUSTOMERS.ofFew : FIRST_WEEK.least
}

function leastAtAnyAge(from: Case): number {
  const { evidence } = from
  if (isAlone(evidence)) return NEARLY_SURE
  if (isVisiting(evidence)) return leastOfVisitor(from)
  return leastOfAnybody(evidence)
}

function leastOfAnybody(evidence: Evidence): number {
  if (evidence.match.route.channel === 'mobile' || !isCalm(evidence)) return 0
  return isAttempt(evidence) ? CALM.trying : CALM.reading
}

function namesItself({ client }: Evidence): boolean {
  return client.claim.family === 'tool'
}

/** Nobody can be told why who was merely among the first: while there is doubt, they are asked or slowed. */
const DENIES: readonly (keyof Policy['thresholds'])[] = ['deny', 'certain']

function stops(from: Case, threshold: keyof Policy['thresholds'], least = 0): false | Finding {
  if (ledgerOutage(from.evidence) !== undefined) return false
  // Nothing is below 0: whoever sets that gives an order, and asks for no judgement.
  if (from.policy.thresholds[threshold] === 0) return reaches(from, threshold)
  if (from.genuine && isQuiet(from.evidence)) return false
  if (isAlone(from.evidence) && DENIES.includes(threshold)) return reaches(from, threshold, BEYOND_DOUBT)
  return reaches(from, threshold, Math.max(least, leastFor(from)))
}

/** What says itself that it is a program runs no page: to show it one that asks for work is to refuse it, and not to say so. */
const canBeAsked = ({ evidence }: Case): boolean => isBrowser(evidence) && !namesItself(evidence)

function isBrowser({ match }: Evidence): boolean {
  return match.route.channel === 'browser'
}

/**
 * Where a browser would be asked, a program is slowed: as soon, and not later. Who was asked, and looks in every way like a person,
 * has answered: what is left is said by whether anybody would be asked at all.
 */
function slowsFrom({ evidence, policy }: Case): 'challenge' | 'throttle' | 'certain' {
  if (isBrowser(evidence) && namesItself(evidence)) return 'challenge'
  const hasAnswered = hasCleared(evidence) && resemblesPerson(evidence)
  return hasAnswered && policy.thresholds.throttle > 0 ? 'certain' : 'throttle'
}

const isGrave = ({ evidence }: Case): boolean => {
  const { sensitivity } = evidence.match.route
  return sensitivity === 'login' || sensitivity === 'payment'
}

function isOfSilentKind(evidence: Evidence): boolean {
  const hour = known(evidence.conduct.cohort)?.behaviour.hour
  return (
    hour !== undefined && hour.attempts >= SILENT_KIND.attempts && mostlyFails(hour, SILENT_KIND.inVain, 0)
  )
}

/** Without a pass the country has to be known as well, while somebody guesses. */
function leastOfKnownBrowser(evidence: Evidence): number {
  if (!accountKnows('software', evidence)) return 0
  if (isCalm(evidence)) return KNOWN_BROWSER.calm
  return heldPass(evidence) !== undefined || accountKnows('country', evidence) ? KNOWN_BROWSER.least : 0
}

/** What a score has to be, from 0 to 1, before a browser is refused in whose favour something is known; below that it is asked. */
export function leastInDoubt(from: Case): number {
  if (!canBeAsked(from)) return 0
  const { evidence } = from
  return Math.max(insistsOnOneAccount(evidence) ? INSISTING : 0, leastOfKnownBrowser(evidence))
}

function hasShownItself(evidence: Evidence): boolean {
  return hasCleared(evidence) || (accountKnows('software', evidence) && accountKnows('country', evidence))
}

/** A model may be wrong in a way that nobody has seen yet: what looks in every way like a person is asked, while there is doubt. */
function isRefused(from: Case): false | Finding {
  const { evidence } = from
  const isPerson = resemblesPerson(evidence)
  if (isPerson && isOfSilentKind(evidence) && !hasShownItself(evidence)) return stops(from, 'deny')
  return stops(from, isPerson ? 'certain' : 'deny', leastInDoubt(from))
}

/** Before anybody is challenged: probabilities are calibrated, and of those who are this likely to attack no question is asked. */
export const SCORE_DENIALS: readonly Rule[] = [
  {
    id: 'score_deny',
    reason: 'score_high',
    action: 'deny',
    sparesProven: true,
    applies:
      'the abuse probability reaches `thresholds.deny` on a login or payment route, or `thresholds.certain` of a browser that has a pass and no contradictions (`thresholds.deny` where it has met no challenge, the account does not know both its software and its country, and of ten attempts or more of those who look like it at least 95% did not succeed within the hour); of a browser no less than 0.9 where the account has been entered with its software, if it has a pass or comes from a country that the account knows, and 0.98 while nobody guesses (see below), or where one account alone was tried from its address, three times and more in a day, and by nobody else; who is not refused is challenged instead',
    when: (from) => isGrave(from) && isRefused(from),
  },
  {
    id: 'score_certain',
    reason: 'score_high',
    action: 'throttle',
    sparesProven: true,
    applies: 'the abuse probability reaches `thresholds.certain` on any other route',
    when: (from) => !isGrave(from) && stops(from, 'certain'),
  },
]

export const SCORE_RULES: readonly Rule[] = [
  {
    id: 'score_challenge',
    reason: 'score_high',
    action: 'challenge',
    sparesProven: true,
    applies:
      'the abuse probability reaches `thresholds.challenge` on the browser channel, and the client does not say itself that it is a program',
    when: (from) => canBeAsked(from) && stops(from, 'challenge'),
  },
  {
    id: 'score_throttle',
    reason: 'score_high',
    action: 'throttle',
    sparesProven: true,
    applies:
      'the abuse probability reaches `thresholds.throttle` where no challenge can be shown, or after one was met by a client that contradicts itself (`thresholds.certain` by one that does not, and no less than `score_deny` asks for of a browser in whose favour something is known); `thresholds.challenge` for what says itself that it is a program, on the browser channel',
    when: (from) =>
      (!canBeAsked(from) || hasCleared(from.evidence)) && stops(from, slowsFrom(from), leastInDoubt(from)),
  },
  {
    id: 'score_flag',
    reason: 'score_high',
    action: 'flag',
    sparesProven: true,
    applies: 'the abuse probability reaches `thresholds.flag`',
    when: (from) => reaches(from, 'flag'),
  },
  {
    id: 'score_unavailable',
    reason: ({ score }) => (score.state === 'unavailable' ? score.reason : 'unremarkable'),
    action: 'flag',
    applies: 'there is no score',
    when: ({ score }) => score.state === 'unavailable',
  },
]
