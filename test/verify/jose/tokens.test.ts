import { SignJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { invalid, known, valid } from '../../../src/lib/fact.ts'
import { ACCESS_TOKEN_CLAIMS, accessTokenPolicy } from '../../../src/verify/jose/access-token.ts'
import { ASSERTION_TYPE, verifyAssertion } from '../../../src/verify/jose/client-assertion.ts'
import { confirmationFault } from '../../../src/verify/jose/confirmation.ts'
import {
  fapi1Assertion,
  fapi1RequestObject,
  fapi2Assertion,
  fapi2RequestObject,
} from '../../../src/verify/jose/fapi.ts'
import { verifyJwt } from '../../../src/verify/jose/jwt.ts'
import { readPushedRequest, verifyRequestObject } from '../../../src/verify/jose/request-object.ts'
import { encoded, NOW, SECONDS, signText } from './detached.ts'
import { type Pair, pairFor } from './keys.ts'

const ISSUER = 'https://as.bank.example'
const CLIENT = 'client-7'
let pair: Pair
beforeAll(async () => {
  pair = await pairFor('PS256')
})

type Changes = Readonly<Record<string, unknown>>

function without(members: Changes): Changes {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

function sign(claims: Changes, header: Changes): Promise<string> {
  return new SignJWT(without(claims)).setProtectedHeader({ alg: 'PS256', ...header }).sign(pair.privateKey)
}

describe('access tokens (RFC 9068)', () => {
  const POLICY = accessTokenPolicy({
    algorithms: ['PS256', 'ES256'],
    issuers: [ISSUER],
    audiences: ['https://api.bank.example'],
    type: 'at+jwt',
    required: ACCESS_TOKEN_CLAIMS,
    skewSeconds: 10,
  })
  const CLAIMS = {
    iss: ISSUER,
    aud: 'https://api.bank.example',
    sub: 'user-1',
    client_id: CLIENT,
    iat: SECONDS - 10,
    exp: SECONDS + 300,
    jti: 'token-1',
  }
  const ask = async (claims: Changes = {}, header: Changes = { typ: 'at+jwt' }, policy = POLICY) =>
    verifyJwt({ text: await sign({ ...CLAIMS, ...claims }, header), policy, resolve: pair.resolve, now: NOW })

  it('accepts one, and tells until when it counts', async () => {
    expect(known(await ask())).toMatchObject({
      claims: CLAIMS,
      createdAt: NOW - 10_000,
      expiresAt: NOW + 300_000,
      nonce: 'token-1',
      keyThumbprint: pair.key.thumbprint,
    })
    expect((await ask({ aud: ['https://other.example', 'https://api.bank.example'] })).state).toBe('valid')
    expect((await ask({}, { typ: 'application/AT+JWT' })).state).toBe('valid')
  })

  it.each<[string, Changes, string, string]>([
    ['of another issuer', { iss: 'https://evil.example' }, 'issuer_refused', 'iss'],
    ['of nobody', { iss: undefined }, 'claim_missing', 'iss'],
    ['for another API', { aud: 'https://api.other.example' }, 'audience_refused', 'aud'],
    ['for nobody', { aud: [] }, 'audience_refused', 'aud'],
    ['for a number', { aud: 7 }, 'claim_invalid', 'aud'],
    ['that has ended', { exp: SECONDS }, 'token_expired', 'exp'],
    ['that never ends', { exp: undefined }, 'claim_missing', 'exp'],
    ['that ends in words', { exp: 'never' }, 'claim_invalid', 'exp'],
    ['that ends beyond all time', { exp: 1e300 }, 'claim_invalid', 'exp'],
    ['that begins later', { nbf: SECONDS + 11 }, 'token_not_yet_valid', 'nbf'],
    ['from the future', { iat: SECONDS + 11 }, 'token_from_future', 'iat'],
    ['without a client', { client_id: undefined }, 'claim_missing', 'client_id'],
    ['whose subject is a number', { sub: 7 }, 'claim_invalid', 'sub'],
    ['whose id is empty', { jti: '' }, 'claim_invalid', 'jti'],
  ])('refuses one %s', async (_what, claims, reason, member) => {
    expect(await ask(claims)).toEqual({ ...invalid(reason), member })
  })

  it('takes no other JWT of the same issuer for an access token', async () => {
    expect(await ask({}, { typ: 'JWT' })).toMatchObject({ reason: 'header_member_invalid', member: 'typ' })
    expect(await ask({}, {})).toMatchObject({ reason: 'header_member_missing', member: 'typ' })
    const older = accessTokenPolicy({
      algorithms: ['PS256'],
      issuers: [ISSUER],
      audiences: ['https://api.bank.example'],
      type: 'any',
      required: [],
      skewSeconds: 0,
    })
    expect((await ask({}, {}, older)).state).toBe('valid')
    expect(await ask({}, { typ: 'dpop+jwt' }, older)).toMatchObject({ reason: 'header_member_invalid' })
  })

  it.each(['[]', '{"iss":"a","iss":"b"}', '"x"', '{', '\ufeff{}'])(
    'refuses the claims %s',
    async (claims) => {
      const text = await signText(pair.privateKey, '{"alg":"PS256","typ":"at+jwt"}', encoded(claims))
      expect(await verifyJwt({ text, policy: POLICY, resolve: pair.resolve, now: NOW })).toEqual(
        invalid('claims_malformed'),
      )
    },
  )
})

describe('confirmationFault()', () => {
  const hex = '0102'.repeat(16)
  const x5t = Buffer.from(hex, 'hex').toString('base64url')
  const jkt = Buffer.alloc(32, 9).toString('base64url')

  it.each<[string, Parameters<typeof confirmationFault>, string | undefined]>([
    [
      'a token bound to the certificate',
      [{ 'x5t#S256': x5t }, { certificateThumbprint: hex }, 'required'],
      undefined,
    ],
    ['a token bound to the proof', [{ jkt }, { proofThumbprint: jkt }, 'required'], undefined],
    ['a bearer token where that is allowed', [undefined, {}, 'optional'], undefined],
    ['a bearer token where it is not', [undefined, {}, 'required'], 'confirmation_missing'],
    [
      'another certificate',
      [{ 'x5t#S256': x5t }, { certificateThumbprint: 'ff'.repeat(32) }, 'required'],
      'confirmation_certificate_mismatch',
    ],
    [
      'half a certificate',
      [{ 'x5t#S256': x5t }, { certificateThumbprint: hex.slice(2) }, 'required'],
      'confirmation_certificate_mismatch',
    ],
    [
      'no certificate, though bound tokens are optional',
      [{ 'x5t#S256': x5t }, {}, 'optional'],
      'confirmation_certificate_missing',
    ],
    ['another proof', [{ jkt }, { proofThumbprint: x5t }, 'optional'], 'confirmation_key_mismatch'],
    ['no proof', [{ jkt }, {}, 'optional'], 'confirmation_proof_missing'],
    [
      'one of two bindings',
      [{ jkt, 'x5t#S256': x5t }, { proofThumbprint: jkt }, 'required'],
      'confirmation_certificate_missing',
    ],
    ['a binding nobody can check', [{ kid: 'x' }, {}, 'optional'], 'confirmation_unsupported'],
    ['a binding that is none', ['x', {}, 'optional'], 'confirmation_malformed'],
    [
      'a thumbprint with padding',
      [{ jkt: `${jkt}=` }, { proofThumbprint: jkt }, 'optional'],
      'confirmation_malformed',
    ],
    [
      'a short thumbprint',
      [{ jkt: 'AAAA' }, { proofThumbprint: 'AAAA' }, 'optional'],
      'confirmation_malformed',
    ],
  ])('judges %s', (_what, question, fault) => {
    expect(confirmationFault(...question)).toBe(fault)
  })
})

describe('client assertions (RFC 7523)', () => {
  const CLAIMS = { iss: CLIENT, sub: CLIENT, aud: ISSUER, exp: SECONDS + 60, iat: SECONDS - 1, jti: 'once-1' }
  const ask = async (claims: Changes = {}, changes: Partial<Parameters<typeof verifyAssertion>[0]> = {}) =>
    verifyAssertion({
      type: ASSERTION_TYPE,
      assertion: await sign({ ...CLAIMS, ...claims }, {}),
      clientId: undefined,
      policy: fapi2Assertion(ISSUER),
      resolverFor: (clientId) => async () => (clientId === CLIENT ? valid(pair.key) : invalid('key_unknown')),
      now: NOW,
      ...changes,
    })

  it('proves which client it is', async () => {
    expect(known(await ask())).toMatchObject({ clientId: CLIENT, jti: 'once-1', expiresAt: NOW + 60_000 })
    expect((await ask({}, { clientId: CLIENT })).state).toBe('valid')
    expect((await ask({}, { assertion: undefined })).state).toBe('absent')
  })

  it.each<[string, Changes, string]>([
    ['is issued by another than it is about', { iss: 'client-8' }, 'client_mismatch'],
    ['is about nobody', { sub: undefined }, 'claim_missing'],
    ['is of a client that nobody knows', { iss: 'client-9', sub: 'client-9' }, 'key_unknown'],
    ['has no id to be used once by', { jti: undefined }, 'claim_missing'],
    ['never ends', { exp: undefined }, 'claim_missing'],
    ['lives for a day', { exp: SECONDS + 86_400 }, 'token_lives_too_long'],
    [
      'is for the token endpoint, where only the issuer will do',
      { aud: `${ISSUER}/token` },
      'audience_refused',
    ],
    ['is for the issuer in a list', { aud: [ISSUER] }, 'audience_refused'],
    ['is of 11 seconds from now', { iat: SECONDS + 11 }, 'token_from_future'],
  ])('refuses one that %s', async (_what, claims, reason) => {
    expect(await ask(claims)).toMatchObject(invalid(reason))
  })

  it('accepts ten seconds of skew, which FAPI 2.0 requires', async () => {
    expect((await ask({ iat: SECONDS + 10, nbf: SECONDS + 10 })).state).toBe('valid')
  })

  it('takes the token endpoint and lists for an audience where FAPI 1.0 does', async () => {
    const policy = fapi1Assertion([ISSUER, `${ISSUER}/token`])
    expect((await ask({ aud: [`${ISSUER}/token`] }, { policy })).state).toBe('valid')
  })

  it('refuses another client_id beside it, another type, and what is no JWT', async () => {
    expect(await ask({}, { clientId: 'client-8' })).toMatchObject(invalid('client_mismatch'))
    expect(await ask({}, { type: 'jwt' })).toEqual(invalid('assertion_type_refused'))
    for (const assertion of ['', 'a.b', 'a.b.c', 'a.b.c.d', '..']) {
      expect((await ask({}, { assertion })).state).toBe('invalid')
    }
  })
})

describe('request objects (RFC 9101)', () => {
  const CLAIMS = {
    iss: CLIENT,
    client_id: CLIENT,
    aud: ISSUER,
    nbf: SECONDS - 10,
    exp: SECONDS + 300,
    response_type: 'code',
    scope: 'openid payments',
  }
  const ask = async (claims: Changes = {}, policy = fapi2RequestObject(ISSUER), header: Changes = {}) =>
    verifyRequestObject({
      text: await sign({ ...CLAIMS, ...claims }, header),
      clientId: CLIENT,
      policy,
      resolve: pair.resolve,
      now: NOW,
    })

  it('accepts one, with its type or with none', async () => {
    for (const header of [{}, { typ: 'oauth-authz-req+jwt' }, { typ: 'JWT' }]) {
      expect((await ask({}, fapi2RequestObject(ISSUER), header)).state).toBe('valid')
    }
    expect((await ask({ aud: [ISSUER] }, fapi1RequestObject(ISSUER))).state).toBe('valid')
  })

  it.each<[string, Changes, string]>([
    ['of another client', { client_id: 'client-8' }, 'client_mismatch'],
    ['of no client', { client_id: undefined }, 'claim_missing'],
    ['that another issued', { iss: 'client-8' }, 'client_mismatch'],
    ['for another server', { aud: 'https://evil.example' }, 'audience_refused'],
    ['without a beginning', { nbf: undefined }, 'claim_missing'],
    ['that began more than an hour ago', { nbf: SECONDS - 3_601, exp: SECONDS + 1 }, 'token_stale'],
    ['that lives for more than an hour', { exp: SECONDS + 3_591 }, 'token_lives_too_long'],
    ['that has ended', { exp: SECONDS }, 'token_expired'],
    ['with a request in it', { request: 'x' }, 'request_nested'],
    ['that points to another', { request_uri: 'urn:x' }, 'request_nested'],
  ])('refuses one %s', async (_what, claims, reason) => {
    expect(await ask(claims)).toMatchObject(invalid(reason))
    expect(await ask(claims, fapi1RequestObject(ISSUER))).toMatchObject(invalid(reason))
  })

  it('takes no proof or access token of the client for a request', async () => {
    expect(await ask({}, fapi2RequestObject(ISSUER), { typ: 'dpop+jwt' })).toMatchObject({ member: 'typ' })
  })
})

describe('readPushedRequest() (RFC 9126)', () => {
  it('reads a signed request and the client beside it', () => {
    const body = `request=a.b.c&client_id=${CLIENT}&client_assertion=x.y.z&client_assertion_type=t`
    expect(readPushedRequest(body, 'required')).toMatchObject({
      ok: true,
      value: { request: 'a.b.c', clientId: CLIENT, assertion: 'x.y.z', assertionType: 't' },
    })
    expect(readPushedRequest('response_type=code&client_id=a', 'optional')).toMatchObject({ ok: true })
  })

  it.each([
    ['request=a&scope=admin', 'form_parameter_refused'],
    ['request_uri=urn:x', 'form_parameter_refused'],
    ['client_id=a&client_id=b', 'form_parameter_twice'],
    ['client_id=a', 'request_object_missing'],
    ['client_id=%zz', 'form_malformed'],
  ])('refuses %s', (body, reason) => {
    expect(readPushedRequest(body, 'required')).toEqual({ ok: false, reason })
  })
})
