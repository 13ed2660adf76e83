// `npm run inventory`: what an operator is told of logs in every format, and that what it exports is what it says it is.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, describe, expect, it } from 'vitest'
import { readLine } from '../../lab/inventory/lines.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const scratch = mkdtempSync(join(tmpdir(), 'portcullis-inventory-'))
afterAll(() => rmSync(scratch, { recursive: true }))

function file(name: string, content: string | Uint8Array): string {
  const path = join(scratch, name)
  writeFileSync(path, content)
  return path
}

function run(
  ...argv: readonly string[]
): Promise<{ readonly code: number | string; readonly out: string; readonly err: string }> {
  return new Promise((done) => {
    execFile(process.execPath, ['lab/inventory.ts', ...argv], { cwd: ROOT }, (error, out, err) =>
      done({ code: error?.code ?? 0, out, err }),
    )
  })
}

const COMBINED =
  '192.0.2.7 - - [21/Nov/2026:09:30:01 +0100] "GET /v1/accounts/22289?page=2 HTTP/1.1" 200 512 "-" "okhttp/4"'
const LOGPUSH = {
  ClientIP: '2001:db8::7',
  ClientASN: 64_496,
  ClientRequestHost: 'API.bank.example',
  ClientRequestMethod: 'POST',
  ClientRequestURI: '/v1/payments',
  ClientRequestBytes: 900,
  ClientSSLProtocol: 'TLSv1.3',
  ClientSSLCipher: 'AEAD-AES128-GCM-SHA256',
  EdgeStartTimestamp: '2026-11-21T09:30:01Z',
  EdgeResponseStatus: 201,
  EdgeResponseBytes: 700,
  EdgeResponseContentType: 'application/json; charset=utf-8',
  OriginResponseStatus: 201,
  OriginResponseDurationMs: 42,
}
const JOURNAL = {
  ...{ type: 'decision', reference: 'r1', at: Date.UTC(2026, 10, 21, 9, 30), route: 'obie', method: 'GET' },
  ...{
    pattern: '/open-banking/v4.0/aisp/*',
    channel: 'tpp',
    prefix: '192.0.2.0/24',
    asn: 64_496,
    originMs: 7,
  },
  ...{ organisation: 'PSDGB-LAB-1', proof: { certificate: 'valid', token: 'valid', signature: 'absent' } },
  ...{ upstream: 'forwarded', originStatus: 200 },
}

