// Lines as servers and proxies really write them: escaped bytes, lists of addresses, and exports that are no lines at all.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { LoggedRequest } from '../../../lab/logs/logged.ts'
import { readLine } from '../../../lab/logs/read.ts'
import { newClients } from '../../../lab/replay/clients.ts'
import { lookAt } from '../../../lab/replay/look.ts'
import { play } from '../../../lab/replay/play.ts'
import { remedies, report, tell } from '../../../lab/replay/report.ts'
import { requestOf } from '../../../lab/replay/request.ts'
import { newPopularity } from '../../../lab/replay/session/popularity.ts'
import { newSession, note } from '../../../lab/replay/session/session.ts'

const scratch = mkdtempSync(join(tmpdir(), 'portcullis-lines-'))
afterAll(() => rmSync(scratch, { recursive: true }))

function combined(request: string, front = '192.0.2.7 - -', status = '200'): LoggedRequest {
  const [read] = readLine(`${front} [21/Nov/2026:09:00:00 +0000] "${request}" ${status} 5 "-" "Agent/1"`)
  if (read === undefined) throw new Error(`Cannot read ${request} of ${front}`)
  return read.logged
}

function lineOf(address: string, names = ' - -'): string {
  return `${address}${names} [21/Nov/2026:09:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "Agent/1"`
}

/** Each of its verdicts, and what is said of it. */
async function replayed(...lines: readonly string[]) {
  const log = join(scratch, 'log')
  writeFileSync(log, lines.join('\n'))
  const clients = newClients({ scratch })
  const played = await play({ files: [log], format: undefined, proposed: undefined }, clients)
  if (!played.ok) throw new Error(played.reason)
  const verdicts: { readonly client: object; readonly verdict: string; readonly rule: string }[] = []
  const summary = report(clients, false, (line) => verdicts.push(JSON.parse(line)))
  clients.close()
  return {
    verdicts,
    said: tell(played.value, summary, false, 0),
    remedies: remedies(played.value),
    logs: played.value.logs,
  }
}

describe('a target', () => {
  it.each([
    ['of raw UTF-8, as nginx escapes it', '/\\xD0\\xBC\\xD0\\xB8\\xD1\\x80', '/%D0%BC%D0%B8%D1%80'],
    ['of raw UTF-8, as Apache escapes it', '/caf\\xc3\\xa9?q=\\xe2\\x82\\xac', '/caf%C3%A9?q=%E2%82%AC'],
    ['with a quotation mark', '/a?q=\\"x\\"&y=\\x22', '/a?q="x"&y="'],
    ['with a backslash, which is told to be one', '/a\\\\b\\x5Cc', '/a\\b\\c'],
    ['with controls', '/a\\tb\\n\\x00', '/a%09b%0A%00'],
    ['with a space', '/a\\x20b', '/a%20b'],
    ['that its client escaped itself', '/%d0%bc', '/%d0%bc'],
  ])('%s is read as it was sent', (_what, logged, target) => {
    expect(combined(`GET ${logged} HTTP/1.1`).target).toBe(target)
  })

  it('of raw UTF-8 does not look like a backslash to the gate, so that 80 people are not refused', async () => {
    const people = Array.from(
      { length: 80 },
      (_, at) =>
        `192.0.2.${at} - - [21/Nov/2026:09:00:00 +0000] "GET /\\xd0\\xbc\\xd0\\xb8\\xd1\\x80/ HTTP/1.1" 200 5 "-" "Agent/1"`,
    )
    const { verdicts } = await replayed(...people)
    expect(verdicts).toHaveLength(80)
    expect(verdicts.filter(({ rule }) => rule === 'target_ambiguous')).toEqual([])
  })

  it.each(['/a/../b', '/a/./b', '/a/%2e%2e/b', '/../../etc/passwd', '/a\\b', '//a//b', '/a|b{c}?x="'])(
    'reaches the guard as workerd tells it: %s',
    (target) => {
      const request = combined(`GET ${target.replaceAll(/["\\]/g, '\\$&')} HTTP/1.1`)
      expect(requestOf(request)?.request.url).toBe(`https://log.invalid${target}`)
    },
  )

  it.each([
    ['/a b', '/a%20b'],
    ['/café', '/caf%C3%A9'],
  ])('that no request line carries is written as one would: %s', (logged, target) => {
    expect(requestOf({ ...combined('GET / HTTP/1.1'), target: logged })?.request.url).toBe(
      `https://log.invalid${target}`,
    )
  })

  it('that leads out of its folder is refused in a replay as at the gate', async () => {
    const line = (target: string, at: number) =>
      `192.0.2.${at} - - [21/Nov/2026:09:00:00 +0000] "GET ${target} HTTP/1.1" 404 5 "-" "Agent/1"`
    const targets = ['/../../etc/passwd', '/a/../b', '/a/./b', '/a/%2e%2e/b']
    const { verdicts } = await replayed(...targets.map(line))
    expect(verdicts.map(({ verdict, rule }) => [verdict, rule])).toEqual(
      targets.map(() => ['deny', 'target_ambiguous']),
    )
  })
})

