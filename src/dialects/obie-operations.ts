/** Which roles the operations of UK Open Banking need: resource groups, and resources for a bank whose paths have no group. */
import type { TppRole } from '../evidence.ts'

function rows(
  role: TppRole,
  segments: readonly string[],
): readonly (readonly [string, readonly TppRole[]])[] {
  const roles = [role]
  return segments.map((segment) => [segment, roles])
}

/** An initiation and its consent (Read/Write 4.0, payment initiation and variable recurring payments). */
const initiation = (name: string): readonly string[] => [`${name}s`, `${name}-consents`]

/**
 * By segment, as `Dialect.operations` wants them. A PISP asks for funds on its own consents
 * (`domestic-payment-consents/{ConsentId}/funds-confirmation`), a CBPII on `funds-confirmations`.
 */
export const OPERATIONS: ReadonlyMap<string, readonly TppRole[]> = new Map([
  ...rows('PSP_AI', [
    ...['aisp', 'account-access-consents', 'accounts', 'balances', 'beneficiaries', 'direct-debits'],
    ...['offers', 'party', 'parties', 'product', 'products', 'scheduled-payments', 'standing-orders'],
    ...['statements', 'transactions'],
  ]),
  ...rows('PSP_PI', [
    'pisp',
    ...initiation('domestic-payment'),
    ...initiation('domestic-scheduled-payment'),
    ...initiation('domestic-standing-order'),
    ...initiation('domestic-vrp'),
    ...initiation('file-payment'),
    ...initiation('international-payment'),
    ...initiation('international-scheduled-payment'),
    ...initiation('international-standing-order'),
  ]),
  ...rows('PSP_IC', ['cbpii', 'funds-confirmation-consents', 'funds-confirmations']),
])
