import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AgentClaim } from '../../src/evidence.ts'
import { type Engine, parseAgent } from '../../src/identify/agent.ts'

const KHTML = 'AppleWebKit/537.36 (KHTML, like Gecko)'
const WEBKIT = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)'
const PIXEL = 'Mozilla/5.0 (Linux; Android 10; K)'
const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)'
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)'

type Row = readonly [
  userAgent: string,
  family: AgentClaim['family'],
  major: number | undefined,
  platform: AgentClaim['platform'],
  engine: Engine,
]

const BROWSERS: readonly Row[] = [
  [`${WINDOWS} ${KHTML} Chrome/156.0.0.0 Safari/537.36`, 'chrome', 156, 'windows', 'chromium'],
  [`${WINDOWS} ${KHTML} Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0`, 'edge', 156, 'windows', 'chromium'],
  [`${PIXEL} ${KHTML} Chrome/131.0.0.0 Mobile Safari/537.36`, 'chrome', 131, 'android', 'chromium'],
  [
    `${PIXEL} ${KHTML} Chrome/131.0.0.0 Mobile Safari/537.36 EdgA/131.0.0.0`,
    'edge',
    131,
    'android',
    'chromium',
  ],
  [
    `${WINDOWS} ${KHTML} Chrome/120.0.0.0 Safari/537.36 OPR/106.0.0.0`,
    'other_browser',
    120,
    'windows',
    'chromium',
  ],
  [
    `${PIXEL} ${KHTML} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36`,
    'other_browser',
    125,
    'android',
    'chromium',
  ],
  [`${MAC} ${WEBKIT} Version/18.0 Safari/605.1.15`, 'safari', 18, 'macos', 'webkit'],
  [`${IPHONE} ${WEBKIT} Version/17.5 Mobile/15E148 Safari/604.1`, 'safari', 17, 'ios', 'webkit'],
  [`${IPHONE} ${WEBKIT} CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1`, 'chrome', 131, 'ios', 'webkit'],
  [`${IPHONE} ${WEBKIT} FxiOS/133.0 Mobile/15E148 Safari/605.1.15`, 'firefox', 133, 'ios', 'webkit'],
  [
    `${IPHONE} ${WEBKIT} EdgiOS/131.0.2903.68 Version/17.0 Mobile/15E148 Safari/604.1`,
    'edge',
    131,
    'ios',
    'webkit',
  ],
  [`${IPHONE} ${WEBKIT} Mobile/15E148`, 'other_browser', 17, 'ios', 'webkit'],
  [
    'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0',
    'firefox',
    133,
    'linux',
    'gecko',
  ],
  [
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${KHTML} Chrome/131.0.0.0 Safari/537.36`,
    'chrome',
    131,
    'chromeos',
    'chromium',
  ],
  [
    'Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko',
    'other_browser',
    undefined,
    'windows',
    'legacy',
  ],
]

const OTHERS: readonly Row[] = [
  ['', 'none', undefined, 'unknown', 'none'],
  ['curl/8.5.0', 'tool', 8, 'unknown', 'none'],
  ['Wget/1.21.3', 'tool', 1, 'unknown', 'none'],
  ['python-requests/2.31.0', 'tool', 2, 'unknown', 'none'],
  ['Python-urllib/3.11', 'tool', 3, 'unknown', 'none'],
  ['node', 'tool', undefined, 'unknown', 'none'],
  ['axios/1.7.2', 'tool', 1, 'unknown', 'none'],
  ['Go-http-client/2.0', 'tool', 2, 'unknown', 'none'],
  ['Java/17.0.2', 'tool', 17, 'unknown', 'none'],
  ['Apache-HttpClient/5.2 (Java/17)', 'tool', 5, 'unknown', 'none'],
  ['PostmanRuntime/7.36.0', 'tool', 7, 'unknown', 'none'],
  ['GuzzleHttp/7', 'tool', 7, 'unknown', 'none'],
  ['okhttp/4.12.0', 'app', 4, 'unknown', 'none'],
  ['ExampleBank/12.1 CFNetwork/1498.700.2 Darwin/23.6.0', 'app', 12, 'macos', 'none'],
  ['Dalvik/2.1.0 (Linux; U; Android 14; Pixel 8 Build/UQ1A)', 'app', 2, 'android', 'none'],
  ['Dart/3.3 (dart:io)', 'app', 3, 'unknown', 'none'],
  ['Mozilla/5.0 (compatible; Examplebot/2.1; +http://bot.example/)', 'tool', 5, 'unknown', 'none'],
  [
    `Mozilla/5.0 ${KHTML.replace('(', '(compatible; Examplebot/2.1; ')} Chrome/131.0.0.0 Safari/537.36`,
    'tool',
    5,
    'unknown',
    'none',
  ],
  ['Mozilla/5.0 (Hydra)', 'tool', 5, 'unknown', 'none'],
  ['ExampleBank-TPP/1.0', 'unknown', 1, 'unknown', 'none'],
  ['Gotham/1.0', 'unknown', 1, 'unknown', 'none'],
]

describe('parseAgent()', () => {
  it.each([...BROWSERS, ...OTHERS])('%s is %s %s on %s', (userAgent, family, major, platform, engine) => {
    const agent = parseAgent(userAgent)
    expect({ ...agent.claim, engine: agent.engine }).toMatchObject({ family, major, platform, engine })
  })

  it.each(BROWSERS)('%s does not declare automation', (userAgent) => {
    expect(parseAgent(userAgent).claim.declaresAutomation).toBe(false)
  })

  it.each(OTHERS.filter(([, family]) => family === 'tool'))('%s declares automation', (userAgent) => {
    expect(parseAgent(userAgent).claim.declaresAutomation).toBe(true)
  })

  it.each([
    'Mozilla/5.0 (Hydra)',
    'sqlmap/1.7.2#stable (https://sqlmap.org)',
    'Fuzz Faster U Fool v1.1.0',
    'gobuster/3.5',
    'Mozilla/5.00 (Nikto/2.5.0) (Evasions:None) (Test:map_codes)',
    'Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)',
  ])('knows %s for a tool that is made for breaking in, which automates by its own word', (userAgent) => {
    expect(parseAgent(userAgent).claim).toMatchObject({
      ...{ attackTool: true, declaresAutomation: true, family: 'tool' },
    })
  })

  it.each([
    'curl/8.14.1',
    'Mozilla/5.0 (compatible; UptimeWatch/2.0; +https://uptime.example/bot)',
    'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0',
    'ApacheBench/2.3',
  ])('calls %s no such tool', (userAgent) => {
    expect(parseAgent(userAgent).claim.attackTool).toBe(false)
  })

  it('takes a headless Chromium for the Chromium that it is, and for automation, which it says it is', () => {
    const headless = `Mozilla/5.0 (X11; Linux x86_64) ${KHTML} HeadlessChrome/156.0.0.0 Safari/537.36`
    expect(parseAgent(headless)).toMatchObject({
      engine: 'chromium',
      engineVersion: 156,
      claim: { family: 'chrome', major: 156, platform: 'linux', declaresAutomation: true, attackTool: false },
    })
  })

  it('does not take a telephone made by Cubot for a bot', () => {
    const phone = `Mozilla/5.0 (Linux; Android 8.0.0; CUBOT X18) ${KHTML} Chrome/131.0.0.0 Mobile Safari/537.36`
    expect(parseAgent(phone).claim).toMatchObject({ family: 'chrome', declaresAutomation: false })
  })

  it('knows a page inside an application', () => {
    const webView = `Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) ${KHTML} Version/4.0 Chrome/131.0.0.0 Mobile Safari/537.36`
    expect(parseAgent(webView)).toMatchObject({ webView: true, claim: { family: 'other_browser' } })
  })

  it('reads the engine of a browser on iOS from the system where it does not name it', () => {
    expect(parseAgent(`${IPHONE} ${WEBKIT} CriOS/131.0 Mobile/15E148 Safari/604.1`).engineVersion).toBe(17.5)
  })

  it('never throws and never takes long, whatever the text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 600 }), (text) => void parseAgent(text)))
    for (const piece of ['Version/1 ', 'Mozilla/5.0 (', 'OS 1_', ', x/1', 'Chrome/']) {
      parseAgent(`Mozilla/5.0 (${piece.repeat(50_000)}`)
    }
  })
})
