/** The part of OBIE Read/Write 4.0 request bodies that this bank takes. What is not named here is refused. */
import * as v from 'valibot'

export const PERMISSIONS = [
  'ReadAccountsBasic',
  'ReadAccountsDetail',
  'ReadBalances',
  'ReadTransactionsBasic',
  'ReadTransactionsDetail',
  'ReadTransactionsCredits',
  'ReadTransactionsDebits',
] as const
export type Permission = (typeof PERMISSIONS)[number]

const dateTime = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/),
  v.check((text) => !Number.isNaN(Date.parse(text))),
)
const text = (maxLength: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(maxLength))

const amount = v.strictObject({
  Amount: v.pipe(v.string(), v.regex(/^\d{1,13}$|^\d{1,13}\.\d{1,5}$/)),
  Currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)),
})

const account = {
  SchemeName: text(40),
  Identification: text(256),
  SecondaryIdentification: v.exactOptional(text(34)),
}

export const AccountAccessConsent = v.strictObject({
  Data: v.strictObject({
    Permissions: v.pipe(v.array(v.picklist(PERMISSIONS)), v.minLength(1), v.maxLength(PERMISSIONS.length)),
    ExpirationDateTime: v.exactOptional(dateTime),
    TransactionFromDateTime: v.exactOptional(dateTime),
    TransactionToDateTime: v.exactOptional(dateTime),
  }),
  Risk: v.strictObject({}),
})
export type AccountAccessTerms = v.InferOutput<typeof AccountAccessConsent>['Data']

const initiation = v.strictObject({
  InstructionIdentification: text(35),
  EndToEndIdentification: text(35),
  LocalInstrument: v.exactOptional(text(50)),
  InstructedAmount: amount,
  DebtorAccount: v.exactOptional(v.strictObject({ ...account, Name: v.exactOptional(text(350)) })),
  CreditorAccount: v.strictObject({ ...account, Name: text(350) }),
  RemittanceInformation: v.exactOptional(
    v.strictObject({ Unstructured: v.exactOptional(v.pipe(v.array(text(140)), v.maxLength(10))) }),
  ),
})
export type Initiation = v.InferOutput<typeof initiation>

const risk = v.strictObject({
  PaymentContextCode: v.exactOptional(text(40)),
  MerchantCategoryCode: v.exactOptional(v.pipe(v.string(), v.minLength(3), v.maxLength(4))),
  MerchantCustomerIdentification: v.exactOptional(text(70)),
  ContractPresentIndicator: v.exactOptional(v.boolean()),
  BeneficiaryPrepopulatedIndicator: v.exactOptional(v.boolean()),
})

export const DomesticPaymentConsent = v.strictObject({
  Data: v.strictObject({ Initiation: initiation }),
  Risk: risk,
})
/** What a payment must repeat of its consent, word for word. */
export interface PaymentTerms {
  readonly Initiation: Initiation
  readonly Risk: v.InferOutput<typeof risk>
}

export const DomesticPayment = v.strictObject({
  Data: v.strictObject({ ConsentId: text(128), Initiation: initiation }),
  Risk: risk,
})

export const FundsConfirmationConsent = v.strictObject({
  Data: v.strictObject({
    ExpirationDateTime: v.exactOptional(dateTime),
    DebtorAccount: v.strictObject({ ...account, Name: v.exactOptional(text(350)) }),
  }),
})
export type FundsTerms = v.InferOutput<typeof FundsConfirmationConsent>['Data']

export const FundsConfirmation = v.strictObject({
  Data: v.strictObject({ ConsentId: text(128), Reference: text(35), InstructedAmount: amount }),
})
