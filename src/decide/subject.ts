/** What the evidence says of the caller, in the words in which the rules speak. Pure. */
import type {
  Behaviour,
  Contradiction,
  Evidence,
  KeyKind,
  LedgerOutage,
  Pass,
  Tally,
  TppRole,
} from '../evidence.ts'
import { isAttempt } from '../lib/attempt.ts'
import { known } from '../lib/fact.ts'

/** Who may use the customers' own door in place of an interface that fails: it reads accounts or starts payments. */
const CONTINGENCY: readonly TppRole[] = ['PSP_AI', 'PSP_PI']

/**
 * A licensed third party, by its certificate or its own signature. All else is claimed. Whom a register that calls itself
 * complete does not know has a name and no licence: at the customers' door it is automation like any other. So is whoever
 * may do nothing there: a certificate without a role, or with that of a card issuer (RTS Art. 33(4) and (5)).
 */
export function isProven({ proof, match }: Evidence): boolean {
  if (known(proof.registration)?.status === 'unlisted') return false
  if (match.route.channel === 'tpp') {
    return proof.certificate.state === 'valid' || proof.signature.state === 'valid'
  }
  return known(proof.certificate)?.roles.some((role) => CONTINGENCY.includes(role)) === true
}

/**
 * A genuine copy of the bank's app, at the door that is the apps' own. It says what the software is, and nothing of the hand that
 * holds the device: an attacker's telephone proves itself like any other.
 */
export function isGenuineApp({ match, proof }: Evidence): boolean {
  return match.route.channel === 'mobile' && proof.app.state === 'valid'
}

export function behaviourOf({ conduct }: Evidence, kind: KeyKind): Behaviour | undefined {
  return known(conduct.keys[kind])
}

/** No application shows a pass: one on the mobile channel was carried there from a page, and speaks for nobody. */
export function heldPass({ match, proof }: Evidence): Pass | undefined {
  return match.route.channel === 'mobile' ? undefined : known(proof.pass)
}

/** Why some of the behaviour is not known, where the ledger did not answer for all of it. */
export function ledgerOutage({ conduct }: Evidence): LedgerOutage | undefined {
  for (const fact of Object.values(conduct.keys)) if (fact.state === 'unavailable') return fact.reason
  return undefined
}

/**
 * Whether this client came through the front door: it holds a pass, or fetched a page in the last hour. `unknown` where
 * the ledger did not answer: nobody is guilty of our outage.
 */
export function seenOnPage(evidence: Evidence): 'yes' | 'no' | 'unknown' {
  if (heldPass(evidence) !== undefined) return 'yes'
  const { client } = evidence.conduct.keys
  if (client.state === 'unavailable') return 'unknown'
  return (known(client)?.pages ?? 0) > 0 ? 'yes' : 'no'
}

export function hasCleared(evidence: Evidence): boolean {
  return heldPass(evidence)?.cleared === true
}

type Layer = 'tls' | 'protocol' | 'headers'

/**
 * Which layer each contradiction belongs to. Layers are counted, not contradictions: a company's TLS inspection breaks
 * the handshake and the protocol of honest people and leaves their headers whole.
 */
const LAYER = {
  tls_unlike_claim: 'tls',
  protocol_unlike_claim: 'protocol',
  client_hints_missing: 'headers',
  client_hints_unexpected: 'headers',
  client_hints_disagree: 'headers',
  fetch_metadata_missing: 'headers',
  fetch_metadata_unexpected: 'headers',
  fetch_metadata_disagrees: 'headers',
  accept_unlike_claim: 'headers',
  accept_language_missing: 'headers',
  accept_encoding_unlike_claim: 'headers',
  // An old browser is old and not false: people keep machines for ten years.
  user_agent_obsolete: undefined,
  user_agent_duplicated: 'headers',
  header_unlike_claim: 'headers',
} as const satisfies Record<Contradiction, Layer | undefined>

const WHOLE: ReadonlySet<Layer> = new Set()

/** Independent layers that disagree with what the client says it is. */
export function brokenLayers({ client }: Evidence): ReadonlySet<Layer> {
  if (client.contradictions.length === 0) return WHOLE
  return new Set(
    client.contradictions.flatMap((contradiction) => {
      const layer: Layer | undefined = LAYER[contradiction]
      return layer === undefined ? [] : [layer]
    }),
  )
}

