/**
 * Where a score says enough together with what is missing, or with an intent that nobody honest has, and would not by itself: rows with limits of their
 * own, in percent and below the thresholds. A bank that raises a threshold above its default raises them with it.
 *
 * None of them has a word without the ledger, and none against a caller that has proven who it is.
 */
import type { Behaviour, Evidence } from '../../evidence.ts'
import { isAttempt } from '../../lib/attempt.ts'
import { known } from '../../lib/fact.ts'
import { DEFAULT_POLICY } from '../policy.ts'
import type { Case, Finding, Rule } from '../rule.ts'
import {
  accountMayKnow,
  behaviourOf,
  heldPass,
  isCalm,
  isProgram,
  isQuiet,
  ledgerOutage,
  seenOnPage,
} from '../subject.ts'
import { CROWD, isWithinFirstWeek, leastInDoubt, reachesLimit } from './score.ts'

function reachesPercent(from: Case, percent: number, threshold: 'deny' | 'throttle'): false | Finding {
  const set = from.policy.thresholds[threshold]
  return reachesLimit(from, Math.max(percent / 100, set > DEFAULT_POLICY.thresholds[threshold] ? set : 0))
}

/** How a route is used that has been known for a week, and of which all have told each other: a young gate cannot tell who has been there. */
function settledUse(evidence: Evidence): Behaviour | undefined {
  const route = known(evidence.conduct.route)
  if (route?.merged === undefined) return undefined
  return isWithinFirstWeek(evidence, route.behaviour) ? undefined : route.behaviour
}

/**
 * A secret is tried where browsers come, by who shows no pass. Most who came with the page have one; whose page came from a cache, an
 * application shell or another host has none. A gate that has seen hardly anybody try cannot tell who has been there, no more than a young one; and no log that is replayed tells of passes.
 */
function comesWithoutPass({ evidence }: Case): boolean {
  if (evidence.client.partial !== undefined) return false
  if (!isAttempt(evidence) || evidence.match.route.channel !== 'browser') return false
  const attempts = settledUse(evidence)?.day.attempts ?? 0
  return attempts >= CROWD && heldPass(evidence) === undefined && ledgerOutage(evidence) === undefined
}

/** Nor has it fetched a page in the last hour, and the account does not know it. */
function comesWithoutPage(from: Case): boolean {
  return comesWithoutPass(from) && seenOnPage(from.evidence) === 'no' && !accountMayKnow(from.evidence)
}

/** Asks for data, as somebody would who has not been told what there is. */
function enumerates({ evidence, score, genuine }: Case): boolean {
  const { channel, sensitivity } = evidence.match.route
  if (channel !== 'mobile' || (sensitivity !== 'account' && sensitivity !== 'payment')) return false
  // As of every score: a proven app's looks are no sign while nothing is known against what is done with it.
  if (genuine && isQuiet(evidence)) return false
  return known(score)?.intent === 'enumeration' && ledgerOutage(evidence) === undefined
}

/** Requests within a minute before this one: what looks after something asks for one or two, and comes again later. */
const HURRY = 3

/**
 * A program that shows nothing, neither a pass nor a token nor who made it, asks again and again for what is open to everybody. To a model many a
 * program is a tenth of an attack, so that a young gate, where nothing else is known, has to see it do more.
 */
function hurries({ evidence }: Case): boolean {
  const { client, match, proof } = evidence
  if (client.partial !== undefined || isAttempt(evidence) || !isProgram(evidence)) return false
  const { channel, sensitivity } = match.route
  if (sensitivity !== 'other' || channel === 'mobile') return false
  if (heldPass(evidence) !== undefined || proof.token.state === 'valid' || proof.agent.state === 'valid')
    return false
  if (settledUse(evidence) === undefined || ledgerOutage(evidence) !== undefined) return false
  return inLastMinute(evidence) >= HURRY
}

/** Before this request. */
function inLastMinute(evidence: Evidence): number {
  return behaviourOf(evidence, 'client')?.minute.requests ?? 0
}

/** So much of a score is asked for at the fourth request, half of it at the eighth: each that follows says something, and a model that has met few like it says less. */
function percentInHurry({ evidence }: Case, limit: number): number {
  const share = (HURRY + 1) / (inLastMinute(evidence) + 1)
  return Math.ceil(10 * limit * share) / 10
}

export const TOGETHER_DENIALS: readonly Rule[] = [
  {
    id: 'score_without_page',
    reason: 'score_high',
    action: 'deny',
    sparesProven: true,
    limit: 40,
    applies:
      'a secret is tried on the browser channel while somebody guesses (see below), by a client without a pass that fetched no page in the last hour and that the account does not know, and the abuse probability is this many percent or more (as many as `score_deny` asks for of a browser that the account knows or that tries one account alone, and `thresholds.deny`, where that is raised)',
    when: (from, limit) =>
      comesWithoutPage(from) &&
      !isCalm(from.evidence) &&
      reachesPercent(from, Math.max(limit, 100 * leastInDoubt(from)), 'deny'),
  },
]

export const TOGETHER_LIMITS: readonly Rule[] = [
  {
    id: 'score_enumeration',
    reason: 'score_high',
    action: 'throttle',
    sparesProven: true,
    limit: 30,
    applies:
      'accounts or payments are asked for on the mobile channel, the likeliest intent is enumeration, and the abuse probability is this many percent or more (and `thresholds.throttle`, where that is raised)',
    when: (from, limit) => enumerates(from) && reachesPercent(from, limit, 'throttle'),
  },
  {
    id: 'score_hurried_program',
    reason: 'score_high',
    action: 'throttle',
    sparesProven: true,
    limit: 10,
    applies:
      'what says that it is neither a browser nor an application, and shows neither a pass nor a token, asks at least the fourth time within a minute for what is open to everybody, and the abuse probability is this many percent or more, half as many at the eighth time, and so on (and `thresholds.throttle`, where that is raised)',
    when: (from, limit) => hurries(from) && reachesPercent(from, percentInHurry(from, limit), 'throttle'),
  },
  {
    id: 'score_card_without_pass',
    reason: 'score_high',
    action: 'challenge',
    sparesProven: true,
    limit: 15,
    applies:
      'a card is tried on the browser channel without a pass, and the abuse probability is this many percent or more (and `thresholds.deny`, where that is raised)',
    when: (from, limit) =>
      from.evidence.claims.card !== undefined &&
      comesWithoutPass(from) &&
      reachesPercent(from, limit, 'deny'),
  },
]
