import { beforeEach, describe, expect, it } from 'vitest'
import { invalid, known, unavailable } from '../../../src/lib/fact.ts'
import type { ClaimsPolicy } from '../../../src/verify/jose/claims.ts'
import { type IntrospectionAnswer, introspectToken } from '../../../src/verify/jose/introspection.ts'
import { newTokenMemory, type TokenMemory } from '../../../src/verify/jose/token-memory.ts'
import { NOW, SECONDS } from './detached.ts'

const POLICY: ClaimsPolicy = { required: [], skewSeconds: 10, leewaySeconds: 0 }
const LIMITS = { capacity: 4, activeSeconds: 60, inactiveSeconds: 5 }
const ACTIVE = { active: true, client_id: 'client-7', scope: 'accounts', exp: SECONDS + 30 }

let memory: TokenMemory
let asked: string[]
beforeEach(() => {
  memory = newTokenMemory(LIMITS)
  asked = []
})

function answer(value: unknown, changes: Partial<IntrospectionAnswer> = {}): IntrospectionAnswer {
  return { status: 200, contentType: 'application/json', text: JSON.stringify(value), ...changes }
}

function ask(given: IntrospectionAnswer | undefined, { token = 'opaque-1', now = NOW } = {}) {
  const introspect = async (form: string) => {
    asked.push(form)
    return given
  }
  return introspectToken(token, { introspect, memory, policy: POLICY, now })
}

describe('introspectToken() (RFC 7662)', () => {
  it('asks once and remembers for a while, never beyond the end of the token', async () => {
    const first = await ask(answer(ACTIVE))
    expect(known(first)).toMatchObject({ claims: ACTIVE, expiresAt: NOW + 30_000 })
    expect(JSON.stringify(first)).not.toContain('opaque-1')
    expect(await ask(answer({ active: false }), { now: NOW + 29_999 })).toEqual(first)
    expect(await ask(answer({ active: false }), { now: NOW + 30_000 })).toEqual(invalid('token_inactive'))
    expect(asked).toEqual(Array.from({ length: 2 }, () => 'token=opaque-1&token_type_hint=access_token'))
  })

  it('asks again after a minute, when a token without an end may have been revoked', async () => {
    const endless = answer({ active: true })
    expect((await ask(endless)).state).toBe('valid')
    await ask(endless, { now: NOW + 59_999 })
    expect(asked.length).toBe(1)
    await ask(endless, { now: NOW + 60_000 })
    expect(asked.length).toBe(2)
  })

  it('remembers for seconds that a token is dead, so that guesses do not become load', async () => {
    await ask(answer({ active: false }))
    expect(await ask(answer(ACTIVE), { now: NOW + 4_999 })).toEqual(invalid('token_inactive'))
    expect((await ask(answer(ACTIVE), { now: NOW + 5_000 })).state).toBe('valid')
  })

  it('forgets what is oldest, however many tokens are guessed', async () => {
    for (let at = 0; at < 50; at++) await ask(answer({ active: false }), { token: `guess-${at}` })
    await ask(answer({ active: false }), { token: 'guess-49' })
    expect(asked.length).toBe(50)
    await ask(answer({ active: false }), { token: 'guess-0' })
    expect(asked.length).toBe(51)
  })

  it.each<[string, IntrospectionAnswer | undefined]>([
    ['no answer', undefined],
    ['an error', answer(ACTIVE, { status: 500 })],
    ['a refusal of the gate itself', answer({ active: false }, { status: 401 })],
    ['a page', answer(ACTIVE, { contentType: 'text/html' })],
    ['what is no JSON', answer(undefined, { text: 'oops' })],
    ['two answers in one', answer(undefined, { text: '{"active":true,"active":false}' })],
    ['a list', answer([true])],
    ['yes in words', answer({ active: 'true' })],
    ['nothing about it', answer({ scope: 'x' })],
  ])('does not know a token when the server gives %s, and remembers nothing', async (_what, given) => {
    expect(await ask(given)).toEqual(unavailable('introspection_unavailable'))
    expect((await ask(answer(ACTIVE))).state).toBe('valid')
  })

  it('holds what the server says against the clock', async () => {
    expect(await ask(answer({ active: true, exp: SECONDS }))).toEqual(invalid('token_expired'))
    expect(await ask(answer({ active: true, nbf: SECONDS + 60 }), { token: 'b' })).toEqual(
      invalid('token_refused'),
    )
    expect(await ask(answer({ active: true, exp: 'x' }), { token: 'c' })).toEqual(invalid('token_refused'))
  })

  it('asks about nothing that cannot be a token', async () => {
    for (const token of ['', 'a b', 'a,b', 'é', 'x'.repeat(5_000)]) {
      expect(await ask(answer(ACTIVE), { token })).toEqual(invalid('token_malformed'))
    }
    expect(asked).toEqual([])
  })
})
