/** Accounts, balances and transactions, as far as the consent behind the token allows. */
import { type Context, Hono } from 'hono'
import { fail, type Outcome, pass } from '../../../../src/lib/outcome.ts'
import { accountOf, balanceMinor, decimal, entriesOf } from '../../accounts.ts'
import type { Bank } from '../../bank.ts'
import { find } from '../../consents.ts'
import { type Account, type Customer, customerById } from '../../customers.ts'
import type { Posting } from '../../payments.ts'
import { dateTime, holder, type Refusal, refuse, resource } from './respond.ts'
import type { AccountAccessTerms, Permission } from './schemas.ts'

interface Access {
  readonly customer: Customer
  readonly terms: AccountAccessTerms
}

/** One of the permissions is enough: `Detail` includes `Basic`. */
async function access(
  bank: Bank,
  c: Context,
  ...anyOf: readonly Permission[]
): Promise<Outcome<Access, Refusal>> {
  const grant = await holder(bank, c, 'consent')
  if (!grant.ok) return grant
  const { clientId, consentId, customerId } = grant.value
  const consent = find(bank, 'account_access', consentId, clientId)
  if (consent === undefined) return fail('token_of_other_kind')
  const customer = customerById(customerId)
  if (consent.status !== 'authorised' || customer === undefined) return fail('consent_not_usable')
  if (!consent.terms.Permissions.some((given) => anyOf.includes(given))) return fail('permission_missing')
  return pass({ customer, terms: consent.terms })
}

export function accounts(bank: Bank): Hono {
  const app = new Hono()

  app.get('/', async (c) => {
    const granted = await access(bank, c, 'ReadAccountsBasic', 'ReadAccountsDetail')
    if (!granted.ok) return refuse(c, granted.reason)
    const { customer, terms } = granted.value
    return resource(c, 200, { Account: customer.accounts.map((account) => shown(account, customer, terms)) })
  })

  app.get('/:AccountId', async (c) => {
    const granted = await access(bank, c, 'ReadAccountsBasic', 'ReadAccountsDetail')
    if (!granted.ok) return refuse(c, granted.reason)
    const { customer, terms } = granted.value
    const account = accountOf(customer, c.req.param('AccountId'))
    if (account === undefined) return refuse(c, 'not_found')
    return resource(c, 200, { Account: [shown(account, customer, terms)] })
  })

  app.get('/:AccountId/balances', async (c) => {
    const granted = await access(bank, c, 'ReadBalances')
    if (!granted.ok) return refuse(c, granted.reason)
    const account = accountOf(granted.value.customer, c.req.param('AccountId'))
    if (account === undefined) return refuse(c, 'not_found')
    return resource(c, 200, { Balance: [balance(bank, account)] })
  })

  app.get('/:AccountId/transactions', async (c) => {
    const granted = await access(bank, c, 'ReadTransactionsBasic', 'ReadTransactionsDetail')
    if (!granted.ok) return refuse(c, granted.reason)
    const { customer, terms } = granted.value
    const account = accountOf(customer, c.req.param('AccountId'))
    if (account === undefined) return refuse(c, 'not_found')
    const span = spanOf(c, terms)
    if (!span.ok) return refuse(c, span.reason)
    const entries = entriesOf(bank, account)
      .filter((entry) => entry.bookedAt >= span.value.from && entry.bookedAt <= span.value.to)
      .filter((entry) => terms.Permissions.includes(directionOf(entry)))
    return resource(c, 200, { Transaction: entries.map((entry) => transaction(account, entry, terms)) })
  })

  return app
}

function shown(account: Account, customer: Customer, terms: AccountAccessTerms) {
  const identification = {
    SchemeName: account.currency === 'GBP' ? 'UK.OBIE.SortCodeAccountNumber' : 'UK.OBIE.IBAN',
    Identification: account.currency === 'GBP' ? account.sortCodeAccountNumber : account.iban,
    Name: customer.name,
  }
  return {
    AccountId: account.accountId,
    Status: 'Enabled',
    Currency: account.currency,
    AccountCategory: 'Personal',
    AccountTypeCode: account.kind === 'current' ? 'CACC' : 'SVGS',
    Nickname: account.nickname,
    ...(terms.Permissions.includes('ReadAccountsDetail') ? { Account: [identification] } : {}),
  }
}

function balance(bank: Bank, account: Account) {
  const minor = balanceMinor(bank, account)
  return {
    AccountId: account.accountId,
    CreditDebitIndicator: minor < 0 ? 'Debit' : 'Credit',
    Type: 'ITAV',
    DateTime: dateTime(bank.now()),
    Amount: { Amount: decimal(minor), Currency: account.currency },
    // On purpose: the document does not declare this field (README.md).
    InternalScore: 300 + (account.openingMinor % 550),
  }
}

function directionOf(entry: Posting): Permission {
  return entry.minor < 0 ? 'ReadTransactionsDebits' : 'ReadTransactionsCredits'
}

function transaction(account: Account, entry: Posting, terms: AccountAccessTerms) {
  return {
    AccountId: account.accountId,
    TransactionId: entry.id,
    CreditDebitIndicator: entry.minor < 0 ? 'Debit' : 'Credit',
    Status: 'BOOK',
    BookingDateTime: dateTime(entry.bookedAt),
    Amount: { Amount: decimal(entry.minor), Currency: account.currency },
    ...(terms.Permissions.includes('ReadTransactionsDetail')
      ? { TransactionInformation: `${entry.text}: ${entry.counterparty}` }
      : {}),
  }
}

/** What the query asks for, within what the consent gives. */
function spanOf(
  c: Context,
  terms: AccountAccessTerms,
): Outcome<{ readonly from: number; readonly to: number }, 'query_invalid'> {
  const at = (text: string | undefined, otherwise: number) =>
    text === undefined ? otherwise : Date.parse(text)
  const wanted = {
    from: at(c.req.query('fromBookingDateTime'), Number.NEGATIVE_INFINITY),
    to: at(c.req.query('toBookingDateTime'), Number.POSITIVE_INFINITY),
  }
  if (Number.isNaN(wanted.from) || Number.isNaN(wanted.to)) return fail('query_invalid')
  return pass({
    from: Math.max(wanted.from, at(terms.TransactionFromDateTime, Number.NEGATIVE_INFINITY)),
    to: Math.min(wanted.to, at(terms.TransactionToDateTime, Number.POSITIVE_INFINITY)),
  })
}

/** On purpose: version 3.1 is deprecated in the document and still served (README.md). */
export function accountsOfVersion31(bank: Bank): Hono {
  const app = new Hono()
  app.get('/', async (c) => {
    const granted = await access(bank, c, 'ReadAccountsBasic', 'ReadAccountsDetail')
    if (!granted.ok) return refuse(c, granted.reason)
    const { customer } = granted.value
    return resource(c, 200, {
      Account: customer.accounts.map((account) => ({
        AccountId: account.accountId,
        Currency: account.currency,
        AccountType: 'Personal',
        AccountSubType: account.kind === 'current' ? 'CurrentAccount' : 'Savings',
        Nickname: account.nickname,
      })),
    })
  })
  return app
}
