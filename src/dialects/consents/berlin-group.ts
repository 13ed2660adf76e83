/** NextGenPSD2 1.3: the consent is a header of every request for data, and the customer's address another. */
import type { JsonValue } from '../../lib/json.ts'
import type { ConsentRules, ToldTerms } from './consent-rules.ts'
import { frequency, idsIn, member, text, useOf } from './reading.ts'

const WORDS = {
  consents: new Set(['consents']),
  accounts: new Set(['accounts', 'card-accounts']),
  others: new Set(['balances', 'transactions']),
} as const

/** consentStatus: some never become valid again. Banks may add codes, and what those mean is theirs to know. */
const STATUS: ReadonlyMap<string, ToldTerms['status']> = new Map([
  ['received', 'pending'],
  ['partiallyAuthorised', 'pending'],
  ['valid', 'authorised'],
  ['rejected', 'over'],
  ['revokedByPsu', 'over'],
  ['expired', 'over'],
  ['terminatedByTpp', 'over'],
] as const)
const DATE = /^\d{4}-\d{2}-\d{2}$/

export const BERLIN_GROUP_CONSENTS: ConsentRules = {
  header: 'consent-id',
  // "It shall be contained if and only if this request was actively initiated by the PSU."
  presence: 'psu-ip-address',
  signedIn: undefined,
  use: (method, path) => useOf(method, path, WORDS),
  asked: (body) => frequency(member(body, 'frequencyPerDay')),
  terms(body): ToldTerms {
    const consent = text(member(body, 'consentId'))
    const status = STATUS.get(text(member(body, 'consentStatus')) ?? '')
    const date = text(member(body, 'validUntil'))
    const perDay = frequency(member(body, 'frequencyPerDay'))
    return {
      ...(consent === undefined ? {} : { consent }),
      ...(status === undefined ? {} : { status }),
      ...(date !== undefined && DATE.test(date) ? { until: { date } } : {}),
      ...(perDay === undefined ? {} : { perDay }),
    }
  },
  accounts(body) {
    const ids =
      idsIn(member(body, 'accounts'), 'resourceId') ?? idsIn(member(body, 'cardAccounts'), 'resourceId')
    // The standard has no paging of this list; a bank that has would say so by a link.
    return ids && { ids, complete: next(body) === undefined }
  },
}

function next(body: JsonValue): JsonValue | undefined {
  return member(member(body, '_links'), 'next')
}
