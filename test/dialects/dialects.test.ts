import { describe, expect, it } from 'vitest'
import { asksForData, dialectFor } from '../../src/dialects/choose.ts'
import type { Refusal } from '../../src/dialects/dialect.ts'
import { page } from '../../src/dialects/page.ts'
import { DIALECTS } from '../../src/dialects/table.ts'
import { STATUS } from '../../src/dialects/wording.ts'
import { cspHash } from '../../src/lib/html.ts'

const NOW = Date.UTC(2026, 10, 21)
const REFERENCE = '0f0c7a52-8a5e-4d8e-9a0b-000000000001'
// Object.keys knows no literal types.
const REFUSALS = Object.keys(STATUS) as Refusal[]

/** UK Open Banking calls every fault of a signature a bad request; Berlin Group an unauthorised one, but for its time. */
const SIGNED = REFUSALS.filter((refusal) =>
  /^(signature|seal)_|^replayed$|^idempotency_reused$/.test(refusal),
)
const OBIE_STATUS = Object.fromEntries(SIGNED.map((refusal) => [refusal, 400]))
const OWN_STATUS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'obie-4.0': OBIE_STATUS,
  'obie-3.1': OBIE_STATUS,
  'berlin-group-1.3': {
    role_missing: 401,
    signature_unexpected: 401,
    signature_malformed: 401,
    signature_claim_missing: 401,
    signature_stale: 400,
    consent_invalid: 401,
    consent_expired: 401,
  },
}

function refuse(name: string, refusal: Refusal, reference = REFERENCE) {
  const dialect = DIALECTS[name]
  if (dialect === undefined) throw new Error(`Cannot find dialect: ${name}`)
  return dialect.refuse(refusal, reference, NOW)
}

describe('every dialect', () => {
  const ROWS = Object.values(DIALECTS)

  it('is found under its own name', () => {
    expect(Object.entries(DIALECTS).filter(([name, { name: own }]) => name !== own)).toEqual([])
    expect(Object.keys(DIALECTS).sort()).toEqual([
      'berlin-group-1.3',
      'fapi-1-advanced',
      'fapi-2',
      'fdx-6',
      'obie-3.1',
      'obie-4.0',
      'page',
      'polish-api-3',
      'problem',
      'stet-1.4',
    ])
  })

  it.each(ROWS)('$name gives each refusal the status that HTTP gives it, or its own standard', (dialect) => {
    const expected: Readonly<Record<string, number>> = { ...STATUS, ...OWN_STATUS[dialect.name] }
    for (const refusal of REFUSALS) {
      expect(dialect.refuse(refusal, REFERENCE, NOW).status, refusal).toBe(expected[refusal])
    }
  })

  it.each(ROWS)(
    '$name names an authentication scheme in a 401 (RFC 9110 11.6.1) and nowhere else',
    (dialect) => {
      for (const refusal of REFUSALS) {
        const { status, headers } = dialect.refuse(refusal, REFERENCE, NOW)
        expect('www-authenticate' in headers, refusal).toBe(status === 401)
      }
    },
  )

  it.each(ROWS)('$name has a media type exactly where it has a body', (dialect) => {
    for (const refusal of REFUSALS) {
      const { body, mediaType } = dialect.refuse(refusal, REFERENCE, NOW)
      expect(mediaType === '', refusal).toBe(body === '')
    }
  })

  it.each(ROWS.filter(({ readBy }) => readBy === 'programs'))(
    '$name never shows a program HTML',
    (dialect) => {
      for (const refusal of REFUSALS) {
        const { body, mediaType } = dialect.refuse(refusal, REFERENCE, NOW)
        expect(mediaType).not.toContain('html')
        if (body !== '') expect(() => JSON.parse(body)).not.toThrow()
      }
    },
  )

  it.each(ROWS)('$name tells no reason but the public one', (dialect) => {
    const { body } = dialect.refuse('forbidden', REFERENCE, NOW)
    expect(body).not.toMatch(/\bbots?\b|stuffing|score|rule|fingerprint/i)
  })

  it.each(ROWS)('$name keeps a hostile reference inside its quotes', (dialect) => {
    const { body, mediaType } = dialect.refuse('forbidden', `"><script>alert(1)</script>\u2028`, NOW)
    if (mediaType.includes('html')) expect(body).not.toContain('<script>')
    else expect(() => JSON.parse(body)).not.toThrow()
  })
})

