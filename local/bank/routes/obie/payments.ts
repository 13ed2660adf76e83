/** Domestic payments: a consent that the customer authorises, and one payment that repeats it. */
import { type Context, Hono } from 'hono'
import type { Bank } from '../../bank.ts'
import { readJson } from '../../body.ts'
import { base64url, sha256 } from '../../bytes.ts'
import { type Consent, find, propose } from '../../consents.ts'
import { customerById } from '../../customers.ts'
import {
  findPayment,
  type IdempotencyKey,
  madeBefore,
  type Payment,
  payDomestic,
  remember,
} from '../../payments.ts'
import { consentHead } from './consents.ts'
import { dateTime, holder, type Refusal, refuse, resource } from './respond.ts'
import { DomesticPayment, DomesticPaymentConsent, type PaymentTerms } from './schemas.ts'

/** OBIE Read/Write 4.0, `x-idempotency-key`: at most 40 characters. */
const MAX_KEY_CHARACTERS = 40

type PaymentConsent = Extract<Consent, { family: 'domestic_payment' }>
type Domestic = Extract<Payment, { kind: 'domestic' }>

export function domesticPaymentConsents(bank: Bank): Hono {
  const app = new Hono()

  app.post('/', async (c) => {
    const client = await holder(bank, c, 'client')
    if (!client.ok) return refuse(c, client.reason)
    const { clientId } = client.value
    const body = await readJson(c.req.raw, DomesticPaymentConsent)
    if (!body.ok) return refuse(c, body.reason, body.path)
    const terms = { Initiation: body.value.Data.Initiation, Risk: body.value.Risk }
    const key = await idempotencyKey(c, `consent/${clientId}`, terms)
    if (key === undefined) return refuse(c, 'header_missing', 'x-idempotency-key')
    const made = madeBefore(bank, key)
    if (!made.ok) return refuse(c, made.reason, 'x-idempotency-key')
    const earlier =
      made.value === undefined ? undefined : find(bank, 'domestic_payment', made.value, clientId)
    if (earlier !== undefined) return consentAnswer(c, 201, earlier, terms)
    const consent = propose(bank, clientId, { family: 'domestic_payment', terms })
    if (!consent.ok) return refuse(c, consent.reason)
    remember(bank, key, consent.value.consentId)
    return consentAnswer(c, 201, consent.value, terms)
  })

  app.get('/:ConsentId', async (c) => {
    const client = await holder(bank, c, 'client')
    if (!client.ok) return refuse(c, client.reason)
    const consent = find(bank, 'domestic_payment', c.req.param('ConsentId'), client.value.clientId)
    return consent === undefined ? refuse(c, 'not_found') : consentAnswer(c, 200, consent, consent.terms)
  })

  return app
}

function consentAnswer(c: Context, status: 200 | 201, consent: Consent, terms: PaymentTerms): Response {
  return resource(c, status, { ...consentHead(consent), Initiation: terms.Initiation }, terms.Risk)
}

export function domesticPayments(bank: Bank): Hono {
  const app = new Hono()

  app.post('/', async (c) => {
    const grant = await holder(bank, c, 'consent')
    if (!grant.ok) return refuse(c, grant.reason)
    const { clientId, consentId, customerId } = grant.value
    const body = await readJson(c.req.raw, DomesticPayment)
    if (!body.ok) return refuse(c, body.reason, body.path)
    const key = await idempotencyKey(c, `payment/${clientId}`, body.value)
    if (key === undefined) return refuse(c, 'header_missing', 'x-idempotency-key')
    const made = madeBefore(bank, key)
    if (!made.ok) return refuse(c, made.reason, 'x-idempotency-key')
    const earlier = made.value === undefined ? undefined : findPayment(bank, 'domestic', made.value, clientId)
    if (earlier !== undefined) return paymentAnswer(c, 201, earlier)
    const consent = find(bank, 'domestic_payment', body.value.Data.ConsentId, clientId)
    const customer = customerById(customerId)
    if (consent === undefined || customer === undefined) return refuse(c, 'not_found', 'Data.ConsentId')
    const wrong = mismatch(consent, consentId, body.value)
    if (wrong !== undefined) return refuse(c, wrong.refusal, wrong.path)
    const payment = payDomestic(bank, consent, customer)
    remember(bank, key, payment.paymentId)
    return paymentAnswer(c, 201, payment)
  })

  app.get('/:DomesticPaymentId', async (c) => {
    const client = await holder(bank, c, 'client')
    if (!client.ok) return refuse(c, client.reason)
    const payment = findPayment(bank, 'domestic', c.req.param('DomesticPaymentId'), client.value.clientId)
    return payment === undefined ? refuse(c, 'not_found') : paymentAnswer(c, 200, payment)
  })

  return app
}

function paymentAnswer(c: Context, status: 200 | 201, payment: Domestic): Response {
  return resource(c, status, {
    DomesticPaymentId: payment.paymentId,
    ConsentId: payment.consentId,
    CreationDateTime: dateTime(payment.createdAt),
    Status: payment.settled ? 'ACSC' : 'RJCT',
    StatusUpdateDateTime: dateTime(payment.createdAt),
    Initiation: payment.initiation,
  })
}

/** The token, the body and the consent must speak of one and the same thing, or one consent pays another's bill. */
function mismatch(
  consent: PaymentConsent,
  consentIdOfToken: string,
  request: { readonly Data: { readonly Initiation: unknown }; readonly Risk: unknown },
): { readonly refusal: Refusal; readonly path: string } | undefined {
  if (consent.consentId !== consentIdOfToken) return { refusal: 'consent_mismatch', path: 'Data.ConsentId' }
  if (consent.status !== 'authorised') return { refusal: 'consent_status', path: 'Data.Status' }
  if (canonical(request.Data.Initiation) !== canonical(consent.terms.Initiation)) {
    return { refusal: 'consent_mismatch', path: 'Data.Initiation' }
  }
  if (canonical(request.Risk) !== canonical(consent.terms.Risk)) {
    return { refusal: 'consent_mismatch', path: 'Risk' }
  }
  return undefined
}

/** JSON with members in order of name: two spellings of one object are one object. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([left], [right]) => (left < right ? -1 : 1)))
      : member,
  )
}

/** The key of this request, within its operation and its third party. Undefined when the header is missing or too long. */
async function idempotencyKey(c: Context, scope: string, body: unknown): Promise<IdempotencyKey | undefined> {
  const given = c.req.header('x-idempotency-key') ?? ''
  if (given === '' || given.length > MAX_KEY_CHARACTERS) return undefined
  return { name: `${scope}/${given}`, digest: base64url(await sha256(canonical(body))) }
}
