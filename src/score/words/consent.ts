/** Words for how a consent is used. */
import type { CONSENT_FEATURES } from '../features/consent.ts'
import type { Description } from './description.ts'

export const CONSENT_WORDS = {
  consentPresenceClaimed: ['flag', 'it says that the customer is there'],
  consentPresenceDoubts: ['number', 'things that speak against the customer being there'],
  consentPresenceRegularity: [
    'number',
    'irregularity of requests for which the customer is said to be there',
  ],
  consentQuotaShare: ['number', 'of 1 is used of the accesses without the customer'],
  consentOverQuota: ['flag', 'all accesses without the customer are used'],
  consentForeign: ['flag', 'the consent, or the account under it, is somebody else’s'],
  consentOver: ['flag', 'the consent is over, as the bank told'],
} as const satisfies Record<keyof typeof CONSENT_FEATURES, Description>
