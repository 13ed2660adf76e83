import { describe, expect, it } from 'vitest'
import type { Refusal } from '../../src/dialects/dialect.ts'
import { respond } from '../../src/respond/respond.ts'
import { exchange, match, type Sent } from '../fixtures/scene.ts'
import { ALLOW, bank, input } from './room.ts'

const DENY = { ...ALLOW, action: 'deny', intended: 'deny', rule: 'x', reason: 'x' } as const
const SLOW = { ...DENY, action: 'throttle', intended: 'throttle', retryAfterSeconds: 60 } as const

async function refused(
  dialect: string,
  refusal: Refusal,
  sent: Sent = {},
  verdict: typeof DENY | typeof SLOW = DENY,
) {
  const { tools, requests } = bank(undefined, { refusal }, dialect)
  const answer = await respond(input({ exchange: exchange(sent), match: match({ dialect }), verdict }), tools)
  return { ...answer, requests }
}

describe('a refusal', () => {
  it('reaches no bank, and says so', async () => {
    const answer = await refused('problem', 'forbidden')
    expect(answer.requests).toEqual([])
    expect(answer).toMatchObject({ outcome: 'refused', originStatus: undefined, upstream: 'refused' })
  })

  it.each(['obie-4.0', 'obie-3.1', 'berlin-group-1.3', 'problem', 'page'])(
    'in %s is stored by nobody, sniffed by nobody, and carries the reference that the operator looks up',
    async (dialect) => {
      const { response } = await refused(dialect, 'forbidden')
      expect(response.status).toBe(403)
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(response.headers.get('portcullis-reference')).toBe('7f9c24e8-3b12-4fef-91e0-000000000001')
      expect(await response.text()).toContain('7f9c24e8-3b12-4fef-91e0-000000000001')
    },
  )

  it.each(['obie-4.0', 'obie-3.1', 'berlin-group-1.3', 'problem', 'page'])(
    'of a method names, in %s, the methods that there are (RFC 9110 15.5.6)',
    async (dialect) => {
      const { tools } = bank(undefined, { refusal: 'method' }, dialect)
      const matched = { ...match({ dialect }), allowed: ['GET', 'POST'] }
      const { response } = await respond(input({ match: matched, verdict: DENY }), tools)
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST'])
    },
  )

  it('without a body still carries the reference', async () => {
    const { response } = await refused('obie-4.0', 'token_missing')
    expect(response.status).toBe(401)
    expect(response.body).toBeNull()
    expect(response.headers.has('content-type')).toBe(false)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect(response.headers.get('portcullis-reference')).not.toBeNull()
  })

  it('for too many requests says when to come back', async () => {
    const { response } = await refused('obie-4.0', 'too_many', {}, SLOW)
    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('60')
  })

  it('to a HEAD has no body (RFC 9110 9.3.2)', async () => {
    const { response } = await refused('problem', 'forbidden', { method: 'HEAD' })
    expect(response.body).toBeNull()
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  })

  it.each([
    ['obie-4.0', 'x-fapi-interaction-id'],
    ['berlin-group-1.3', 'x-request-id'],
  ])('in %s plays back %s, short and plain or not at all', async (dialect, name) => {
    const id = '93bac548-d2de-4546-b106-880a5018460d'
    expect(
      (await refused(dialect, 'forbidden', { headers: { [name]: id } })).response.headers.get(name),
    ).toBe(id)
    for (const hostile of ['a'.repeat(200), 'a b', 'é', '']) {
      const { response } = await refused(dialect, 'forbidden', { headers: { [name]: hostile } })
      expect(response.headers.has(name), hostile).toBe(false)
    }
  })
})
