/**
 * Permissions of UK Open Banking consents that cover a class of data, any one of them (Account and Transaction API 4.0.0,
 * OBReadConsent1): ReadPAN lets card numbers through unmasked, the detail permissions account numbers.
 */
import type { Permissions } from './judge.ts'

const DETAILS = [
  'ReadAccountsDetail',
  'ReadBeneficiariesDetail',
  'ReadScheduledPaymentsDetail',
  'ReadStandingOrdersDetail',
  'ReadTransactionsDetail',
  'ReadStatementsDetail',
]
const PARTY = ['ReadParty', 'ReadPartyPSU']

export const UK_PERMISSIONS: Permissions = {
  pan: ['ReadPAN'],
  uk_account: DETAILS,
  iban: DETAILS,
  email: PARTY,
  phone: PARTY,
}