describe('one line of a log', () => {
  it('of Apache or nginx is a request with its caller cut to a prefix', () => {
    const [read] = readLine(COMBINED)
    expect(read?.format).toBe('combined')
    expect(read?.seen.exchange).toMatchObject({
      at: Date.UTC(2026, 10, 21, 8, 30, 1),
      ...{ method: 'GET', path: '/v1/accounts/22289', query: 'page=2', host: '' },
      caller: { session: '192.0.2.0/24', proven: false, channel: 'direct' },
    })
    expect(read?.seen.answer).toMatchObject({ status: 200, responseBytes: 512 })
    expect(JSON.stringify(read)).not.toContain('192.0.2.7')
  })

  const VARIANTS: readonly (readonly [string, string, object])[] = [
    [
      'a virtual host in front',
      `api.bank.example:443 ${COMBINED}`,
      { exchange: { host: 'api.bank.example' } },
    ],
    ['the time it took behind', `${COMBINED} 0.125`, { answer: { latencyMs: 125 } }],
    ['no referrer and no agent', COMBINED.replace(/ "-" .*/, ''), { answer: { status: 200 } }],
    ['a user', COMBINED.replace('- - [', '- alice ['), { exchange: { authentication: ['basic'] } }],
    [
      'an absolute target',
      COMBINED.replace('/v1', 'http://api.bank.example/v1'),
      { exchange: { path: '/v1/accounts/22289' } },
    ],
    [
      'an IPv6 address',
      COMBINED.replace('192.0.2.7', '2001:db8::7'),
      { exchange: { caller: { prefix: '2001:db8::/48' } } },
    ],
    [
      'two readings of one path',
      COMBINED.replace('/v1/accounts', '/v1//x/../%61ccounts'),
      { exchange: { path: '/v1/accounts/22289' } },
    ],
  ]
  it.each(VARIANTS)('of Apache or nginx with %s', (_what, line, expected) => {
    expect(readLine(line)[0]?.seen).toMatchObject(expected)
  })

  it('of Cloudflare has what was selected', () => {
    const [read] = readLine(JSON.stringify(LOGPUSH))
    expect(read?.format).toBe('logpush')
    expect(read?.seen).toMatchObject({
      exchange: {
        ...{
          at: Date.UTC(2026, 10, 21, 9, 30, 1),
          host: 'api.bank.example',
          path: '/v1/payments',
          requestBytes: 900,
        },
        ...{ tls: 'TLSv1.3 AEAD-AES128-GCM-SHA256', caller: { asn: 64_496, prefix: '2001:db8::/48' } },
      },
      answer: { status: 201, mediaType: 'application/json', latencyMs: 42, responseBytes: 700 },
    })
  })

  it.each([
    ['seconds', 1_795_253_401],
    ['milliseconds', 1_795_253_401_000],
    ['nanoseconds', 1_795_253_401_000_000_000],
    ['text', '2026-11-21T09:30:01Z'],
  ])('of Cloudflare may have its time in %s', (_unit, EdgeStartTimestamp) => {
    const [read] = readLine(JSON.stringify({ ...LOGPUSH, EdgeStartTimestamp }))
    expect(read?.seen.exchange.at).toBe(Date.UTC(2026, 10, 21, 9, 30, 1))
  })

  it('of the gate itself names proven third parties, alone or in an export', () => {
    for (const line of [JSON.stringify(JOURNAL), JSON.stringify({ decisions: [JOURNAL] })]) {
      const [read] = readLine(line)
      expect(read?.format).toBe('journal')
      expect(read?.seen.exchange).toMatchObject({
        path: '/open-banking/v4.0/aisp/*',
        caller: { session: 'tpp:PSDGB-LAB-1', proven: true, channel: 'tpp' },
        authentication: ['client_certificate', 'bearer'],
      })
    }
  })

  it.each([
    '',
    'hello',
    '{"a":1}',
    '[1]',
    '{',
    '\u0016\u0003\u0001',
    `${'x'.repeat(5_000)} - - [`,
    '192.0.2.7 - - [x] "-" 400 0',
  ])('that is no request is none: %j', (line) => {
    expect(readLine(line)).toEqual([])
  })
})

/** Traffic of an invented bank: published, undocumented, deprecated, with a hidden parameter and a card in a query. */
function log(): string {
  const lines: string[] = []
  const ask = (at: number, path: string, status = 200) => {
    const minute = String(Math.floor(at / 60) % 60).padStart(2, '0')
    const second = String(at % 60).padStart(2, '0')
    const time = `21/Nov/2026:${String(9 + Math.floor(at / 3_600)).padStart(2, '0')}:${minute}:${second} +0000`
    lines.push(`10.${at % 5}.${at % 40}.9 - - [${time}] "GET ${path} HTTP/1.1" ${status} 400 "-" "-"`)
  }
  for (let at = 0; at < 2_000; at++) {
    ask(at, `/v1/accounts/${at}?debug=1`)
    if (at % 10 === 0) ask(at, `/v1/internal/export/${at}`)
    if (at % 10 === 1) ask(at, '/v1/old?card=4111111111111111')
    if (at % 10 === 2) ask(at, `/${at.toString(36)}z`, 404)
    if (at % 100 === 3) lines.push('rubbish')
  }
  return `${lines.join('\n')}\n`
}

const SPECIFICATION = `openapi: 3.1.0
info: { title: Bank, version: '1.0' }
paths:
  /v1/accounts/{AccountId}:
    get:
      parameters: [{ name: AccountId, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: it } }
  /v1/old: { get: { deprecated: true, responses: { '200': { description: it } } } }
  /v1/unused: { get: { responses: { '200': { description: it } } } }
`

