/** Each feature of a request's company: it moves on its campaign, it stays where it is for people, and says when it knows nothing. */
import { describe, expect, it } from 'vitest'
import type { Cohort, Evidence, MergedCohort, Tally, UsualHour } from '../../src/evidence.ts'
import { valid } from '../../src/lib/fact.ts'
import type { Group } from '../../src/score/company.ts'
import { ESTATE_FEATURES } from '../../src/score/features/estate.ts'
import { ESTATE_WORDS } from '../../src/score/words/estate.ts'
import { behaviourOf, evidenceOf, NO_CONDUCT, NO_TALLY } from '../fixtures/facts.ts'

type Name = keyof typeof ESTATE_FEATURES

interface Company {
  readonly hour?: Partial<Tally>
  readonly tenMinutes?: Partial<Tally>
  readonly merged?: Partial<MergedCohort>
  readonly staleness?: number
  /** Everybody's attempts on the route. */
  readonly route?: number
}

const usual = (change: Partial<UsualHour>): UsualHour => {
  return { days: 7, requests: 0, attempts: 0, failures: 0, successes: 0, ...change }
}
const NOTHING_MERGED: MergedCohort = {
  addresses: 0,
  evenness: undefined,
  topClient: undefined,
  topAccount: undefined,
  sameHour: undefined,
  lastHour: undefined,
}

function cohort({ hour, tenMinutes, merged, staleness = 800 }: Company): Cohort {
  const behaviour = behaviourOf({
    hour: { ...NO_TALLY, ...hour },
    tenMinutes: { ...NO_TALLY, ...tenMinutes },
  })
  return { behaviour, staleness, ...(merged && { merged: { ...NOTHING_MERGED, ...merged } }) }
}

function evidenceFor(group: Group, company: Company): Evidence {
  const fact = valid(cohort(company))
  const attempts = company.route ?? 0
  const everybody = valid(cohort({ hour: { attempts }, tenMinutes: { attempts } }))
  const cohorts = group in NO_CONDUCT.cohorts ? { ...NO_CONDUCT.cohorts, [group]: fact } : NO_CONDUCT.cohorts
  const conduct = { ...NO_CONDUCT, route: everybody, cohorts }
  return evidenceOf({
    conduct: group === 'cohort' || group === 'route' ? { ...conduct, [group]: fact } : conduct,
  })
}

const CALM = usual({ requests: 600, attempts: 120, failures: 12, successes: 108 })

/** A campaign's company, and people's. The feature has to tell the one from the other by at least so much. */
const ROWS: readonly (readonly [name: Name, campaign: Company, people: Company, apart: number])[] = [
  ['cohortStaleness', { staleness: 3_600_000 }, { staleness: 800 }, 7],
  ...surges('cohortSurge'),
  ...surges('networkSurge'),
  ...surges('countrySurge'),
  ...surges('binSurge'),
  ...surges('routeSurge'),
  [
    'routeRequestSurge',
    { tenMinutes: { requests: 60_000 }, merged: { sameHour: CALM } },
    { tenMinutes: { requests: 110 }, merged: { sameHour: CALM } },
    5,
  ],
  ...failures('cohortFailuresAboveUsual'),
  ...failures('networkFailuresAboveUsual'),
  ...failures('countryFailuresAboveUsual'),
  ...failures('routeFailuresAboveUsual'),
  [
    'cohortFailureRatioTenMinutes',
    { tenMinutes: { failures: 95, successes: 5 } },
    { tenMinutes: { failures: 1, successes: 9 } },
    0.5,
  ],
  ...ratios('networkFailureRatioHour'),
  ...ratios('countryFailureRatioHour'),
  ...ratios('binFailureRatioHour'),
  ...ratios('passwordFailureRatioHour'),
  ...supports('networkSupport'),
  ...supports('binSupport'),
  ...supports('passwordSupport'),
  ...unresolved('networkUnresolvedShare'),
  ...unresolved('binUnresolvedShare'),
  ['cohortEvenness', { merged: { evenness: 0.97 } }, { merged: { evenness: 0.4 } }, 0.5],
  ['cohortTopClient', { merged: { topClient: 0.9 } }, { merged: { topClient: 0.02 } }, 0.5],
  ['cohortTopAccount', { merged: { topAccount: 0.9 } }, { merged: { topAccount: 0.01 } }, 0.5],
  ['routeTopAccount', { merged: { topAccount: 0.6 } }, { merged: { topAccount: 0.01 } }, 0.5],
  [
    'cohortAddressesPerAttempt',
    { hour: { attempts: 900 }, merged: { addresses: 880 } },
    { hour: { attempts: 900 }, merged: { addresses: 300 } },
    0.5,
  ],
  ...breadths('networkAccountsPerAttempt'),
  ...breadths('binCardsPerAttempt'),
  ...breadths('passwordAccountsPerAttempt'),
  [
    'networkShareOfRoute',
    { tenMinutes: { attempts: 80 }, route: 100 },
    { tenMinutes: { attempts: 3 }, route: 100 },
    0.5,
  ],
  [
    'passwordShareOfRoute',
    { hour: { attempts: 60 }, route: 100 },
    { hour: { attempts: 1 }, route: 100 },
    0.5,
  ],
  [
    'passwordShareOfRouteTenMinutes',
    { tenMinutes: { attempts: 60 }, route: 100 },
    { tenMinutes: { attempts: 1 }, route: 100 },
    0.5,
  ],
]

