/** Consents of both dialects: asked for by a third party, authorised by a customer, used up or taken back. */
import { fail, type Outcome, pass } from '../../src/lib/outcome.ts'
import { type Bank, DAY_MS } from './bank.ts'
import type { Customer } from './customers.ts'
import type { AccountAccessTerms, FundsTerms, PaymentTerms } from './routes/obie/schemas.ts'
import type { Psd2Terms } from './routes/psd2/schemas.ts'

/** What was asked for, as it was asked. */
export type Terms =
  | { readonly family: 'account_access'; readonly terms: AccountAccessTerms }
  | { readonly family: 'domestic_payment'; readonly terms: PaymentTerms }
  | { readonly family: 'funds_confirmation'; readonly terms: FundsTerms }
  | { readonly family: 'psd2'; readonly terms: Psd2Terms }
export type Family = Terms['family']

export type ConsentStatus = 'awaiting' | 'authorised' | 'consumed' | 'revoked' | 'expired'

export type Consent = Terms & {
  readonly consentId: string
  readonly clientId: string
  readonly status: ConsentStatus
  readonly customerId?: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly changedAt: number
  readonly expiresAt: number
}

/** A regulator's usual span between two strong authentications, and the longest this bank remembers a consent. */
const LONGEST_MS = 90 * DAY_MS

export function propose(bank: Bank, clientId: string, asked: Terms): Outcome<Consent, 'expiry_in_the_past'> {
  const now = bank.now()
  const expiresAt = expiry(asked, now + LONGEST_MS)
  if (expiresAt <= now) return fail('expiry_in_the_past')
  const consent: Consent = {
    ...asked,
    consentId: crypto.randomUUID(),
    clientId,
    status: 'awaiting',
    createdAt: now,
    changedAt: now,
    expiresAt,
  }
  bank.store.put('consent', consent.consentId, consent, now + LONGEST_MS)
  return pass(consent)
}

function expiry(asked: Terms, latest: number): number {
  if (asked.family === 'domestic_payment') return latest
  const wished =
    asked.family === 'psd2' ? `${asked.terms.validUntil}T23:59:59Z` : asked.terms.ExpirationDateTime
  return wished === undefined ? latest : Math.min(Date.parse(wished), latest)
}

/** The consent, if this third party owns it: another's is as unknown as one that never was. */
export function find<F extends Family>(
  bank: Bank,
  family: F,
  consentId: string,
  clientId: string,
): Extract<Consent, { family: F }> | undefined {
  const consent = load(bank, consentId)
  return consent !== undefined && consent.clientId === clientId && isOf(consent, family) ? consent : undefined
}

/** Whoever asks: for the customer, who is not the third party. */
export function load(bank: Bank, consentId: string): Consent | undefined {
  const consent = bank.store.get('consent', consentId)
  if (consent === undefined || consent.expiresAt > bank.now()) return consent
  if (consent.status === 'revoked' || consent.status === 'consumed') return consent
  return { ...consent, status: 'expired', changedAt: consent.expiresAt }
}

export function isOf<F extends Family>(
  consent: Consent,
  family: F,
): consent is Extract<Consent, { family: F }> {
  return consent.family === family
}

/** The first customer to authorise it owns it; nothing but a waiting consent can be authorised. */
export function authorise(bank: Bank, consent: Consent, customer: Customer): Consent | undefined {
  if (consent.status !== 'awaiting') return undefined
  return change(bank, consent, { status: 'authorised', customerId: customer.customerId })
}

export function change(
  bank: Bank,
  consent: Consent,
  to: { readonly status: ConsentStatus; readonly customerId?: string },
): Consent {
  const changed = { ...consent, ...to, changedAt: bank.now() }
  bank.store.put('consent', consent.consentId, changed, consent.createdAt + LONGEST_MS)
  return changed
}
