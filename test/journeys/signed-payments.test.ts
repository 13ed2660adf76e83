/** A payment on its whole way: signed by its third party, through real TLS with a real certificate, to the bank and back. */
import { createHash, randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { customers } from '../../local/bank/customers.ts'
import type { TppName } from '../../local/tpp/cast.ts'
import type { Json } from '../../local/workerd.ts'
import { installed } from '../local/edge/harness.ts'
import { requireReal } from '../real.ts'
import { complaints } from './gate.ts'
import { berlinGroup, headers, obie, routesThatRequireSignatures } from './signing.ts'
import { type Answer, as, codeIn, curl, json, member, startTppGate, type TppGate } from './third-parties.ts'

const CONSENTS = '/open-banking/v4.0/pisp/domestic-payment-consents'
const PAYMENTS = '/open-banking/v4.0/pisp/domestic-payments'
const ECHO = '/demo/echo/signed'

/** Every payment has to be signed; and an address that tells what arrived, under each standard. */
function routes(): Json[] {
  const echo = { methods: ['POST'], channel: 'tpp', certificate: 'required', sensitivity: 'payment' }
  return [
    ...routesThatRequireSignatures(),
    { ...echo, id: 'echo-obie', pattern: `${ECHO}/obie`, dialect: 'obie-4.0', signature: 'required' },
    { ...echo, id: 'echo-psd2', pattern: `${ECHO}/psd2`, dialect: 'berlin-group-1.3', signature: 'required' },
  ]
}

let gate: TppGate
beforeAll(async () => {
  gate = await startTppGate({ vars: { ROUTES: routes() } })
})
afterAll(() => gate.close())

const INITIATION = {
  InstructionIdentification: 'order-1',
  EndToEndIdentification: 'invoice-1',
  InstructedAmount: { Amount: '1.00', Currency: 'GBP' },
  CreditorAccount: {
    SchemeName: 'UK.OBIE.SortCodeAccountNumber',
    Identification: '11280001234567',
    Name: 'Invented Grocer',
  },
}
const RISK = { PaymentContextCode: 'BillPayment' }

interface Wish {
  readonly signature?: string | undefined
  readonly key?: string
  readonly bearer?: string
  /** In place of the bytes that were signed. */
  readonly instead?: string
  readonly by?: TppName
}

let files = 0
/** The very bytes: curl changes none of a file. */
function bytes(body: string | Uint8Array): readonly string[] {
  files += 1
  const file = join(gate.tpps.folder, `body-${files}`)
  writeFileSync(file, body)
  return ['--header', 'Content-Type: application/json', '--data-binary', `@${file}`]
}

async function pay(path: string, body: string, wish: Wish = {}): Promise<Answer> {
  const { by = 'pisp', key = randomUUID(), bearer, instead } = wish
  const signature = 'signature' in wish ? wish.signature : await obie(gate.tpps, by, body)
  return as(gate, by, path, [
    ...bytes(instead ?? body),
    ...headers([
      `x-idempotency-key: ${key}`,
      ...(signature === undefined ? [] : [`x-jws-signature: ${signature}`]),
      ...(bearer === undefined ? [] : [`Authorization: Bearer ${bearer}`]),
    ]),
  ])
}

const obieCode = ({ text }: Answer): string => /"ErrorCode":"([\w.]+)"/.exec(text)?.[1] ?? ''
const obiePath = ({ text }: Answer): string => /"Path":"([^"]+)"/.exec(text)?.[1] ?? ''

