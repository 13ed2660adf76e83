/**
 * Counted and seeded: 135,000 inputs over every parser of JOSE. Nothing throws, and nothing is accepted but what was
 * signed, octet for octet. Where most inputs are noise, mutations of what is right go deeper.
 */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { valid } from '../../../src/lib/fact.ts'
import { ASSERTION_TYPE, verifyAssertion } from '../../../src/verify/jose/client-assertion.ts'
import { verifyProof } from '../../../src/verify/jose/dpop.ts'
import { FAPI2_PROOF, fapi2Assertion } from '../../../src/verify/jose/fapi.ts'
import { readHeader } from '../../../src/verify/jose/header.ts'
import { comparableUri } from '../../../src/verify/jose/http-uri.ts'
import { type JadesPolicy, verifyJades } from '../../../src/verify/jose/jades.ts'
import { verifyJws } from '../../../src/verify/jose/jws.ts'
import { readKeySet } from '../../../src/verify/jose/key-set.ts'
import { readPushedRequest } from '../../../src/verify/jose/request-object.ts'
import type { JwsPolicy } from '../../../src/verify/jose/types.ts'
import { unverifiedClaims } from '../../../src/verify/jose/unverified.ts'
import { importKey, verifyBytes } from '../../../src/verify/signed/import-key.ts'
import { BODY, detached, encoded, ISS, ISSUER, NOW, POLICY, SECONDS, signText } from './detached.ts'
import { type Pair, pairFor } from './keys.ts'

let pair: Pair
beforeAll(async () => {
  pair = await pairFor('ES256')
})

const seeded = (numRuns: number): fc.Parameters<unknown> => ({ numRuns, seed: 20261121 })
const OPEN: JwsPolicy = {
  algorithms: ['PS256', 'ES256'],
  required: [],
  members: {},
  understood: [],
  b64: 'any',
  maxCharacters: 16_384,
}

const JADES: JadesPolicy = {
  algorithms: ['ES256'],
  time: 'either',
  freshness: { maxAgeSeconds: 60, maxFutureSeconds: 2 },
  required: [],
  whenPresent: [],
  singletons: [],
  digest: { when: 'with_body', fields: ['digest'], algorithms: ['sha-256'] },
  trailingNewline: false,
}

/** Characters that mean something in a compact JWS, and some that must not. */
const NOISE = fc.string({ unit: fc.constantFrom(...'eyJhbGciOi.-_=+/ \n\0é{}":,0Az'), maxLength: 80 })
const HEADER_NOISE = fc.string({
  unit: fc.constantFrom(
    '{',
    '}',
    '"',
    ':',
    ',',
    '[',
    ']',
    '\\',
    'alg',
    'crit',
    'b64',
    'kid',
    'ES256',
    'null',
    '1',
    ' ',
    'é',
  ),
  maxLength: 30,
})

/** One edit: a character put in, taken out, exchanged or doubled. */
const EDIT = fc.record({
  at: fc.double({ min: 0, max: 0.999_999, noNaN: true }),
  kind: fc.constantFrom('insert', 'delete', 'replace', 'double', 'swap'),
  unit: fc.constantFrom(...'AQgwBCz09_-=+/. \n\té~'),
})
type Edit = { readonly at: number; readonly kind: string; readonly unit: string }

function edit(text: string, { at, kind, unit }: Edit): string {
  const place = Math.floor(at * text.length)
  const [head, here, tail] = [text.slice(0, place), text.charAt(place), text.slice(place + 1)]
  switch (kind) {
    case 'insert':
      return head + unit + here + tail
    case 'delete':
      return head + tail
    case 'replace':
      return head + unit + tail
    case 'double':
      return head + here + here + tail
    default:
      return head + tail.charAt(0) + here + tail.slice(1)
  }
}