const BROWSERS: readonly string[] = ['chrome', 'edge', 'firefox', 'safari', 'other_browser']

export function claimsBrowser({ client }: Evidence): boolean {
  return BROWSERS.includes(client.claim.family)
}

/** What neither says that it is a browser nor that it is an application: a program, whatever its name. */
export function isProgram(evidence: Evidence): boolean {
  return !claimsBrowser(evidence) && evidence.client.claim.family !== 'app'
}

/** A device of the account's, or its software where the account has been before; or memory does not answer: nobody is guilty of our outage. */
export function accountMayKnow({ conduct: { history } }: Evidence): boolean {
  return history.state === 'unavailable' || known(history)?.familiar === true
}

/** The account has been entered with this very software, or from this country, before: common for its owner, and for an imitator as rare as either is. */
export function accountKnows(trait: 'software' | 'country', { conduct: { history } }: Evidence): boolean {
  return (known(history)?.traits[trait]?.days ?? 0) > 0
}

/** Attempts within a day from which on whoever tries one account, and no other, insists on it. */
const INSISTS = 3

/** One account, again and again from one address, and nobody else tries it: somebody has forgotten a password. Who has a list tries each name once. */
export function insistsOnOneAccount(evidence: Evidence): boolean {
  const address = behaviourOf(evidence, 'address')?.day
  const account = behaviourOf(evidence, 'account')?.day
  if (!isAttempt(evidence) || address === undefined || account === undefined) return false
  return address.attempts >= INSISTS && address.accounts < 2 && account.clients < 2
}

/** Says that it is a browser, and no layer says that it is not. */
function isWholeBrowser(evidence: Evidence): boolean {
  return claimsBrowser(evidence) && brokenLayers(evidence).size === 0
}

/** A browser that holds our pass and contradicts itself nowhere: as much a person as can be told without asking. */
export function resemblesPerson(evidence: Evidence): boolean {
  return heldPass(evidence) !== undefined && isWholeBrowser(evidence)
}

/**
 * Something is known in favour of this very browser: its pass has signed somebody in, or met a challenge. A pass alone
 * costs one GET, so that an attacker has as many as attempts.
 */
export function isVouched(evidence: Evidence): boolean {
  if (heldPass(evidence) === undefined) return false
  const succeeded = (behaviourOf(evidence, 'pass')?.day.successes ?? 0) > 0
  return succeeded || (hasCleared(evidence) && brokenLayers(evidence).size === 0)
}

/**
 * True when at least `share` of the attempts did not succeed. Attempts without an answer count as failed: most of
 * them are those that we refused ourselves, and a campaign that is being stopped must not look better for it. At least
 * `leastFailures` have really failed, or an outage of the bank would look like an attack of everybody.
 */
export function mostlyFails(tally: Tally, share: number, leastFailures: number): boolean {
  return tally.attempts > 0 && tally.failures >= leastFailures && inVain(tally) >= share
}

/** A page with all that belongs to it is some dozens of requests at once, a few of them for what is not there. */
const PAGES = { minute: 120, hour: 1_500, misses: 20 } as const
/** A program that calls what is open to everybody, at nobody's cost. */
const CALLS = { minute: 30, hour: 300, misses: 10 } as const
/** What is behind a token: so little shows no intent, and reads no bank empty. */
const DATA = { minute: 6, hour: 12, misses: 3 } as const

/**
 * Tries no secret, and asks for no more than one visitor does. A first look says little: style sheets and pictures come at a
 * machine's pace before there is a pass, and a program is a program.
 */
export function isVisiting(evidence: Evidence): boolean {
  if (isAttempt(evidence)) return false
  const own = behaviourOf(evidence, 'client')
  const { minute, hour, misses } = visitOf(evidence)
  return (
    own === undefined ||
    (own.minute.requests < minute && own.hour.requests < hour && own.hour.misses < misses)
  )
}

function visitOf(evidence: Evidence): {
  readonly minute: number
  readonly hour: number
  readonly misses: number
} {
  const { sensitivity } = evidence.match.route
  if (sensitivity === 'account' || sensitivity === 'payment') return DATA
  return isWholeBrowser(evidence) ? PAGES : CALLS
}

