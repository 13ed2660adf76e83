/** The tour in README.md and the lines that `npm start` prints, as they are written. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { customers } from '../../local/bank/customers.ts'
import { installed, run } from '../local/edge/harness.ts'
import { requireReal } from '../real.ts'

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))
const TOOLS = ['curl', 'openssl', 'base64', 'sed'].every(installed)

let folder: string
let port: number
let child: ChildProcess
let printed = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-tour-'))
  port = await freePort()
  // As a visitor would have it: `.portcullis` below the folder in which the shell stands.
  const words = [
    join(PROJECT, 'local/start.ts'),
    '--port',
    String(port),
    '--folder',
    join(folder, '.portcullis'),
  ]
  child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout?.on('data', (chunk) => {
    printed += String(chunk)
  })
  while (!printed.includes('Ctrl+C stops') && child.exitCode === null)
    await new Promise((done) => setTimeout(done, 50))
})
afterAll(async () => {
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
  rmSync(folder, { recursive: true })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A listening TCP server's address is never a pipe's name.
  const found = (server.address() as AddressInfo).port
  server.close()
  return found
}

/** What a shell in the visitor's folder makes of it, both streams. */
function shell(script: string): Promise<string> {
  return run('sh', ['-c', `cd "$1" && exec 2>&1\n${script}`, 'sh', folder])
}

/** The first block of commands below this headline. */
function commands(headline: string): string {
  const readme = readFileSync(join(PROJECT, 'README.md'), 'utf8')
  const block = /```sh\n(.*?)```/s.exec(readme.slice(readme.indexOf(headline)))?.[1]
  if (block === undefined) throw new Error(`Cannot find commands below ${headline}`)
  return block
    .replaceAll('localhost:8443', `localhost:${port}`)
    .replace(/password=\.\.\..*/, `password='${customers[0]?.password}'`)
}

describe.runIf(requireReal('curl and openssl', TOOLS))('the tour', () => {
  it('lets a third party in, and refuses the others in the order in which they come', async () => {
    const said = await shell(commands('**2. A third party gets in**'))
    expect(said).toContain('"accounts":[{')
    expect(said).toMatch(/^HTTP\/2 401/m)
    expect(said).toMatch(/^HTTP\/2 400/m)
    // The gate's own answer names a reference, the bank's does not: one of the three that show their headers is the bank's.
    expect(said.match(/^HTTP\/2 \d+/gm)).toHaveLength(3)
    expect(said.match(/^portcullis-reference:/gim)).toHaveLength(2)
    const codes = [...said.matchAll(/"code":"(\w+)"/g)].map(([, code]) => code)
    expect(codes).toEqual([
      'CERTIFICATE_MISSING',
      'ROLE_INVALID',
      'ROLE_INVALID',
      'CERTIFICATE_EXPIRED',
      'CERTIFICATE_REVOKED',
      'CERTIFICATE_BLOCKED',
      'CERTIFICATE_BLOCKED',
      'CERTIFICATE_INVALID',
      'CERTIFICATE_INVALID',
      'CERTIFICATE_INVALID',
      'ROLE_INVALID',
      'FORMAT_ERROR',
    ])
  })

  it('lets signed requests in, once, and no others', async () => {
    const said = await shell(
      commands('**It signs what it sends**').replaceAll('npm run', `npm --prefix '${PROJECT}' run`),
    )
    expect(said.match(/^HTTP\/2 \d+/gm)).toEqual(['HTTP/2 200', 'HTTP/2 400', 'HTTP/2 400'])
    expect(said).toContain(createHash('sha256').update('{ "amount": "1.00" }').digest('hex'))
    expect([...said.matchAll(/"(?:code|ErrorCode)":"(\w+)"/g)].map(([, code]) => code)).toEqual([
      'FORMAT_ERROR',
      'U015',
    ])
  })

  it('is printed in short by npm start, each line with what comes of it', async () => {
    const lines = printed.split('\n').filter((line) => /^\s+(tpp|--cert|--header)/.test(line))
    const [setup, scenes] = [
      lines.filter((line) => !line.includes('#')),
      lines.filter((line) => line.includes('#')),
    ]
    expect(scenes.length).toBeGreaterThan(8)
    for (const scene of scenes) {
      const said = await shell(`${setup.join('\n')}\n${scene}`)
      const [, expected = ''] = /# (\w+)/.exec(scene) ?? []
      expect(said, scene).toContain(expected)
      // What the bank itself says has no reference of the gate.
      expect(/^portcullis-reference:/im.test(said), scene).toBe(!scene.includes('gets in'))
    }
  })
})
