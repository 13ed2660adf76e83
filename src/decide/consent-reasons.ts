/** Why a consent, or a third party's quota, does not carry a request (`observe/consent/types.ts`, `observe/quota/types.ts`). */
import { row } from './reason-row.ts'

export const CONSENT = {
  consent_quota_exceeded: row(
    'too_many',
    'The consent was used as often as agreed in a day, on this resource, while the customer was away.',
  ),
  third_party_quota_exceeded: row(
    'too_many',
    'The third party has made as many requests as its quota allows it in this window.',
  ),
  consent_expired: row('consent_expired', 'The consent has expired, as the bank itself told.'),
  consent_ended: row(
    'consent_invalid',
    'The consent was rejected, revoked or withdrawn, as the bank itself told, or the third party to it.',
  ),
  consent_of_another: row('consent_unknown', 'The bank gave the consent to another organisation.'),
  consent_account_outside: row(
    'consent_invalid',
    'The account is not on the complete list that the bank gave under the consent within the last day.',
  ),
  presence_implausible: row(
    'forbidden',
    'The third party says that the customer is there, and the address or the time that it gives cannot be a customer’s.',
  ),
} as const
