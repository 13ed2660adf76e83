/** Bodies of about a kilobyte, and the documents that they belong to. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { isNode, type Node } from '../specs/nodes.ts'

export interface BenchBody {
  readonly name: string
  /** Of the operation, POST. */
  readonly path: string
  readonly value: unknown
}

const ACCOUNT = {
  SchemeName: 'UK.OBIE.SortCodeAccountNumber',
  Identification: '08080021325698',
  Name: 'Acme Household Goods and Garden Furniture Limited',
  SecondaryIdentification: '0002',
}
const PAYMENT = {
  Data: {
    Initiation: {
      InstructionIdentification: 'ACME412-2026-11-21-000017',
      EndToEndIdentification: 'FRESCO.21302.GFX.20.2026-11-21',
      LocalInstrument: 'UK.OBIE.FPS',
      InstructedAmount: { Amount: '165.88', Currency: 'GBP' },
      DebtorAccount: { ...ACCOUNT, Identification: '11280001234567', Name: 'Andrea Example' },
      CreditorAccount: ACCOUNT,
      RemittanceInformation: {
        Unstructured: [
          'Internal ops code 5120101, garden table and six chairs',
          'Delivered on the day of the order, second instalment of three, thank you for your custom',
          'Invoice 2026-11-000412, order 88120, customer reference FRESCO-101',
        ],
      },
    },
  },
  Risk: {
    PaymentContextCode: 'EcommerceMerchantInitiatedPayment',
    MerchantCategoryCode: '5967',
    MerchantCustomerIdentification: '053598653254-0001',
    ContractPresentIndicator: true,
    BeneficiaryPrepopulatedIndicator: false,
  },
}

/** `closed`: every object refuses other members. `silent`: none says anything about them, as in NextGenPSD2. */
export const BODIES: readonly BenchBody[] = [
  { name: 'closed', path: '/open-banking/v4.0/pisp/domestic-payment-consents', value: PAYMENT },
  { name: 'silent', path: '/silent/domestic-payment-consents', value: PAYMENT },
]

export const SCHEMA = 'OBWriteDomesticConsent4'

/** The demo bank's document, and one that says the same and leaves every object open. */
export async function benchDocuments(): Promise<{ readonly closed: Node; readonly silent: Node }> {
  const file = fileURLToPath(new URL('../../local/bank/openapi.json', import.meta.url))
  const closed: unknown = JSON.parse(await readFile(file, 'utf8'))
  if (!isNode(closed) || !isNode(closed.components))
    throw new Error('Cannot bench: the demo bank has no components')
  const operation = {
    requestBody: { content: { 'application/json': { schema: { $ref: `#/components/schemas/${SCHEMA}` } } } },
    responses: { 201: { description: 'Done' } },
  }
  const silent = {
    openapi: '3.0.3',
    info: { title: 'Silent', version: '1.0.0' },
    paths: { '/silent/domestic-payment-consents': { post: operation } },
    components: { schemas: open(closed.components.schemas) },
  }
  return { closed, silent }
}

function open(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(open)
  if (!isNode(value)) return value
  const kept = Object.entries(value).filter(([name]) => name !== 'additionalProperties')
  return Object.fromEntries(kept.map(([name, inner]) => [name, open(inner)]))
}
