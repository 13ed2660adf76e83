/** The part of NextGenPSD2 1.3 request bodies that this bank takes. What is not named here is refused. */
import * as v from 'valibot'

const IBAN = /^[A-Z]{2}\d{2}[A-Za-z0-9]{1,30}$/
const text = (maxLength: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(maxLength))

const reference = v.strictObject({
  iban: v.pipe(v.string(), v.regex(IBAN)),
  currency: v.exactOptional(v.pipe(v.string(), v.regex(/^[A-Z]{3}$/))),
})
const references = v.pipe(v.array(reference), v.maxLength(20))

/** Named accounts, or every account: an empty list asks the customer. */
export const ConsentRequest = v.strictObject({
  access: v.strictObject({
    accounts: v.exactOptional(references),
    balances: v.exactOptional(references),
    transactions: v.exactOptional(references),
    allPsd2: v.exactOptional(v.literal('allAccounts')),
  }),
  recurringIndicator: v.boolean(),
  validUntil: v.pipe(
    v.string(),
    v.regex(/^\d{4}-\d\d-\d\d$/),
    v.check((text) => !Number.isNaN(Date.parse(text))),
  ),
  frequencyPerDay: v.pipe(v.number(), v.integer(), v.minValue(1)),
  combinedServiceIndicator: v.boolean(),
})
export type Psd2Terms = v.InferOutput<typeof ConsentRequest>

export const CreditTransferRequest = v.strictObject({
  endToEndIdentification: v.exactOptional(text(35)),
  debtorAccount: reference,
  instructedAmount: v.strictObject({
    currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)),
    amount: v.pipe(v.string(), v.regex(/^\d{1,14}(\.\d{1,3})?$/)),
  }),
  creditorAccount: reference,
  creditorName: text(70),
  remittanceInformationUnstructured: v.exactOptional(text(140)),
})
export type CreditTransfer = v.InferOutput<typeof CreditTransferRequest>
