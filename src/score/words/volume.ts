/** Words for how much each of a company asks for. */
import type { VOLUME_FEATURES } from '../features/volume.ts'
import type { Description } from './description.ts'

export const VOLUME_WORDS = {
  cohortRequestsPerClientHour: ['count', 'requests of each client that looks like it within an hour'],
  cohortRequestsPerClientDay: ['count', 'requests of each client that looks like it within a day'],
  networkRequestsPerClientHour: ['count', 'requests of each client in its network within an hour'],
  cohortMissShareDay: [
    'share',
    'of the requests within a day of all who look like it for what was not there or not theirs',
  ],
} as const satisfies Record<keyof typeof VOLUME_FEATURES, Description>
