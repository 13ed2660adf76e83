/** Codes of UK Open Banking for signed requests: the external code set's value, and its name until 3.1. */
import type { Refusal } from './dialect.ts'

/** [name in 3.1, number in 4.0]. Every one of them is a 400: the message is wrong, and not the caller's authentication. */
const SIGNATURE_CODES = {
  signature_missing: ['UK.OBIE.Signature.Missing', 'U019'],
  signature_unexpected: ['UK.OBIE.Signature.Unexpected', 'U020'],
  signature_malformed: ['UK.OBIE.Signature.Malformed', 'U018'],
  signature_claim_missing: ['UK.OBIE.Signature.MissingClaim', 'U017'],
  signature_claim_invalid: ['UK.OBIE.Signature.InvalidClaim', 'U016'],
  signature_stale: ['UK.OBIE.Signature.InvalidClaim', 'U016'],
  signature_uncovered: ['UK.OBIE.Signature.Invalid', 'U015'],
  signature_wrong: ['UK.OBIE.Signature.Invalid', 'U015'],
  seal_missing: ['UK.OBIE.Signature.Invalid', 'U015'],
  seal_invalid: ['UK.OBIE.Signature.Invalid', 'U015'],
  seal_expired: ['UK.OBIE.Signature.Invalid', 'U015'],
  seal_revoked: ['UK.OBIE.Signature.Invalid', 'U015'],
  seal_blocked: ['UK.OBIE.Signature.Invalid', 'U015'],
  replayed: ['UK.OBIE.Signature.Invalid', 'U015'],
  idempotency_reused: ['UK.OBIE.Header.Invalid', 'U006'],
} as const satisfies Partial<Record<Refusal, readonly [name: string, number: string]>>

type Signed = keyof typeof SIGNATURE_CODES

function each<T>(value: (row: (typeof SIGNATURE_CODES)[Signed]) => T): Readonly<Record<Signed, T>> {
  // fromEntries forgets the keys, which are the table's own.
  return Object.fromEntries(
    Object.entries(SIGNATURE_CODES).map(([refusal, row]) => [refusal, value(row)]),
  ) as Record<Signed, T>
}

export const SIGNATURE_NAMES = each(([name]) => name)
export const SIGNATURE_NUMBERS = each(([, number]) => number)
export const SIGNATURE_STATUS = each(() => 400)
