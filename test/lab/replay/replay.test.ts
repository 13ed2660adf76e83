// `npm run replay`: logs that say little, and what is told of them.
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newClients } from '../../../lab/replay/clients.ts'
import { parseOptions, USAGE } from '../../../lab/replay/options.ts'
import { play } from '../../../lab/replay/play.ts'
import { readPolicy } from '../../../lab/replay/policy.ts'
import { report } from '../../../lab/replay/report.ts'
import { combinedLog, ranked, type Visitor, visitors } from './logs.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const scratch = mkdtempSync(join(tmpdir(), 'portcullis-replayed-'))
afterAll(() => rmSync(scratch, { recursive: true }))

interface Line {
  readonly client: { readonly address: string; readonly agent: string | null }
  readonly requests: number
  readonly score: Readonly<Record<string, number>>
  readonly abuse: number
  readonly verdict: string | null
  readonly at_request: number | null
  readonly proposed?: { readonly verdict: string }
  readonly change?: string
}

function file(name: string, content: string): string {
  const path = join(scratch, name)
  writeFileSync(path, content)
  return path
}

function run(
  ...argv: readonly string[]
): Promise<{ readonly code: number | string; readonly out: string; readonly err: string }> {
  return new Promise((done) => {
    const options = { cwd: ROOT, maxBuffer: 1e8 }
    execFile(process.execPath, ['lab/replay.ts', ...argv], options, (error, out, err) =>
      done({ code: error?.code ?? 0, out, err }),
    )
  })
}

function linesIn(out: string): readonly Line[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
}

const everybody = visitors('test', 6)
const INTENTS = 8

describe('npm run replay', { timeout: 300_000 }, () => {
  let lines: readonly Line[] = []
  let err = ''
  beforeAll(async () => {
    const done = await run(file('blind.log', combinedLog(everybody, false)))
    expect(done.code).toBe(0)
    lines = linesIn(done.out)
    err = done.err
  }, 300_000)

  function abuseOf(which: (visitor: Visitor) => boolean): readonly number[] {
    const by = new Map(lines.map((line) => [line.client.address, line.abuse]))
    return everybody.filter(which).map(({ address }) => by.get(address) ?? Number.NaN)
  }

  it('writes a line for each client and nothing else', () => {
    expect(lines).toHaveLength(new Set(everybody.map(({ address }) => address)).size)
    for (const line of lines) {
      expect(line.client.agent).toBe('-')
      expect(Object.keys(line.score)).toHaveLength(INTENTS)
      expect(line.abuse).toBeGreaterThanOrEqual(0)
      expect(line.abuse).toBeLessThanOrEqual(1)
      expect(['allow', 'flag', 'throttle', 'challenge', 'deny']).toContain(line.verdict)
      expect(line.at_request).toBeGreaterThanOrEqual(1)
      expect(line.at_request).toBeLessThanOrEqual(line.requests)
    }
    expect(lines.reduce((sum, { requests }) => sum + requests, 0)).toBe(
      everybody.reduce((sum, { lines: own }) => sum + own.length, 0),
    )
    expect(err).toContain('0 of them no requests')
  })

  it('ranks programs above people though nobody says what it is', () => {
    expect(
      ranked(
        abuseOf(({ bot }) => !bot),
        abuseOf(({ bot }) => bot),
      ),
    ).toBeGreaterThan(0.94)
  })

  it.each(['crawler', 'scraper', 'walker', 'scanner', 'stuffer', 'monitor', 'slow'])(
    'ranks a %s above nearly all people',
    (kind) => {
      expect(
        ranked(
          abuseOf(({ bot }) => !bot),
          abuseOf((one) => one.kind === kind),
        ),
      ).toBeGreaterThan(0.97)
    },
  )

  it('does not take an office for a program', () => {
    expect(
      ranked(
        abuseOf(({ kind }) => kind === 'office'),
        abuseOf(({ bot }) => bot),
      ),
    ).toBeGreaterThan(0.97)
  })
})

const SHORT = combinedLog(visitors('short', 2), true)

