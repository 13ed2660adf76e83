import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { get } from 'node:https'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'

const START = fileURLToPath(new URL('../../local/start.ts', import.meta.url))
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

interface Started {
  readonly child: ChildProcess
  readonly output: () => string
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>
}

function start(...args: string[]): Started {
  const child = spawn(process.execPath, [START, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += String(chunk)
    })
  }
  const ended = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null)
  closing.push(async () => {
    child.kill('SIGTERM')
    await ended
  })
  return { child, output: () => output, ended }
}

async function until(started: Started, text: string): Promise<void> {
  while (!started.output().includes(text)) {
    if (started.child.exitCode !== null) throw new Error(`Ended before "${text}": ${started.output()}`)
    await new Promise((done) => setTimeout(done, 50))
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A listening TCP server's address is never a pipe's name.
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'portcullis-start-'))
  closing.push(() => rmSync(made, { recursive: true }))
  return made
}

describe('npm start', () => {
  it('opens the gate, says where everything is, and stops cleanly', async () => {
    const [kept, port] = [folder(), await freePort()]
    const started = start('--port', String(port), '--folder', kept)
    await until(started, 'Ctrl+C stops')
    expect(started.output()).toContain('A development tool')
    expect(started.output()).toContain(`https://localhost:${port}/_portcullis/`)
    const ca = readFileSync(join(kept, 'edge-authority.pem'))
    const status = await new Promise((done, fail) => {
      get(`https://localhost:${port}/login`, { ca }, (answer) => done(answer.statusCode)).on('error', fail)
    })
    expect(status).toBeTypeOf('number')
    started.child.kill('SIGINT')
    expect(await started.ended).toBe(0)
  })

  it('says which port is taken before it touches anything', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    closing.push(() => server.close())
    const { port } = server.address() as AddressInfo
    const started = start('--port', String(port), '--folder', folder())
    expect(await started.ended).toBe(1)
    expect(started.output()).toMatch(new RegExp(`Cannot start: .*${port}\\nChoose another port.*--folder`))
  })

  // Two gates over one folder: of sixty decisions thirty were lost, and neither said so.
  it('says whose memory a folder is, and names another, before it opens it a second time', async () => {
    const kept = folder()
    const first = start('--port', String(await freePort()), '--folder', kept)
    await until(first, 'Ctrl+C stops')
    const second = start('--port', String(await freePort()), '--folder', kept)
    expect(await second.ended).toBe(1)
    expect(second.output()).toContain(`another gate (process ${first.child.pid}) keeps its memory in ${kept}`)
    expect(second.output()).toContain('npm start -- --port 9443 --folder .portcullis-9443')
    first.child.kill('SIGINT')
    expect(await first.ended).toBe(0)
    expect(existsSync(join(kept, 'lock'))).toBe(false)
  }, 120_000)

  it.each([['--port', '70000'], ['--nonsense']])('explains itself when asked for %s', async (...args) => {
    const started = start(...args)
    expect(await started.ended).toBe(1)
    expect(started.output()).toMatch(/^Cannot start: .*\nUsage: npm start/)
  })
})
