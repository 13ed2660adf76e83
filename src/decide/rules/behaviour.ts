/**
 * Rules about what a caller has been doing. Most count under claimed keys (clients, passes, addresses, accounts), so
 * that none of those is used against a proven third party, whom only its own proven count may slow; and each asks how often the attempts failed, because an
 * office, a campus or a carrier's address has many accounts and few failures.
 *
 * An account is never locked: whoever knows a user name could then lock its owner out.
 */
import type { Evidence, Tally } from '../../evidence.ts'
import { isAttempt } from '../../lib/attempt.ts'
import type { Case, Finding, Rule } from '../rule.ts'
import {
  accountMayKnow,
  behaviourOf,
  brokenLayers,
  heldPass,
  isGenuineApp,
  isVouched,
  mostlyFails,
  resemblesPerson,
} from '../subject.ts'
import { BURST, burst, manyAccounts, neighboursFail, own, ownName, spreads } from './accounts.ts'

/** Who forgets tries again, some four times, and gets in: of the accounts behind a carrier's address a quarter and more. Of a list's at best one in twenty-five opens. */
const CROWD = { enters: 0.2, tries: 8 } as const

/** A name of one's own is no crowd's. */
function isForgetfulCrowd(evidence: Evidence, { attempts, successes, accounts }: Tally): boolean {
  if (ownName(evidence) !== undefined) return false
  return successes >= CROWD.enters * accounts && attempts < CROWD.tries * accounts
}

/** Behind a carrier's address many share a browser and forget: who is at home in the account that is tried is not meant, nor is a crowd that gets in. */
function spreadsSlowly(evidence: Evidence, window: 'hour' | 'day', limit: number): false | Finding {
  if (!isAttempt(evidence) || accountMayKnow(evidence)) return false
  const tally = own(evidence)?.[window]
  if (tally !== undefined && isForgetfulCrowd(evidence, tally)) return false
  return spreads(evidence, window, limit)
}

const CLIENT_RULES: readonly Rule[] = [
  {
    id: 'client_many_accounts',
    reason: 'many_accounts',
    action: 'deny',
    limit: 5,
    sparesProven: true,
    applies:
      'one pass, one attested app (by its own key), or one client without either (software and subscriber together; three times as many where the account knows them) tried this many accounts in a minute and at least 80% of the attempts did not succeed, of a client without either a quarter as many really failed and no fewer than succeeded, or three times as many before any answer',
    when: ({ evidence }, limit) => {
      if (!isAttempt(evidence)) return false
      // Under a name of one's own it is oneself who tried the others.
      if (ownName(evidence) === undefined && accountMayKnow(evidence))
        return spreads(evidence, 'minute', BURST * limit)
      return spreads(evidence, 'minute', limit) || burst(own(evidence)?.minute, limit)
    },
  },
  {
    id: 'client_many_accounts_hour',
    reason: 'many_accounts',
    action: 'deny',
    limit: 10,
    sparesProven: true,
    applies:
      'as above, in an hour, none that the account knows; of a client without a name of its own, with fewer than one success for five accounts, or eight attempts for each: slower guessing',
    when: ({ evidence }, limit) => spreadsSlowly(evidence, 'hour', limit),
  },
  {
    id: 'client_many_accounts_day',
    reason: 'many_accounts',
    action: 'deny',
    limit: 30,
    sparesProven: true,
    applies:
      'as above, in a day, of a client without a name of its own within the last hour, too (some really failed, and no fewer than succeeded): guessing that hides in time',
    when: ({ evidence }, limit) => spreadsSlowly(evidence, 'day', limit),
  },
  {
    id: 'pass_many_accounts',
    reason: 'pass_spread',
    action: 'deny',
    limit: 5,
    sparesProven: true,
    applies:
      'one pass was used on this many accounts in an hour and at least half of its attempts did not succeed',
    when: ({ evidence }, limit) =>
      isAttempt(evidence) && manyAccounts(behaviourOf(evidence, 'pass'), 'hour', limit, 0.5),
  },
]

/** The same client, seen by its software and subscriber, in whichever window it shows. */
function clientSpreads(evidence: Evidence, limit: number): false | Finding {
  const behaviour = behaviourOf(evidence, 'client')
  return (
    neighboursFail(behaviour, 'minute', limit) ||
    burst(behaviour?.minute, limit) ||
    neighboursFail(behaviour, 'hour', 2 * limit) ||
    neighboursFail(behaviour, 'day', 6 * limit)
  )
}

/** Who is at home in the account that is tried is no part of what its neighbours do; nor is one installation that has tried no others. */
function addressSpreads(evidence: Evidence, limit: number): false | Finding {
  if (accountMayKnow(evidence) || isOwnersApp(evidence)) return false
  return neighboursFail(behaviourOf(evidence, 'address'), 'hour', limit)
}

/** A family's telephone. */
const OWNERS = 2

function isOwnersApp(evidence: Evidence): boolean {
  const app = isGenuineApp(evidence) ? behaviourOf(evidence, 'app') : undefined
  return app !== undefined && app.day.accounts <= OWNERS
}

