// Which files a replay was given, and what is wrong with the last of them: hours of work must not depend on it.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { newClients } from '../../../lab/replay/clients.ts'
import { play } from '../../../lab/replay/play.ts'
import { report, tell } from '../../../lab/replay/report.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const scratch = mkdtempSync(join(tmpdir(), 'portcullis-files-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const line = (address: string) =>
  `${address} - - [21/Nov/2026:09:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "Agent/1"\n`

function file(name: string, content: string | Uint8Array): string {
  const path = join(scratch, name)
  writeFileSync(path, content)
  return path
}

const GOOD = file('good.log', line('192.0.2.7'))
/** gzip by its first bytes (RFC 1952 section 2.3.1), and nothing behind them that is. */
const DAMAGED = file('damaged.log.gz', Buffer.from([0x1f, 0x8b, 0xff, 0xff, ...Buffer.alloc(4_096, 0xaa)]))
const NOWHERE = join(scratch, 'nowhere.log')

async function replayed(...files: readonly string[]) {
  const clients = newClients({ scratch })
  const played = await play({ files, format: undefined, proposed: undefined }, clients)
  const addresses: string[] = []
  const summary = report(clients, false, (text) => addresses.push(JSON.parse(text).client.address))
  clients.close()
  return played.ok
    ? {
        addresses,
        said: tell(played.value, summary, false, 0),
        wholes: played.value.logs.map((log) => log.whole),
      }
    : { addresses, reason: played.reason }
}

function run(...argv: readonly string[]) {
  return new Promise<{ readonly code: number | string; readonly out: string; readonly err: string }>(
    (done) => {
      execFile(process.execPath, ['lab/replay.ts', ...argv], { cwd: ROOT }, (error, out, err) =>
        done({ code: error?.code ?? 0, out, err }),
      )
    },
  )
}

describe('a file that cannot be opened', { timeout: 60_000 }, () => {
  it('is told before the one in front of it is played, and so are the others', async () => {
    const { addresses, reason } = await replayed(GOOD, NOWHERE, scratch)
    expect(addresses).toEqual([])
    expect(reason?.split('\n')).toEqual([
      expect.stringContaining(`Cannot read ${NOWHERE}: ENOENT`),
      `Cannot read ${scratch}: it is a folder`,
    ])
  })

  it('is no reason to wait: the command says so and exits with 2', async () => {
    const { code, out, err } = await run(GOOD, NOWHERE, '--json')
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(`Cannot read ${NOWHERE}`)
  })
})

describe('a packed file that is damaged from its beginning on', { timeout: 60_000 }, () => {
  it('takes nothing from those around it', async () => {
    const other = file('other.log.gz', gzipSync(line('192.0.2.8')))
    const { addresses, wholes, said } = await replayed(GOOD, DAMAGED, other)
    expect(addresses).toEqual(['192.0.2.7', '192.0.2.8'])
    expect(wholes).toEqual([true, false, true])
    expect(said).toContain(`${DAMAGED}: 0 lines, 0 of them no requests; it ends in the middle`)
  })

  it('makes the command exit with 1, and what came before is written', async () => {
    const { code, out } = await run(GOOD, DAMAGED, '--json')
    expect(code).toBe(1)
    expect(JSON.parse(out).client.address).toBe('192.0.2.7')
  })

  it('is told with its reason where there is nothing else', async () => {
    const { reason } = await replayed(DAMAGED)
    expect(reason).toMatch(/^Cannot read .*damaged\.log\.gz: \S/)
  })
})
