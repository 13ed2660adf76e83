/** What only a day shows: it moves on a campaign that hides from every hour, and stays where it is for people. */
import { describe, expect, it } from 'vitest'
import type { Cohort, Evidence, MergedCohort, Tally } from '../../src/evidence.ts'
import { valid } from '../../src/lib/fact.ts'
import type { Group } from '../../src/score/company.ts'
import { CLAIM_FEATURES } from '../../src/score/features/claim.ts'
import { CONTENT_FEATURES } from '../../src/score/features/content.ts'
import { DAY_FEATURES } from '../../src/score/features/day.ts'
import { behaviourOf, clientOf, evidenceOf, NO_CONDUCT, NO_TALLY } from '../fixtures/facts.ts'

type Name = keyof typeof DAY_FEATURES

interface Company {
  readonly day?: Partial<Tally>
  readonly tenMinutes?: Partial<Tally>
}

const LAST_WEEK = { days: 7, requests: 600, attempts: 120, failures: 12, successes: 108 }
const MERGED: MergedCohort = {
  ...{ addresses: 0, evenness: undefined, topClient: undefined, topAccount: undefined },
  ...{ sameHour: LAST_WEEK, lastHour: undefined },
}

function evidenceFor(group: Group, { day, tenMinutes }: Company): Evidence {
  const behaviour = behaviourOf({
    day: { ...NO_TALLY, ...day },
    tenMinutes: { ...NO_TALLY, ...tenMinutes },
  })
  const cohort = valid<Cohort>({ behaviour, staleness: 800, merged: MERGED })
  const cohorts =
    group in NO_CONDUCT.cohorts ? { ...NO_CONDUCT.cohorts, [group]: cohort } : NO_CONDUCT.cohorts
  const conduct = { ...NO_CONDUCT, cohorts }
  return evidenceOf({
    conduct: group === 'cohort' || group === 'route' ? { ...conduct, [group]: cohort } : conduct,
  })
}

/** Three tries an hour, all day, each at another account; and a day of people. */
const SLOW = { day: { attempts: 72, accounts: 71, failures: 71, successes: 1 } }
const PEOPLE = { day: { attempts: 72, accounts: 40, failures: 7, successes: 65 } }
const STOPPED = { day: { attempts: 72, failures: 4, successes: 0 } }
const FLOOD = { tenMinutes: { requests: 60_000 } }
const MORNING = { tenMinutes: { requests: 110 } }

const ROWS: readonly (readonly [name: Name, campaign: Company, people: Company, apart: number])[] = [
  ['routeSupportDay', SLOW, { day: { attempts: 1 } }, 3],
  ['routeFailureRatioDay', SLOW, PEOPLE, 0.5],
  ['cohortSupportDay', SLOW, { day: { attempts: 1 } }, 3],
  ['cohortFailureRatioDay', SLOW, PEOPLE, 0.5],
  ['cohortUnresolvedShareDay', STOPPED, PEOPLE, 0.5],
  ['cohortAccountsPerAttemptDay', SLOW, PEOPLE, 0.3],
  ['networkSupportDay', SLOW, { day: { attempts: 1 } }, 3],
  ['networkFailureRatioDay', SLOW, PEOPLE, 0.5],
  ['networkUnresolvedShareDay', STOPPED, PEOPLE, 0.5],
  ['passwordSupportDay', SLOW, { day: { attempts: 1 } }, 3],
  ['passwordAccountsPerAttemptDay', SLOW, PEOPLE, 0.3],
  ['binSupportDay', SLOW, { day: { attempts: 1 } }, 3],
  ['binFailureRatioDay', SLOW, PEOPLE, 0.5],
  ['binCardsPerAttemptDay', SLOW, PEOPLE, 0.3],
  ['cohortRequestSurge', FLOOD, MORNING, 5],
  ['networkRequestSurge', FLOOD, MORNING, 5],
]

function groupOf(name: Name): Group {
  return GROUPS.find((group) => name.startsWith(group)) ?? 'cohort'
}
const GROUPS: readonly Group[] = ['cohort', 'route', 'network', 'bin', 'password']

describe('features of a day', () => {
  it.each(ROWS)('%s moves on its campaign and stays for people', (name, campaign, people, apart) => {
    const measure = (company: Company) => DAY_FEATURES[name](evidenceFor(groupOf(name), company))
    expect(measure(campaign) - measure(people)).toBeGreaterThan(apart)
  })

  it('has a row for every feature', () => {
    expect(new Set(ROWS.map(([name]) => name))).toEqual(new Set(Object.keys(DAY_FEATURES)))
  })

  it('is missing where nobody has told of the company', () => {
    for (const measure of Object.values(DAY_FEATURES)) expect(measure(evidenceOf())).toBeNaN()
  })

  it('has no ratio on a day on which nobody tried', () => {
    const { cohortFailureRatioDay, cohortAccountsPerAttemptDay, cohortSupportDay } = DAY_FEATURES
    const nobody = evidenceFor('cohort', { day: { requests: 40 } })
    expect(cohortFailureRatioDay(nobody)).toBeNaN()
    expect(cohortAccountsPerAttemptDay(nobody)).toBeNaN()
    expect(cohortSupportDay(nobody)).toBe(0)
  })
})

describe('features of what a request carries', () => {
  const sending = (type: string | undefined) =>
    CONTENT_FEATURES.formSubmission(
      evidenceOf({
        exchange: {
          ...evidenceOf().exchange,
          headers: new Headers(type === undefined ? {} : { 'content-type': type }),
        },
      }),
    )

  it('tells the form of a page from what a script sends', () => {
    expect(sending('application/x-www-form-urlencoded')).toBe(1)
    expect(sending('Multipart/Form-Data; boundary=x')).toBe(1)
    expect(sending('application/json')).toBe(0)
    expect(sending('application/x-www-form-urlencoded-else')).toBe(0)
    expect(sending(undefined)).toBe(0)
  })

  it('does not know it where a log tells no type of content', () => {
    const seen = (...told: string[]) => {
      const partial = { told: new Set(told), unjudged: new Set<never>() }
      return CONTENT_FEATURES.formSubmission(evidenceOf({ client: clientOf({ partial }) }))
    }
    expect(seen('user-agent')).toBeNaN()
    expect(seen('user-agent', 'content-type')).toBe(0)
  })
})

describe('features of what a client says of itself', () => {
  it('tells a guesser under its own name from a person', () => {
    const claiming = (attackTool: boolean) =>
      evidenceOf({ client: clientOf({ claim: { ...clientOf().claim, attackTool } }) })
    expect(CLAIM_FEATURES.claimsAttackTool(claiming(true))).toBe(1)
    expect(CLAIM_FEATURES.claimsAttackTool(claiming(false))).toBe(0)
  })
})
