/** Somebody whom the gate doubts is asked to show a browser, shows it, and is not asked again; a copied cookie shows nothing. */
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { customers } from '../../local/bank/customers.ts'
import { requireReal } from '../real.ts'
import { send, somebody } from './client.ts'
import { complaints, type Gate, startGate, WATCHED } from './gate.ts'

const CHROMIUM = '/usr/bin/chromium'
const CHALLENGE = '/_portcullis/challenge'

describe.runIf(requireReal('Chromium', existsSync(CHROMIUM)))('a gate that doubts everybody', () => {
  let gate: Gate
  beforeAll(async () => {
    const thresholds = { flag: 0, challenge: 0, throttle: 1, deny: 1 }
    gate = await startGate({ entry: WATCHED, vars: { POLICY: { thresholds } } })
  })
  afterAll(() => gate.close())

  it('asks a person once, and lets only that browser in', async () => {
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu'],
    })
    const context = await browser.newContext({ ignoreHTTPSErrors: true })
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    const [person] = customers
    const origin = `https://localhost:${gate.edge.port}`

    const first = await page.goto(`${origin}/login?from=here`)
    expect(first?.status()).toBe(403)
    // Solved without a click, and back where it was.
    await page.getByLabel('User name').fill(person?.username ?? '')
    expect(page.url()).toBe(`${origin}/login?from=here`)
    await page.getByLabel('Password').fill(person?.password ?? '')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.waitForURL('**/account')
    expect(await page.textContent('h1')).toBe(`Welcome, ${person?.name}`)

    const cookies = await context.cookies(origin)
    await browser.close()
    const passes = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
    const copied = await send(gate, { path: '/login', headers: ['Cookie', passes], from: somebody() })
    expect(copied.status).toBe(403)
    const decision = await gate.decision(copied.header('portcullis-reference'))
    expect(decision.proof.pass).toBe('invalid:pass_of_another_client')
  })

  it.each([
    ['nothing', ''],
    ['what is no solution', 'puzzle=v1.k1.a.0.1.nonce-nonce.L2xvZ2lu.AAAAAAAAAAAAAAAAAAAAAA&solution=1'],
    ['two puzzles', 'puzzle=a&puzzle=b&solution=1'],
    ['more than any solution', `puzzle=${'a'.repeat(10_000)}&solution=1`],
  ])('gives no pass for %s', async (_what, body) => {
    const headers = ['Content-Type', 'application/x-www-form-urlencoded']
    const reply = await send(gate, { method: 'POST', path: CHALLENGE, headers, body, from: somebody() })
    expect([400, 403]).toContain(reply.status)
    expect(reply.header('set-cookie')).toBe('')
    expect(reply.header('portcullis-reference')).not.toBe('')
  })

  it('shows the challenge on the next page, when a script could not', async () => {
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu'],
    })
    const context = await browser.newContext({ ignoreHTTPSErrors: true })
    const page = await context.newPage()
    const origin = `https://localhost:${gate.edge.port}`
    await page.goto(`${origin}/login`)
    await page.getByLabel('User name').waitFor({ timeout: 20_000 })
    await context.clearCookies()

    const status = await page.evaluate(async () => {
      const headers = { 'content-type': 'application/json', accept: 'application/json' }
      const answer = await fetch('/api/login', {
        method: 'POST',
        headers,
        body: '{"username":"a","password":"b"}',
      })
      return answer.status
    })
    expect(status).toBe(403)
    const shown = await page.goto(`${origin}/login?again=1`)
    expect(shown?.status()).toBe(403)
    await page.getByLabel('User name').waitFor({ timeout: 20_000 })
    const cookies = (await context.cookies(origin)).map(({ name }) => name)
    expect(cookies).toContain('__Host-portcullis')
    expect(cookies).not.toContain('__Host-portcullis-ask')
    await browser.close()
    const { rule } = await gate.decision(shown?.headers()['portcullis-reference'] ?? '')
    expect(rule).toBe('challenge_pending')
  })

  it('offers a script the same in its own words', async () => {
    const headers = ['Content-Type', 'application/json', 'Accept', 'application/json']
    const sent = { method: 'POST', path: '/api/login', headers, body: '{"username":"a","password":"b"}' }
    const reply = await send(gate, { ...sent, from: somebody() })
    expect(reply.status).toBe(403)
    expect(JSON.parse(reply.text)).toMatchObject({ challenge: { algorithm: 'SHA-256', submit: CHALLENGE } })
  })

  it('has complained of nothing', () => {
    expect(complaints(gate)).toEqual([])
  })
})
