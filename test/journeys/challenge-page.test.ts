// A real browser meets the challenge page: its policy lets its own script run, and the solution is accepted.
import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DIALECTS } from '../../src/dialects/table.ts'
import { keysFrom } from '../../src/keys.ts'
import { challenge, clearedRedirect } from '../../src/respond/challenge.ts'
import { solutionFrom, verifyChallenge } from '../../src/respond/puzzle.ts'
import { exchange, person, score } from '../fixtures/scene.ts'
import { requireReal } from '../real.ts'

const CHROMIUM = '/usr/bin/chromium'
const FINGERPRINT = 'chrome-on-windows'
const keys = keysFrom({
  gateKeys: [{ id: 'k1', bytes: new Uint8Array(32).fill(7) }],
  signatureKey: undefined,
})

const VERDICT = {
  action: 'challenge',
  intended: 'challenge',
  posture: 'enforce',
  rule: 'score_challenge',
  reason: 'score_high',
  retryAfterSeconds: undefined,
  counterfactual: undefined,
  limit: undefined,
} as const

function challengeFor(origin: string): Response {
  const dialect = DIALECTS.page
  if (dialect === undefined) throw new Error('Cannot find the dialect of pages')
  const arrived = exchange({ method: 'GET', target: '/login?from=here', origin }, { arrivedAt: Date.now() })
  const input = {
    ...person({ exchange: arrived }),
    score: { state: 'valid', value: score(0.9) },
    verdict: VERDICT,
    attempt: false,
    home: '1c',
  } as const
  return challenge(input, { keys, dialect, clock: { now: () => Date.now(), id: () => 'nonce-nonce-nonce' } })
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

/** The gate's part in it: who has no cookie is challenged, who solved the puzzle gets one. */
async function serve(request: IncomingMessage, origin: string): Promise<Response> {
  if (request.method === 'POST' && request.url === '/_portcullis/challenge') {
    const solution = solutionFrom(await readAll(request))
    const solved = solution && verifyChallenge(solution, FINGERPRINT, Date.now(), keys)
    return solved?.ok
      ? clearedRedirect(solved.value.returnTo, 'cleared=1; Path=/; HttpOnly')
      : new Response('no', { status: 400 })
  }
  if (request.headers.cookie?.includes('cleared=1'))
    return new Response(`<h1>Welcome at ${request.url}</h1>`, { headers: { 'content-type': 'text/html' } })
  return challengeFor(origin)
}

describe.runIf(requireReal('chromium', existsSync(CHROMIUM)))('the challenge page in a real browser', () => {
  let server: Server
  let origin = ''

  beforeAll(async () => {
    server = createServer((request, reply) => {
      void serve(request, origin).then(async (response) => {
        reply.writeHead(response.status, {
          ...Object.fromEntries(response.headers),
          'set-cookie': response.headers.getSetCookie(),
        })
        reply.end(await response.text())
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    // An AddressInfo is what a TCP server has.
    origin = `http://localhost:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => new Promise((resolve) => server.close(resolve)))

  it('is met without a click, and leads back to the page that was asked for', async () => {
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
    try {
      const page = await browser.newPage()
      const complaints: string[] = []
      page.on('console', (message) => complaints.push(message.text()))
      const began = Date.now()
      const shown = await page.goto(`${origin}/login?from=here`)
      expect(shown?.status()).toBe(403)
      await page.waitForSelector('text=Welcome at /login?from=here', { timeout: 30_000 })
      expect(Date.now() - began).toBeLessThan(30_000)
      expect(
        complaints.filter((text) => /Content Security Policy|Error/i.test(text) && !text.includes('403')),
      ).toEqual([])
    } finally {
      await browser.close()
    }
  })

  it('tells who runs no JavaScript what to do, and shows the reference', async () => {
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
    try {
      const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
      await page.goto(`${origin}/login`)
      expect(await page.textContent('main')).toMatch(
        /does not run JavaScript[\s\S]*7f9c24e8-3b12-4fef-91e0-000000000001/,
      )
    } finally {
      await browser.close()
    }
  })
})
