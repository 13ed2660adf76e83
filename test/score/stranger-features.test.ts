/** Accounts that nobody was seen to get into: a list is full of them, and a gate with a memory knows its customers. */
import { describe, expect, it } from 'vitest'
import type { Cohort, Evidence, KeyKind, Tally } from '../../src/evidence.ts'
import { valid } from '../../src/lib/fact.ts'
import type { Group } from '../../src/score/company.ts'
import { STRANGER_FEATURES } from '../../src/score/features/stranger.ts'
import { behaviourOf, evidenceOf, NO_CONDUCT, NO_TALLY } from '../fixtures/facts.ts'
import { MERGED } from '../fixtures/scene.ts'

type Name = keyof typeof STRANGER_FEATURES

const GROUPS: readonly Group[] = ['cohort', 'route', 'network', 'password']
const KEYS: readonly KeyKind[] = ['address', 'client']

function evidenceFor(name: Name, tally: Partial<Tally>): Evidence {
  const all = { ...NO_TALLY, ...tally }
  // Another window would be half of it.
  const half = { ...all, strangers: all.strangers / 2 }
  const isDay = name.endsWith('Day')
  const behaviour = behaviourOf({ day: isDay ? all : half, hour: isDay ? half : all })
  const key = KEYS.find((kind) => name.startsWith(kind))
  if (key !== undefined) {
    return evidenceOf({ conduct: { ...NO_CONDUCT, keys: { ...NO_CONDUCT.keys, [key]: valid(behaviour) } } })
  }
  const group = GROUPS.find((one) => name.startsWith(one)) ?? 'cohort'
  const cohort = valid<Cohort>({ behaviour, staleness: 800 })
  if (group === 'cohort' || group === 'route')
    return evidenceOf({ conduct: { ...NO_CONDUCT, [group]: cohort } })
  return evidenceOf({ conduct: { ...NO_CONDUCT, cohorts: { ...NO_CONDUCT.cohorts, [group]: cohort } } })
}

const LIST = { attempts: 40, accounts: 40, failures: 39, successes: 1, strangers: 27 }
const PEOPLE = { attempts: 40, accounts: 30, failures: 3, successes: 37, strangers: 6 }
const NAMES = Object.keys(STRANGER_FEATURES).filter(
  (name): name is Name => name in STRANGER_FEATURES && name.includes('Stranger'),
)
const SHARES = NAMES.filter((name) => name.includes('Share'))

describe('features of accounts that nobody was seen to get into', () => {
  it.each(NAMES)('%s moves on a list and stays for people', (name) => {
    const measure = (tally: Partial<Tally>) => STRANGER_FEATURES[name](evidenceFor(name, tally))
    expect(measure(LIST) - measure(PEOPLE)).toBeGreaterThan(0.5)
  })

  it.each(SHARES)('%s is missing where nobody tried, and where no account was named', (name) => {
    expect(STRANGER_FEATURES[name](evidenceOf())).toBeNaN()
    expect(STRANGER_FEATURES[name](evidenceFor(name, { requests: 9 }))).toBeNaN()
    expect(STRANGER_FEATURES[name](evidenceFor(name, { attempts: 9, failures: 9 }))).toBeNaN()
  })

  it('say since when there has been anybody to get to know', () => {
    const aged = (ms: number, merged = true) => {
      const { exchange } = evidenceOf()
      const behaviour = behaviourOf({ firstSeenAt: exchange.arrivedAt - ms })
      const route = valid<Cohort>({ behaviour, staleness: 800, ...(merged ? { merged: MERGED } : {}) })
      return STRANGER_FEATURES.routeAge(evidenceOf({ exchange, conduct: { ...NO_CONDUCT, route } }))
    }
    expect(aged(14 * 86_400_000) - aged(3_600_000)).toBeGreaterThan(5)
    expect(aged(200 * 86_400_000)).toBe(aged(14 * 86_400_000))
    expect(aged(3_600_000, false)).toBeNaN()
    expect(STRANGER_FEATURES.routeAge(evidenceOf())).toBeNaN()
  })
})
