/** What the User-Agent header says its sender is. A claim: nothing here is believed, it is what the rest is held to. */
import type { AgentClaim, AgentFamily } from '../evidence.ts'
import { remember } from '../lib/remember.ts'

/** Whose network stack and headers a claimed browser has. Every browser on iOS is WebKit, whatever its name. */
export type Engine = 'chromium' | 'gecko' | 'webkit' | 'legacy' | 'none'

export interface Agent {
  readonly claim: AgentClaim
  readonly engine: Engine
  /** Of the engine and not of the brand: Opera 106 is Chromium 120. Undefined where the claim does not say. */
  readonly engineVersion: number | undefined
  /** A page inside a native application: fewer headers than the browser of the same version. */
  readonly webView: boolean
}

/** The longest user agent that browsers and their webviews really send stays well below. */
const MAX_LENGTH = 512

/** "Cubot" makes telephones. */
const AUTOMATION =
  /Headless|PhantomJS|Puppeteer|Playwright|Selenium|Cypress|(?<!cu)bot\b|crawl|spider|slurp|preview|monitor|scan|https?:\/\//i
/** Libraries and command lines, by the product that they name first. */
const TOOL =
  /^(?:curl|wget|python|aiohttp|httpx|go-http-client|java|apache-http\w*|jakarta|libwww|lwp|perl|ruby|faraday|php|guzzlehttp|symfony|node|node-fetch|undici|axios|got|superagent|bun|deno|postmanruntime|insomnia|httpie|restsharp|k6|jmeter|vegeta|hey|scrapy|mechanize|winhttp|powershell|fasthttp|reqwest|hyper|ureq|apachebench|wrk|siege)\b/i
/** Guessers, probers and walkers by the names that they give themselves. Whoever tests a bank with leave uses them, too. */
const ATTACK_TOOL =
  /\b(?:hydra|medusa|patator|ncrack|sqlmap|nikto|nuclei|wpscan|whatweb|nmap|masscan|zgrab|gobuster|ffuf|fuzz faster u fool|wfuzz|feroxbuster|dirbuster|dirsearch|arachni|w3af|acunetix|nessus|openvas|openbullet|silverbullet|sentry ?mba|snipr)\b/i
const APP = /^(?:okhttp|dalvik|dart|ktor|alamofire|react-native)|CFNetwork\/|\bDarwin\//i
/** Chromium and WebKit products other than Chrome, Edge and Safari, by a token of their own. */
const OTHER_BROWSER =
  /\b(?:OPR|OPT|OPX|Opera|Vivaldi|YaBrowser|SamsungBrowser|UCBrowser|Whale|DuckDuckGo|Ddg|Brave|Electron|QQBrowser|MiuiBrowser|HuaweiBrowser|Silk|Iron|GSA|FBAN|FBAV|Instagram)\b/
const LEGACY = /MSIE |Trident\/|Edge\/\d|Presto\//

/** A thousand user agents are nearly all of a day's. */
const recall = remember(1_024, readAgent)

export function parseAgent(userAgent: string): Agent {
  return recall(userAgent.slice(0, MAX_LENGTH))
}

function readAgent(text: string): Agent {
  if (text === '') return notBrowser('none', text)
  if (TOOL.test(text) || ATTACK_TOOL.test(text)) return notBrowser('tool', text)
  if (APP.test(text)) return notBrowser('app', text)
  if (LEGACY.test(text)) return browser('other_browser', 'legacy', undefined, text, platformOf(text))
  if (!text.startsWith('Mozilla/5.0 (')) {
    return notBrowser(AUTOMATION.test(text) ? 'tool' : 'unknown', text)
  }
  const platform = platformOf(text)
  if (platform === 'ios') return onIos(text, platform)
  const chrome = version(text, /(?:Headless)?Chrom(?:e|ium)\/(\d{1,4})/)
  if (chrome !== undefined) return browser(chromiumFamily(text), 'chromium', chrome, text, platform)
  const firefox = version(text, /Firefox\/(\d{1,4})/)
  if (firefox !== undefined) return browser('firefox', 'gecko', firefox, text, platform)
  const safari = version(text, /Version\/(\d{1,3}(?:\.\d{1,2})?)[\d.]* (?:Mobile\/\S+ )?Safari\//)
  if (safari !== undefined) return browser('safari', 'webkit', safari, text, platform)
  return notBrowser(AUTOMATION.test(text) ? 'tool' : 'unknown', text)
}

function onIos(text: string, platform: Platform): Agent {
  const [, token = '', brandMajor] = /(CriOS|FxiOS|EdgiOS)\/(\d{1,4})/.exec(text) ?? []
  const safari = version(text, /Version\/(\d{1,3}(?:\.\d{1,2})?)/)
  const system = version(text.replace(/(OS \d+)_/, '$1.'), /OS (\d{1,2}(?:\.\d{1,2})?)/)
  const bare = safari !== undefined && !OTHER_BROWSER.test(text) ? 'safari' : 'other_browser'
  const agent = browser(IOS_BRANDS[token] ?? bare, 'webkit', safari ?? system, text, platform)
  const major = brandMajor === undefined ? agent.claim.major : Number(brandMajor)
  return { ...agent, claim: { ...agent.claim, major }, webView: !text.includes('Safari/') }
}

const IOS_BRANDS: Readonly<Record<string, AgentFamily>> = {
  CriOS: 'chrome',
  FxiOS: 'firefox',
  EdgiOS: 'edge',
}

function chromiumFamily(text: string): AgentFamily {
  if (/EdgA?\/\d/.test(text)) return 'edge'
  return OTHER_BROWSER.test(text) || text.includes('; wv)') ? 'other_browser' : 'chrome'
}

function browser(
  family: AgentFamily,
  engine: Engine,
  engineVersion: number | undefined,
  text: string,
  platform: Platform,
): Agent {
  const automation = AUTOMATION.test(text)
  // "Mozilla/5.0 (compatible; Examplebot/2.1; ...) Chrome/156": says what it is, and renders with what it says.
  const named = automation && !text.includes('Headless')
  return {
    claim: {
      family: named ? 'tool' : family,
      major: engineVersion === undefined ? undefined : Math.floor(engineVersion),
      platform,
      mobile: text.includes('Mobile'),
      declaresAutomation: automation,
      attackTool: ATTACK_TOOL.test(text),
    },
    engine: named ? 'none' : engine,
    engineVersion,
    webView: text.includes('; wv)'),
  }
}

function notBrowser(family: AgentFamily, text: string): Agent {
  const claim = {
    family,
    major: version(text, /\/(\d{1,4})/),
    platform: platformOf(text),
    mobile: false,
    declaresAutomation: family === 'tool' || AUTOMATION.test(text),
    attackTool: ATTACK_TOOL.test(text),
  }
  return { claim, engine: 'none', engineVersion: undefined, webView: false }
}

type Platform = AgentClaim['platform']
const PLATFORMS = [
  ['ios', /iPhone|iPad|iPod/],
  ['windows', /Windows NT|Win64/],
  ['android', /Android|Dalvik/],
  ['chromeos', /CrOS/],
  ['macos', /Macintosh|Mac OS X|Darwin/],
  ['linux', /Linux|X11/],
] as const

function platformOf(text: string): Platform {
  return PLATFORMS.find(([, pattern]) => pattern.test(text))?.[0] ?? 'unknown'
}

function version(text: string, pattern: RegExp): number | undefined {
  const found = pattern.exec(text)?.[1]
  return found === undefined ? undefined : Number(found)
}
