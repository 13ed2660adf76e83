import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import type { Command, Finding } from '../../src/inventory/risk/finding-types.ts'
import type { FindingQuery } from '../../src/inventory/risk/listing.ts'
import { unavailable, valid } from '../../src/lib/fact.ts'
import { fail, pass } from '../../src/lib/outcome.ts'
import { type FindingsDesk, findingsConsole } from '../../src/operator/findings.ts'

const AT = Date.UTC(2026, 10, 21, 12)
const FINDING: Finding = {
  id: 'AAAAAAAAAAAAAAAAAAAAAA',
  check: 'hidden_input',
  title: 'The bank accepts parameters that its specification does not have',
  owasp: ['API8'],
  about: 'traffic',
  ending: 'silence_in_use',
  remediation: 'Find out what it does.',
  policies: ['API-07'],
  severity: 'high',
  exposure: 'financial',
  likelihood: 'likely',
  operation: 'GET /accounts',
  pointer: 'query <script>alert(1)</script>',
  api: 'accounts',
  owner: 'accounts-team',
  tags: ['Accounts'],
  specification: 'accounts.yaml#/paths/~1accounts/get/parameters',
  evidence: [{ what: 'AS64496', count: 3 }],
  state: 'open',
  count: 3,
  firstSeenAt: AT,
  lastSeenAt: AT,
  acceptance: undefined,
  fixed: undefined,
  reopened: 0,
  mark: { count: 3, requests: 0, at: AT, seenAt: AT },
}
const STANDING = {
  at: AT,
  blind: [{ check: 'url_target', lacks: ['url_target_refused'] as const, wholly: true }],
  problems: [],
  scores: [],
  targets: [],
}

function desk(changes: Partial<FindingsDesk['findings']> = {}) {
  const asked: { queries: FindingQuery[]; commands: Command[] } = { queries: [], commands: [] }
  const findings: FindingsDesk['findings'] = {
    async list(query) {
      asked.queries.push(query)
      return valid({ total: 1, findings: [FINDING] })
    },
    find: async (id) =>
      valid(
        id === FINDING.id
          ? {
              finding: FINDING,
              history: [
                { finding: id, sequence: 1, at: AT, kind: 'raised', by: 'gate', why: 'hidden_input' },
              ],
            }
          : undefined,
      ),
    async command(_id, command) {
      asked.commands.push(command)
      return valid(command.by === '' ? fail('name_unsuitable') : pass({ ...FINDING, state: 'accepted' }))
    },
    standing: async () => valid(STANDING),
    scores: async () => valid([{ day: 20_778, scores: [] }]),
    ...changes,
  }
  const app = new Hono().route(
    '/_portcullis',
    findingsConsole(() => ({ findings, sarif: () => '{"version":"2.1.0"}', csv: () => 'id\r\n' })),
  )
  return { asked, ask: (path: string, init?: RequestInit) => app.request(`/_portcullis${path}`, init) }
}

function post(body: string, type = 'application/json'): RequestInit {
  return { method: 'POST', body, headers: { 'content-type': type, 'content-length': String(body.length) } }
}

const FORM = 'application/x-www-form-urlencoded'

describe('findings on the console', () => {
  it('are listed with what could not be seen, and nothing in them is markup', async () => {
    const page = await (await desk().ask('/findings')).text()
    expect(page).toContain('query &lt;script&gt;')
    expect(page).not.toContain('<script>')
    expect(page).toContain('url_target lacks url_target_refused')
  })

  it('are explained one by one, with what became of them', async () => {
    const answer = await desk().ask(`/findings/${FINDING.id}`)
    const page = await answer.text()
    expect(answer.status).toBe(200)
    expect(page).toContain('Find out what it does.')
    expect(page).toContain('<strong>raised</strong> by gate: hidden_input')
    expect(page).not.toContain('<script>')
    expect((await desk().ask('/findings/nothing')).status).toBe(404)
  })

  it('say why a decision was not taken, in words of ours and no others', async () => {
    const refused = await (await desk().ask(`/findings/${FINDING.id}?refused=expiry_past`)).text()
    expect(refused).toContain('Nothing was changed: expiry_past.')
    const forged = await (await desk().ask(`/findings/${FINDING.id}?refused=Call+us+at+once`)).text()
    expect(forged).not.toContain('Nothing was changed')
  })

  it('are filtered as asked', async () => {
    const { asked, ask } = desk()
    await ask(
      '/api/findings?state=open&state=accepted&at-least=high&api=accounts&check=hidden_input&limit=5&offset=10',
    )
    await ask('/api/findings?state=nonsense&at-least=nonsense&limit=99999')
    expect(asked.queries).toEqual([
      {
        states: ['open', 'accepted'],
        atLeast: 'high',
        api: 'accounts',
        check: 'hidden_input',
        limit: 5,
        offset: 10,
      },
      { states: ['open'], atLeast: 'low', api: undefined, check: undefined, limit: 1_000, offset: 0 },
    ])
  })

  it('are exported for other tools', async () => {
    const sarif = await desk().ask('/api/findings.sarif')
    expect(sarif.headers.get('content-type')).toBe('application/sarif+json')
    const csv = await desk().ask('/api/findings.csv')
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="findings.csv"')
    expect(await (await desk().ask('/api/scores?days=7')).json()).toEqual({
      days: [{ day: 20_778, scores: [] }],
    })
  })
})

describe('a decision about a finding', () => {
  it('is taken from a form until the end of the day that it names', async () => {
    const { asked, ask } = desk()
    const body = 'kind=accept&by=Ada+Example&why=until+the+migration&until=2026-12-01'
    const answer = await ask(`/findings/${FINDING.id}`, post(body, FORM))
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe(`/_portcullis/findings/${FINDING.id}`)
    const until = Date.UTC(2026, 11, 1, 23, 59, 59)
    expect(asked.commands).toEqual([{ kind: 'accept', by: 'Ada Example', why: 'until the migration', until }])
  })

  it('is taken from a program', async () => {
    const { asked, ask } = desk()
    const command = { kind: 'fix', by: 'Ada Example', why: 'released' }
    const answer = await ask(`/api/findings/${FINDING.id}`, post(JSON.stringify(command)))
    expect(answer.status).toBe(200)
    expect(asked.commands).toEqual([command])
  })

  it.each<[number, string, RequestInit]>([
    [400, 'no JSON', post('{')],
    [400, 'no command', post('{"kind":"delete","by":"Ada","why":"x"}')],
    [400, 'null', post('null')],
    [422, 'nobody’s name', post('{"kind":"fix","by":"","why":"x"}')],
    [413, 'more than a command has', post('x'.repeat(8_193))],
    [413, 'a body that does not say how long it is', { method: 'POST', body: '{}' }],
  ])('%i: %s', async (status, _what, init) => {
    const answer = await desk().ask(`/api/findings/${FINDING.id}`, init)
    expect(answer.status).toBe(status)
  })

  it('that is refused comes back to its page with the reason', async () => {
    const answer = await desk().ask(`/findings/${FINDING.id}`, post('kind=fix&by=&why=x', FORM))
    expect(answer.headers.get('location')).toBe(`/_portcullis/findings/${FINDING.id}?refused=name_unsuitable`)
  })
})

it.each(['/findings', '/api/findings', '/api/findings.csv', '/api/findings/x', '/findings/x'])(
  '%s says 503 while findings cannot be read',
  async (path) => {
    const gone = async () => unavailable('findings_timeout' as const)
    const answer = await desk({ list: gone, find: gone, standing: gone }).ask(path)
    expect(answer.status).toBe(503)
  },
)
