/** The few shapes that a feature can have. Missing is NaN, and never a number that somebody invented. */
import type { Behaviour, Cohort, Contradiction, Evidence, KeyKind, Tally } from '../evidence.ts'
import { type Fact, known } from '../lib/fact.ts'

export type Feature = (evidence: Evidence) => number
export type Window = 'tenSeconds' | 'minute' | 'tenMinutes' | 'hour' | 'day'
type Subject = (evidence: Evidence) => Behaviour | undefined
export type Measure = (behaviour: Behaviour, evidence: Evidence) => number

/** Contradictions of the transport need a transport that we can see; all others are in the headers, which we always see. */
const TRANSPORT = {
  tls_unlike_claim: ({ client }) => client.tls.ja4.state === 'valid',
  protocol_unlike_claim: ({ client }) => client.protocol !== undefined,
} as const satisfies Partial<Record<Contradiction, (evidence: Evidence) => boolean>>

export function flag(condition: boolean): number {
  return condition ? 1 : 0
}

/** NaN where `condition` could not be known. */
export function flagWhere(knowable: boolean, condition: boolean): number {
  return knowable ? flag(condition) : Number.NaN
}

export function contradicts(kind: Exclude<Contradiction, keyof typeof TRANSPORT>): Feature {
  return ({ client }) => flagWhere(!client.partial?.unjudged.has(kind), client.contradictions.includes(kind))
}

/** Missing where the source of the request does not tell this header: a log that is replayed (`Client.partial`). */
export function whereTold(header: string, measure: Feature): Feature {
  return (evidence) => (evidence.client.partial?.told.has(header) === false ? Number.NaN : measure(evidence))
}

/** Missing where not every header is told. */
export function whereWhole(measure: Feature): Feature {
  return (evidence) => (evidence.client.partial === undefined ? measure(evidence) : Number.NaN)
}

/** Without Cloudflare Bot Management there is no JA4, and "no contradiction" would be a guess. */
export function transportContradicts(kind: keyof typeof TRANSPORT): Feature {
  return (evidence) => {
    if (evidence.client.contradictions.includes(kind)) return 1
    return flagWhere(!evidence.client.partial?.unjudged.has(kind) && TRANSPORT[kind](evidence), false)
  }
}

export function headerContradictions({ client }: Evidence): number {
  return client.contradictions.filter((kind) => !(kind in TRANSPORT)).length
}

/** 1 where the proof holds; NaN where we could not find out. */
export function holds(of: (evidence: Evidence) => Fact<unknown, string, string>): Feature {
  return (evidence) => {
    const { state } = of(evidence)
    return flagWhere(state !== 'unavailable', state === 'valid')
  }
}

/** 1 where something false was shown; showing nothing is 0. NaN where we could not find out. */
export function refused(of: (evidence: Evidence) => Fact<unknown, string, string>): Feature {
  return (evidence) => {
    const { state } = of(evidence)
    return flagWhere(state !== 'unavailable', state === 'invalid')
  }
}

/** A measure of what has been done under one key: NaN where the request has no such key or the ledger did not answer. */
export function under(kind: KeyKind, measure: Measure): Feature {
  return measured((evidence) => known(evidence.conduct.keys[kind]), measure)
}

/** A measure of what all who look alike, or all on this route, have been doing. */
export function among(group: 'cohort' | 'route', measure: Measure): Feature {
  return measured((evidence) => known<Cohort>(evidence.conduct[group])?.behaviour, measure)
}

function measured(subject: Subject, measure: Measure): Feature {
  return (evidence) => {
    const behaviour = subject(evidence)
    return behaviour === undefined ? Number.NaN : measure(behaviour, evidence)
  }
}

/** log1p keeps one noisy key from dwarfing every other input. */
export function count(window: Window, of: keyof Tally): Measure {
  return (behaviour) => Math.log1p(behaviour[window][of])
}

/** Failed share of the attempts that the bank has answered; NaN while it has answered none. */
export function failureRatio(window: Window): Measure {
  return (behaviour) => {
    const { failures, successes } = behaviour[window]
    return failures + successes === 0 ? Number.NaN : failures / (failures + successes)
  }
}

/** So many attempts make a ratio sure enough; more make it no surer. */
const ENOUGH = 100

/** How many attempts a ratio rests on, up to where that stops to matter. */
export function support(window: Window): Measure {
  return (behaviour) => Math.log1p(Math.min(ENOUGH, behaviour[window].attempts))
}

/** A count for each attempt; NaN while there was none. */
export function perAttempt(window: Window, of: (behaviour: Behaviour) => number): Measure {
  return (behaviour) => {
    const { attempts } = behaviour[window]
    return attempts === 0 ? Number.NaN : of(behaviour) / attempts
  }
}

/** Sketches of distinct things stand still above about 30,000 (`observe/distinct.ts`): beyond, nobody knows. */
const COUNTABLE = 20_000

/** Different accounts for each attempt. */
export function accountsPerAttempt(window: Window): Measure {
  const share = perAttempt(window, (behaviour) => behaviour[window].accounts)
  return (behaviour, evidence) =>
    behaviour[window].attempts > COUNTABLE ? Number.NaN : share(behaviour, evidence)
}

/**
 * Share of the attempts that the bank never answered, because we refused them or it was down. A campaign that is
 * being stopped leaves no failures, so without this it would look better with every refusal.
 */
export function unresolvedShare(window: Window): Measure {
  return perAttempt(window, (behaviour) => {
    const { attempts, failures, successes } = behaviour[window]
    return Math.max(0, attempts - failures - successes)
  })
}

/** The cohort's part of all attempts on this route; above 1 where it is busier elsewhere. */
export function cohortShareOfRoute({ conduct }: Evidence): number {
  const cohort = known<Cohort>(conduct.cohort)?.behaviour.hour.attempts
  const route = known<Cohort>(conduct.route)?.behaviour.hour.attempts
  return cohort === undefined || route === undefined || route === 0 ? Number.NaN : cohort / route
}

export function regularity(behaviour: Behaviour): number {
  return behaviour.regularity ?? Number.NaN
}

export function sinceLast(behaviour: Behaviour): number {
  return behaviour.sinceLast === undefined ? Number.NaN : logSeconds(behaviour.sinceLast)
}

export function sinceFirst(behaviour: Behaviour, { exchange }: Evidence): number {
  return logSeconds(exchange.arrivedAt - behaviour.firstSeenAt)
}

export function pages(behaviour: Behaviour): number {
  return Math.log1p(behaviour.pages)
}

/** Two objects may disagree about the time by a little: never negative. */
export function logSeconds(milliseconds: number): number {
  return Math.log1p(Math.max(0, milliseconds) / 1000)
}
