// What logs tell, whoever wrote them and whatever was done to them on the way.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import type { LoggedRequest } from '../../lab/logs/logged.ts'
import { readLine, readLog } from '../../lab/logs/read.ts'
import { random } from '../../lab/traffic/random.ts'
import { MAX_ENTRY_BYTES } from '../../src/record/entry.ts'

const scratch = mkdtempSync(join(tmpdir(), 'portcullis-logs-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const LINE =
  '2001:db8::7 - - [21/Nov/2026:09:30:01 +0100] "GET /a?b=1 HTTP/2.0" 200 512 "https://x.example/" "Agent \\"one\\" \\x41"'

function only(line: string): LoggedRequest {
  const [read] = readLine(line)
  if (read === undefined) throw new Error(`Cannot read ${line}`)
  return read.logged
}

async function read(content: string | Uint8Array, name = 'log') {
  const file = join(scratch, name)
  writeFileSync(file, content)
  const seen: LoggedRequest[] = []
  const report = await readLog(file, ({ logged }) => {
    seen.push(logged)
    return true
  })
  return { report, seen }
}

describe('a combined line', () => {
  it('tells its agent as it is written and its header as it was sent', () => {
    expect(only(LINE)).toMatchObject({
      ...{ address: '2001:db8::7', method: 'GET', target: '/a?b=1', protocol: 'HTTP/2.0', status: 200 },
      agent: 'Agent \\"one\\" \\x41',
      headers: { referer: 'https://x.example/', 'user-agent': 'Agent "one" A' },
    })
  })

  it('tells a header that did not come from one that is not told', () => {
    expect(only(LINE.replace(/ "https.*$/, ' "-" "-"')).headers).toEqual({ referer: '', 'user-agent': '' })
    expect(only(LINE.replace(/ "https.*$/, '')).headers).toEqual({})
    expect(only(LINE.replace(/ "https.*$/, '')).agent).toBeUndefined()
  })

  it.each([
    ['a binary', '"\\x16\\x03\\x01"', ''],
    ['nothing', '"-"', ''],
    ['HTTP/0.9', '"GET /"', 'GET'],
    ['spaces in its target', '"GET /a b HTTP/1.1"', 'GET'],
  ])('may have %s for a request', (_what, request, method) => {
    expect(only(LINE.replace(/"GET[^"]*"/, request)).method).toBe(method)
  })

  it('may have a name where an address should be', () => {
    expect(only(LINE.replace('2001:db8::7', 'in24.dialup.example')).address).toBe('in24.dialup.example')
  })

  it.each<[string, string, string, string]>([
    ['nobody’s name', '203.0.113.1 - -', '203.0.113.1', ''],
    ['a name with a space', '203.0.113.1 - bob 7', '203.0.113.1', ''],
    ['a name with several', '203.0.113.1 - 198.51.100.9 - a  b c', '203.0.113.1', ''],
    ['a name that ends in one', '203.0.113.1 - bob ', '203.0.113.1', ''],
    ['an empty name, as Apache writes it', '203.0.113.1 - ""', '203.0.113.1', ''],
    ['an escaped quote in its name', '203.0.113.1 - a\\" [b', '203.0.113.1', ''],
    ['a date in its name', '203.0.113.1 - x [21/Nov/2020:09:30:01 +0100] y', '203.0.113.1', ''],
    ['a name of ident', '203.0.113.1 fred bob 7', '203.0.113.1', ''],
    ['a name for an address', 'in24.dialup.example - bob 7', 'in24.dialup.example', ''],
    ['a virtual host', 'shop.example:443 203.0.113.1 - -', '203.0.113.1', 'shop.example:443'],
    [
      'a virtual host, and a name with spaces',
      'shop.example 2001:db8::7 - a b - c',
      '2001:db8::7',
      'shop.example',
    ],
    [
      'a virtual host, and a name for an address',
      'shop.example in24.example - a b',
      'in24.example',
      'shop.example',
    ],
    ['an address for a virtual host', '192.0.2.80 203.0.113.1 - bob 7', '203.0.113.1', '192.0.2.80'],
  ])('tells its address whatever name the client typed: %s', (_what, front, address, host) => {
    const logged = only(LINE.replace('2001:db8::7 - -', front))
    expect([logged.address, logged.host]).toEqual([address, host])
    expect(logged.at).toBe(Date.UTC(2026, 10, 21, 8, 30, 1))
    expect(logged.authentication).toEqual(front.endsWith(' -') ? [] : ['basic'])
  })

  it('is in its own time zone', () => {
    const at = (zone: string) => only(LINE.replace('+0100', zone)).at
    expect(at('-0330') - at('+0100')).toBe(4.5 * 3_600_000)
  })
})

describe('a line of Logpush', () => {
  const record = {
    ClientRequestMethod: 'GET',
    ClientRequestURI: '/',
    EdgeStartTimestamp: '2026-11-21T09:30:01Z',
  }

  it('tells what was selected and nothing else', () => {
    const bare = only(JSON.stringify(record))
    expect([bare.headers, bare.agent, bare.tls, bare.ja4]).toEqual([{}, undefined, undefined, undefined])
    const full = only(
      JSON.stringify({
        ...record,
        ...{
          ClientRequestUserAgent: '',
          ClientRequestReferer: 'https://x.example/',
          ClientCountry: 'de',
          JA4: 'x',
        },
        RequestHeaders: { 'Accept-Language': 'de' },
      }),
    )
    expect(full.headers).toEqual({ 'accept-language': 'de', 'user-agent': '', referer: 'https://x.example/' })
    expect(full).toMatchObject({ agent: '', country: 'DE', ja4: 'x' })
  })

  it.each([undefined, null, '', 'soon'])('is of the time it ended at where it began at %j', (start) => {
    const ended = { EdgeStartTimestamp: start, EdgeEndTimestamp: '2026-11-21T09:30:02Z' }
    expect(only(JSON.stringify({ ...record, ...ended })).at).toBe(Date.UTC(2026, 10, 21, 9, 30, 2))
    expect(only(JSON.stringify({ ...record, EdgeEndTimestamp: '2026-11-21T09:30:02Z' })).at).toBe(
      Date.UTC(2026, 10, 21, 9, 30, 1),
    )
  })

  it('without a time is none', () => {
    expect(readLine(JSON.stringify({ ...record, EdgeStartTimestamp: 'soon' }))).toEqual([])
  })
})

describe('a format that is forced', () => {
  const both = JSON.stringify({
    ...{ type: 'decision', reference: 'r1', pattern: '/journal', at: Date.UTC(2026, 10, 21) },
    ...{
      ClientRequestMethod: 'GET',
      ClientRequestURI: '/logpush',
      EdgeStartTimestamp: '2026-11-21T00:00:00Z',
    },
  })

  it('is what a line is read as that might be another, too', () => {
    const targets = (...only: Parameters<typeof readLine>[1][]) =>
      only.flatMap((one) => readLine(both, one).map(({ logged }) => logged.target))
    expect(targets(undefined, 'logpush', 'journal')).toEqual(['/logpush', '/logpush', '/journal'])
  })

  it('leaves out lines of the others', async () => {
    const path = join(scratch, 'mixed')
    writeFileSync(path, `${LINE}\n${both}`)
    const formats = async (only: Parameters<typeof readLog>[2]) => {
      const { unread, formats: counts } = await readLog(path, () => true, only)
      return { unread, ...counts }
    }
    expect(await formats(undefined)).toEqual({ unread: 0, combined: 1, logpush: 1, journal: 0 })
    expect(await formats('combined')).toEqual({ unread: 1, combined: 1, logpush: 0, journal: 0 })
    expect(await formats('journal')).toEqual({ unread: 1, combined: 0, logpush: 0, journal: 1 })
  })
})

describe('a file', () => {
  it('may be packed, whatever it is called, and have Windows line ends and no last one', async () => {
    const { report, seen } = await read(gzipSync(`${LINE}\r\n\r\nrubbish\r\n${LINE}`), 'log.txt')
    expect(report).toMatchObject({ lines: 3, unread: 1, broken: undefined })
    expect(seen.map(({ status }) => status)).toEqual([200, 200])
  })

  it('that ends in the middle of packed data gives what came before', async () => {
    const whole = gzipSync(
      Array.from({ length: 20_000 }, (_, at) => LINE.replace('/a', `/${at * 7919}`)).join('\n'),
    )
    const { report, seen } = await read(whole.subarray(0, whole.length / 2))
    expect(report.broken).toBeDefined()
    expect(seen.length).toBeGreaterThan(1_000)
  })

  it('may have a line that is no line: it is counted, and the next one is read', async () => {
    const { report, seen } = await read(`${LINE}\n${'x'.repeat(3_000_000)}\n${LINE}\n${'y'.repeat(900_000)}`)
    expect(report).toMatchObject({ lines: 4, unread: 2, tooLong: 2 })
    expect(seen).toHaveLength(2)
  })

  it('that is not there says so', async () => {
    const report = await readLog(join(scratch, 'nowhere'), () => true)
    expect(report).toMatchObject({ lines: 0, broken: expect.stringContaining('ENOENT') })
  })

  it('of 20,000 damaged lines is read to its end', async () => {
    const stream = random('damage')
    const source = [
      LINE,
      JSON.stringify({
        ClientRequestMethod: 'GET',
        ClientRequestURI: '/',
        EdgeStartTimestamp: 1_795_253_401,
      }),
    ]
    const lines = Array.from({ length: 20_000 }, () => {
      const line = [...stream.pick(source)]
      for (let cut = stream.below(4); cut >= 0; cut--)
        line[stream.below(line.length)] = String.fromCharCode(stream.below(0x2_ff))
      return line
        .slice(stream.below(3), line.length - stream.below(3))
        .join('')
        .replaceAll('\n', ' ')
    })
    const { report } = await read(lines.join('\n'))
    expect(report.lines).toBeGreaterThan(19_900)
    expect(report.broken).toBeUndefined()
  })
})

describe('what the console exported, all in one line,', () => {
  const entry = (at: number, more: object = {}) => ({
    ...{ type: 'decision', reference: `r${at}`, pattern: '/login', method: 'POST', prefix: '192.0.2.0/24' },
    ...{ at: Date.UTC(2026, 10, 21) + 1_000 * at, ...more },
  })
  const exported = (decisions: readonly unknown[]) => JSON.stringify({ decisions })
  const seconds = (reads: readonly { readonly logged: LoggedRequest }[]) =>
    reads.map(({ logged }) => (logged.at - Date.UTC(2026, 10, 21)) / 1_000)

  it('is read in the order in which it happened, whatever its texts hold', () => {
    const texts = [entry(3, { reason: '}],"[{' }), entry(2, { reason: 'a\\"b\\\\' }), {}, 7, 'x', entry(1)]
    expect(seconds(readLine(exported(texts)))).toEqual([1, 2, 3])
    expect(seconds(readLine(JSON.stringify({ decisions: texts }, null, 1)))).toEqual([1, 2, 3])
  })

  it('gives its whole entries where it was cut off', () => {
    expect(seconds(readLine(exported([entry(2), entry(1)]).slice(0, -9)))).toEqual([2])
  })

  it('may be as large as the console can answer, 500 of the largest entries', async () => {
    const largest = entry(1, { padding: 'x'.repeat(MAX_ENTRY_BYTES - JSON.stringify(entry(1)).length - 13) })
    expect(JSON.stringify(largest)).toHaveLength(MAX_ENTRY_BYTES)
    const { report, seen } = await read(exported(Array.from({ length: 500 }, () => largest)))
    expect([report.tooLong, seen.length]).toEqual([0, 500])
  })

  it('is too long when it is longer, and the next line is read', async () => {
    const { report } = await read(`{"decisions":[${'{},'.repeat(5_000_000)}{}]}\n${LINE}`)
    expect(report).toMatchObject({ lines: 2, unread: 1, tooLong: 1, formats: { combined: 1 } })
  })

  it.each([
    ['millions of entries that are none', `{"decisions":[${'{},'.repeat(4_000_000)}{}]}`],
    ['one entry of millions of lists', `{"decisions":[{"type":${'[],'.repeat(4_000_000)}0}]}`],
    [
      'more entries than a journal keeps',
      exported(Array.from({ length: 100_000 }, () => ({ ...entry(1), at: 1_795_253_401_000 }))).slice(
        0,
        12e6,
      ),
    ],
  ])('of %s needs no more memory than its text', { timeout: 60_000 }, async (_what, line) => {
    const file = join(scratch, 'huge.json')
    writeFileSync(file, `${line}\n${LINE}\n`)
    const script = `
      import { readLog } from './lab/logs/read.ts'
      const report = await readLog(process.argv[1], () => true)
      process.stdout.write(JSON.stringify(report.formats))`
    const argv = ['--max-old-space-size=64', '--input-type=module', '-e', script, file]
    const cwd = resolve(import.meta.dirname, '../..')
    const { stdout } = await promisify(execFile)(process.execPath, argv, { cwd })
    expect(JSON.parse(stdout)).toEqual({ combined: 1, logpush: 0, journal: 0 })
  })
})