describe('RFC 6750 section 3', () => {
  it('says invalid_token of a token that was sent and is not accepted, and nothing of one that was not sent', () => {
    expect(refuse('problem', 'token_invalid').headers['www-authenticate']).toBe(
      'Bearer error="invalid_token"',
    )
    expect(refuse('problem', 'token_missing').headers['www-authenticate']).toBe('Bearer')
  })
})

describe('UK Open Banking', () => {
  it.each(['obie-4.0', 'obie-3.1'])('%s has no body where the specification has none', (name) => {
    for (const refusal of [
      'token_missing',
      'token_invalid',
      'certificate_missing',
      'certificate_invalid',
      'certificate_expired',
      'certificate_revoked',
      'certificate_blocked',
      'too_many',
      'media_type',
    ] as const) {
      expect(refuse(name, refusal).body, refusal).toBe('')
    }
  })

  it.each([
    ['obie-4.0', 'malformed', 'U010'],
    ['obie-4.0', 'forbidden', 'U042'],
    ['obie-4.0', 'role_missing', 'U042'],
    ['obie-4.0', 'origin_slow', 'U000'],
    ['obie-3.1', 'malformed', 'UK.OBIE.Resource.InvalidFormat'],
    ['obie-3.1', 'forbidden', 'UK.OBIE.UnexpectedError'],
    ['obie-3.1', 'origin_down', 'UK.OBIE.UnexpectedError'],
  ] as const)('%s says %s as %s', (name, refusal, code) => {
    const body = JSON.parse(refuse(name, refusal).body)
    expect(body.Id).toBe(REFERENCE)
    expect(body.Errors).toMatchObject([{ ErrorCode: code }])
  })

  it.each([
    ['signature_missing', 'U019', 'UK.OBIE.Signature.Missing'],
    ['signature_unexpected', 'U020', 'UK.OBIE.Signature.Unexpected'],
    ['signature_malformed', 'U018', 'UK.OBIE.Signature.Malformed'],
    ['signature_claim_missing', 'U017', 'UK.OBIE.Signature.MissingClaim'],
    ['signature_claim_invalid', 'U016', 'UK.OBIE.Signature.InvalidClaim'],
    ['signature_stale', 'U016', 'UK.OBIE.Signature.InvalidClaim'],
    ['signature_wrong', 'U015', 'UK.OBIE.Signature.Invalid'],
    ['replayed', 'U015', 'UK.OBIE.Signature.Invalid'],
    ['idempotency_reused', 'U006', 'UK.OBIE.Header.Invalid'],
  ] as const)('says %s as %s in 4.0 and as %s in 3.1, always with 400', (refusal, number, name) => {
    for (const [dialect, code] of [
      ['obie-4.0', number],
      ['obie-3.1', name],
    ] as const) {
      const { status, body } = refuse(dialect, refusal)
      expect([status, JSON.parse(body).Errors[0].ErrorCode]).toEqual([400, code])
    }
  })

  it('names the claim at fault in Path', () => {
    const detail = { place: 'http://openbanking.org.uk/iat' }
    const { body } = DIALECTS['obie-4.0']?.refuse('signature_claim_missing', REFERENCE, NOW, {}, detail) ?? {}
    expect(JSON.parse(body ?? '').Errors[0].Path).toBe('http://openbanking.org.uk/iat')
  })

  it('3.1 carries the Code and Message that 4.0 has given up', () => {
    expect(JSON.parse(refuse('obie-3.1', 'malformed').body)).toMatchObject({
      Code: '400 BadRequest',
      Message: expect.any(String),
    })
    expect(JSON.parse(refuse('obie-4.0', 'malformed').body)).not.toHaveProperty('Code')
  })

  it('plays back the interaction id that the standard requires on every answer', () => {
    expect(DIALECTS['obie-4.0']?.playedBack).toContain('x-fapi-interaction-id')
  })
})

