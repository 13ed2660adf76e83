import { describe, expect, it } from 'vitest'
import { inspect } from '../../../src/inventory/sensitive/inspect.ts'
import type { DataClass } from '../../../src/inventory/sensitive/types.ts'

/** What is found, with `~` before what only looks like it. */
function found(text: string, field = ''): readonly string[] {
  const all: string[] = []
  inspect(text, field, (kind, _at, near) => all.push(near ? `~${kind}` : kind))
  return all
}

/** Published examples of each kind, and none that belongs to anybody. */
const EXAMPLES: readonly (readonly [kind: DataClass, text: string, field: string])[] = [
  ['pan', '4111111111111111', ''],
  ['pan', '4111 1111 1111 1111', ''],
  ['pan', '5555-5555-5555-4444', ''],
  ['pan', '3782 822463 10005', ''],
  ['pan', '6011111111111117', ''],
  ['pan', '2223003122003222', ''],
  ['pan', 'paid with 4111111111111111.', ''],
  ['iban', 'GB82WEST12345698765432', ''],
  ['iban', 'DE89 3704 0044 0532 0130 00', ''],
  ['iban', 'FR1420041010050500013M02606', ''],
  ['iban', 'MT84MALT011000012345MTLCAST001S', ''],
  ['iban', 'to NO9386011117947, please', ''],
  ['uk_account', '20-00-00 55779911', ''],
  ['uk_account', '08080021325698', 'identification'],
  ['bic', 'DEUTDEFF', 'bicfi'],
  ['bic', 'BARCGB22XXX', 'creditorbic'],
  ['email', 'alice@bank.example', ''],
  ['email', 'write to alice.smith+open@mail.bank.example today', ''],
  ['phone', '+44 7900 900123', ''],
  ['phone', '+44-7900900123', ''],
  ['phone', '07900 900123', 'mobilenumber'],
  ['jwt', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2ln', ''],
  ['jwt', 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2ln', 'authorization'],
  ['api_key', 'AKIAIOSFODNN7EXAMPLE', ''],
  ['private_key', '-----BEGIN EC PRIVATE KEY-----', ''],
  ['uk_nino', 'AB 12 34 56 C', ''],
  ['uk_nino', 'AB123456C', 'nationalinsurancenumber'],
  ['us_ssn', '219-09-9999', ''],
  ['us_ssn', '219099999', 'ssn'],
  ['de_tax_id', '86095742719', 'steuernummer'],
  ['es_dni', '12345678Z', ''],
  ['es_dni', '12345678-Z', ''],
  ['es_dni', 'X1234567L', ''],
  ['it_codice_fiscale', 'RSSMRA85T10A562S', ''],
  ['fr_insee', '255081416802538', ''],
  ['fr_insee', '2 55 08 14 168 025 38', ''],
  ['pl_pesel', '44051401359', 'pesel'],
  ['nl_bsn', '111222333', 'bsn'],
  ['be_national_number', '85.07.30-033.28', ''],
  ['be_national_number', '85073003328', 'nationalnumber'],
  ['se_personnummer', '811228-9874', ''],
  ['fi_hetu', '131052-308T', ''],
  ['ie_pps', '1234567T', 'ppsnumber'],
  ['ie_pps', '1234567FA', 'ppsn'],
  ['pt_nif', '123456789', 'nif'],
  ['ro_cnp', '1800101221144', 'cnp'],
]

describe('what is looked for in a text', () => {
  it.each(EXAMPLES.map(([kind, text, field]) => ({ kind, text, field })))(
    'finds $kind in "$text" of the field "$field", once',
    ({ kind, text, field }) => {
      expect(found(text, field).filter((one) => one === kind)).toEqual([kind])
    },
  )

  /** One digit of the examples changed, or their field taken away. */
  const NOTHING: readonly (readonly [why: string, text: string, field: string])[] = [
    ['a time', '2026-11-21T09:30:00+00:00', 'bookingdatetime'],
    ['a time in milliseconds', '1763715600000', 'createdat'],
    ['a day', '2026-11-21', ''],
    ['an amount', '1234567890123.45', 'amount'],
    ['a part of a longer number', '41111111111111110000', ''],
    ['a part of a word', 'X4111111111111111', ''],
    ['a sort code and account number, where no field says so', '08080021325698', 'reference'],
    ['an IBAN with a wrong check digit', 'GB81WEST12345698765432', ''],
    ['an IBAN of no country', 'ZZ82WEST12345698765432', ''],
    ['a word of eight capitals', 'APPROVED', 'status'],
    ['a BIC where none is expected', 'DEUTDEFF', 'reference'],
    ['a handle', '@alice', ''],
    ['an annotation', '@odata.type', ''],
    ['a JWS without payload', 'eyJhbGciOiJQUzI1NiJ9..c2lnbmF0dXJl', ''],
    ['nine digits that satisfy the BSN test', '111222333', 'reference'],
    ['a PESEL without its name', '44051401359', 'transactionid'],
    ['a NINO with a prefix that is not issued', 'GB123456A', 'nino'],
    ['an SSN of an area that is not issued', '666-09-9999', ''],
    ['a hetu of the 32nd of October', '321052-308T', ''],
    ['a UUID', '6fa459ea-ee8a-3ca4-894e-db77e160355e', ''],
    ['a hash', '0123456789abcdef0123456789abcdef01234567', ''],
    ['a telephone number that is an offset', 'UTC+01:00 2026', ''],
  ]
  it.each(NOTHING.map(([why, text, field]) => ({ why, text, field })))(
    'finds nothing in $why: "$text"',
    ({ text, field }) => {
      expect(found(text, field).filter((one) => !one.startsWith('~'))).toEqual([])
    },
  )

  it('says that a number of an issuer that fails Luhn is near, so that chance can be told from cards', () => {
    expect(found('4111111111111112')).toEqual(['~pan'])
  })

  it('tells offsets that begin in the part it was asked about alone', () => {
    const text = 'alice@bank.example and bob@bank.example'
    const at: number[] = []
    inspect(text, '', (_kind, offset) => at.push(offset), 5)
    expect(at).toEqual([23])
  })

  it('is through with a text made to slow it down', () => {
    const hostile = ['@'.repeat(8_192), '1 '.repeat(4_096), 'A1'.repeat(4_096), 'eyJa.eyJ'.repeat(1_024)]
    const startedAt = Date.now()
    for (const text of hostile) found(text)
    // Workers' clocks stand still between I/O; in local workerd they do not, and this would be minutes.
    expect(Date.now() - startedAt).toBeLessThan(2_000)
  })
})
