/** Browsers that a program drives: real engines, real pages, and somebody else's hand. */
import { chromium as playwright } from 'playwright-core'
import puppeteer, { type LaunchOptions, type Browser as Puppet } from 'puppeteer-core'
import type { RealClient, Target } from './clients.ts'
import { programAt, run } from './run.ts'

const CHROMIUM = '/usr/bin/chromium'
const FIREFOX = '/usr/bin/firefox-esr'
/** A person's pace between two things: the generator takes its pauses from elsewhere, so these stay short. */
const PAUSE_MS = 400
const STEP_MS = 20_000

interface Page {
  goto(url: string): Promise<unknown>
  type(selector: string, text: string, options: { delay: number }): Promise<unknown>
  click(selector: string): Promise<unknown>
  waitForURL(path: string): Promise<unknown>
}

type Opened = { readonly page: Page; close(): Promise<void> }

async function visit(open: () => Promise<Opened>, { origin }: Target, task: string): Promise<void> {
  const { page, close } = await open()
  try {
    if (task === 'single') {
      await page.goto(`${origin}/login`)
      return
    }
    await page.goto(`${origin}/`)
    await pause()
    await page.goto(`${origin}/login`)
    await page.type('[name=username]', 'invented', { delay: 60 })
    await page.type('[name=password]', 'invented', { delay: 60 })
    await Promise.all([page.waitForURL('/account'), page.click('button')])
    await pause()
    await page.goto(`${origin}/account/statements`)
    await pause()
  } finally {
    await close()
  }
}

function pause(): Promise<void> {
  return new Promise((later) => setTimeout(later, PAUSE_MS))
}

async function byPlaywright(): Promise<Opened> {
  const browser = await playwright.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  const context = await browser.newContext({ ignoreHTTPSErrors: true })
  const page = await context.newPage()
  page.setDefaultTimeout(STEP_MS)
  return {
    page: {
      goto: (url) => page.goto(url),
      type: (selector, text, { delay }) => page.locator(selector).pressSequentially(text, { delay }),
      click: (selector) => page.click(selector),
      waitForURL: (path) => page.waitForURL(`**${path}`),
    },
    close: () => browser.close(),
  }
}

async function byPuppeteer(options: LaunchOptions): Promise<Opened> {
  const browser: Puppet = await puppeteer.launch({ acceptInsecureCerts: true, ...options })
  const page = await browser.newPage()
  page.setDefaultTimeout(STEP_MS)
  return {
    page: {
      goto: (url) => page.goto(url),
      type: (selector, text, pace) => page.type(selector, text, pace),
      click: (selector) => page.click(selector),
      waitForURL: (path) => page.waitForFunction(`location.pathname === ${JSON.stringify(path)}`),
    },
    close: () => browser.close(),
  }
}

/** Says what a person's browser says: headless, and with the mark of it taken out. */
const UNMARKED = ['--no-sandbox', '--disable-blink-features=AutomationControlled']

const TABLE: readonly (readonly [name: string, program: string, open: () => Promise<Opened>])[] = [
  ['chromium-playwright', CHROMIUM, byPlaywright],
  ['chromium-puppeteer', CHROMIUM, () => byPuppeteer({ executablePath: CHROMIUM, args: ['--no-sandbox'] })],
  [
    'chromium-puppeteer-shell',
    CHROMIUM,
    () => byPuppeteer({ executablePath: CHROMIUM, args: ['--no-sandbox'], headless: 'shell' }),
  ],
  [
    'chromium-puppeteer-unmarked',
    CHROMIUM,
    async () => {
      const version = (await run(CHROMIUM, ['--version'])).out.match(/\d+/)?.[0] ?? '0'
      const agent = `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`
      return byPuppeteer({ executablePath: CHROMIUM, args: [...UNMARKED, `--user-agent=${agent}`] })
    },
  ],
  ['firefox-puppeteer', FIREFOX, () => byPuppeteer({ browser: 'firefox', executablePath: FIREFOX })],
]

export const DRIVEN: readonly RealClient[] = TABLE.map(([name, program, open]) => ({
  ...{ name, kind: 'driven_browser' },
  async version() {
    const path = programAt(program)
    return path === undefined
      ? undefined
      : (await run(path, ['--version'])).out.trim().split('\n').at(-1)?.slice(0, 80)
  },
  tasks: {
    single: (target) => visit(open, target, 'single'),
    session: (target) => visit(open, target, 'session'),
  },
}))
