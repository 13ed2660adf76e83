/** How much each of a company asks for: it moves on a flood and on a walk, and stays for people and for a monitor. */
import { describe, expect, it } from 'vitest'
import type { Cohort, Evidence, Tally } from '../../src/evidence.ts'
import { valid } from '../../src/lib/fact.ts'
import { VOLUME_FEATURES } from '../../src/score/features/volume.ts'
import { behaviourOf, evidenceOf, NO_CONDUCT, NO_TALLY } from '../fixtures/facts.ts'

type Name = keyof typeof VOLUME_FEATURES

function evidenceFor(name: Name, tally: Partial<Tally>): Evidence {
  const all = { ...NO_TALLY, ...tally }
  // Another window would say something else.
  const other = { ...NO_TALLY, requests: 1, clients: 1 }
  const behaviour = behaviourOf(name.endsWith('Day') ? { day: all, hour: other } : { hour: all, day: other })
  const cohort = valid<Cohort>({ behaviour, staleness: 800 })
  if (name.startsWith('cohort')) return evidenceOf({ conduct: { ...NO_CONDUCT, cohort } })
  return evidenceOf({
    conduct: { ...NO_CONDUCT, cohorts: { ...NO_CONDUCT.cohorts, network: cohort } },
  })
}

/** Ten machines that walk through identifiers as fast as they can, and a hundred customers. */
const FLOOD = { requests: 4_000, clients: 10, misses: 3_600 }
const PEOPLE = { requests: 1_500, clients: 100, misses: 20 }
const NAMES = Object.keys(VOLUME_FEATURES).filter((name): name is Name => name in VOLUME_FEATURES)

describe('features of how much each asks for', () => {
  it.each(NAMES)('%s moves on a flood and stays for people', (name) => {
    const measure = (tally: Partial<Tally>) => VOLUME_FEATURES[name](evidenceFor(name, tally))
    expect(measure(FLOOD) - measure(PEOPLE)).toBeGreaterThan(0.8)
  })

  it.each(NAMES)('%s is missing where nobody has told of the company, and where nobody asked', (name) => {
    expect(VOLUME_FEATURES[name](evidenceOf())).toBeNaN()
    expect(VOLUME_FEATURES[name](evidenceFor(name, {}))).toBeNaN()
  })

  it('is the same for a bank of ten times the customers', () => {
    const { cohortRequestsPerClientDay: measure } = VOLUME_FEATURES
    const [one, ten] = [PEOPLE, { requests: 15_000, clients: 1_000 }].map((tally) =>
      measure(evidenceFor('cohortRequestsPerClientDay', tally)),
    )
    expect(one).toBe(ten)
  })
})
