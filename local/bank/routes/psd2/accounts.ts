/** Accounts, balances and transactions within a consent. */
import { Hono } from 'hono'
import { accountOf, balanceMinor, entriesOf, signed } from '../../accounts.ts'
import type { Bank } from '../../bank.ts'
import type { Account } from '../../customers.ts'
import type { Posting } from '../../payments.ts'
import { access } from './consents.ts'
import { refuse } from './respond.ts'
import type { Psd2Terms } from './schemas.ts'

type Aspect = 'accounts' | 'balances' | 'transactions'

/** Balances and transactions of an account include the account itself. */
function allows(terms: Psd2Terms, aspect: Aspect, account: Account): boolean {
  const { access } = terms
  if (access.allPsd2 === 'allAccounts') return true
  const lists =
    aspect === 'accounts' ? [access.accounts, access.balances, access.transactions] : [access[aspect]]
  // An empty list leaves the choice to the customer; the demo's customers always choose all their accounts.
  return lists.some(
    (list) => list !== undefined && (list.length === 0 || list.some(({ iban }) => iban === account.iban)),
  )
}

export function accounts(bank: Bank): Hono {
  const app = new Hono()

  app.get('/', async (c) => {
    const granted = await access(bank, c)
    if (!granted.ok) return refuse(c, granted.reason)
    const { customer, terms } = granted.value
    const visible = customer.accounts.filter((account) => allows(terms, 'accounts', account))
    return c.json({ accounts: visible.map(details) })
  })

  app.get('/:accountId', async (c) => {
    const granted = await access(bank, c)
    if (!granted.ok) return refuse(c, granted.reason)
    const { customer, terms } = granted.value
    const account = accountOf(customer, c.req.param('accountId'))
    if (account === undefined) return refuse(c, 'resource_unknown')
    return allows(terms, 'accounts', account)
      ? c.json({ account: details(account) })
      : refuse(c, 'consent_invalid')
  })

  app.get('/:accountId/balances', async (c) => {
    const granted = await access(bank, c)
    if (!granted.ok) return refuse(c, granted.reason)
    const { customer, terms } = granted.value
    const account = accountOf(customer, c.req.param('accountId'))
    if (account === undefined) return refuse(c, 'resource_unknown')
    if (!allows(terms, 'balances', account)) return refuse(c, 'consent_invalid')
    const amount = { currency: account.currency, amount: signed(balanceMinor(bank, account)) }
    return c.json({
      account: { iban: account.iban, currency: account.currency },
      balances: [{ balanceAmount: amount, balanceType: 'interimAvailable' }],
    })
  })

  app.get('/:accountId/transactions', async (c) => {
    const granted = await access(bank, c)
    if (!granted.ok) return refuse(c, granted.reason)
    const { customer, terms } = granted.value
    const account = accountOf(customer, c.req.param('accountId'))
    if (account === undefined) return refuse(c, 'resource_unknown')
    if (!allows(terms, 'transactions', account)) return refuse(c, 'consent_invalid')
    const status = c.req.query('bookingStatus')
    if (status !== 'booked' && status !== 'both') return refuse(c, 'booking_status_missing')
    const booked = entriesOf(bank, account).map((entry) => transaction(account, entry))
    const links = { account: { href: `/psd2/v1/accounts/${account.accountId}` } }
    return c.json({
      account: { iban: account.iban, currency: account.currency },
      transactions: { booked, ...(status === 'both' ? { pending: [] } : {}), _links: links },
    })
  })

  return app
}

function details(account: Account) {
  const self = `/psd2/v1/accounts/${account.accountId}`
  return {
    resourceId: account.accountId,
    iban: account.iban,
    currency: account.currency,
    displayName: account.nickname,
    cashAccountType: account.kind === 'current' ? 'CACC' : 'SVGS',
    status: 'enabled',
    _links: { balances: { href: `${self}/balances` }, transactions: { href: `${self}/transactions` } },
  }
}

function transaction(account: Account, entry: Posting) {
  return {
    transactionId: entry.id,
    bookingDate: new Date(entry.bookedAt).toISOString().slice(0, 10),
    transactionAmount: { currency: account.currency, amount: signed(entry.minor) },
    ...(entry.minor < 0 ? { creditorName: entry.counterparty } : { debtorName: entry.counterparty }),
    remittanceInformationUnstructured: entry.text,
  }
}
