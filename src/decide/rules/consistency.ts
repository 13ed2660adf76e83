/**
 * Rules about clients that are not what they say, and about clients that look like a campaign. A contradiction alone
 * is no guilt: a company's TLS inspection makes thousands of them. What an attacker cannot cheaply have besides is a
 * history: a page fetched before, with the same software.
 */
import type { Cohort, Evidence, Tally } from '../../evidence.ts'
import { isAttempt } from '../../lib/attempt.ts'
import { known } from '../../lib/fact.ts'
import type { Case, Finding, Rule } from '../rule.ts'
import {
  accountMayKnow,
  behaviourOf,
  brokenLayers,
  claimsBrowser,
  hasCleared,
  isGenuineApp,
  isProgram,
  mostlyFails,
  seenOnPage,
} from '../subject.ts'
import { own } from './accounts.ts'
import { COHORT_FAILS, IN_VAIN, isInUse, joinsIn, programsGuess, takesPart } from './programs.ts'

/** So many attempts before a cohort says anything, and a third of them must really have failed (`posesAsBrowser` apart). */
const COHORT_ATTEMPTS = 30

/** What everybody who looks like this client has been doing: an attack, or nothing that we know of. */
function cohortAttack(evidence: Evidence, limit: number): false | Finding {
  const behaviour = known<Cohort>(evidence.conduct.cohort)?.behaviour
  const leastFailures = posesAsBrowser(evidence) ? 0 : COHORT_ATTEMPTS / 3
  const tally = [behaviour?.minute, behaviour?.hour].find(
    (window): window is Tally =>
      window !== undefined &&
      window.attempts >= COHORT_ATTEMPTS &&
      window.accounts >= limit &&
      mostlyFails(window, COHORT_FAILS, leastFailures),
  )
  if (tally === undefined) return false
  return {
    unless: `under ${limit} accounts tried by all who look like this client (there were ${tally.accounts})`,
  }
}

/**
 * Says it is a browser, shows that it is not, and came in by no page. A campaign of these is challenged from its first
 * attempt, so that the bank never sees one fail: what it must have failed for others to count, it need not. An app that is
 * proven poses as nothing: pages inside an app name a browser.
 */
function posesAsBrowser(evidence: Evidence): boolean {
  if (isGenuineApp(evidence)) return false
  return claimsBrowser(evidence) && brokenLayers(evidence).size > 0 && seenOnPage(evidence) === 'no'
}

/**
 * Nothing good is known of this client itself. On the mobile channel nobody fetches pages, so that having fetched none
 * says nothing there; naming oneself a library does, because a customer's application is none, unless it is proven to be one.
 */
function isUnknown(evidence: Evidence): boolean {
  if (brokenLayers(evidence).size > 0) return true
  const mobile = evidence.match.route.channel === 'mobile'
  if (mobile) return evidence.client.claim.declaresAutomation && !isGenuineApp(evidence)
  return seenOnPage(evidence) === 'no'
}

