/** Honest people and programs come to the bank for the first time, each with its own software, and all of them get in. */
import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Customer, customers } from '../../local/bank/customers.ts'
import type { Edge } from '../../local/edge/edge.ts'
import type { JournalEntry } from '../../src/record/entry.ts'
import { NODE, run } from '../local/edge/harness.ts'
import { requireReal } from '../real.ts'
import { complaints, type Gate, startGate } from './gate.ts'

const CHROMIUM = '/usr/bin/chromium'

let gate: Gate
/** The same gate in a zone without Cloudflare Bot Management. */
let plainEdge: Edge
beforeAll(async () => {
  gate = await startGate()
  plainEdge = await gate.another({ botManagement: false })
})
afterAll(() => gate.close())

function customer(at: number): Customer {
  const found = customers[at]
  if (found === undefined) throw new Error(`Cannot find customer ${at}`)
  return found
}

/** The newest decision about a route since the story began, by a client of this family. */
function decided(began: number, route: string, family: string): Promise<JournalEntry> {
  return gate.newest((entry) => entry.at >= began && entry.route === route && entry.family === family)
}

interface Program {
  readonly name: string
  readonly path: string
  readonly ja4: RegExp
  /** Fetches a page, or posts a body of this type, and prints what comes back. */
  ask(url: string, type?: string, body?: string): Promise<string>
}

const FETCH = `
const [, url, type, body] = process.argv
const answer = await fetch(url, type ? { method: 'POST', redirect: 'manual', headers: { 'Content-Type': type }, body } : {})
process.stdout.write(answer.status + ' ' + await answer.text())`

const PROGRAMS: readonly Program[] = [
  {
    name: 'curl',
    path: '/usr/bin/curl',
    ja4: /^t13d\d{4}h2_[0-9a-f]{12}_[0-9a-f]{12}$/,
    ask(url, type, body) {
      const sent = type === undefined ? [] : ['-H', `Content-Type: ${type}`, '--data-raw', body ?? '']
      return run('curl', [
        '-sSi',
        '-m',
        '15',
        '--interface',
        '127.0.5.5',
        '--cacert',
        gate.identity.authorityPath,
        ...sent,
        url,
      ])
    },
  },
  {
    name: 'wget',
    path: '/usr/bin/wget',
    // No ALPN, which no browser leaves out.
    ja4: /^t13d\d{4}00_[0-9a-f]{12}_[0-9a-f]{12}$/,
    ask(url, type, body) {
      const sent = type === undefined ? [] : [`--header=Content-Type: ${type}`, `--post-data=${body}`]
      const authority = `--ca-certificate=${gate.identity.authorityPath}`
      return run('wget', ['-qO-', '-T', '15', '-t', '1', '--bind-address=127.3.5.6', authority, ...sent, url])
    },
  },
  {
    name: 'fetch of Node',
    path: NODE,
    ja4: /^t13d\d{4}h1_[0-9a-f]{12}_[0-9a-f]{12}$/,
    ask(url, type = '', body = '') {
      const trust = { NODE_EXTRA_CA_CERTS: gate.identity.authorityPath }
      return run(NODE, ['--input-type=module', '-e', FETCH, '--', url, type, body], trust)
    },
  },
]

describe.each(PROGRAMS)('$name', ({ name, path, ja4, ask }) => {
  const present = requireReal(name, existsSync(path))
  const at = PROGRAMS.findIndex((program) => program.name === name)

  it.runIf(present).each([
    ['with', true],
    ['without', false],
  ])('logs in at its first visit, %s Bot Management, as what it is', async (_zone, known) => {
    const began = Date.now()
    const { username, password, customerId } = customer(2 * at + Number(known))
    const url = `https://localhost:${known ? gate.edge.port : plainEdge.port}/api/login`
    expect(await ask(url, 'application/json', JSON.stringify({ username, password }))).toContain(customerId)
    const decision = await decided(began, 'login-json', 'tool')
    expect(decision.ja4).toMatch(known ? ja4 : /^$/)
    // It says itself that it is no browser: noted, and no reason to stop it.
    expect(decision).toMatchObject({ action: 'flag', rule: 'declared_automation', contradictions: [] })
    expect(decision).toMatchObject({ outcome: 'success', originStatus: 200 })
  })

  it.runIf(present)('looks at a page', async () => {
    const began = Date.now()
    expect(await ask(`https://localhost:${gate.edge.port}/login`)).toContain('User name')
    const decision = await decided(began, 'login-page', 'tool')
    expect(decision.ja4).toMatch(ja4)
    expect(decision).toMatchObject({ action: 'allow', contradictions: [], outcome: 'served' })
  })

  it.runIf(present)(
    "where only the bank's application is expected may be slowed, and is not denied",
    async () => {
      const began = Date.now()
      const { username, password } = customer(20 + at)
      const url = `https://localhost:${gate.edge.port}/mobile/v1/login`
      await ask(url, 'application/json', JSON.stringify({ username, password }))
      const decision = await decided(began, 'mobile-login', 'tool')
      expect(['allow', 'flag', 'throttle']).toContain(decision.action)
    },
  )
})