describe('Berlin Group', () => {
  it.each([
    ['malformed', 400, 'FORMAT_ERROR'],
    ['certificate_missing', 401, 'CERTIFICATE_MISSING'],
    ['certificate_invalid', 401, 'CERTIFICATE_INVALID'],
    ['certificate_expired', 401, 'CERTIFICATE_EXPIRED'],
    ['certificate_revoked', 401, 'CERTIFICATE_REVOKED'],
    ['certificate_blocked', 401, 'CERTIFICATE_BLOCKED'],
    ['role_missing', 401, 'ROLE_INVALID'],
    ['token_missing', 401, 'TOKEN_UNKNOWN'],
    ['token_invalid', 401, 'TOKEN_INVALID'],
    ['forbidden', 403, 'SERVICE_BLOCKED'],
    ['too_many', 429, 'ACCESS_EXCEEDED'],
    ['unavailable', 503, 'SERVICE_UNAVAILABLE'],
    ['signature_missing', 401, 'SIGNATURE_MISSING'],
    ['signature_malformed', 401, 'SIGNATURE_INVALID'],
    ['signature_claim_missing', 401, 'SIGNATURE_INVALID'],
    ['signature_claim_invalid', 401, 'SIGNATURE_INVALID'],
    ['signature_uncovered', 401, 'SIGNATURE_INVALID'],
    ['signature_wrong', 401, 'SIGNATURE_INVALID'],
    ['signature_stale', 400, 'TIMESTAMP_INVALID'],
    ['seal_missing', 401, 'CERTIFICATE_MISSING'],
    ['seal_invalid', 401, 'CERTIFICATE_INVALID'],
    ['seal_expired', 401, 'CERTIFICATE_EXPIRED'],
    ['seal_revoked', 401, 'CERTIFICATE_REVOKED'],
    ['seal_blocked', 401, 'CERTIFICATE_BLOCKED'],
    ['replayed', 400, 'FORMAT_ERROR'],
  ] as const)('says %s as %i %s', (refusal, status, code) => {
    const refused = refuse('berlin-group-1.3', refusal)
    expect(refused.status).toBe(status)
    const [message] = JSON.parse(refused.body).tppMessages
    expect(message).toMatchObject({ category: 'ERROR', code })
    expect(message.text).toContain(REFERENCE)
    expect(message.text.length).toBeLessThanOrEqual(500)
  })
})

describe('the other standards', () => {
  it('STET has the error object of its framework, with the path that was asked for', () => {
    const { status, body } =
      DIALECTS['stet-1.4']?.refuse('signature_wrong', REFERENCE, NOW, {}, { path: '/psd2/v1/accounts' }) ?? {}
    expect(status).toBe(401)
    expect(JSON.parse(body ?? '')).toEqual({
      timestamp: '2026-11-21T00:00:00.000Z',
      status: 401,
      error: 'Unauthorized',
      message: `The signature is not accepted. Reference: ${REFERENCE}`,
      path: '/psd2/v1/accounts',
    })
  })

  it('Polish API has the header of its answers', () => {
    expect(JSON.parse(refuse('polish-api-3', 'signature_missing').body)).toEqual({
      responseHeader: { requestId: REFERENCE, sendDate: '2026-11-21T00:00:00.000Z', isCallback: false },
      code: 'SIGNATURE_MISSING',
      message: 'The request has to be signed.',
    })
  })

  it.each([
    ['signature_wrong', 'invalid_request', 'Bearer'],
    ['certificate_missing', 'invalid_client', 'Bearer'],
    ['token_invalid', 'invalid_token', 'Bearer error="invalid_token"'],
    ['proof_invalid', 'invalid_dpop_proof', 'DPoP error="invalid_dpop_proof"'],
  ] as const)('FAPI says %s as %s, and asks for %s', (refusal, error, scheme) => {
    const { status, body, headers } = refuse('fapi-2', refusal)
    expect([status, JSON.parse(body).error, headers['www-authenticate']]).toEqual([401, error, scheme])
    expect(JSON.parse(body).error_description).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
  })

  it('FAPI has nothing to say to somebody who has shown nothing (RFC 6750 section 3.1)', () => {
    expect(refuse('fapi-2', 'token_missing')).toMatchObject({
      status: 401,
      body: '',
      headers: { 'www-authenticate': 'Bearer' },
    })
  })

  it.each([
    ['malformed', '703'],
    ['forbidden', '602'],
    ['origin_down', '501'],
    ['too_many', '500'],
  ] as const)('FDX says %s as code %s', (refusal, code) => {
    expect(JSON.parse(refuse('fdx-6', refusal).body)).toMatchObject({ code, message: expect.any(String) })
  })
})

