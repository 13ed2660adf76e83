// How a request ended is what behaviour is judged by: what a log does not tell of it must not be made up.
import { beforeAll, describe, expect, it } from 'vitest'
import type { LoggedRequest } from '../../../lab/logs/logged.ts'
import { readLine } from '../../../lab/logs/read.ts'
import { type Ended, type ReplayHouse, replayHouse } from '../../../lab/replay/house.ts'
import { requestOf } from '../../../lab/replay/request.ts'
import type { Tally } from '../../../src/evidence.ts'
import { guard } from '../../../src/guard.ts'
import { known } from '../../../src/lib/fact.ts'

const START = Date.UTC(2026, 10, 21, 9)

function only(line: string): LoggedRequest {
  const [read] = readLine(line)
  if (read === undefined) throw new Error(`Cannot read ${line}`)
  return read.logged
}

function combined(status: string, target = '/login'): LoggedRequest {
  return only(
    `192.0.2.7 - - [21/Nov/2026:09:00:00 +0000] "POST ${target} HTTP/1.1" ${status} 5 "-" "Agent/1"`,
  )
}

/** What the client's address is remembered for, once all of them have ended. */
async function remembered(all: readonly LoggedRequest[]): Promise<Tally | undefined> {
  const house = await replayHouse()
  let tally: Tally | undefined
  for (const [second, logged] of [...all, ...all.slice(-1)].entries()) {
    tally = known((await observed(house, logged, START + 1_000 * second)).conduct.keys.address)?.hour
  }
  return tally
}

async function observed(house: ReplayHouse, logged: LoggedRequest, at: number) {
  const told = requestOf(logged)
  if (told === undefined) throw new Error('Cannot play: it is no request')
  house.advance(at)
  house.expect(told, logged)
  await guard(told.request, house)
  return house.taken().evidence
}

describe('what a status tells of five sign-ins', () => {
  const NOTHING = { attempts: 0, successes: 0, failures: 0 }
  it.each<[string, string, object]>([
    [
      '200 is a success where another status tells a failure',
      '200',
      { attempts: 5, successes: 5, failures: 0 },
    ],
    ['401 is the failure that the route names', '401', { attempts: 5, successes: 0, failures: 5 }],
    ['302 is neither where a failure is told by its Location', '302', NOTHING],
    ['303 is neither, too', '303', NOTHING],
    ['503 is the bank’s own trouble', '503', NOTHING],
    ['- is no answer', '-', NOTHING],
    ['000 is no answer', '000', NOTHING],
    ['999 is none that there is', '999', NOTHING],
    ['100 was not the last word', '100', NOTHING],
    ['408 says that the client was too slow, and nobody answered', '408', NOTHING],
    ['444 is nginx closing the connection without a word', '444', NOTHING],
    ['460 is a client that a balancer lost', '460', NOTHING],
    ['499 is a client that went away', '499', NOTHING],
  ])('%s', async (_what, status, counted) => {
    const five = Array.from({ length: 5 }, () => combined(status))
    expect(await remembered(five)).toMatchObject({ requests: 5, ...counted })
  })

  it('takes a redirect for a success on a route that names no Location', async () => {
    expect(await remembered(Array.from({ length: 5 }, () => combined('302', '/api/login')))).toMatchObject({
      successes: 5,
    })
  })
})

describe('the journal', () => {
  const entry = (ended: object) =>
    only(
      JSON.stringify({
        ...{ type: 'decision', reference: 'r1', at: START, method: 'POST', pattern: '/login' },
        ...{ prefix: '192.0.2.0/24', channel: 'browser', upstream: 'forwarded', ...ended },
      }),
    )

  it.each<[string, object, object]>([
    ['failed', { originStatus: 302, outcome: 'failure' }, { failures: 5, successes: 0 }],
    ['succeeded', { originStatus: 302, outcome: 'success' }, { failures: 0, successes: 5 }],
    // What was stopped was tried.
    ['was refused', { originStatus: null, outcome: 'refused' }, { attempts: 5, failures: 0, successes: 0 }],
  ])('saw where a redirect led, and says that a sign-in %s', async (_what, ended, counted) => {
    expect(await remembered(Array.from({ length: 5 }, () => entry(ended)))).toMatchObject(counted)
  })

  it.each(['won', 7, null, 'toString'])('whose outcome is %j tells a status alone', (outcome) => {
    const told: Ended = entry({ originStatus: 401, outcome })
    expect([told.status, told.outcome]).toEqual([401, undefined])
  })
})

describe('what a log does not tell of a client is absent', () => {
  let house: ReplayHouse
  beforeAll(async () => {
    house = await replayHouse()
  })

  const push = (fields: object) =>
    only(
      JSON.stringify({
        ...{ ClientRequestMethod: 'GET', ClientRequestURI: '/', ClientIP: '192.0.2.7' },
        ...{ EdgeStartTimestamp: START / 1_000, ...fields },
      }),
    )
  const CHROME =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/155.0.0.0 Safari/537.36'

  it('a user agent that was not selected is nobody’s claim, and an empty one says that none was sent', async () => {
    const { client: untold } = await observed(house, push({}), START)
    const { client: none } = await observed(house, push({ ClientRequestUserAgent: '' }), START)
    expect([untold.claim.family, none.claim.family]).toEqual(['unknown', 'none'])
    expect(untold.partial?.told.has('user-agent')).toBe(false)
  })

  it('a browser is not held to headers that no log has', async () => {
    const { client } = await observed(house, push({ ClientRequestUserAgent: CHROME }), START)
    expect(client.contradictions).toEqual([])
    expect(client.partial?.unjudged).toContain('accept_encoding_unlike_claim')
    expect(client.partial?.unjudged).not.toContain('user_agent_obsolete')
  })

  it('and it is held to those that its owner had logged', async () => {
    const RequestHeaders = { 'Accept-Encoding': 'identity' }
    const fields = { ClientRequestUserAgent: CHROME, ClientSSLProtocol: 'TLSv1.3', RequestHeaders }
    const { client } = await observed(house, push(fields), START)
    expect(client.contradictions).toContain('accept_encoding_unlike_claim')
    expect(client.partial?.unjudged).not.toContain('accept_encoding_unlike_claim')
  })
})