/** What was counted under a name that neighbours share: never more than a question to whoever holds a pass. */
const SHARED_RULES: readonly Rule[] = [
  {
    id: 'client_many_accounts_pass',
    reason: 'many_accounts',
    action: 'challenge',
    limit: 5,
    sparesProven: true,
    applies:
      'the client behind a pass (software and subscriber together) tried this many accounts in a minute, twice as many in an hour or six times as many in a day, at least 80% of the attempts did not succeed, a quarter as many really failed and no fewer than succeeded (of a day within its last hour, too), or three times as many in a minute before any answer, and the pass has neither signed anybody in nor met a challenge',
    when: ({ evidence }, limit) =>
      isAttempt(evidence) &&
      heldPass(evidence) !== undefined &&
      !isVouched(evidence) &&
      clientSpreads(evidence, limit),
  },
  {
    id: 'address_many_accounts',
    reason: 'address_many_accounts',
    action: 'throttle',
    limit: 20,
    sparesProven: true,
    applies:
      'one address tried this many accounts in an hour and at least 80% of the attempts did not succeed, a quarter as many really failed and no fewer than succeeded; none that the account knows, and no attested app that has tried at most two accounts in a day; clients with a pass and without contradictions meet the next row instead',
    when: ({ evidence }, limit) =>
      isAttempt(evidence) &&
      !isVouched(evidence) &&
      !resemblesPerson(evidence) &&
      addressSpreads(evidence, limit),
  },
  {
    id: 'address_many_accounts_pass',
    reason: 'address_many_accounts',
    action: 'challenge',
    limit: 20,
    sparesProven: true,
    applies:
      'as above, for a client with a pass and without contradictions, unless the pass has signed somebody in or met a challenge',
    when: ({ evidence }, limit) =>
      isAttempt(evidence) &&
      !isVouched(evidence) &&
      resemblesPerson(evidence) &&
      addressSpreads(evidence, limit),
  },
]

/** Who is not the customer as far as can be told: a browser without our pass, or anything that contradicts itself. */
function isStranger({ evidence }: Case): boolean {
  // Whoever the account itself knows is not locked out by what others try.
  if (accountMayKnow(evidence)) return false
  if (brokenLayers(evidence).size > 0) return true
  // A mobile application has no pass, ever: without a contradiction it may be the customer's own.
  return evidence.match.route.channel === 'browser' && heldPass(evidence) === undefined
}

const ACCOUNT_RULES: readonly Rule[] = [
  {
    id: 'account_under_attack',
    reason: 'account_under_attack',
    action: 'challenge',
    limit: 5,
    sparesProven: true,
    applies:
      'this many different clients tried the account in an hour and most attempts failed; only clients that contradict themselves, and browsers without a pass, and none that the account knows',
    when: (from, limit) => {
      const tally = behaviourOf(from.evidence, 'account')?.hour
      if (tally === undefined || !isAttempt(from.evidence) || !isStranger(from)) return false
      if (tally.clients < limit || !mostlyFails(tally, 0.5, limit)) return false
      return {
        unless: `under ${limit} clients on this account in the last hour (there were ${tally.clients})`,
      }
    },
  },
]

const RATE_RULES: readonly Rule[] = [
  {
    id: 'client_flood',
    reason: 'request_flood',
    action: 'throttle',
    limit: 1_200,
    sparesProven: true,
    applies:
      'one pass, one attested app (by its own key), or one client without either, sent this many requests in a minute',
    when: ({ evidence }, limit) => {
      const requests = own(evidence)?.minute.requests ?? 0
      return (
        requests >= limit && { unless: `under ${limit} requests in the last minute (there were ${requests})` }
      )
    },
  },
  {
    id: 'client_many_misses',
    reason: 'many_misses',
    action: 'throttle',
    limit: 60,
    sparesProven: true,
    applies:
      'one pass, one attested app (by its own key), or one client without either, got this many 403 and 404 answers in a minute and little else',
    when: ({ evidence }, limit) => {
      const tally = own(evidence)?.minute
      if (tally === undefined || tally.misses < limit || tally.misses < tally.requests * 0.8) return false
      return { unless: `under ${limit} missing resources in the last minute (there were ${tally.misses})` }
    },
  },
  {
    id: 'tpp_many_accounts',
    reason: 'third_party_many_accounts',
    action: 'throttle',
    limit: 20,
    applies:
      'on a channel that is not for third parties, a proven third party tried this many accounts in an hour, or five times as many in a day, at least 80% of its attempts did not succeed, a quarter as many really failed and no fewer than succeeded (of a day within its last hour, too): its own, proven count',
    when: ({ evidence }, limit) => {
      // A bank without a dedicated interface lets third parties in at its customers' door (RTS article 33). They bring
      // credentials that work.
      if (evidence.match.route.channel === 'tpp' || !isAttempt(evidence)) return false
      const behaviour = behaviourOf(evidence, 'tpp')
      return neighboursFail(behaviour, 'hour', limit) || neighboursFail(behaviour, 'day', 5 * limit)
    },
  },
  {
    id: 'tpp_flood',
    reason: 'request_flood',
    action: 'throttle',
    limit: 30_000,
    applies:
      'one proven third party sent this many requests in a minute: its own, proven count (on its own channel that of one of its objects: `LEDGER_ORGANISATION_SHARDS`)',
    when: ({ evidence }, limit) => {
      const requests = behaviourOf(evidence, 'tpp')?.minute.requests ?? 0
      return (
        requests >= limit && { unless: `under ${limit} requests in the last minute (there were ${requests})` }
      )
    },
  },
]

/** Those that deny, before anything milder is tried. */
export const BEHAVIOUR_DENIALS: readonly Rule[] = CLIENT_RULES
export const BEHAVIOUR_LIMITS: readonly Rule[] = [...ACCOUNT_RULES, ...SHARED_RULES, ...RATE_RULES]