describe('RFC 9457 problem details', () => {
  it('has the members of the standard, the reference, and what else it is given', () => {
    const { body, mediaType } = DIALECTS.problem?.refuse('challenged', REFERENCE, NOW, { challenge: 1 }) ?? {}
    expect(mediaType).toBe('application/problem+json')
    expect(JSON.parse(body ?? '')).toEqual({
      type: 'about:blank',
      title: 'Forbidden',
      status: 403,
      detail: expect.any(String),
      reference: REFERENCE,
      challenge: 1,
    })
  })
})

describe('the page', () => {
  it('runs no script and loads nothing: its policy allows its own style and nothing else', () => {
    const { body, headers } = page.refuse('forbidden', REFERENCE, NOW)
    const style = /<style>(.*?)<\/style>/s.exec(body)?.[1] ?? ''
    expect(headers['content-security-policy']).toContain(`style-src ${cspHash(style)}`)
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(body).not.toMatch(/<script|\s(?:src|href|on\w+)=/i)
  })

  it('can be read with a screen reader: a language, one main heading, a viewport that may be zoomed', () => {
    const { body } = page.refuse('too_many', REFERENCE, NOW)
    expect(body).toContain('<html lang="en">')
    expect(body.match(/<h1>/g)).toHaveLength(1)
    expect(body).toContain('<main>')
    expect(body).not.toContain('maximum-scale')
  })
})

describe('dialectFor()', () => {
  const NAVIGATION = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8'
  const cases: readonly (readonly [what: string, headers: Record<string, string>, data: boolean])[] = [
    ['a navigation', { 'sec-fetch-dest': 'document', accept: NAVIGATION }, false],
    ['a navigation of an old browser', { accept: NAVIGATION }, false],
    [
      'a form sent from a page',
      { accept: NAVIGATION, 'content-type': 'application/x-www-form-urlencoded' },
      false,
    ],
    ["a script's fetch", { 'sec-fetch-dest': 'empty', accept: '*/*' }, true],
    ['a client that wants JSON', { accept: 'application/json, text/plain, */*' }, true],
    ['a client that wants JSON more than a page', { accept: 'text/html;q=0.5, application/json' }, true],
    ['a client that wants a page more than JSON', { accept: 'text/html, application/json;q=0.9' }, false],
    [
      'a client that sends JSON and accepts anything',
      { accept: '*/*', 'content-type': 'application/json' },
      true,
    ],
    ['a client that says nothing', {}, false],
    ['a weight that is no number', { accept: 'application/json;q=x' }, false],
    ['an endless Accept', { accept: `${'text/x,'.repeat(100_000)}application/json` }, false],
  ]
  it.each(cases)('sees whether %s wants data', (_what, headers, data) => {
    expect(asksForData(new Headers(headers))).toBe(data)
  })

  it('answers a program on a route of pages with problem details', () => {
    expect(dialectFor(DIALECTS, 'page', new Headers({ accept: 'application/json' })).name).toBe('problem')
    expect(dialectFor(DIALECTS, 'page', new Headers({ accept: NAVIGATION })).name).toBe('page')
  })

  it('lets no header change a banking standard: a caller would pick its weakest verifier', () => {
    for (const name of ['obie-4.0', 'obie-3.1', 'berlin-group-1.3', 'problem']) {
      for (const accept of [NAVIGATION, 'application/problem+json', 'application/json']) {
        expect(dialectFor(DIALECTS, name, new Headers({ accept })).name).toBe(name)
      }
    }
  })
})