const COHORT_RULES: readonly Rule[] = [
  {
    id: 'stuffing_cohort',
    reason: 'stuffing_cohort',
    action: 'deny',
    limit: 20,
    sparesProven: true,
    applies:
      'clients with the same fingerprint made at least 30 attempts on this many accounts in a minute or an hour, 90% did not succeed, and this client contradicts itself, was never seen on a page, or is a library on the mobile channel',
    when: ({ evidence }, limit) =>
      isAttempt(evidence) && isUnknown(evidence) && cohortAttack(evidence, limit),
  },
  {
    id: 'stuffing_program',
    reason: 'stuffing_cohort',
    action: 'throttle',
    limit: 5,
    sparesProven: true,
    applies:
      'a secret is tried by what says it is neither a browser nor an application, and programs with the same fingerprint tried this many accounts in a day, at least 90% in vain; none that the account knows, or may know while memory does not answer for it, and on the mobile channel, where 3% of their attempts succeeded, only who has tried three accounts, or twice from a network that rents out machines, or whose address or prefix tried in the last hour and nearly always in vain, with no fewer failures than successes',
    when: ({ evidence }, limit) => {
      if (!isAttempt(evidence) || !isProgram(evidence) || isGenuineApp(evidence)) return false
      if (evidence.match.route.channel === 'mobile' && isInUse(evidence) && !joinsIn(evidence)) return false
      return !accountMayKnow(evidence) && programsGuess(evidence, limit)
    },
  },
  {
    id: 'stuffing_cohort_app',
    reason: 'stuffing_cohort',
    action: 'throttle',
    limit: 20,
    sparesProven: true,
    applies:
      'as above, for a mobile application without contradictions that has never succeeded in an hour, once it has tried three accounts itself, or twice from a network that rents out machines; an attested app by its own key, any other by its software and subscriber',
    when: ({ evidence }, limit) => {
      const tally = own(evidence)?.hour
      if (evidence.match.route.channel !== 'mobile' || !isAttempt(evidence)) return false
      if (tally === undefined || tally.successes > 0 || !takesPart(tally, evidence)) return false
      return cohortAttack(evidence, limit)
    },
  },
]

/** The prefix too: a list is tried from a hundred addresses of one, each of which would have a first attempt. */
function triedInVain(evidence: Evidence): boolean {
  return (['address', 'prefix'] as const).some((kind) => {
    const tally = behaviourOf(evidence, kind)?.hour
    return tally !== undefined && mostlyFails(tally, IN_VAIN, 0)
  })
}

/**
 * Somebody's strange browser behind a company's proxy breaks as much as a tool does. A proxy says that it was there (RFC 9110 section 7.6.3), which anybody
 * can say: enough to be asked, where there is a model and it sees no attack.
 */
function mayBeProxied({ exchange }: Evidence, score: Case['score'], limit: number): boolean {
  return exchange.headers.has('via') && score.state === 'valid' && score.value.abuse * 100 < limit
}

/** A middlebox breaks TLS and protocol and leaves the headers whole; whoever never fetched a page has one thing less to show. */
function isDoubtful(evidence: Evidence): boolean {
  const layers = brokenLayers(evidence)
  return (layers.has('headers') && layers.size >= 2) || (layers.size > 0 && seenOnPage(evidence) === 'no')
}

/** Two people with one strange browser who have forgotten their passwords make ten attempts, too. */
const KIND_ACCOUNTS = 5

/** Behind one middlebox all look alike, and most of them get in. */
function kindFails(evidence: Evidence, limit: number): false | Finding {
  const tally = known<Cohort>(evidence.conduct.cohort)?.behaviour.day
  if (tally === undefined || tally.attempts < limit || !mostlyFails(tally, COHORT_FAILS, 0)) return false
  if (tally.accounts < KIND_ACCOUNTS) return false
  return {
    unless: `under ${limit} attempts in a day by all who look like this client (there were ${Math.floor(tally.attempts)})`,
  }
}

