/** Words for what the account that is tried knows of the caller. */
import type { HISTORY_FEATURES } from '../features/history.ts'
import type { Description } from './description.ts'

export const HISTORY_WORDS = {
  accountDays: ['count', 'days on which the account was signed in to'],
  accountKnowsDevice: ['share', 'of the account’s days were with this device'],
  accountKnowsSoftware: ['share', 'of the account’s days were with this software'],
  accountKnowsPrefix: ['share', 'of the account’s days were from this neighbourhood of addresses'],
  accountKnowsNetwork: ['share', 'of the account’s days were from this network'],
  accountKnowsCountry: ['share', 'of the account’s days were from this country'],
  accountStrangeness: ['share', 'of what the caller shows is new to the account'],
  accountFamiliar: ['flag', 'the account knows the caller'],
  accountSinceSuccess: ['seconds', 'since the account was last signed in to'],
  accountStrangerFailures: ['count', 'recent failures of callers whom the account does not know'],
  accountStrangers: ['count', 'networks from which such callers failed'],
  accountSinceTakeover: [
    'seconds',
    'since somebody got in whom the account does not know, after many had failed',
  ],
} as const satisfies Record<keyof typeof HISTORY_FEATURES, Description>
