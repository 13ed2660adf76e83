/** Words for third parties against their own past, the order of operations, walks, and what an account knows. */
import type { ACTOR_FEATURES } from '../features/actor.ts'
import type { HISTORY_FEATURES } from '../features/history.ts'
import type { Description } from './description.ts'

export const ACTOR_WORDS = {
  actorDrift: ['number', 'drift of the third party from its own past (0.5 is for a human to look at)'],
  actorConsentsAbove: ['number', 'doublings of the consents used over the most that is usual at this hour'],
  actorRequestsAbove: ['number', 'doublings of its requests over the most that is usual at this hour'],
  actorErrorsAbove: ['share', 'more requests refused by the bank than usual of the third party'],
  actorUnattendedAbove: ['share', 'more requests without a customer than usual of the third party'],
  actorUnknownNetwork: ['count', 'requests of the third party from networks that are not its own'],
  actorUnknownSoftware: ['count', 'requests of the third party with software that is not its own'],
  actorUnknownCertificate: ['count', 'requests of the third party with certificates that are not its own'],
  actorConsentsFromUnknown: ['count', 'consents that the third party used from where it never was'],
  actorNewcomer: ['flag', 'comes in a way in which the third party never came'],
  orderMissing: ['flag', 'a step that should have come before is missing'],
  orderSkips: ['count', 'times that a step was missing'],
  orderSincePrevious: ['seconds', 'since the step before'],
  orderSteps: ['number', 'kinds of steps taken before'],
  walkFresh: ['count', 'different things asked for one after the other'],
  walkNeighbourShare: ['share', 'of these were neighbours of the one before'],
  walkRun: ['count', 'identifiers in one direction without a break'],
  walkMissShare: ['share', 'of these were not there'],
  walkOutside: ['count', 'things asked for outside the list that the bank gave'],
} as const satisfies Record<keyof typeof ACTOR_FEATURES, Description>

export const HISTORY_WORDS = {
  accountDays: ['count', 'days on which this account was used before'],
  accountKnowsDevice: ['share', "of the account's days were with this device"],
  accountKnowsSoftware: ['share', "of the account's days were with this software"],
  accountKnowsPrefix: ['share', "of the account's days were from this neighbourhood"],
  accountKnowsNetwork: ['share', "of the account's days were from this network operator"],
  accountKnowsCountry: ['share', "of the account's days were from this country"],
  accountStrangeness: ['share', 'of what it shows is new to this account'],
  accountFamiliar: ['flag', 'known to this account'],
  accountSinceSuccess: ['seconds', 'since the account was last signed in to'],
  accountStrangerFailures: ['count', 'failed attempts of strangers on this account since its owner was here'],
  accountStrangers: ['count', 'networks of strangers that tried this account'],
  accountSinceTakeover: ['seconds', 'since a stranger got in to this account'],
} as const satisfies Record<keyof typeof HISTORY_FEATURES, Description>