describe('a list of addresses, as proxies write X-Forwarded-For,', () => {
  it.each([
    ['is its first public one', '198.51.0.7, 10.0.0.1 - -', '198.51.0.7', ''],
    ['skips private ones that stand before it', '10.1.2.3, 198.51.0.7, 10.0.0.1 - -', '198.51.0.7', ''],
    ['skips what is no address', 'unknown, 198.51.0.7, 10.0.0.1 - -', '198.51.0.7', ''],
    ['is its first one where none is public', '10.1.2.3, 10.0.0.1 - -', '10.1.2.3', ''],
    ['is its first name where none is an address', 'unknown, hidden - -', 'unknown', ''],
    ['may be of IPv6', '2a00:1450::7, 10.0.0.1 - -', '2a00:1450::7', ''],
    ['may have ports', '198.51.0.7:4711, 10.0.0.1:80 - -', '198.51.0.7', ''],
    ['may have no spaces', '198.51.0.7,10.0.0.1 - -', '198.51.0.7', ''],
    ['may be one after a user', '198.51.0.7, 10.0.0.1 - bob 7', '198.51.0.7', ''],
    [
      'may stand behind a virtual host',
      'Shop.example:443 198.51.0.7, 10.0.0.1 - -',
      '198.51.0.7',
      'shop.example:443',
    ],
    ['is none in a user’s name', '203.0.113.1 - bob, 198.51.0.7 b', '203.0.113.1', ''],
    ['is none in a name of ident', '203.0.113.1 fred, bob 7', '203.0.113.1', ''],
  ])('%s', (_what, front, address, host) => {
    const logged = combined('GET / HTTP/1.1', front)
    expect([logged.address, logged.host]).toEqual([address, host])
    expect(logged.authentication).toEqual(front.endsWith(' -') ? [] : ['basic'])
  })
})

