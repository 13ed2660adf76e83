/** Words for what everybody does who is alike in one way. */
import type { ESTATE_FEATURES } from '../features/estate.ts'
import type { Description } from './description.ts'

export const ESTATE_WORDS = {
  cohortStaleness: ['seconds', 'since the picture of all who look like it was renewed'],
  cohortSurge: ['number', 'doublings of their attempts above the usual, of all who look like it'],
  cohortFailuresAboveUsual: ['share', 'more failures than usual of all who look like it'],
  cohortFailureRatioTenMinutes: [
    'share',
    'of the attempts of all who look like it failed within ten minutes',
  ],
  cohortEvenness: ['share', 'of the pauses of all who look like it are nearly equal'],
  cohortTopClient: ['share', 'of the requests of all who look like it come from one client'],
  cohortAddressesPerAttempt: ['number', 'addresses for each attempt of all who look like it'],
  cohortTopAccount: ['share', 'of the attempts of all who look like it go to one account'],
  networkSupport: ['count', 'attempts, up to 100, from its network within an hour'],
  networkFailureRatioHour: ['share', 'of the attempts from its network failed within an hour'],
  networkUnresolvedShare: ['share', 'of the attempts from its network never reached the bank'],
  networkAccountsPerAttempt: ['number', 'accounts for each attempt from its network'],
  networkSurge: ['number', 'doublings of the attempts from its network above the usual'],
  networkFailuresAboveUsual: ['share', 'more failures than usual from its network'],
  networkShareOfRoute: ['share', 'of all attempts here within ten minutes came from its network'],
  countrySurge: ['number', 'doublings of the attempts from its country above the usual'],
  countryFailuresAboveUsual: ['share', 'more failures than usual from its country'],
  countryFailureRatioHour: ['share', 'of the attempts from its country failed within an hour'],
  binSupport: ['count', 'attempts, up to 100, with cards of this issuer within an hour'],
  binFailureRatioHour: ['share', 'of the attempts with cards of this issuer failed within an hour'],
  binUnresolvedShare: ['share', 'of the attempts with cards of this issuer never reached the bank'],
  binCardsPerAttempt: ['number', 'cards of this issuer for each attempt'],
  binSurge: ['number', 'doublings of the attempts with cards of this issuer above the usual'],
  passwordSupport: ['count', 'attempts, up to 100, with passwords like this within an hour'],
  passwordAccountsPerAttempt: ['number', 'accounts for each attempt with passwords like this'],
  passwordFailureRatioHour: ['share', 'of the attempts with passwords like this failed within an hour'],
  passwordShareOfRoute: ['share', 'of all attempts here within an hour had passwords like this'],
  passwordShareOfRouteTenMinutes: [
    'share',
    'of all attempts here within ten minutes had passwords like this',
  ],
  routeSurge: ['number', 'doublings of all attempts here above the usual'],
  routeFailuresAboveUsual: ['share', 'more failures than usual here'],
  routeRequestSurge: ['number', 'doublings of all requests here above the usual'],
  routeTopAccount: ['share', 'of all attempts here go to one account'],
} as const satisfies Record<keyof typeof ESTATE_FEATURES, Description>
