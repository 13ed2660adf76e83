import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startWorkers, type Workers, type WorkersOptions } from '../../local/workerd.ts'

const script = await readFile(new URL('../fixtures/echo-gate.js', import.meta.url), 'utf8')
const bank = { script: 'export default { fetch: () => new Response("the bank") }' }
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function start(options: WorkersOptions = {}): Promise<Workers> {
  const workers = await startWorkers({ script, bank, quiet: true, ...options })
  closing.push(() => workers.close())
  return workers
}

async function ask(workers: Workers, path: string, headers: Record<string, string> = {}): Promise<string> {
  const answer = await fetch(`http://${workers.gate.host}:${workers.gate.port}${path}`, { headers })
  return answer.text()
}

describe('startWorkers', () => {
  it('gives the gate the bindings of wrangler.toml, with vars and secrets laid over them', async () => {
    const workers = await start({ vars: { JURISDICTION: 'none' }, secrets: { OPERATOR_TOKEN: 'a-token' } })
    const bindings: unknown = JSON.parse(await ask(workers, '/bindings'))
    expect(bindings).toMatchObject({
      LISTS: 'KvNamespace',
      LEDGER: 'DurableObjectNamespace',
      JOURNAL: 'DurableObjectNamespace',
      BANK: 'Fetcher',
      JURISDICTION: 'none',
      OPERATOR_TOKEN: 'a-token',
    })
    expect(bindings).toHaveProperty('ANALYTICS')
  })

  it('hands request.cf in through the blob header and lets no trace of it through', async () => {
    const workers = await start()
    const seen: unknown = JSON.parse(await ask(workers, '/echo', { 'MF-CF-Blob': '{"asn":64500}' }))
    expect(seen).toMatchObject({ cf: { asn: 64500 } })
    expect(JSON.stringify(seen)).not.toContain('blob')
  })

  it('puts the demo bank behind the service binding', async () => {
    expect(await ask(await start(), '/bank')).toBe('the bank')
  })

  it('puts any HTTP server behind the service binding', async () => {
    const origin = createServer((request, response) => response.end(`origin saw ${request.url}`))
    await new Promise<void>((done) => origin.listen(0, '127.0.0.1', done))
    closing.push(() => new Promise((done) => origin.close(done)))
    // A listening TCP server's address is never a pipe's name.
    const { port } = origin.address() as AddressInfo
    expect(await ask(await start({ bank: { address: `127.0.0.1:${port}` } }), '/bank')).toBe(
      'origin saw /bank',
    )
  })

  it('forgets everything at the end, unless it is told where to keep it', async () => {
    const persistTo = await mkdtemp(join(tmpdir(), 'portcullis-state-'))
    closing.push(() => rm(persistTo, { recursive: true }))
    for (const count of ['1', '2']) {
      const workers = await startWorkers({ script, bank, quiet: true, persistTo })
      expect(await ask(workers, '/count')).toBe(count)
      await workers.close()
    }
    expect(await ask(await start(), '/count')).toBe('1')
  })
})
