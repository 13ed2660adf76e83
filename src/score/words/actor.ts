/** Words for a third party against its own past, for the order of operations, and for walks through identifiers. */
import type { ACTOR_FEATURES } from '../features/actor.ts'
import type { Description } from './description.ts'

export const ACTOR_WORDS = {
  actorDrift: ['number', 'of 1 is how far the third party is from its own past'],
  actorConsentsAbove: ['number', 'doublings of consents used over the most of this hour in earlier weeks'],
  actorRequestsAbove: ['number', 'doublings of requests over the most of this hour in earlier weeks'],
  actorErrorsAbove: ['share', 'of the third party’s requests are refused by the bank, beyond what is usual'],
  actorUnattendedAbove: ['share', 'of its requests come without the customer, beyond what is usual'],
  actorUnknownNetwork: ['count', 'requests of the third party from a network that is not its own'],
  actorUnknownSoftware: ['count', 'requests of the third party by software that is not its own'],
  actorUnknownCertificate: ['count', 'requests of the third party with a certificate that is new'],
  actorConsentsFromUnknown: ['count', 'consents used from where the third party never was'],
  actorNewcomer: ['flag', 'this request comes from where the third party never was'],
  orderMissing: ['flag', 'a step is missing that comes before this one'],
  orderSkips: ['count', 'times that a step was missing'],
  orderSincePrevious: ['seconds', 'since the step before this one began'],
  orderSteps: ['number', 'different steps taken before'],
  walkFresh: ['count', 'different resources asked for in the last hour'],
  walkNeighbourShare: ['share', 'of the resources asked for are numbered one after the other'],
  walkRun: ['count', 'resources in a row, each numbered next to the one before'],
  walkMissShare: ['share', 'of the resources asked for do not exist for the caller'],
  walkOutside: ['count', 'resources outside the list that the bank gave'],
} as const satisfies Record<keyof typeof ACTOR_FEATURES, Description>
