/**
 * What the ledger knows of the keys of one request, beyond the hours and days of addresses and clients that the first
 * models saw: bursts, ten minutes, breadth, and keys that an attacker cannot change with every request.
 */
import type { Behaviour, Evidence, KeyKind, Tally } from '../../evidence.ts'
import { known } from '../../lib/fact.ts'
import { count, type Feature, failureRatio, regularity, support, under, type Window } from '../measures.ts'

export const LEDGER_FEATURES = {
  /** Nobody types two passwords in ten seconds twice; a tool sends fifty. */
  addressAttemptsTenSeconds: under('address', count('tenSeconds', 'attempts')),
  /** Between the burst that a minute shows and the hour in which an office looks like a slow list. */
  addressAttemptsTenMinutes: under('address', count('tenMinutes', 'attempts')),
  /** A list fails at once and all the time; whoever forgot a password stops after three. */
  addressFailureRatioTenMinutes: under('address', failureRatio('tenMinutes')),
  /** How much that ratio rests on. */
  addressSupportTenMinutes: under('address', support('tenMinutes')),
  /** A flood is seen in its first seconds, before an hour has anything to compare. */
  clientRequestsTenSeconds: under('client', count('tenSeconds', 'requests')),
  /** A session of a person has pauses; ten minutes without one are a script. */
  clientRequestsTenMinutes: under('client', count('tenMinutes', 'requests')),
  /** As for the address. */
  clientAttemptsTenSeconds: under('client', count('tenSeconds', 'attempts')),
  /** As for the address. */
  clientAttemptsTenMinutes: under('client', count('tenMinutes', 'attempts')),
  /** Neighbours that are rented together start together. */
  prefixAttemptsTenMinutes: under('prefix', count('tenMinutes', 'attempts')),

  /** Who reads looks at his own few accounts again and again; who walks sees each thing once. */
  clientResourcesHour: under('client', count('hour', 'resources')),
  /** As above, over the addresses of one subscriber. */
  addressResourcesHour: under('address', count('hour', 'resources')),
  /** Breadth and not volume: a monitor asks a thousand times for one thing. */
  clientBreadthHour: under('client', breadth('hour')),
  /** One session belongs to one customer, who has a handful of accounts. */
  tokenResourcesHour: under('token', count('hour', 'resources')),
  /** Whether the session goes on to new things with every request. */
  tokenBreadthHour: under('token', breadth('hour')),
  /** A session that is emptied, and not used. */
  tokenRequestsTenMinutes: under('token', count('tenMinutes', 'requests')),
  /** How much leaves: what scraping is for. */
  tokenBytesHour: under('token', learnt('hour', 'bytes')),
  /** As above, counted in what the bank calls them. */
  tokenRecordsHour: under('token', learnt('hour', 'records')),
  /** Scraping without a session, or with many. */
  clientBytesHour: under('client', learnt('hour', 'bytes')),
  /** As above. */
  clientRecordsHour: under('client', learnt('hour', 'records')),

  /** A consent names its accounts: breadth under it is bounded, but for who guesses. */
  consentResourcesDay: under('consent', count('day', 'resources')),
  /** Four accesses a day are agreed for when nobody watches; hundreds are somebody else's idea. */
  consentRequestsDay: under('consent', count('day', 'requests')),
  /** Under a consent of one's own nothing is missing. */
  consentMissesHour: under('consent', count('hour', 'misses')),
  /** How much one consent is made to give. */
  consentRecordsDay: under('consent', learnt('day', 'records')),

  /** A key that signs ten times as much as a minute ago is in other hands, or in a loop. */
  signerRequestsTenSeconds: under('signer', count('tenSeconds', 'requests')),
  /** As above, over ten minutes. */
  signerRequestsTenMinutes: under('signer', count('tenMinutes', 'requests')),
  /** What is signed and not found was guessed. */
  signerMissesHour: under('signer', count('hour', 'misses')),
  /** From how many kinds of client: a key belongs in one place. */
  signerClientsDay: under('signer', count('day', 'clients')),

  /** Guessing at this account from this network. */
  accountNetworkAttemptsHour: under('account_network', count('hour', 'attempts')),
  /** A forgotten password fails at home. */
  accountNetworkFailuresDay: under('account_network', count('day', 'failures')),
  /** It has signed in from here: whatever is tried elsewhere is not this person's fault. */
  accountNetworkSuccessesDay: under('account_network', count('day', 'successes')),
  /** Failures from other networks: somebody else wants in, and this may be him or the owner. */
  accountFailuresElsewhereDay: elsewhere('failures'),
  /** The owner signs in at home: a success elsewhere while this network only fails is the owner's, not ours. */
  accountSuccessesElsewhereDay: elsewhere('successes'),
  /** A burst on one account, from everywhere. */
  accountAttemptsTenMinutes: under('account', count('tenMinutes', 'attempts')),

  /** An installation that is genuine, and in the hands of somebody who tries names. */
  appAccountsDay: under('app', count('day', 'accounts')),
  /** As above. */
  appAttemptsHour: under('app', count('hour', 'attempts')),
  /** As above. */
  appFailureRatioDay: under('app', failureRatio('day')),
  /** A telephone is carried about; a rack of them ticks. */
  appRegularity: under('app', regularity),
} as const satisfies Record<string, Feature>

/** Different things for each request; NaN while nothing was asked for by name. */
function breadth(window: Window): (behaviour: Behaviour) => number {
  return (behaviour) => {
    const { resources, requests } = behaviour[window]
    return resources === 0 ? Number.NaN : Math.min(1, resources / Math.max(1, requests))
  }
}

/** Zero bytes or records mean that no answer told: missing, and not little. */
function learnt(window: Window, of: 'bytes' | 'records'): (behaviour: Behaviour) => number {
  return (behaviour) => (behaviour[window][of] === 0 ? Number.NaN : Math.log1p(behaviour[window][of]))
}

/** What happened to the account today in all other networks; both windows are counted in one object, at one time. */
function elsewhere(of: keyof Tally): Feature {
  return (evidence) => {
    const everywhere = behaviourUnder(evidence, 'account')?.day[of]
    const here = behaviourUnder(evidence, 'account_network')?.day[of]
    return everywhere === undefined || here === undefined
      ? Number.NaN
      : Math.log1p(Math.max(0, everywhere - here))
  }
}

function behaviourUnder({ conduct }: Evidence, kind: KeyKind): Behaviour | undefined {
  return known(conduct.keys[kind])
}
