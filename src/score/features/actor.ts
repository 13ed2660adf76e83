/**
 * A third party against its own past, a caller's place in the order of operations, and identifiers that are walked through.
 * What is not known is missing: a third party in its first week, a step that nobody watched, an identifier without a number.
 */
import { known } from '../../lib/fact.ts'
import type { ActorDrift, Mark } from '../../observe/actor/types.ts'
import type { Order } from '../../observe/order/types.ts'
import type { Walk } from '../../observe/walk/types.ts'
import { type Feature, flag, logSeconds } from '../measures.ts'

const maybe = (value: number | undefined): number => value ?? Number.NaN

function drift(measure: (actor: ActorDrift) => number): Feature {
  return ({ conduct }) => {
    const actor = known(conduct.actor)
    return actor === undefined ? Number.NaN : measure(actor)
  }
}

function unknown(mark: Mark): Feature {
  return drift((actor) => Math.log1p(maybe(actor.unknown?.[mark])))
}

function order(measure: (order: Order) => number): Feature {
  return ({ conduct }) => {
    const told = known(conduct.order)
    return told === undefined ? Number.NaN : measure(told)
  }
}

function walk(measure: (walk: Walk) => number): Feature {
  return ({ conduct }) => {
    const told = known(conduct.walk)
    return told === undefined ? Number.NaN : measure(told)
  }
}

/** Fewer resources than this are neighbours, or missing, by chance. */
const ENOUGH = 4

function shareOfFresh(part: (walk: Walk) => number): Feature {
  return walk((told) => (told.fresh < ENOUGH ? Number.NaN : Math.min(1, part(told) / told.fresh)))
}

export const ACTOR_FEATURES = {
  /** All signs together, as a human is told of them. */
  actorDrift: drift((actor) => actor.drift),
  /** Twice, four times, eight times the most that this hour of the week has had. */
  actorConsentsAbove: drift((actor) => maybe(actor.consentsAbove)),
  /** As above. */
  actorRequestsAbove: drift((actor) => maybe(actor.requestsAbove)),
  /** A thief does not know which accounts there are. */
  actorErrorsAbove: drift((actor) => maybe(actor.errorsAbove)),
  /** No customer is there when everything is read at three in the morning. */
  actorUnattendedAbove: drift((actor) => maybe(actor.unattendedAbove)),
  /** A stolen key is used elsewhere. */
  actorUnknownNetwork: unknown('network'),
  /** With a program that its owner does not have. */
  actorUnknownSoftware: unknown('software'),
  /** Renewed once a year by its owner. */
  actorUnknownCertificate: unknown('certificate'),
  /** And for as many customers as it is good for. */
  actorConsentsFromUnknown: drift((actor) => Math.log1p(maybe(actor.consentsFromUnknown))),
  /** This very request. */
  actorNewcomer: drift((actor) => (actor.newcomer === undefined ? Number.NaN : flag(actor.newcomer))),

  /** A payment without a login, data without the customer's word. */
  orderMissing: order(({ missing }) => flag(missing !== undefined)),
  /** Again and again. */
  orderSkips: order(({ skips }) => Math.log1p(skips)),
  /** From login to payment in no time: no page was looked at. */
  orderSincePrevious: order(({ sincePrevious }) =>
    sincePrevious === undefined ? Number.NaN : logSeconds(sincePrevious),
  ),
  /** People do several things, scripts one. */
  orderSteps: order(({ seen }) => seen.length),

  /** How many different resources: a customer has a handful. */
  walkFresh: walk(({ fresh }) => Math.log1p(fresh)),
  /** One number after the other. */
  walkNeighbourShare: shareOfFresh(({ neighbours }) => neighbours),
  /** As above, without a break. */
  walkRun: walk(({ run }) => Math.log1p(run)),
  /** Guessed at random: most are not there. */
  walkMissShare: shareOfFresh(({ misses }) => misses),
  /** Asked for beyond the list that the bank gave. */
  walkOutside: walk(({ outside }) => Math.log1p(maybe(outside))),
} as const satisfies Record<string, Feature>
