/** Words for accounts that nobody was ever let into. */
import type { STRANGER_FEATURES } from '../features/stranger.ts'
import type { Description } from './description.ts'

export const STRANGER_WORDS = {
  routeStrangerShareDay: [
    'share',
    'of all attempts here within a day at accounts that nobody was seen to get into',
  ],
  routeStrangerShare: [
    'share',
    'of all attempts here within an hour at accounts that nobody was seen to get into',
  ],
  cohortStrangerShareDay: [
    'share',
    'of the attempts within a day of all who look like it at accounts that nobody was seen to get into',
  ],
  cohortStrangerShare: [
    'share',
    'of the attempts within an hour of all who look like it at accounts that nobody was seen to get into',
  ],
  networkStrangerShareDay: [
    'share',
    'of the attempts within a day from its network at accounts that nobody was seen to get into',
  ],
  passwordStrangerShareDay: [
    'share',
    'of the attempts within a day with passwords like this at accounts that nobody was seen to get into',
  ],
  addressStrangersDay: [
    'count',
    'attempts from its address within a day at accounts that nobody was seen to get into',
  ],
  clientStrangersDay: ['count', 'attempts by it within a day at accounts that nobody was seen to get into'],
  routeAge: ['seconds', 'since the first request here was seen'],
} as const satisfies Record<keyof typeof STRANGER_FEATURES, Description>
