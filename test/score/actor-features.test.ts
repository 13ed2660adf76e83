import { describe, expect, it } from 'vitest'
import type { Conduct, Evidence } from '../../src/evidence.ts'
import { valid } from '../../src/lib/fact.ts'
import type { ActorDrift } from '../../src/observe/actor/types.ts'
import type { Order } from '../../src/observe/order/types.ts'
import type { Walk } from '../../src/observe/walk/types.ts'
import { ACTOR_FEATURES } from '../../src/score/features/actor.ts'
import { conduct, person } from '../fixtures/scene.ts'

const WEEK = 7 * 86_400_000
const AS_ALWAYS: ActorDrift = {
  ...{ age: 9 * WEEK, staleness: 400, weeks: 8, consents: 4_000, newcomer: false, drift: 0, because: [] },
  ...{ consentsAbove: 0, requestsAbove: 0.2, errorsAbove: 0, unattendedAbove: 0.05, consentsFromUnknown: 0 },
  ...{ accountsAbove: 0, breadthAbove: 0, unknown: { network: 0, software: 0, certificate: 0 } },
}
const STOLEN: ActorDrift = {
  ...AS_ALWAYS,
  ...{ newcomer: true, drift: 0.7, because: ['unknown_network', 'consents_used_from_unknown_origin'] },
  ...{
    consentsAbove: 2.5,
    requestsAbove: 2.1,
    errorsAbove: 0.4,
    unattendedAbove: 0.5,
    consentsFromUnknown: 30,
  },
  unknown: { network: 60, software: 60, certificate: 60 },
}
const READING: Order = {
  ...{ operation: 'read', previous: 'login', sincePrevious: 9_000, seen: ['navigation', 'login'] },
  ...{ missing: undefined, skips: 0 },
}
const SKIPPING: Order = {
  ...{ operation: 'payment', previous: 'navigation', sincePrevious: 40, seen: ['navigation'] },
  ...{ missing: 'login', skips: 3 },
}
const OWN: Walk = { fresh: 2, neighbours: 0, run: 0, misses: 0, outside: 0, asked: 2, missing: 0 }
const THIEVISH: Walk = { fresh: 50, neighbours: 45, run: 40, misses: 48, outside: 49, asked: 50, missing: 48 }

const seen = (rest: Partial<Conduct>): Evidence => person({ conduct: conduct({}, rest) })
const BENIGN = seen({ actor: valid(AS_ALWAYS), order: valid(READING), walk: valid(OWN) })
const CAMPAIGN = seen({ actor: valid(STOLEN), order: valid(SKIPPING), walk: valid(THIEVISH) })

describe('a third party, an order and a walk', () => {
  it.each([
    ['actorDrift', 0, 0.7],
    ['actorConsentsAbove', 0, 2.5],
    ['actorRequestsAbove', 0.2, 2.1],
    ['actorErrorsAbove', 0, 0.4],
    ['actorUnattendedAbove', 0.05, 0.5],
    ['actorUnknownNetwork', 0, Math.log1p(60)],
    ['actorUnknownSoftware', 0, Math.log1p(60)],
    ['actorUnknownCertificate', 0, Math.log1p(60)],
    ['actorConsentsFromUnknown', 0, Math.log1p(30)],
    ['actorNewcomer', 0, 1],
    ['orderMissing', 0, 1],
    ['orderSkips', 0, Math.log1p(3)],
    ['orderSincePrevious', Math.log1p(9), Math.log1p(0.04)],
    ['orderSteps', 2, 1],
    ['walkFresh', Math.log1p(2), Math.log1p(50)],
    ['walkNeighbourShare', Number.NaN, 0.9],
    ['walkRun', 0, Math.log1p(40)],
    ['walkMissShare', Number.NaN, 0.96],
    ['walkOutside', 0, Math.log1p(49)],
  ] as const)('%s is %d as always, and %d in its campaign', (name, benign, campaign) => {
    const [calm, moved] = [ACTOR_FEATURES[name](BENIGN), ACTOR_FEATURES[name](CAMPAIGN)]
    if (Number.isNaN(benign)) expect(calm).toBeNaN()
    else expect(calm).toBeCloseTo(benign, 6)
    expect(moved).toBeCloseTo(campaign, 6)
  })

  it('is missing where nobody has watched for long enough', () => {
    const young: ActorDrift = {
      ...AS_ALWAYS,
      ...{
        consentsAbove: undefined,
        requestsAbove: undefined,
        errorsAbove: undefined,
        unattendedAbove: undefined,
      },
      ...{ unknown: undefined, consentsFromUnknown: undefined, newcomer: undefined },
    }
    for (const [name, measure] of Object.entries(ACTOR_FEATURES)) {
      const value = measure(seen({ actor: valid(young) }))
      if (name === 'actorDrift') expect(value).toBe(0)
      else expect(value).toBeNaN()
    }
  })
})
