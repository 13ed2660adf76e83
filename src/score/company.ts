/** Measures of a request's company: what everybody does who is alike in one way, and how that differs from what is usual. */
import type { Cohort, CohortKind, Evidence, UsualHour } from '../evidence.ts'
import { known } from '../lib/fact.ts'
import type { Feature, Window } from './measures.ts'

export type Group = 'cohort' | 'route' | CohortKind
export type CompanyMeasure = (cohort: Cohort, evidence: Evidence) => number

/** NaN where the request has no such company, or nobody has told of it yet. */
export function inCompany(group: Group, measure: CompanyMeasure): Feature {
  return (evidence) => {
    const cohort = companyOf(group, evidence)
    return cohort === undefined ? Number.NaN : measure(cohort, evidence)
  }
}

function companyOf(group: Group, { conduct }: Evidence): Cohort | undefined {
  return known<Cohort>(group === 'cohort' || group === 'route' ? conduct[group] : conduct.cohorts[group])
}

/** Added to both sides of a comparison: three attempts are not three times one attempt. */
const CHANCE = 10
const TEN_MINUTES_IN_AN_HOUR = 6

/**
 * How many doublings above what is usual the last ten minutes are. Usual is the busier of the same hour of earlier days and
 * of the last hour: what is known from either is no surprise. NaN where neither is known.
 */
export function surge(of: 'requests' | 'attempts'): CompanyMeasure {
  return ({ behaviour, merged }) => {
    const { sameHour, lastHour } = merged ?? {}
    if (sameHour === undefined && lastHour === undefined) return Number.NaN
    const usual = Math.max(sameHour?.[of] ?? 0, lastHour?.[of] ?? 0)
    return Math.log2((behaviour.tenMinutes[of] * TEN_MINUTES_IN_AN_HOUR + CHANCE) / (usual + CHANCE))
  }
}

/** Of fewer answers a ratio says too little. */
const MIN_ANSWERED = 20

/** Failed share of the last hour's attempts less what is usual at this hour. NaN where either rests on too little. */
export function failuresAboveUsual({ behaviour, merged }: Cohort): number {
  const { failures, successes } = behaviour.hour
  const usual = usualFailures(merged?.sameHour) ?? usualFailures(merged?.lastHour)
  if (usual === undefined || failures + successes < MIN_ANSWERED) return Number.NaN
  return failures / (failures + successes) - usual
}

function usualFailures(hour: UsualHour | undefined): number | undefined {
  if (hour === undefined) return undefined
  const answered = hour.failures + hour.successes
  // A mean over some days: so many a day are some dozens in all.
  return answered * hour.days < MIN_ANSWERED ? undefined : hour.failures / answered
}

/** This company's part of all attempts on the route, in so short a time: what is new stands out before an hour is full. */
export function shareOfRoute(window: Window): CompanyMeasure {
  return ({ behaviour }, { conduct }) => {
    const route = known<Cohort>(conduct.route)?.behaviour[window].attempts
    return route === undefined || route === 0 ? Number.NaN : behaviour[window].attempts / route
  }
}

/** Different addresses for each attempt: near 1 where each is used once. */
export function addressesPerAttempt({ behaviour, merged }: Cohort): number {
  const { attempts } = behaviour.hour
  return merged === undefined || attempts === 0 ? Number.NaN : merged.addresses / attempts
}

export function evenness({ merged }: Cohort): number {
  return merged?.evenness ?? Number.NaN
}

export function topClient({ merged }: Cohort): number {
  return merged?.topClient ?? Number.NaN
}

export function topAccount({ merged }: Cohort): number {
  return merged?.topAccount ?? Number.NaN
}
