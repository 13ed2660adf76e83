/** Money that moves, and requests that come twice. */
import { fail, type Outcome, pass } from '../../src/lib/outcome.ts'
import { balanceMinor, minorUnits } from './accounts.ts'
import { type Bank, DAY_MS } from './bank.ts'
import { type Consent, change } from './consents.ts'
import type { Account, Customer } from './customers.ts'
import type { Initiation } from './routes/obie/schemas.ts'
import type { CreditTransfer } from './routes/psd2/schemas.ts'

/** One line of an account. */
export interface Posting {
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly bookedAt: number
  /** Minor units; negative is money that left. */
  readonly minor: number
  readonly counterparty: string
  readonly text: string
}

export type Payment =
  | {
      readonly kind: 'domestic'
      readonly paymentId: string
      readonly clientId: string
      readonly consentId: string
      readonly createdAt: number
      readonly initiation: Initiation
      readonly settled: boolean
    }
  | {
      readonly kind: 'sepa'
      readonly paymentId: string
      readonly clientId: string
      readonly createdAt: number
      readonly transfer: CreditTransfer
    }

const KEPT_MS = 30 * DAY_MS
/** OBIE Read/Write 4.0, idempotency: a key is remembered for 24 hours. */
const IDEMPOTENCY_MS = DAY_MS

/** Pays what the consent says and uses the consent up. A payment that cannot be covered exists too: rejected. */
export function payDomestic(
  bank: Bank,
  consent: Extract<Consent, { family: 'domestic_payment' }>,
  customer: Customer,
): Extract<Payment, { kind: 'domestic' }> {
  const { Initiation: initiation } = consent.terms
  const payment = {
    kind: 'domestic',
    paymentId: crypto.randomUUID(),
    clientId: consent.clientId,
    consentId: consent.consentId,
    createdAt: bank.now(),
    initiation,
    settled: transfer(bank, debtorOf(customer, initiation), initiation),
  } as const
  bank.store.put('payment', payment.paymentId, payment, bank.now() + KEPT_MS)
  change(bank, consent, { status: 'consumed' })
  return payment
}

function debtorOf(customer: Customer, initiation: Initiation): Account | undefined {
  const named = initiation.DebtorAccount?.Identification
  return customer.accounts.find((account) =>
    named === undefined ? account.currency === 'GBP' : isNamed(account, named),
  )
}

export function isNamed(account: Account, identification: string): boolean {
  return account.sortCodeAccountNumber === identification || account.iban === identification
}

/** True when the account has the amount, in its own currency. */
export function covers(
  bank: Bank,
  account: Account,
  amount: { readonly Amount: string; readonly Currency: string },
): boolean {
  const minor = minorUnits(amount.Amount)
  return minor !== undefined && account.currency === amount.Currency && balanceMinor(bank, account) >= minor
}

function transfer(bank: Bank, debtor: Account | undefined, initiation: Initiation): boolean {
  const minor = minorUnits(initiation.InstructedAmount.Amount)
  if (debtor === undefined || minor === undefined || !covers(bank, debtor, initiation.InstructedAmount)) {
    return false
  }
  const bookedAt = bank.now()
  const id = `${debtor.accountId}-${crypto.randomUUID()}`
  bank.store.put(
    'posting',
    `${debtor.accountId}/${bookedAt}-${id}`,
    { id, bookedAt, minor: -minor, counterparty: initiation.CreditorAccount.Name, text: 'Payment' },
    bookedAt + KEPT_MS,
  )
  return true
}

export function findPayment<K extends Payment['kind']>(
  bank: Bank,
  kind: K,
  paymentId: string,
  clientId: string,
): Extract<Payment, { kind: K }> | undefined {
  const payment = bank.store.get('payment', paymentId)
  return payment !== undefined && payment.clientId === clientId && isOf(payment, kind) ? payment : undefined
}

function isOf<K extends Payment['kind']>(
  payment: Payment,
  kind: K,
): payment is Extract<Payment, { kind: K }> {
  return payment.kind === kind
}

/** Takes a SEPA credit transfer in. The demo has no authorisation for it, so it stays received and moves nothing. */
export function receiveSepa(bank: Bank, clientId: string, creditTransfer: CreditTransfer): Payment {
  const payment: Payment = {
    kind: 'sepa',
    paymentId: crypto.randomUUID(),
    clientId,
    createdAt: bank.now(),
    transfer: creditTransfer,
  }
  bank.store.put('payment', payment.paymentId, payment, bank.now() + KEPT_MS)
  return payment
}

export interface IdempotencyKey {
  readonly name: string
  /** Of the body that came with it. */
  readonly digest: string
}

/**
 * What an earlier request with this key made; refused when that request said something else. Nothing may wait between
 * this and `remember`, or two requests with one key would both pay.
 */
export function madeBefore(
  bank: Bank,
  key: IdempotencyKey,
): Outcome<string | undefined, 'idempotency_key_reused'> {
  const earlier = bank.store.get('once', key.name)
  if (earlier === undefined) return pass(undefined)
  return earlier.digest === key.digest ? pass(earlier.resourceId) : fail('idempotency_key_reused')
}

export function remember(bank: Bank, key: IdempotencyKey, resourceId: string): void {
  bank.store.put('once', key.name, { resourceId, digest: key.digest }, bank.now() + IDEMPOTENCY_MS)
}