const DENIALS: readonly Rule[] = [
  {
    id: 'attack_tool',
    reason: 'attack_tool',
    action: 'deny',
    sparesProven: true,
    applies:
      'the user agent names a tool that guesses passwords, probes for holes or goes through lists of paths; a bank that has itself tested sets this rule to `observe` for that day',
    when: ({ evidence }) => evidence.client.claim.attackTool,
  },
  ...COHORT_RULES,
  {
    id: 'forged_browser',
    reason: 'forged_browser',
    action: 'deny',
    sparesProven: true,
    sparesApp: true,
    limit: 40,
    applies:
      'a secret is tried by what says it is a browser, it never fetched a page, and at least two of TLS, protocol and headers say it is not: headers among them (through a proxy that says so in `Via` only where the abuse probability is this many percent or more, or unknown), or its address or prefix tried before in the last hour and nearly always in vain; none that the account knows, or may know while memory does not answer for it',
    when: ({ evidence, score }, limit) => {
      const layers = brokenLayers(evidence)
      if (!isAttempt(evidence) || !claimsBrowser(evidence) || layers.size < 2) return false
      // Whom the account knows by this very software comes from behind the middlebox that it has always come from.
      if (accountMayKnow(evidence)) return false
      if (seenOnPage(evidence) !== 'no') return false
      // TLS and protocol alone are what a company's middlebox breaks too: the first of a network is asked and not refused.
      return (layers.has('headers') && !mayBeProxied(evidence, score, limit)) || triedInVain(evidence)
    },
  },
  {
    id: 'forged_cohort',
    reason: 'forged_browser',
    action: 'deny',
    sparesProven: true,
    sparesApp: true,
    limit: 10,
    applies:
      'as `doubtful_browser` and `scripted_browser`, once clients with the same fingerprint have made this many attempts in a day at five accounts or more, at least 90% in vain; none that the account knows, or may know while memory does not answer for it',
    when: ({ evidence }, limit) => {
      if (!isAttempt(evidence) || !claimsBrowser(evidence) || !isDoubtful(evidence)) return false
      return !accountMayKnow(evidence) && kindFails(evidence, limit)
    },
  },
]

const CHALLENGES: readonly Rule[] = [
  {
    id: 'forged_pass',
    reason: 'pass_forged',
    action: 'challenge',
    sparesProven: true,
    applies: 'a secret is tried with a pass that was invented or altered',
    when: ({ evidence }) =>
      isAttempt(evidence) &&
      evidence.proof.pass.state === 'invalid' &&
      evidence.proof.pass.reason === 'pass_forged',
  },
  {
    id: 'doubtful_browser',
    reason: 'doubtful_browser',
    action: 'challenge',
    elsewhere: 'flag',
    sparesProven: true,
    sparesApp: true,
    applies:
      'a secret is tried by what says it is a browser, one of TLS, protocol and headers says it is not, and it is not known to have fetched a page',
    when: ({ evidence }) =>
      isAttempt(evidence) &&
      claimsBrowser(evidence) &&
      brokenLayers(evidence).size > 0 &&
      seenOnPage(evidence) !== 'yes',
  },
  {
    id: 'scripted_browser',
    reason: 'doubtful_browser',
    action: 'challenge',
    elsewhere: 'flag',
    sparesProven: true,
    sparesApp: true,
    applies:
      'a secret is tried by a client that fetched a page, whose headers and at least one other layer say that it is no browser; a middlebox breaks the other layers and leaves the headers whole',
    when: ({ evidence }) => {
      const layers = brokenLayers(evidence)
      return isAttempt(evidence) && claimsBrowser(evidence) && layers.has('headers') && layers.size >= 2
    },
  },
]

const NOTES: readonly Rule[] = [
  {
    id: 'contradiction_noted',
    reason: 'doubtful_browser',
    action: 'flag',
    sparesProven: true,
    sparesApp: true,
    applies: 'a secret is tried by a client that contradicts itself and was not stopped for it',
    when: ({ evidence }) => isAttempt(evidence) && brokenLayers(evidence).size > 0 && !hasCleared(evidence),
  },
  {
    id: 'declared_automation',
    reason: 'declared_automation',
    action: 'flag',
    sparesProven: true,
    sparesApp: true,
    applies: 'a secret is tried by a client that says itself that it is automation',
    when: ({ evidence }) => isAttempt(evidence) && evidence.client.claim.declaresAutomation,
  },
  {
    id: 'spoofed_headers',
    reason: 'spoofed_headers',
    action: 'flag',
    applies: 'the client sent headers that only an edge sets',
    when: ({ evidence }) => evidence.exchange.spoofed.length > 0,
  },
]

export const CONSISTENCY_DENIALS = DENIALS
export const CONSISTENCY_CHALLENGES = CHALLENGES
export const CONSISTENCY_NOTES = NOTES