describe('fuzz', () => {
  it('reads 40,000 headers of noise without a throw, and none in two ways', () => {
    fc.assert(
      fc.property(
        fc.oneof(NOISE, HEADER_NOISE.map(encoded), fc.uint8Array({ maxLength: 60 }).map(encoded)),
        (text) => {
          const header = readHeader(text)
          if ('state' in header) return
          const raw = Buffer.from(text, 'base64url').toString()
          expect(encoded(raw)).toBe(text)
          expect(header.members).toEqual(JSON.parse(raw))
          expect(typeof header.alg).toBe('string')
        },
      ),
      seeded(40_000),
    )
  })

  it('accepts none of 30,000 texts of noise as a JWS, attached or detached', async () => {
    await fc.assert(
      fc.asyncProperty(NOISE, fc.boolean(), async (text, whole) => {
        const question = { text, policy: OPEN, resolve: pair.resolve, now: NOW }
        const verdict = await verifyJws(whole ? question : { ...question, detached: BODY })
        expect(verdict.state).toBe('invalid')
      }),
      seeded(30_000),
    )
  })

  it('accepts none of 10,000 changed signatures: one JWS has one spelling', async () => {
    const text = await detached(pair.privateKey, { alg: 'ES256' })
    const question = {
      policy: POLICY,
      detached: BODY,
      resolve: pair.resolve,
      expected: { [ISS]: ISSUER },
      now: NOW,
    }
    expect((await verifyJws({ ...question, text })).state).toBe('valid')
    await fc.assert(
      fc.asyncProperty(fc.array(EDIT, { minLength: 1, maxLength: 3 }), async (edits) => {
        const changed = edits.reduce(edit, text)
        const verdict = await verifyJws({ ...question, text: changed })
        expect(verdict.state).toBe(changed === text ? 'valid' : 'invalid')
      }),
      seeded(10_000),
    )
  })

  it('accepts none of 10,000 changed bodies', async () => {
    const text = await detached(pair.privateKey, { alg: 'ES256' })
    await fc.assert(
      fc.asyncProperty(EDIT, async (one) => {
        const before = Buffer.from(BODY).toString()
        const changed = edit(before, one)
        const body = new TextEncoder().encode(changed)
        const question = { policy: POLICY, resolve: pair.resolve, expected: { [ISS]: ISSUER }, now: NOW }
        const verdict = await verifyJws({ ...question, text, detached: body })
        expect(verdict.state).toBe(changed === before ? 'valid' : 'invalid')
      }),
      seeded(10_000),
    )
  })

  it('refuses 5,000 headers of noise under the name of a real key, without a throw', async () => {
    const values = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('ES256', 'none', SECONDS, true, false),
    )
    const names = fc.constantFrom(
      'alg',
      'kid',
      'typ',
      'cty',
      'crit',
      'b64',
      'jwk',
      'jku',
      'x5c',
      'x5t#S256',
      'iat',
      '__proto__',
    )
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, values, { maxKeys: 6 }), async (header) => {
        const text = `${encoded(JSON.stringify({ alg: 'ES256', ...header }))}..${'A'.repeat(86)}`
        const verdict = await verifyJws({
          text,
          detached: BODY,
          policy: OPEN,
          resolve: pair.resolve,
          now: NOW,
        })
        expect(verdict.state).toBe('invalid')
      }),
      seeded(5_000),
    )
  })

  it('accepts none of 10,000 changed proofs, and reads 10,000 of noise', async () => {
    const { kty, crv, x, y } = pair.jwk
    const header = JSON.stringify({ alg: 'ES256', typ: 'dpop+jwt', jwk: { kty, crv, x, y } })
    const claims = { jti: 'abcdefgh', htm: 'GET', htu: 'https://bank.example/a', iat: SECONDS }
    const proof = await signText(pair.privateKey, header, encoded(JSON.stringify(claims)))
    const question = {
      method: 'GET',
      uri: 'https://bank.example/a',
      accessToken: undefined,
      policy: FAPI2_PROOF,
      now: NOW,
    }
    expect((await verifyProof({ ...question, field: proof })).state).toBe('valid')
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          EDIT.map((one) => edit(proof, one)),
          NOISE,
        ),
        async (field) => {
          const verdict = await verifyProof({ ...question, field })
          expect(verdict.state).toBe(field === proof ? 'valid' : 'invalid')
        },
      ),
      seeded(20_000),
    )
  })

  it('accepts none of 5,000 changed client assertions', async () => {
    const claims = { iss: 'c', sub: 'c', aud: 'https://as.example', exp: SECONDS + 60, jti: 'x' }
    const assertion = await signText(pair.privateKey, '{"alg":"ES256"}', encoded(JSON.stringify(claims)))
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          EDIT.map((one) => edit(assertion, one)),
          NOISE,
        ),
        async (changed) => {
          const verdict = await verifyAssertion({
            type: ASSERTION_TYPE,
            assertion: changed,
            clientId: undefined,
            policy: fapi2Assertion('https://as.example'),
            resolverFor: () => async () => valid(pair.key),
            now: NOW,
          })
          expect(verdict.state).toBe(changed === assertion ? 'valid' : 'invalid')
        },
      ),
      seeded(5_000),
    )
  })

  it('reads 20,000 key sets, forms, URIs and claims of noise without a throw', () => {
    const json = fc.jsonValue({ maxDepth: 3 })
    const members = fc.dictionary(
      fc.constantFrom('kty', 'use', 'alg', 'kid', 'crv', 'x', 'y', 'n', 'e', 'k', 'd', 'key_ops'),
      fc.oneof(json, fc.constantFrom('RSA', 'EC', 'OKP', 'oct', 'P-256', 'Ed25519', 'AQAB', 'A'.repeat(43))),
    )
    fc.assert(
      fc.property(fc.array(members, { maxLength: 3 }), NOISE, (keys, text) => {
        readKeySet(JSON.stringify({ keys }))
        readKeySet(text)
        unverifiedClaims(text, 1_000)
        readPushedRequest(text, 'optional')
        const uri = comparableUri(`https://bank.example/${text}`)
        if (uri !== undefined) expect(comparableUri(uri)).toBe(uri)
      }),
      seeded(5_000),
    )
  })

  it('accepts none of 5,000 signatures of header fields with noise for their names', async () => {
    const names = fc.array(
      fc.oneof(NOISE, fc.constantFrom('(request-target)', 'digest', 'host', '(created)')),
    )
    const headers = new Headers({ host: 'bank.example', digest: 'SHA-256=AAAA' })
    const message = { method: 'POST', origin: 'https://bank.example', target: '/a', headers, body: BODY }
    await fc.assert(
      fc.asyncProperty(fc.oneof(names, fc.jsonValue({ maxDepth: 2 })), async (pars) => {
        const sigD = { mId: 'http://uri.etsi.org/19182/HttpHeaders', pars }
        const iat = SECONDS
        const header = { alg: 'ES256', 'x5t#S256': 'AAAA', iat, sigD, b64: false, crit: ['sigD', 'b64'] }
        const text = `${encoded(JSON.stringify(header))}..${'A'.repeat(86)}`
        const question = { text, message, policy: JADES, resolve: pair.resolve, now: NOW }
        expect((await verifyJades(question)).state).toBe('invalid')
      }),
      seeded(5_000),
    )
  })

  it('says no to 5,000 signatures of any length', async () => {
    const imported = await importKey(pair.key, 'ES256')
    if (!imported.ok) throw new Error(imported.reason)
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 140 }), async (signature) => {
        expect(await verifyBytes(imported.value, 'ES256', signature, BODY)).toBe(false)
      }),
      seeded(5_000),
    )
  })
})
