/** Accounts as every channel sees them: an invented history that never changes, and what was paid since. */
import { type Bank, DAY_MS } from './bank.ts'
import { type Account, type Customer, customers, sequence } from './customers.ts'
import type { Posting } from './payments.ts'

const HISTORY_STARTS = Date.UTC(2026, 0, 5, 9)
const HISTORY_ENTRIES = 24
const SHOPS = ['Marrow & Pith', 'Tilde Books', 'Cobalt Trams', 'Umbra Energy', 'Fig Street Market'] as const

/** On purpose: in one account of person-200 a card's number stands where a text should (README.md). */
const LEAKING = customers.at(-1)?.accounts[0]?.accountId
const TEST_CARD = '4111 1111 1111 1111'

/** Oldest first. */
function history(account: Account): readonly Posting[] {
  const next = sequence(`history ${account.accountId}`)
  let day = 0
  return Array.from({ length: HISTORY_ENTRIES }, (_, index) => {
    day += 3 + next(7)
    const salary = index % 6 === 0
    return {
      id: `${account.accountId}-${String(index + 1).padStart(4, '0')}`,
      bookedAt: HISTORY_STARTS + day * DAY_MS,
      minor: salary ? 180_000 + next(90_000) : -(150 + next(9_000)),
      counterparty: salary ? 'Halyard Works' : (SHOPS[next(SHOPS.length)] ?? SHOPS[0]),
      text: salary
        ? 'Salary'
        : account.accountId === LEAKING
          ? `Card purchase ${TEST_CARD}`
          : 'Card purchase',
    }
  })
}

export function entriesOf(bank: Bank, account: Account): readonly Posting[] {
  return [...history(account), ...bank.store.list('posting', `${account.accountId}/`)]
}

export function balanceMinor(bank: Bank, account: Account): number {
  return entriesOf(bank, account).reduce((sum, entry) => sum + entry.minor, account.openingMinor)
}

export function accountOf(customer: Customer, accountId: string): Account | undefined {
  return customer.accounts.find((account) => account.accountId === accountId)
}

/** Minor units to a decimal without sign: both dialects tell credit from debit elsewhere or before it. */
export function decimal(minor: number): string {
  const digits = String(Math.abs(minor)).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** With sign, as Berlin Group and the bank's own pages write it. */
export function signed(minor: number): string {
  return minor < 0 ? `-${decimal(minor)}` : decimal(minor)
}

/** A decimal to minor units, exactly; undefined for fractions of a minor unit and for what no account could hold. */
export function minorUnits(amount: string): number | undefined {
  const parts = /^(\d{1,11})(?:\.(\d{1,2})0*)?$/.exec(amount)
  return parts === null ? undefined : Number(parts[1]) * 100 + Number((parts[2] ?? '').padEnd(2, '0'))
}

/** What a person reads: `1,234.50 GBP`. */
export function money(minor: number, currency: string): string {
  const [whole = '', cents = ''] = decimal(minor).split('.')
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')
  return `${minor < 0 ? '-' : ''}${grouped}.${cents} ${currency}`
}