describe('npm run replay, told more or less', { timeout: 300_000 }, () => {
  it('says who would newly be stopped under another policy, and who no longer', async () => {
    const strict = file(
      'strict.json',
      JSON.stringify({
        POLICY: { thresholds: { flag: 0.0001, challenge: 0.0001, throttle: 0.0001, deny: 0.0001 } },
      }),
    )
    const { code, out, err } = await run(file('short.log', SHORT), '--policy', strict)
    expect(code).toBe(0)
    const lines = linesIn(out)
    const changed = lines.filter(({ change }) => change === 'newly_stopped')
    expect(changed.length).toBeGreaterThan(0)
    const stops = (verdict: string | null | undefined) =>
      ['throttle', 'challenge', 'deny'].includes(verdict ?? '')
    expect(changed.every(({ verdict, proposed }) => !stops(verdict) && stops(proposed?.verdict))).toBe(true)
    expect(err).toContain(`${changed.length} would newly be stopped`)
    expect(err).toContain('0 would no longer be stopped')
  })

  it('reads Logpush, with names for addresses and fields left out', async () => {
    const record = (change: object) =>
      JSON.stringify({
        ClientRequestMethod: 'GET',
        ClientRequestURI: '/',
        EdgeStartTimestamp: 1_795_253_401,
        ...change,
      })
    const log = [
      record({ ClientIP: '2001:db8::9', ClientRequestUserAgent: 'curl/8.5.0', EdgeResponseStatus: 200 }),
      record({ ClientIP: 'anonymous-1', EdgeResponseStatus: 404 }),
      record({ ClientRequestMethod: 'CONNECT', ClientIP: '192.0.2.1' }),
      // Another format than the one that is forced: nobody's.
      SHORT.split('\n', 1)[0],
    ].join('\n')
    const { code, out, err } = await run(file('push.ndjson', log), '--format', 'cloudflare-logpush', '--json')
    expect([code, err]).toEqual([0, ''])
    const lines = linesIn(out)
    expect(lines.map(({ client }) => client)).toEqual([
      { address: '2001:db8::9', agent: 'curl/8.5.0' },
      { address: 'anonymous-1', agent: null },
      { address: '192.0.2.1', agent: null },
    ])
    // No Worker ever sees a CONNECT.
    expect(lines[2]).toMatchObject({ verdict: null, at_request: null, requests: 1 })
  })

  it('spares a third party that the journal says had proven itself', async () => {
    const entry = (at: number, organisation: string) => ({
      ...{
        type: 'decision',
        reference: `r${at}`,
        at: 1_795_253_401_000 + 200 * at,
        route: 'obie-aisp',
        method: 'GET',
      },
      ...{ pattern: '/open-banking/v4.0/aisp/*', channel: 'tpp', prefix: '192.0.2.0/24', family: 'unknown' },
      ...{
        fingerprint: organisation,
        organisation,
        proof: { certificate: organisation === '' ? 'absent' : 'valid' },
      },
      ...{ upstream: 'forwarded', originStatus: 200 },
    })
    const log = Array.from({ length: 400 }, (_, at) => entry(at, at % 2 === 0 ? 'PSDGB-LAB-1' : ''))
    const { out } = await run(file('journal.json', JSON.stringify({ decisions: log })))
    const [proven, other] = linesIn(out)
    expect(proven?.client).toEqual({ address: '192.0.2.0', agent: 'unknown PSDGB-LAB-1' })
    expect(proven?.abuse).toBeLessThan(other?.abuse ?? 0)
    expect(['allow', 'flag']).toContain(proven?.verdict)
  })

  it('says that there is no such file', async () => {
    const { code, err } = await run(join(scratch, 'nowhere.log'))
    expect(code).toBe(2)
    expect(err).toContain('Cannot read')
  })
})

describe('what it is told wrongly', () => {
  it('is answered with the one kind of packing that is read', () => {
    expect(USAGE).toContain('gzip, and no other packing, is unpacked')
  })

  it.each([
    [[], 'name a FILE'],
    [['a.log', '--format', 'xml'], 'xml is none of'],
    [['a.log', '--nonsense'], 'nonsense'],
  ])('%j', (argv, message) => {
    expect(parseOptions(argv)).toMatchObject({ ok: false, reason: expect.stringContaining(message) })
  })

  it.each([
    ['combined', 'combined'],
    ['cloudflare-logpush', 'logpush'],
    ['logpush', 'logpush'],
    ['journal', 'journal'],
  ])('and --format %s is %s', (named, format) => {
    expect(parseOptions(['a.log', '--format', named])).toMatchObject({ ok: true, value: { format } })
  })

  it.each([
    ['text', 'no policy', 'Cannot read'],
    ['a rule that there is not', { rules: { no_such_rule: { posture: 'off' } } }, 'no_such_rule'],
    ['a threshold above 1', { POLICY: { thresholds: { deny: 2 } } }, 'deny'],
  ])('a policy with %s', (_what, policy, message) => {
    const path = file('policy.json', typeof policy === 'string' ? policy : JSON.stringify(policy))
    expect(readPolicy(path)).toMatchObject({ ok: false, reason: expect.stringContaining(message) })
  })
})

describe('a log with more clients than memory holds', { timeout: 300_000 }, () => {
  it('gives every client its line, nearly as if all had stayed, and leaves nothing on the disk', async () => {
    const path = file('many.log', combinedLog(visitors('many', 1), true))
    const told = async (most: number) => {
      const clients = newClients({ scratch, most })
      await play({ files: [path], format: undefined, proposed: undefined }, clients)
      const lines: string[] = []
      report(clients, false, (line) => lines.push(line))
      clients.close()
      const read = linesIn(lines.join(''))
      return { spilled: clients.spilled, by: new Map(read.map((line) => [line.client.address, line])) }
    }
    const [small, large] = [await told(5), await told(9_999)]
    expect(small.spilled).toBeGreaterThan(9)
    expect(large.spilled).toBe(0)
    expect([...small.by.keys()].sort()).toEqual([...large.by.keys()].sort())
    for (const [address, line] of large.by) {
      const other = small.by.get(address)
      expect([other?.requests, other?.verdict, other?.at_request]).toEqual([
        line.requests,
        line.verdict,
        line.at_request,
      ])
      expect(Math.abs((other?.abuse ?? 9) - line.abuse)).toBeLessThan(0.15)
    }
    expect(readdirSync(scratch).filter((name) => name.startsWith('portcullis-replay-'))).toEqual([])
  })
})
