/** The export that docs/models.md tells an operator to make, by its own commands, and what is learnt from it. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ownRows } from '../../lab/train/journal.ts'
import { keysFrom } from '../../src/keys.ts'
import { valid } from '../../src/lib/fact.ts'
import { packVector } from '../../src/lib/vector.ts'
import { operatorConsole } from '../../src/operator/console.ts'
import { signInFailures } from '../../src/operator/failures.ts'
import { FEATURE_NAMES } from '../../src/score/features.ts'
import { entryAt } from '../fixtures/records.ts'
import { installed } from '../local/edge/harness.ts'
import { requireReal } from '../real.ts'

const TOKEN = 'a-long-operator-token-of-tests'
const MANUAL = readFileSync(fileURLToPath(new URL('../../docs/models.md', import.meta.url)), 'utf8')
const COMMANDS = MANUAL.match(/^curl .*$/gm) ?? []
const BEFORE = Number(/before=(\d+)/.exec(MANUAL)?.[1])

/** Newest first. An answer has 500: the last of those is the first of the next, whose time is given as docs/models.md says. */
const DECISIONS = Array.from({ length: 700 }, (_, index) => {
  const features = Float32Array.from(FEATURE_NAMES, (_, at) => (at === 0 ? index : 0))
  return entryAt(`r${index}`, BEFORE - 1 + 1_000 * (499 - index), { vector: packVector(features) })
})

const app = new Hono({ strict: false }).route(
  '/_portcullis',
  operatorConsole(() => ({
    journal: {
      recent: ({ limit, before = Number.POSITIVE_INFINITY }) =>
        Promise.resolve(valid(DECISIONS.filter(({ at }) => at < before).slice(0, limit))),
      find: () => Promise.resolve(valid(undefined)),
      counts: () => Promise.resolve(valid({ total: 0, action: {}, rule: {}, intent: {} })),
    },
    keys: keysFrom({ gateKeys: [{ id: 'k1', bytes: new Uint8Array(32) }], signatureKey: undefined }),
    clock: { now: () => BEFORE, id: () => 'id' },
    token: TOKEN,
    failures: signInFailures(),
    refused: () => {},
    prefixOf: () => '127.0.0.0/24',
    explain: () => '',
  })),
)
const server = createServer(async ({ url, headers: { authorization = '' } }, answer) => {
  const told = await app.request(`https://bank.example${url}`, { headers: { authorization } })
  answer.writeHead(told.status).end(await told.text())
})

const folder = mkdtempSync(join(tmpdir(), 'train-export-'))
const [journal, labels] = [join(folder, 'decisions.ndjson'), join(folder, 'labels.csv')]
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  writeFileSync(labels, DECISIONS.map(({ reference }) => `${reference},benign_person`).join('\n'))
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

/** As an operator types it, in the folder where the file is to grow. */
async function type(command: string): Promise<void> {
  // A TCP port is all that a server on this machine is known by.
  const { port } = server.address() as AddressInfo
  const here = command.replace('https://bank.example', `http://127.0.0.1:${port}`)
  await promisify(execFile)('sh', ['-c', here], { cwd: folder, env: { ...process.env, TOKEN } })
}

describe.runIf(requireReal('curl', installed('curl')))('the export of docs/models.md', () => {
  it('grows with every answer, and is learnt from decision by decision, however often each was exported', async () => {
    expect(COMMANDS).toHaveLength(2)
    for (const command of [...COMMANDS, ...COMMANDS]) await type(command)
    const { rows, unmatched } = ownRows(journal, labels)
    expect(rows.map(({ features }) => features[0])).toEqual(DECISIONS.map((_, index) => index))
    expect(unmatched).toBe(0)
  })

  it('has nothing of an answer that was refused', async () => {
    const before = ownRows(journal, labels).rows.length
    const [command = ''] = COMMANDS
    await expect(type(command.replace('$TOKEN', 'another'))).rejects.toThrow('401')
    expect(ownRows(journal, labels).rows).toHaveLength(before)
  })
})
