/** STET PSD2 API 1.4 to 1.6: the access token stands for the consent, as in UK Open Banking. */
import type { ConsentRules } from './consent-rules.ts'
import { idsIn, member, useOf } from './reading.ts'

const WORDS = {
  // What a customer consents to is between bank and customer here: no resource of it is read by a third party.
  consents: new Set<string>(),
  accounts: new Set(['accounts']),
  others: new Set([
    'balances',
    'transactions',
    'overdrafts',
    'owners',
    'end-user-identity',
    'trusted-beneficiaries',
  ]),
} as const

export const STET_CONSENTS: ConsentRules = {
  header: undefined,
  presence: 'psu-ip-address',
  signedIn: undefined,
  use: (method, path) => useOf(method, path, WORDS),
  asked: () => undefined,
  terms: () => ({}),
  accounts(body) {
    const ids = idsIn(member(body, 'accounts'), 'resourceId')
    return ids && { ids, complete: member(member(body, '_links'), 'next') === undefined }
  },
}