describe.runIf(requireReal('curl', installed('curl')))('a payment of UK Open Banking', () => {
  it('signed by its third party is made: consent, authorisation, payment; and a retry under its key finds the same payment', async () => {
    const form = 'grant_type=client_credentials&client_id=pay-heron'
    const client = member(await as(gate, 'pisp', '/oauth2/token', ['--data', form]), 'access_token')
    const proposal = JSON.stringify({ Data: { Initiation: INITIATION }, Risk: RISK })
    const consent = await pay(CONSENTS, proposal, { bearer: client })
    expect({ status: consent.status, text: consent.text }).toMatchObject({ status: 201 })
    const consentId = member(consent, 'ConsentId')
    const [person] = customers
    const granted = await curl(gate, `/demo/consents/${consentId}/authorise`, json(person))
    const bearer = member(granted, 'access_token')

    const body = JSON.stringify(
      { Data: { ConsentId: consentId, Initiation: INITIATION }, Risk: RISK },
      null,
      3,
    )
    const key = randomUUID()
    const began = Date.now()
    const payment = await pay(PAYMENTS, body, { bearer, key })
    expect({ status: payment.status, text: payment.text }).toMatchObject({ status: 201 })
    expect(await gate.newest((entry) => entry.at >= began && entry.pattern.includes('pisp'))).toMatchObject({
      action: 'allow',
      proof: { certificate: 'valid', signature: 'valid' },
      replay: 'valid',
      signature: { profile: 'obie-4.0', algorithm: 'PS256', fault: '' },
    })
    const again = await pay(PAYMENTS, body, { bearer, key })
    expect([again.status, member(again, 'DomesticPaymentId')]).toEqual([
      201,
      member(payment, 'DomesticPaymentId'),
    ])
  })

  const BODY = JSON.stringify({ Data: { Initiation: INITIATION }, Risk: RISK })

  it.each<[string, () => Promise<Answer>, string, string, string]>([
    ['unsigned', () => pay(CONSENTS, BODY, { signature: undefined }), 'U019', '', 'signature_missing'],
    [
      'tampered with on its way',
      () => pay(CONSENTS, BODY, { instead: BODY.replace('1.00', '9.00') }),
      'U015',
      '',
      'signature_wrong',
    ],
    [
      'signed ten minutes ago',
      async () =>
        pay(CONSENTS, BODY, { signature: await obie(gate.tpps, 'pisp', BODY, Date.now() / 1_000 - 600) }),
      'U016',
      'http://openbanking.org.uk/iat',
      'signature_stale',
    ],
    [
      'signed by another third party',
      async () => pay(CONSENTS, BODY, { by: 'all-roles', signature: await obie(gate.tpps, 'pisp', BODY) }),
      'U016',
      'kid',
      'signing_key_unknown',
    ],
    [
      'signed with nothing',
      () => pay(CONSENTS, BODY, { signature: 'none' }),
      'U018',
      '',
      'signature_malformed',
    ],
  ])('%s is refused with its code, and the operator reads why', async (_how, send, code, path, reason) => {
    const answer = await send()
    expect([answer.status, obieCode(answer), obiePath(answer)]).toEqual([400, code, path])
    expect(await gate.decision(answer.reference)).toMatchObject({
      action: 'deny',
      reason,
      upstream: 'refused',
    })
  })

  it('captured and sent again is refused, under whatever idempotency key', async () => {
    const body = `${BODY}\n`
    const signature = await obie(gate.tpps, 'pisp', body)
    const first = await pay(`${ECHO}/obie`, body, { signature, key: 'first' })
    const second = await pay(`${ECHO}/obie`, body, { signature, key: 'second' })
    expect([first.status, second.status, obieCode(second)]).toEqual([200, 400, 'U015'])
    expect(await gate.decision(second.reference)).toMatchObject({ reason: 'request_replayed' })
  })
})

/** Bodies that any reader who writes them anew would change. */
const ODD: readonly (readonly [string, string])[] = [
  ['with odd spaces', ' \r\n\t{ "b" :\n1 ,"a":  2}  \n\n'],
  ['with its keys in their order', '{"z":1,"a":2,"10":3,"9":4}'],
  ['with its numbers as they are written', '{"a":1.0,"b":1e2,"c":-0,"d":12345678901234567890}'],
  ['with its escapes as they are written', '{"a":"\\u0061\\/\\u00e9","b":"\\ud83d\\ude00"}'],
  ['with characters beyond ASCII', '{"a":"zo\u00eb","b":"\u{1f600}"}'],
  ['without a line break at its end', '{"a":1}'],
  ['that is no JSON at all', 'a.b..c'],
]