function surges(name: Name): typeof ROWS {
  const merged = { sameHour: CALM }
  const monday = {
    tenMinutes: { attempts: 90 },
    merged: { sameHour: usual({ attempts: 500 }), lastHour: CALM },
  }
  return [
    [name, { tenMinutes: { attempts: 700 }, merged }, { tenMinutes: { attempts: 22 }, merged }, 3],
    // What was busy at this hour on other days may be busy today.
    [name, { tenMinutes: { attempts: 700 }, merged }, monday, 3],
  ]
}

function failures(name: Name): typeof ROWS {
  const merged = { sameHour: CALM }
  return [
    [
      name,
      { hour: { failures: 95, successes: 5 }, merged },
      { hour: { failures: 4, successes: 36 }, merged },
      0.5,
    ],
  ]
}

function ratios(name: Name): typeof ROWS {
  return [[name, { hour: { failures: 99, successes: 1 } }, { hour: { failures: 3, successes: 30 } }, 0.5]]
}

function supports(name: Name): typeof ROWS {
  return [[name, { hour: { attempts: 400 } }, { hour: { attempts: 2 } }, 2]]
}

function unresolved(name: Name): typeof ROWS {
  return [
    [
      name,
      { hour: { attempts: 100, failures: 5 } },
      { hour: { attempts: 30, failures: 3, successes: 27 } },
      0.5,
    ],
  ]
}

function breadths(name: Name): typeof ROWS {
  return [[name, { hour: { attempts: 300, accounts: 298 } }, { hour: { attempts: 300, accounts: 110 } }, 0.5]]
}

function groupOf(name: Name): Group {
  return GROUPS.find((group) => name.startsWith(group)) ?? 'cohort'
}
const GROUPS: readonly Group[] = ['cohort', 'route', 'network', 'country', 'bin', 'password']

describe('features of a request’s company', () => {
  it.each(ROWS)('%s moves on its campaign and stays for people', (name, campaign, people, apart) => {
    const measure = (company: Company) => ESTATE_FEATURES[name](evidenceFor(groupOf(name), company))
    expect(measure(campaign) - measure(people)).toBeGreaterThan(apart)
  })

  it('has a row for every feature', () => {
    expect(new Set(ROWS.map(([name]) => name))).toEqual(new Set(Object.keys(ESTATE_FEATURES)))
  })

  it('is missing where the request has no such company, or nobody has told of it yet', () => {
    for (const measure of Object.values(ESTATE_FEATURES)) expect(measure(evidenceOf())).toBeNaN()
  })

  it('calls nothing unusual before anything was usual', () => {
    const first = { hour: { failures: 95, successes: 5 }, tenMinutes: { attempts: 900, requests: 900 } }
    const evidence = evidenceFor('network', { ...first, merged: {} })
    expect(ESTATE_FEATURES.networkSurge(evidence)).toBeNaN()
    expect(ESTATE_FEATURES.networkFailuresAboveUsual(evidence)).toBeNaN()
  })

  it('has words for each', () => {
    for (const [, text] of Object.values(ESTATE_WORDS)) expect(text.length).toBeLessThan(100)
  })
})
