/** UK Open Banking Read/Write: the access token stands for the consent, and no request for data names it. */
import type { JsonValue } from '../../lib/json.ts'
import type { ConsentRules, ToldTerms } from './consent-rules.ts'
import { idsIn, member, text, useOf } from './reading.ts'

const WORDS = {
  consents: new Set(['account-access-consents']),
  accounts: new Set(['accounts']),
  others: new Set([
    ...['balances', 'beneficiaries', 'direct-debits', 'offers', 'party', 'parties', 'product', 'products'],
    ...['scheduled-payments', 'standing-orders', 'statements', 'transactions'],
  ]),
} as const

/** Codes of 4.0 and names of 3.1. */
const STATUS: ReadonlyMap<string, ToldTerms['status']> = new Map([
  ['AWAU', 'pending'],
  ['AwaitingAuthorisation', 'pending'],
  ['AUTH', 'authorised'],
  ['Authorised', 'authorised'],
  ['RJCT', 'over'],
  ['CANC', 'over'],
  ['EXPD', 'over'],
  ['Rejected', 'over'],
  ['Revoked', 'over'],
  ['Expired', 'over'],
] as const)
/** With its zone: without one, nobody can tell when it is. */
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/

export const OBIE_CONSENTS: ConsentRules = {
  header: undefined,
  presence: 'x-fapi-customer-ip-address',
  signedIn: 'x-fapi-auth-date',
  use: (method, path) => useOf(method, path, WORDS),
  asked: () => undefined,
  terms(body): ToldTerms {
    const data = member(body, 'Data')
    const consent = text(member(data, 'ConsentId'))
    const status = STATUS.get(text(member(data, 'Status')) ?? '')
    const expires = text(member(data, 'ExpirationDateTime'))
    return {
      ...(consent === undefined ? {} : { consent }),
      ...(status === undefined ? {} : { status }),
      ...(expires !== undefined && DATE_TIME.test(expires) ? { until: { time: Date.parse(expires) } } : {}),
    }
  },
  accounts(body) {
    const ids = idsIn(member(member(body, 'Data'), 'Account'), 'AccountId')
    return ids && { ids, complete: isWhole(body) }
  },
}

/** Links.Next, and Meta.TotalPages where there is one. */
function isWhole(body: JsonValue): boolean {
  const pages = member(member(body, 'Meta'), 'TotalPages')
  return member(member(body, 'Links'), 'Next') === undefined && (pages === undefined || pages === 1)
}