/** An hour with a bank's app: some screens, each of a few requests. */
const QUIET_REQUESTS = 120
const QUIET_MISSES = 10
/** A person mistypes a password once or twice. */
const GUESSES = 3
/** Who has forgotten it tries what it may have been, on one account and with one browser: fewer times than this. */
const REMEMBERS = 8
const IN_VAIN = 0.8
const NAMES: readonly KeyKind[] = ['client', 'address', 'prefix', 'account', 'card']

/**
 * Nobody is guessing under any name of this request, nor those who look like it, and it asks for no more than a person does.
 * Attempts that the bank has not answered yet count as guesses: a campaign outruns its answers.
 */
export function isQuiet(evidence: Evidence): boolean {
  return isQuietBut(evidence, () => false)
}

/**
 * As quiet, but for somebody who may have forgotten a password; and nothing is the matter with those who look alike, nor with the
 * password that is brought.
 */
export function isCalm(evidence: Evidence): boolean {
  return isQuietBut(evidence, mayHaveForgotten) && !isSprayed(evidence) && !isOfSuspectKind(evidence)
}

/** By what it is, says or brings, whatever it may have done. */
export function isSuspect(evidence: Evidence): boolean {
  return isSuspectItself(evidence) || isOfSuspectKind(evidence)
}

/** By what it is and brings, whatever others do that look like it. */
export function isSuspectItself(evidence: Evidence): boolean {
  return brokenLayers(evidence).size > 0 || isSprayed(evidence)
}

/**
 * One password is tried on account after account, in vain: whoever brings it next may be one of those who try it. No more than
 * that, for customers have popular passwords, too, and 16 bits are shared with whatever else is tried: it lets a lower score
 * do, and takes nobody's proof away, nor what an account knows of its owner. Two customers who mistype theirs alike are not
 * yet a campaign.
 */
function isSprayed(evidence: Evidence): boolean {
  const behaviour = known(evidence.conduct.cohorts.password)?.behaviour
  if (behaviour === undefined || accountMayKnow(evidence)) return false
  return [behaviour.hour, behaviour.day].some(
    (tally) => tally.accounts >= GUESSES && mostlyFails(tally, IN_VAIN, GUESSES - 1),
  )
}

function isQuietBut(evidence: Evidence, spared: (tally: Tally) => boolean): boolean {
  const own = behaviourOf(evidence, 'client')?.hour
  if (own !== undefined && (own.requests > QUIET_REQUESTS || own.misses > QUIET_MISSES)) return false
  const behaviours = [...NAMES.map((kind) => behaviourOf(evidence, kind)), cohortOf(evidence)]
  return !behaviours
    .flatMap((behaviour) => (behaviour === undefined ? [] : [behaviour.hour, behaviour.day]))
    .some((tally) => isGuessing(tally) && !spared(tally))
}

/** In each window by itself: in an hour somebody with a rare browser is all of its kind. */
function mayHaveForgotten({ accounts, clients, attempts }: Tally): boolean {
  return accounts <= 1 && clients <= 1 && attempts < REMEMBERS
}

function cohortOf({ conduct }: Evidence): Behaviour | undefined {
  return known(conduct.cohort)?.behaviour
}

/**
 * Of the customers who share a browser and a system fewer than a quarter of a day's attempts fail. What the bank did not answer
 * is in vain, and says nothing of them: of what it did answer a third failed. Nor does a day say anything on which everybody
 * fails as much, such as the one after all had to choose a new password.
 */
const HALF = { attempts: 20, share: 0.5, failures: 5, answered: 1 / 3, everybody: 1.5 } as const

function isOfSuspectKind(evidence: Evidence): boolean {
  const day = cohortOf(evidence)?.day
  if (day === undefined || day.attempts < HALF.attempts) return false
  if (!mostlyFails(day, HALF.share, HALF.failures)) return false
  const everybody = known(evidence.conduct.route)?.behaviour.day
  const usual = everybody === undefined ? 0 : failedOfAnswered(everybody)
  return failedOfAnswered(day) >= Math.max(HALF.answered, HALF.everybody * usual)
}

function failedOfAnswered({ failures, successes }: Tally): number {
  return failures === 0 ? 0 : failures / (failures + successes)
}

function inVain({ attempts, successes }: Tally): number {
  return attempts === 0 ? 0 : (attempts - Math.min(successes, attempts)) / attempts
}

function isGuessing(tally: Tally): boolean {
  return tally.attempts >= GUESSES && mostlyFails(tally, IN_VAIN, 0)
}
