/**
 * The third parties that stand before the local gate. All are invented, and so is who registered them. Their country
 * must be one of ISO 3166, or every profile would carry a complaint: Antarctica has no payment services to authorise.
 */
import type { KeyAlgorithm } from '../edge/issue.ts'
import type { CompetentAuthority, QcType, Role } from './qualified.ts'

export interface InventedTpp {
  readonly name: string
  /** As the demo bank knows it. */
  readonly clientId?: string
  /** organizationIdentifier (TS 119 495 section 5.2.1). */
  readonly organisation: string
  readonly roles: readonly Role[]
  /** Of the certificate that it shows in the handshake. */
  readonly type: QcType
  /** Has a certificate for sealing messages too. */
  readonly seals?: true
  readonly algorithm?: KeyAlgorithm
  readonly trouble?: 'expired' | 'revoked' | 'untrusted' | 'forged'
}

export const AUTHORITY: CompetentAuthority = { name: 'Invented Financial Authority', id: 'AQ-IFA' }
export const COUNTRY = 'AQ'

/** By the name of their files. */
export const CAST = {
  aisp: tpp('Budget Lark', 1, ['PSP_AI'], { clientId: 'budget-lark', seals: true }),
  // Most certificates out there still are of RSA.
  pisp: tpp('Pay Heron', 2, ['PSP_PI'], { clientId: 'pay-heron', seals: true, algorithm: 'RSA-2048' }),
  cbpii: tpp('Tally Finch', 3, ['PSP_IC'], { clientId: 'tally-finch', seals: true }),
  'all-roles': tpp('Ledger Wren', 4, ['PSP_PI', 'PSP_AI', 'PSP_IC'], {
    clientId: 'ledger-wren',
    seals: true,
  }),
  expired: tpp('Late Dodo', 5, ['PSP_AI'], { trouble: 'expired' }),
  revoked: tpp('Fallen Kite', 6, ['PSP_AI'], { trouble: 'revoked' }),
  'wrong-type': tpp('Masked Magpie', 7, ['PSP_AI'], { type: 'eseal' }),
  // Both bear the organisation of the honest one. Here another authority says so, which nobody has listed,
  untrusted: tpp('Budget Lark', 1, ['PSP_AI'], { trouble: 'untrusted' }),
  // and here one that calls itself by every name of the listed one, and only has not its key.
  forged: tpp('Budget Lark', 1, ['PSP_AI'], { trouble: 'forged' }),
  'role-less': tpp('Plain Sparrow', 8, []),
  withdrawn: tpp('Silent Owl', 9, ['PSP_AI']),
  blocked: tpp('Barred Raven', 10, ['PSP_AI']),
} as const satisfies Record<string, InventedTpp>

export type TppName = keyof typeof CAST

function tpp(
  name: string,
  number: number,
  roles: readonly Role[],
  more: Partial<InventedTpp> = {},
): InventedTpp {
  return {
    name: `${name} Ltd`,
    organisation: `PSD${AUTHORITY.id}-${100_000 + number}`,
    roles,
    type: 'web',
    ...more,
  }
}
