/** Honest people who share an address: with attackers, or with one another on a day of an attack. */
import { describe, expect, it } from 'vitest'
import type { BenignClass } from '../../lab/traffic/traffic.ts'
import type { Sighting } from './laboratory-client.ts'
import { expectLeftAlone, shareStopped, siege } from './siege.ts'

const CROWD = 40
/** Whoever comes like a browser from among its people is harder to see; those are who must not pay for it. */
const MOST_OF_THEM = 0.7

const addressOf = ({ step }: Sighting): string => step.place.address

function among(honest: readonly Sighting[], name: BenignClass): readonly Sighting[] {
  return honest.filter(({ step }) => step.truth.class === name)
}

/** The most people of a class behind one address. */
function mostBehindOne(honest: readonly Sighting[]): number {
  const people = Map.groupBy(honest, addressOf)
  return Math.max(
    ...Array.from(people.values(), (here) => new Set(here.map(({ step }) => step.truth.person)).size),
  )
}

describe('whoever shares an address', () => {
  it('of a carrier or a satellite with attackers is left alone, while those are stopped', async () => {
    const { attempts, honest } = await siege({
      campaign: 'carrier-exits',
      changed: { attempts: 120, perAddress: 15, shared: 1, variants: 1 },
      town: { 'attacker neighbour': 16, 'browser person': 4, 'mobile app': 2 },
    })
    const attackers = new Set(attempts.map(addressOf))
    const neighbours = honest.filter((one) => attackers.has(addressOf(one)))
    expect(neighbours.length).toBeGreaterThan(40)
    expectLeftAlone(neighbours)
    expectLeftAlone(honest)
    expect(shareStopped(attempts.slice(CROWD))).toBeGreaterThanOrEqual(MOST_OF_THEM)
  })

  it('at home, in a company or behind a carrier with others is left alone on a day of an attack', async () => {
    const { attempts, honest } = await siege({
      campaign: 'openbullet',
      changed: { attempts: 80, perAddress: 10, shared: 0, variants: 1 },
      town: { household: 5, office: 14, 'carrier network': 14 },
    })
    expect(mostBehindOne(among(honest, 'household'))).toBeGreaterThan(1)
    expect(mostBehindOne(among(honest, 'office'))).toBeGreaterThan(5)
    expect(mostBehindOne(among(honest, 'carrier network'))).toBeGreaterThan(10)
    expectLeftAlone(honest)
    expect(shareStopped(attempts.slice(CROWD))).toBeGreaterThanOrEqual(0.9)
  })
})
