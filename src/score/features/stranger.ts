/**
 * How many of the accounts that are tried nobody was ever let into: whose user names a list has, most were never customers, and
 * of customers a gate knows most. It also tells how much a gate remembers, and so how much it means that it does not know one account.
 * Append only: a model knows features by position.
 */
import { type CompanyMeasure, inCompany } from '../company.ts'
import { count, type Feature, sinceFirst, under } from '../measures.ts'

/** Cards, where a card is tried and no account. NaN where none was named: a log does not tell. */
const share =
  (window: 'hour' | 'day'): CompanyMeasure =>
  ({ behaviour }) => {
    const { attempts, strangers, accounts } = behaviour[window]
    return attempts === 0 || accounts === 0 ? Number.NaN : Math.min(1, strangers / attempts)
  }

/** After two weeks a gate knows whom it will know: what is older is not more so. In natural logarithms of seconds. */
const OLD_ENOUGH = Math.log1p(14 * 86_400)

/** NaN until the pictures of all isolates were merged: one that has just begun knows its own age alone. */
const age: CompanyMeasure = ({ behaviour, merged }, evidence) =>
  merged === undefined ? Number.NaN : Math.min(OLD_ENOUGH, sinceFirst(behaviour, evidence))

export const STRANGER_FEATURES = {
  /** Everybody's: in a gate's first weeks all are strangers. */
  routeStrangerShareDay: inCompany('route', share('day')),
  /** As above, now: a list makes strangers of everybody. */
  routeStrangerShare: inCompany('route', share('hour')),
  /** Of all who look alike: where a list and customers share a browser, it is the strangers who are the list. */
  cohortStrangerShareDay: inCompany('cohort', share('day')),
  /** As above, now. */
  cohortStrangerShare: inCompany('cohort', share('hour')),
  /** A network of customers signs in whom the bank knows. */
  networkStrangerShareDay: inCompany('network', share('day')),
  /** A popular password is tried by customers; that of a round of spraying by nobody who is known. */
  passwordStrangerShareDay: inCompany('password', share('day')),
  /** Answered by the bank: one address has one household, and one new customer now and then. */
  addressStrangersDay: under('address', count('day', 'strangers')),
  /** As above. */
  clientStrangersDay: under('client', count('day', 'strangers')),
  /** How long the gate has had to get to know them. */
  routeAge: inCompany('route', age),
} as const satisfies Record<string, Feature>
