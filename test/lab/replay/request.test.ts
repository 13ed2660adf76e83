// A logged request as the gate is given it: one field that is wrong costs that field, and what is no request is told.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { newClients } from '../../../lab/replay/clients.ts'
import { play } from '../../../lab/replay/play.ts'
import { report, tell } from '../../../lab/replay/report.ts'
import { requestOf } from '../../../lab/replay/request.ts'

const scratch = mkdtempSync(join(tmpdir(), 'portcullis-requests-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const GET = {
  at: Date.UTC(2026, 10, 21),
  address: '192.0.2.7',
  host: '',
  method: 'GET',
  target: '/',
  status: 200,
}

describe('a logged request', () => {
  it.each(['bad name', 'x:y', 'naïve', 'a\nb', ''])('goes without a header called %j', (name) => {
    const told = requestOf({ ...GET, headers: { [name]: '1', 'accept-language': 'de' } })
    expect(told?.leftOut).toBe(1)
    expect([...(told?.headers ?? [])]).toEqual(['accept-language'])
    expect(told?.request.headers.get('accept-language')).toBe('de')
  })

  it.each([
    ['a:99999', 'log.invalid'],
    ['256.256.256.256', 'log.invalid'],
    ['shop.example:8443', 'shop.example:8443'],
    ['a b', 'log.invalid'],
  ])('to the host %j is one to %s', (host, expected) => {
    expect(new URL(requestOf({ ...GET, host })?.request.url ?? '').host).toBe(expected)
  })

  it.each(['CONNECT', 'TRACE', 'a b', ''])('with the method %j is none', (method) => {
    expect(requestOf({ ...GET, method })).toBeUndefined()
  })
})

describe('what the summary tells', { timeout: 60_000 }, () => {
  it('of lines that nobody judged, and of headers that were left out', async () => {
    const record = (change: object) =>
      JSON.stringify({
        ...{ ClientRequestMethod: 'GET', ClientRequestURI: '/', ClientIP: '192.0.2.7' },
        ...{ EdgeStartTimestamp: 1_795_253_401, EdgeResponseStatus: 200, ...change },
      })
    const log = join(scratch, 'odd.ndjson')
    const lines = [
      record({ RequestHeaders: { 'bad name': 'x' } }),
      record({ ClientRequestHost: 'a:99999', ClientIP: '192.0.2.8' }),
      record({ ClientRequestMethod: 'CONNECT', ClientIP: '192.0.2.9' }),
      'rubbish',
    ]
    writeFileSync(log, lines.join('\n'))
    const clients = newClients({ scratch })
    const played = await play({ files: [log], format: undefined, proposed: undefined }, clients)
    if (!played.ok) throw new Error(played.reason)
    const verdicts: string[] = []
    const summary = report(clients, false, (line) => verdicts.push(JSON.parse(line).verdict))
    clients.close()
    expect(verdicts).toEqual(['allow', 'allow', null])
    const said = tell(played.value, summary, false, 0)
    expect(said).toContain('4 lines, 1 of them no requests')
    expect(said).toContain('1 of them no gate ever sees')
    expect(said).toContain('1 headers have names')
  })
})