/** Chrome's fifteen ciphers, in the captures of 2022 as today. */
const CHROME_JA4 = /^t13d15\d{2}h2_8daaf6152771_[0-9a-f]{12}$/

describe.runIf(requireReal('Chromium', existsSync(CHROMIUM)))('a person in Chromium', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
  })
  afterAll(() => browser.close())

  function major(): string {
    return browser.version().split('.')[0] ?? ''
  }

  async function visit(name: 'headless' | 'plain'): Promise<BrowserContext> {
    const agent = `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major()}.0.0.0 Safari/537.36`
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      ...(name === 'plain' ? { userAgent: agent } : {}),
    })
    context.setDefaultTimeout(20_000)
    return context
  }

  it.each([
    ['headless', true],
    ['headless', false],
    ['plain', true],
    ['plain', false],
  ] as const)('with a %s user agent logs in, Bot Management: %s', async (agent, known) => {
    const began = Date.now()
    const { username, password, name } = customer(30 + Number(agent === 'plain') * 2 + Number(known))
    const context = await visit(agent)
    const page = await context.newPage()
    await page.goto(`https://localhost:${known ? gate.edge.port : plainEdge.port}/login`)
    await page.getByLabel('User name').fill(username)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.waitForURL('**/account')
    expect(await page.textContent('h1')).toBe(`Welcome, ${name}`)
    await context.close()

    const account = await decided(began, 'account-page', 'chrome')
    const form = await decided(began, 'login-form', 'chrome')
    const front = await decided(began, 'login-page', 'chrome')
    for (const decision of [front, form, account]) {
      expect(decision.ja4).toMatch(known ? CHROME_JA4 : /^$/)
      expect(decision).toMatchObject({ family: 'chrome', major: Number(major()), contradictions: [] })
    }
    expect(front).toMatchObject({ action: 'allow', proof: { pass: 'absent' } })
    expect(form).toMatchObject({ outcome: 'success', originStatus: 303, proof: { pass: 'valid' } })
    // HeadlessChrome says of itself that nobody sits in front of it.
    if (agent === 'headless') expect(form).toMatchObject({ action: 'flag', rule: 'declared_automation' })
    else expect(form.action).toBe('allow')
  })

  it('that is the operator signs in, sees the last decision and has it explained', async () => {
    const context = await visit('plain')
    const page = await context.newPage()
    const origin = `https://localhost:${gate.edge.port}`
    const began = Date.now()
    await page.goto(`${origin}/login`)
    const last = await decided(began, 'login-page', 'chrome')

    await page.goto(`${origin}/_portcullis/`)
    await page.getByLabel("Operator's token").fill('not-the-token-of-anybody')
    await page.getByRole('button', { name: 'Sign in' }).click()
    expect(await page.getByRole('alert').textContent()).toContain("not the operator's token")
    await page.getByLabel("Operator's token").fill(gate.token)
    await page.getByRole('button', { name: 'Sign in' }).click()

    const row = page.getByRole('row').filter({ hasText: last.reference })
    expect(await row.textContent()).toMatch(new RegExp(`allow.*unremarkable.*GET /login.*${last.ja4}`, 's'))
    await row.getByRole('link', { name: last.reference }).click()
    expect(await page.textContent('h1')).toBe('Decision')
    expect(await page.textContent('body')).toMatch(
      new RegExp(
        `No rule applied.*${last.reference}.*login-page.*${last.ja4}.*Contradicted by.*nothing`,
        's',
      ),
    )

    await page.getByLabel('Reference').fill('no-such-reference')
    await page.getByRole('button', { name: 'Find' }).click()
    expect(await page.textContent('h1')).toBe('No such decision')
    await page.getByRole('button', { name: 'Sign out' }).click()
    expect(await page.getByLabel("Operator's token").count()).toBe(1)
    await context.close()
  })
})

describe('afterwards', () => {
  it('the gate has complained of nothing', () => {
    expect(complaints(gate)).toEqual([])
  })
})
