/** A person beside the attack: a real Chromium that signs in again and again, from a source address of its own. */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { chromium as driver } from 'playwright-core'
import type { Target } from './bots.ts'

export interface Person {
  readonly username: string
  readonly password: string
}

export interface Visits {
  readonly tried: number
  readonly succeeded: number
  /** What stood on the page when a login did not succeed: for the person who reads the report. */
  readonly failures: readonly string[]
}

export const EXECUTABLE = '/usr/bin/chromium'
const STEP_MS = 20_000
const BETWEEN_MS = 1_500

/**
 * Signs in until told to stop, at least `atLeast` times. Each visit is a fresh profile every third time, as of a person
 * who comes for the first time, and otherwise the same one that has been here before.
 */
export async function visit(
  target: Target,
  address: string,
  person: Person,
  atLeast: number,
  stopped: () => boolean,
): Promise<Visits> {
  const forwarder = await forward(target, address)
  const browser = await driver.launch({
    executablePath: EXECUTABLE,
    // The page's address stays the edge's own; only the connection goes through the forwarder.
    args: ['--no-sandbox', `--host-resolver-rules=MAP localhost:${target.port} 127.0.0.1:${forwarder.port}`],
  })
  const failures: string[] = []
  let tried = 0
  let succeeded = 0
  try {
    let context = await browser.newContext({ ignoreHTTPSErrors: true })
    while (tried < atLeast || !stopped()) {
      if (tried > 0 && tried % 3 === 0) {
        await context.close()
        context = await browser.newContext({ ignoreHTTPSErrors: true })
      }
      tried += 1
      const page = await context.newPage()
      page.setDefaultTimeout(STEP_MS)
      const failure = await signIn(page, `https://localhost:${target.port}`, person)
      if (failure === undefined) succeeded += 1
      else failures.push(failure)
      await page.close()
      await new Promise((later) => setTimeout(later, BETWEEN_MS))
    }
  } finally {
    await browser.close()
    forwarder.close()
  }
  return { tried, succeeded, failures }
}

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof driver.launch>>['newPage']>>

/** Undefined when it worked. */
async function signIn(
  page: Page,
  origin: string,
  { username, password }: Person,
): Promise<string | undefined> {
  try {
    const answer = await page.goto(`${origin}/login`)
    if (answer?.status() !== 200) return `login page: ${answer?.status() ?? 'no answer'}`
    await page.locator('[name=username]').first().pressSequentially(username, { delay: 25 })
    await page.locator('[name=password]').first().pressSequentially(password, { delay: 25 })
    const [response] = await Promise.all([
      page.waitForResponse((one) => one.request().method() === 'POST'),
      page.locator('form button, form [type=submit]').first().click(),
    ])
    if (response.status() >= 400) return `login: ${response.status()}`
    await page.waitForURL('**/account')
    return undefined
  } catch (error) {
    return `login: ${error instanceof Error ? (error.message.split('\n')[0] ?? 'failed') : 'failed'}`
  }
}

interface Forwarder {
  readonly port: number
  close(): void
}

/** Chromium cannot choose its source address: bytes go through here and leave from `address`. TLS stays end to end. */
async function forward(target: Target, address: string): Promise<Forwarder> {
  const sockets = new Set<Socket>()
  const server = createServer((inward) => {
    const outward = connect({ host: target.host, port: target.port, localAddress: address })
    for (const socket of [inward, outward]) {
      sockets.add(socket)
      socket.on('close', () => {
        sockets.delete(socket)
        inward.destroy()
        outward.destroy()
      })
      // The other side is closed above; there is nobody to tell.
      socket.on('error', () => {})
    }
    inward.pipe(outward)
    outward.pipe(inward)
  })
  const port = await listen(server)
  return {
    port,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((done, fail) => {
    server.once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (typeof address === 'object' && address !== null) done(address.port)
      else fail(new Error('Cannot forward: no port'))
    })
  })
}
