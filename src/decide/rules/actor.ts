/**
 * A third party that is not as it was, an account that somebody else got into, identifiers that are walked through.
 *
 * Drift only notes: a licensed third party within its quota is stopped by a human, or by a setting that a human made for
 * that (an action of `throttle` or `deny` for the row), and never by a likelihood.
 */
import type { Evidence } from '../../evidence.ts'
import { DAY_MS } from '../../lib/durations.ts'
import { known, valid } from '../../lib/fact.ts'
import type { Steps } from '../../observe/walk/types.ts'
import { failsForEverybody } from '../everybody.ts'
import type { Case, Finding, Rule } from '../rule.ts'

/** Of the resources asked for, those that are not there. */
const IN_VAIN = 0.8
/** Whoever holds consents asks for what is there; what was withdrawn yesterday is among it. */
const NEARLY_ALL = 0.9

export const ACTOR_LIMITS: readonly Rule[] = [
  {
    id: 'identifiers_walked',
    reason: 'identifiers_walked',
    action: 'throttle',
    limit: 40,
    sparesProven: true,
    applies:
      'under one consent, token, pass or client this many requests of about the last hour named a resource and got 400, 403 or 404, for as many different resources, and at least 80% of the different resources were such',
    when: ({ evidence: { conduct } }, limit) => {
      const walk = known(conduct.walk)
      if (walk === undefined || walk.misses < limit || walk.misses < IN_VAIN * walk.fresh) return false
      // An app that asks every half minute for what is not there yet walks nowhere.
      if (!(walk.missing >= limit)) return false
      return missing(limit, walk.misses)
    },
  },
  {
    id: 'token_identifiers_walked',
    reason: 'identifiers_walked',
    action: 'throttle',
    limit: 10,
    sparesProven: true,
    applies:
      'under one access token this many different resources of about the last day got 400, 403 or 404, and at least 90% of those that were asked for were such: whoever is signed in has been told what there is',
    when: ({ evidence: { conduct } }, limit) =>
      known(conduct.keys.token) !== undefined && walked(known(conduct.walk), limit),
  },
  {
    id: 'tpp_identifiers_walked',
    reason: 'identifiers_walked',
    action: 'throttle',
    limit: 20,
    applies:
      'a proven third party, under one consent or token of its own, named this many different resources of about the last day that the bank answered with 400, 403 or 404, having neither listed nor answered for them before, and at least 90% of the different resources were such: its own, proven count. Questions about consents that the bank has told it of are spared, and so is everybody while the bank has nothing for anybody (`tpp_identifiers_unanswered`)',
    when: (from, limit) => !failsForEverybody(from.evidence) && walks(from, limit),
  },
  {
    id: 'tpp_inquiries_walked',
    reason: 'identifiers_walked',
    action: 'throttle',
    limit: 40,
    applies:
      'a proven third party, under all its tokens together as far as one object of its own sees them, asked about this many different consents and payments of about the last day that the bank answered with 400, 403 or 404, having not answered for them before, and at least 90% of the different ones were such: its own, proven count, for whoever takes a fresh token each time. Spared is what the row before spares',
    when: (from, limit) => !failsForEverybody(from.evidence) && inquires(from, limit),
  },
]

/** Under one consent or token of the third party's own. */
function walks(from: Case, limit: number): false | Finding {
  const { evidence, proven } = from
  const finding = proven && !asksOfKnown(evidence) && walked(known(evidence.conduct.walk), limit)
  return finding === false ? false : { ...finding, supposing: withMissing(from, limit - 1) }
}

/** What is missing under one token is missing under all of them together, too. */
function withMissing(from: Case, missing: number): Case {
  const { conduct } = from.evidence
  const walk = known(conduct.walk)
  if (walk === undefined) return from
  const { organisation } = walk
  const fewer = organisation && {
    organisation: { ...organisation, missing: organisation.missing - (walk.missing - missing) },
  }
  return {
    ...from,
    evidence: { ...from.evidence, conduct: { ...conduct, walk: valid({ ...walk, missing, ...fewer }) } },
  }
}

/** Under all its tokens. */
function inquires({ evidence, proven }: Case, limit: number): false | Finding {
  return proven && !asksOfKnown(evidence) && walked(known(evidence.conduct.walk)?.organisation, limit)
}

function walked(steps: Steps | undefined, limit: number): false | Finding {
  if (steps === undefined || !(steps.missing >= limit) || steps.missing < NEARLY_ALL * steps.asked)
    return false
  return missing(limit, steps.missing)
}

function missing(limit: number, count: number): Finding {
  return { unless: `under ${limit} missing resources (there were ${Math.round(count)})` }
}

/**
 * What the bank has told of cannot be walked to: where a thief shares a third party's key, its customers go on. Under such a
 * consent one can walk all the same, through accounts.
 */
function asksOfKnown({ claims, conduct }: Pick<Evidence, 'claims' | 'conduct'>): boolean {
  return claims.inquiry === true && known(conduct.consent)?.learnt === true
}

export const ACTOR_NOTES: readonly Rule[] = [
  {
    id: 'third_party_drift',
    reason: 'third_party_drift',
    action: 'flag',
    limit: 50,
    applies:
      'a proven third party departs from its own past by this many percent or more: consents and requests against the same hour of earlier weeks, errors, customers who are not there, networks, software and certificates that it did not have',
    when: ({ evidence: { conduct } }, limit) => {
      const actor = known(conduct.actor)
      if (actor === undefined || 100 * actor.drift < limit) return false
      return { unless: `without ${actor.because.join(', ')}` }
    },
  },
  {
    id: 'tpp_identifiers_unanswered',
    reason: 'identifiers_walked',
    action: 'flag',
    limit: 20,
    applies:
      'a proven third party asks as `tpp_identifiers_walked` or, for twice as many, `tpp_inquiries_walked` says, while within the last minute or ten the bank answered others on the route with 403 or 404 at least twenty times, for a fifth of all requests, and twice as often as in the day before',
    when: (from, limit) =>
      failsForEverybody(from.evidence) && (walks(from, limit) || inquires(from, 2 * limit)),
  },
  {
    id: 'account_taken_over',
    reason: 'account_taken_over',
    action: 'flag',
    sparesProven: true,
    applies:
      'within the last day somebody whom the account does not know signed in to it after many failures of others, its owner has not been back since, and this caller is no one whom it knows',
    when: ({ evidence: { conduct } }) => {
      const history = known(conduct.history)
      if (history?.sinceTakeover === undefined || history.familiar) return false
      return history.sinceTakeover < DAY_MS
    },
  },
]

/** Last of all rules: whatever a request was noted for before there was this one, it still is, by the same name. */
export const BREADTH_NOTES: readonly Rule[] = [
  {
    id: 'third_party_breadth',
    reason: 'third_party_drift',
    action: 'flag',
    // Ordinary weeks of services with customers of one account to six stay under 150 (`test/observe/actor/reach.test.ts`).
    limit: 150,
    applies:
      'within ten minutes a proven third party read at least twenty accounts, more or faster than is usual at this hour, and of each consent this many percent or more of the most that it read of each at this hour in earlier weeks',
    when: ({ evidence: { conduct } }, limit) => {
      const actor = known(conduct.actor)
      if (actor?.breadthAbove === undefined || !actor.accountsAbove) return false
      const percent = 100 * 2 ** actor.breadthAbove
      if (percent < limit) return false
      return {
        unless: `under ${limit}% of the usual accounts of each consent (it was ${Math.round(percent)}%)`,
      }
    },
  },
]
