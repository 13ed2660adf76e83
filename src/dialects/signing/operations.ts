import type { SignedOperations } from './profile.ts'

/** Every request is signed, as the bank's own documentation says. */
export const EVERYTHING: SignedOperations = { methods: [], signed: new Set(), unsigned: new Set() }

/**
 * UK Open Banking signs what is sent for payments, variable recurring payments, files and subscriptions to events: 15 of 41
 * operations of the payment APIs list the header, and none of the account and funds APIs do (Read/Write 4.0.0).
 * A resource that is in neither list is signed: a new one is more likely a payment than not.
 */
export const OBIE_OPERATIONS: SignedOperations = {
  methods: ['POST', 'PUT', 'PATCH'],
  signed: new Set([
    'pisp',
    ...[
      ...['domestic-payment', 'domestic-scheduled-payment', 'domestic-standing-order', 'domestic-vrp'],
      ...['file-payment', 'international-payment', 'international-scheduled-payment'],
      'international-standing-order',
    ].flatMap((name) => [`${name}s`, `${name}-consents`]),
    ...['event-subscriptions', 'callback-urls'],
  ]),
  unsigned: new Set([
    ...['aisp', 'account-access-consents', 'cbpii', 'funds-confirmation-consents', 'funds-confirmations'],
    // The token endpoint of a bank that puts it under the same prefix.
    'token',
  ]),
}