describe.runIf(requireReal('curl', installed('curl')))('a signed body arrives byte for byte', () => {
  const sha256 = (body: string): string => createHash('sha256').update(body).digest('hex')

  it.each(ODD)('%s: a detached JWS', async (_what, body) => {
    const answer = await pay(`${ECHO}/obie`, body)
    expect([answer.status, member(answer, 'sha256')]).toEqual([200, sha256(body)])
  })

  it.each(ODD)('%s: Digest and Signature', async (_what, body) => {
    const lines = berlinGroup(gate.tpps, 'pisp', body, randomUUID())
    const answer = await as(gate, 'pisp', `${ECHO}/psd2`, [...bytes(body), ...headers(lines)])
    expect([answer.status, member(answer, 'sha256')]).toEqual([200, sha256(body)])
  })
})

describe.runIf(requireReal('curl', installed('curl')))('a payment of Berlin Group', () => {
  const BODY = '{"instructedAmount":{"currency":"EUR","amount":"1.00"}}'
  const send = (lines: readonly string[], body = BODY): Promise<Answer> =>
    as(gate, 'pisp', `${ECHO}/psd2`, [...bytes(body), ...headers(lines)])

  it.each<[string, () => Promise<Answer>, number, string, string]>([
    [
      'unsigned',
      () => send([`X-Request-ID: ${randomUUID()}`]),
      401,
      'SIGNATURE_MISSING',
      'signature_missing',
    ],
    [
      'without its seal',
      () =>
        send(berlinGroup(gate.tpps, 'pisp', BODY, randomUUID()).filter((line) => !line.startsWith('TPP-'))),
      401,
      'CERTIFICATE_MISSING',
      'seal_missing',
    ],
    [
      'with another body',
      () => send(berlinGroup(gate.tpps, 'pisp', BODY, randomUUID()), BODY.replace('1.00', '9.00')),
      401,
      'SIGNATURE_INVALID',
      'signature_digest_wrong',
    ],
    [
      'with the seal of another third party',
      () => send(berlinGroup(gate.tpps, 'all-roles', BODY, randomUUID())),
      401,
      'CERTIFICATE_INVALID',
      'seal_of_another',
    ],
    [
      'of the day before yesterday',
      () => send(berlinGroup(gate.tpps, 'pisp', BODY, randomUUID(), Date.now() - 172_800_000)),
      400,
      'TIMESTAMP_INVALID',
      'signature_stale',
    ],
  ])('%s is refused, and the operator reads why', async (_how, ask, status, code, reason) => {
    const answer = await ask()
    expect([answer.status, codeIn(answer)]).toEqual([status, code])
    expect(await gate.decision(answer.reference)).toMatchObject({ reason })
  })

  it('passes once', async () => {
    const lines = berlinGroup(gate.tpps, 'pisp', BODY, randomUUID())
    const [first, second] = [await send(lines), await send(lines)]
    expect([first.status, second.status, codeIn(second)]).toEqual([200, 400, 'FORMAT_ERROR'])
  })

  it('with a seal that its authority has taken back is CERTIFICATE_REVOKED', async () => {
    gate.responder.say('cbpii', 'revoked')
    const answer = await as(gate, 'cbpii', `${ECHO}/psd2`, [
      ...bytes(BODY),
      ...headers(berlinGroup(gate.tpps, 'cbpii', BODY, randomUUID())),
    ])
    // The authority has taken both back; the connection's is looked at first.
    expect([answer.status, codeIn(answer)]).toEqual([401, 'CERTIFICATE_REVOKED'])
  })
})

describe('afterwards', () => {
  it('the gate has complained of nothing', () => {
    expect(complaints(gate)).toEqual([])
  })
})
