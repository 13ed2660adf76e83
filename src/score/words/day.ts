/** Words for what only a day shows. */
import type { DAY_FEATURES } from '../features/day.ts'
import type { Description } from './description.ts'

export const DAY_WORDS = {
  routeSupportDay: ['count', 'attempts, up to 100, by anybody here within a day'],
  routeFailureRatioDay: ['share', 'of all attempts here failed within a day'],
  cohortSupportDay: ['count', 'attempts, up to 100, of all who look like it within a day'],
  cohortFailureRatioDay: ['share', 'of the attempts of all who look like it failed within a day'],
  cohortUnresolvedShareDay: [
    'share',
    'of the attempts of all who look like it never reached the bank within a day',
  ],
  cohortAccountsPerAttemptDay: ['number', 'accounts for each attempt of all who look like it within a day'],
  networkSupportDay: ['count', 'attempts, up to 100, from its network within a day'],
  networkFailureRatioDay: ['share', 'of the attempts from its network failed within a day'],
  networkUnresolvedShareDay: [
    'share',
    'of the attempts from its network never reached the bank within a day',
  ],
  passwordSupportDay: ['count', 'attempts, up to 100, with passwords like this within a day'],
  passwordAccountsPerAttemptDay: [
    'number',
    'accounts for each attempt with passwords like this within a day',
  ],
  binSupportDay: ['count', 'attempts, up to 100, with cards of this issuer within a day'],
  binFailureRatioDay: ['share', 'of the attempts with cards of this issuer failed within a day'],
  binCardsPerAttemptDay: ['number', 'cards of this issuer for each attempt within a day'],
  cohortRequestSurge: ['number', 'doublings of the requests of all who look like it above the usual'],
  networkRequestSurge: ['number', 'doublings of the requests from its network above the usual'],
} as const satisfies Record<keyof typeof DAY_FEATURES, Description>