describe('npm run inventory', () => {
  const bank = file('bank.yaml', SPECIFICATION)
  const plain = file('access.log', log())
  const packed = file('access.log.gz', gzipSync(log()))

  it('tells what there is, against what was published, from a packed log too', {
    timeout: 60_000,
  }, async () => {
    for (const path of [plain, packed]) {
      const { code, out } = await run('--from', path, '--specs', bank)
      expect(code).toBe(0)
      expect(out).toMatch(/shadow +GET +\/v1\/internal\/export\/\{id\} +19\d|200/)
      expect(out).toMatch(/zombie +GET +\/v1\/old/)
      expect(out).toMatch(/published +GET +\/v1\/accounts\/\{AccountId\} .*query debug/)
      expect(out).toContain('20 of them no requests')
      expect(out).toContain('200 requests for what does not exist')
      expect(out).not.toContain('4111')
    }
  })

  it('writes everything as JSON, with the shards that npm run findings reads', {
    timeout: 60_000,
  }, async () => {
    const { code, out } = await run('--from', plain, '--specs', bank, '--json')
    const report = JSON.parse(out)
    expect(code).toBe(0)
    expect(report.first).toBe('2026-11-21T09:00:00.000Z')
    expect(
      report.operations.map((one: { key: string; status: string }) => `${one.status} ${one.key}`).sort(),
    ).toEqual([
      'published GET /v1/accounts/{AccountId}',
      'published GET /v1/unused',
      'shadow GET /v1/internal/export/{id}',
      'zombie GET /v1/old',
    ])
    const old = report.operations.find((one: { key: string }) => one.key === 'GET /v1/old')
    expect(old.data).toEqual(['pan query card unexpected'])
    expect(report.snapshots[0].entries).toHaveLength(3)
    expect(out).not.toContain('4111')
  })

  it('writes an OpenAPI document that a real validator accepts', { timeout: 60_000 }, async () => {
    const { out } = await run('--from', plain, '--specs', bank, '--format', 'openapi')
    const document = JSON.parse(out)
    const validated = await new Validator().validate(document)
    expect(validated.errors).toBeUndefined()
    expect(validated.valid).toBe(true)
    expect(Object.keys(document.paths).sort()).toEqual([
      '/v1/accounts/{AccountId}',
      '/v1/internal/export/{id}',
      '/v1/old',
    ])
    expect(document.paths['/v1/accounts/{AccountId}'].get.parameters).toMatchObject([
      { name: 'AccountId', in: 'path', required: true },
      { name: 'debug', in: 'query', 'x-undeclared': true },
    ])
  })

  it('writes rows and differences', { timeout: 60_000 }, async () => {
    const csv = await run('--from', plain, '--specs', bank, '--format', 'csv')
    expect(csv.out.split('\r\n').filter((line) => line.includes(',shadow,'))).toHaveLength(1)
    const diff = JSON.parse((await run('--from', plain, '--specs', bank, '--format', 'diff')).out)
    const told = diff.differences.map(
      (one: { difference: string; key: string }) => `${one.difference} ${one.key}`,
    )
    expect(told).toEqual([
      'query_unpublished GET /v1/accounts/{AccountId}',
      'operation_unpublished GET /v1/internal/export/{id}',
      'operation_ended_and_served GET /v1/old',
      expect.stringMatching(/^query_unpublished GET \/v1\/old$/),
    ])
  })

  it('names every file that cannot be read, and what is wrong with a damaged one', {
    timeout: 60_000,
  }, async () => {
    const missing = await run('--from', plain, '--from', '/nowhere.log', '--from', '/elsewhere.log')
    expect(missing.code).toBe(2)
    expect(missing.err).toMatch(/Cannot read \/nowhere\.log[\s\S]*Cannot read \/elsewhere\.log/)
    const damaged = file('damaged.log.gz', gzipSync(log()).subarray(0, 200))
    const { code, err } = await run('--from', plain, '--from', damaged)
    expect(code).toBe(2)
    expect(err).toContain(`Cannot read ${damaged}: unexpected end of file`)
  })

  it.each([
    [[], 'name a LOG'],
    [['--from', '/nowhere.log'], 'Cannot read /nowhere.log'],
    [['--from', 'ACCESS', '--format', 'xml'], 'xml is none of'],
    [['--from', 'ACCESS', '--quiet-days', 'x'], '--quiet-days'],
    [['--from', 'EMPTY'], 'Cannot read any request'],
    [['--from', 'ACCESS', '--specs', 'ACCESS'], 'is no OpenAPI document'],
  ])('says what is wrong with %j', { timeout: 60_000 }, async (argv, message) => {
    const names: Readonly<Record<string, string>> = { ACCESS: plain, EMPTY: file('empty.log', '\n') }
    const { code, err } = await run(...argv.map((word) => names[word] ?? word))
    expect(code).toBe(2)
    expect(err).toContain(message)
  })
})
