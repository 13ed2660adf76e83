/** Request targets that two readers could read in two ways, and methods that ask for something else than an answer. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { send, somebody } from './client.ts'
import { complaints, type Gate, startGate, WATCHED } from './gate.ts'
import { expectRefusal, expectSpeech, type Speech } from './refusal.ts'

let gate: Gate
beforeAll(async () => {
  gate = await startGate({ entry: WATCHED })
})
afterAll(() => gate.close())

const API = '/open-banking/v4.0/aisp'

describe.concurrent('a target with two readings', () => {
  it.each<[string, string, Speech, string]>([
    ['a dot segment', `${API}/./accounts`, 'obie', 'dot_segment'],
    ['two dots that lead back', '/psd2/v1/../v1/accounts', 'berlinGroup', 'dot_segment'],
    ['encoded dots that lead out', `${API}/%2e%2e/%2E%2E/admin`, 'problem', 'dot_segment'],
    ['an encoded letter', `${API}/%61ccounts`, 'obie', 'percent_encoding'],
    ['an empty segment', '/psd2/v1//accounts', 'berlinGroup', 'empty_segment'],
    ['a path parameter', `${API}/accounts;role=admin`, 'obie', 'path_parameter'],
    ['a backslash', `${API}\\accounts`, 'obie', 'backslash'],
    ['an encoded slash', `${API}/accounts/a%2fb`, 'obie', 'encoded_separator'],
    ['an encoded backslash', '/mobile/v1/accounts/a%5cb', 'problem', 'encoded_separator'],
    ['a NUL', '/mobile/v1/accounts%00', 'problem', 'control_character'],
    ['half a triplet', '/psd2/v1/accounts%2', 'berlinGroup', 'malformed_encoding'],
    ['an overlong slash', '/psd2/v1/accounts%c0%af', 'berlinGroup', 'malformed_encoding'],
    ['a triplet of a triplet', '/mobile/v1/%252e%252e/x', 'problem', 'percent_encoding'],
  ])('is refused on an API route: %s', async (_what, path, speech, difference) => {
    const decision = await expectRefusal(gate, { path }, 400, speech, 'target_ambiguous')
    expect(decision.targetDifferences).toContain(difference)
  })

  it.each(['/login;x=1', '//login', '/./login', '/%6Cogin', '/x/../login', '/\\login'])(
    'is refused where a browser sends a secret: %s',
    async (path) => {
      const form = ['Content-Type', 'application/x-www-form-urlencoded']
      const sent = { method: 'POST', path, headers: form, body: 'username=a&password=b' }
      await expectRefusal(gate, sent, 400, 'page', 'target_ambiguous')
    },
  )

  it.each(['/./login', '/x/../login', '/\\login', '/login%2f', '/login%00', '/login%c0%af'])(
    'is refused where it is only a page, but one that no browser asks for: %s',
    async (path) => {
      await expectRefusal(
        gate,
        { path },
        400,
        path.startsWith('/login%') ? 'problem' : 'page',
        'target_ambiguous',
      )
    },
  )

  it.each(['/%6Cogin', '//login', '/login;x=1', '/login/'])(
    "is the bank's to answer where it is only a page: %s",
    async (path) => {
      const reply = await send(gate, { path, from: somebody() })
      expect([200, 404]).toContain(reply.status)
      expect(reply.header('portcullis-reference')).toBe('')
    },
  )

  it('hides no guarded path: however it is spelt, the account needs its token', async () => {
    for (const path of [`${API.toUpperCase()}/accounts`, `${API}/accounts/`, `${API}/ACCOUNTS`]) {
      const reply = await send(gate, { path, from: somebody() })
      expect({ path, status: reply.status }).toEqual({ path, status: 401 })
    }
  })
})

describe.concurrent('what the gate does not do', () => {
  const upgrade = ['Connection', 'Upgrade', 'Upgrade', 'websocket', 'Sec-WebSocket-Version', '13']

  it.each<[string, Speech]>([
    ['/login', 'page'],
    ['/mobile/v1/accounts', 'problem'],
    [`${API}/accounts`, 'obie'],
    ['/psd2/v1/accounts', 'berlinGroup'],
  ])('is to switch to a WebSocket, on %s', async (path, speech) => {
    await expectRefusal(gate, { path, headers: upgrade }, 501, speech, 'upgrade_refused')
  })

  it.each<[string, string, Speech]>([
    ['PUT', '/login', 'page'],
    ['PATCH', '/mobile/v1/login', 'problem'],
    // Listed by `/mobile/v1/*`, which looks for no secrets.
    ['PUT', '/mobile/v1/login', 'problem'],
    ['DELETE', '/api/cards/top-up', 'page'],
  ])('is to let %s %s past its guards', async (method, path, speech) => {
    const form = ['Content-Type', 'application/x-www-form-urlencoded']
    const sent = { method, path, headers: form, body: 'username=a&password=b' }
    await expectRefusal(gate, sent, 405, speech, 'method_refused')
  })

  it("is to answer a preflight, which is the bank's", async () => {
    const headers = ['Origin', 'https://app.bank.example', 'Access-Control-Request-Method', 'POST']
    const reply = await send(gate, { method: 'OPTIONS', path: '/api/login', headers, from: somebody() })
    expect(reply.header('portcullis-reference')).toBe('')
  })

  it('is to pass on a GET with a body, which no Worker can', async () => {
    const reply = await send(gate, { path: '/demo/echo', body: 'hello', from: somebody() })
    expectSpeech(reply, 400, 'problem')
  })
})

describe('after all this', () => {
  it('the gate serves, and has complained of nothing', async () => {
    expect((await send(gate, { path: '/login', from: somebody() })).status).toBe(200)
    expect(complaints(gate)).toEqual([])
  })
})