describe('an address', () => {
  const SPELT = [
    ['198.51.100.7:5678', '198.51.100.7'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['2001:DB8::7', '2001:db8::7'],
    ['2001:db8:0::7', '2001:db8::7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['999.1.1.1:80', '999.1.1.1:80'],
    ['In24.dialup.example', 'In24.dialup.example'],
  ] as const

  it.each(SPELT)('written as %s is %s to every format', (logged, address) => {
    const record = { ClientRequestMethod: 'GET', ClientRequestURI: '/', EdgeStartTimestamp: 1_795_253_401 }
    const [pushed] = readLine(JSON.stringify({ ...record, ClientIP: logged }))
    expect(pushed?.logged.address).toBe(address)
    expect(combined('GET / HTTP/1.1', `${logged} - -`).address).toBe(address)
  })

  it.each(SPELT.slice(0, 6))('written as %s is told from a virtual host', (logged, address) => {
    const { host, address: read } = combined('GET / HTTP/1.1', `shop.example:443 ${logged} - -`)
    expect([host, read]).toEqual(['shop.example:443', address])
  })

  it('makes one client, with neighbours, of all its ports and spellings', async () => {
    const fronts = ['2001:DB8::7', '2001:db8:0::7', '[2001:db8::7]:443', '[2001:db8::7]:444']
    const { verdicts } = await replayed(...fronts.map((front) => lineOf(front)))
    expect(verdicts.map(({ client }) => client)).toEqual([{ address: '2001:db8::7', agent: 'Agent/1' }])
  })

  it('that is missing makes no client of everybody: the lines are counted, and what to log is said', async () => {
    const fronts = ['- - -', '- - bob', 'shop.example:443 - - -', '192.0.2.7 - -']
    const { verdicts, said, logs } = await replayed(...fronts.map((front) => lineOf(front, '')))
    expect(verdicts.map(({ client }) => client)).toEqual([{ address: '192.0.2.7', agent: 'Agent/1' }])
    expect(logs).toMatchObject([{ lines: 4, unread: 3, formats: { combined: 1 } }])
    expect(said).toContain('3 lines have - for an address')
    expect(said).toContain('log %h (Apache) or $remote_addr (nginx)')
  })
})

describe('a client that went away', () => {
  const misses = (status: string, request = 'GET /a HTTP/1.1') => {
    const session = newSession()
    const logged = combined(request, '192.0.2.7 - -', status)
    note(session, lookAt(logged, '', newPopularity()))
    return [session.missing, session.idle, session.malformed]
  }

  it.each(['408', '444', '460', '499'])(
    'has asked for nothing that is missing, though %s says so',
    (status) => {
      expect(combined('GET /a HTTP/1.1', '192.0.2.7 - -', status).status).toBeUndefined()
      expect(misses(status)).toEqual([0, 0, 0])
    },
  )

  it('is told from one that never said a word, which browsers do', () => {
    expect([misses('404'), misses('408', '-'), misses('400', '-')]).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ])
  })
})

describe('Logpush', () => {
  const record = (change: object) => ({
    ...{ ClientRequestMethod: 'GET', ClientRequestURI: '/' },
    ...{ EdgeStartTimestamp: 1_795_253_401, EdgeResponseStatus: 200, ...change },
  })

  it('without ClientIP is nobody’s requests, and not those of one client; the missing field is named', async () => {
    const lines = [{}, { ClientIP: '192.0.2.7' }, { ClientIP: '' }].map((change) =>
      JSON.stringify(record(change)),
    )
    const { verdicts, said, logs } = await replayed(...lines)
    expect(verdicts.map(({ client }) => client)).toEqual([{ address: '192.0.2.7', agent: null }])
    expect(logs).toMatchObject([{ lines: 3, unread: 2, formats: { logpush: 1 } }])
    expect(said).toContain('3 lines, 2 of them no requests')
    expect(said).toContain('2 records have no ClientIP')
  })

  it.each([2, 2_000])('as a JSON array of %i records is named as what it is', async (records) => {
    const all = Array.from({ length: records }, () => record({ ClientIP: '192.0.2.7' }))
    const { verdicts, remedies: told } = await replayed(JSON.stringify(all))
    expect(verdicts).toEqual([])
    expect(told).toEqual([
      expect.stringContaining(
        "1 lines are JSON arrays; records are read one a line (NDJSON), as jq -c '.[]' makes",
      ),
    ])
  })

  it('with a record in each line of an array is read', async () => {
    const one = JSON.stringify(record({ ClientIP: '192.0.2.7' }))
    const { verdicts, remedies: told } = await replayed('[', `${one},`, one, ']')
    expect([verdicts.length, told]).toEqual([1, []])
  })
})
