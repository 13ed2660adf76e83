/**
 * Browsers as real visitors have them: user agents with their shares (`user-agents`) and whole sets of headers
 * (`header-generator`), from learnt.json. What those do not hold (TLS, other purposes than a page) is played as
 * `browsers.ts` has it for the engine and version that the user agent names.
 */
import { readFileSync } from 'node:fs'
import { browserPurpose, type ChromiumTraits, chromium, type Engine, firefox, safari } from './browsers.ts'
import type { Random } from './random.ts'
import type { Software } from './traffic.ts'

type Headers = Readonly<Record<string, string>>
interface Learnt {
  readonly agents: readonly (readonly [agent: string, weight: number])[]
  readonly pages: readonly (readonly [headers: Headers, draws: number])[]
}

// Written by lab/learn-headers.ts.
const LEARNT = JSON.parse(readFileSync(new URL('learnt.json', import.meta.url), 'utf8')) as Learnt

/** A user agent of a real visitor, and what its browser sends beside it. */
export function visitorsBrowser(languages: string, random: Random): Software {
  return browserOf(random.weighted(LEARNT.agents), languages)
}

/** What a real visitor's browser sent with a page, its language aside. */
export function visitorsHeaders(languages: string, random: Random): Software {
  return replayed(random.weighted(LEARNT.pages), languages)
}

function browserOf(agent: string, languages: string): Software {
  const chrome = major(/Chrome\/(\d+)/, agent)
  if (chrome !== undefined) {
    const brand = BRANDS.find(([pattern]) => pattern.test(agent))?.[1] ?? 'Google Chrome'
    return chromium({ major: chrome, platform: chromiumPlatform(agent), brand, languages, agent })
  }
  const gecko = major(/Firefox\/(\d+)/, agent)
  if (gecko !== undefined) {
    return firefox({ major: gecko, platform: geckoPlatform(agent), languages, agent })
  }
  const platform = agent.includes('Macintosh') ? 'macOS' : 'iOS'
  return safari({ ...webkitVersion(agent), platform, languages, agent })
}

const BRANDS: readonly (readonly [pattern: RegExp, brand: ChromiumTraits['brand']])[] = [
  [/EdgA?\//, 'Microsoft Edge'],
  [/OPR\//, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/; wv\)/, 'Android WebView'],
]

function engineOf(agent: string): Engine {
  if (/Chrome\/\d/.test(agent)) return 'chromium'
  return /Firefox\/\d/.test(agent) ? 'gecko' : 'webkit'
}

function chromiumPlatform(agent: string): ChromiumTraits['platform'] {
  if (agent.includes('Windows')) return 'Windows'
  if (agent.includes('Macintosh')) return 'macOS'
  if (agent.includes('CrOS')) return 'Chrome OS'
  return agent.includes('Android') ? 'Android' : 'Linux'
}

function geckoPlatform(agent: string): 'Windows' | 'macOS' | 'Linux' | 'Android' {
  const platform = chromiumPlatform(agent)
  return platform === 'Chrome OS' ? 'Linux' : platform
}

/** Browsers on iOS other than Safari name the system only, which Apple froze at 18 when it went on to 26. */
function webkitVersion(agent: string): { major: number; minor: number } {
  const [, first, second] = /Version\/(\d+)\.(\d+)/.exec(agent) ?? /OS (\d+)_(\d+)/.exec(agent) ?? []
  return { major: Number(first ?? 26), minor: Number(second ?? 0) }
}

function major(pattern: RegExp, agent: string): number | undefined {
  const found = pattern.exec(agent)?.[1]
  return found === undefined ? undefined : Number(found)
}

/** Headers of a page as they were gathered; those of a form or a script's fetch follow from them. */
function replayed(page: Headers, languages: string): Software {
  const agent = page['user-agent'] ?? ''
  const like = browserOf(agent, languages)
  const kept = Object.fromEntries(Object.entries(page).filter(([name]) => !OF_THE_PURPOSE.test(name)))
  // A script's fetch says less about itself than a page: what no page of this browser has, no fetch has either.
  const had = (name: string): boolean => name in page
  // The gatherers' own site is another one than the bank, and left the header out that says how urgent a page is.
  const priority = Object.keys(like.headers({ kind: 'page' })).includes('priority')
  return {
    ...like,
    name: `${like.name}, gathered`,
    encodings: page['accept-encoding'] ?? '',
    headers: (purpose) => {
      const sent = Object.entries(browserPurpose(purpose, page.accept ?? '*/*', priority, engineOf(agent)))
      const theirs = sent.filter(([name]) => !/^(?:sec-fetch-|upgrade-)/.test(name) || had(name))
      return { ...kept, 'accept-language': languages, ...Object.fromEntries(theirs) }
    },
  }
}

const OF_THE_PURPOSE =
  /^(?:accept|sec-fetch-.*|upgrade-insecure-requests|priority|referer|origin|content-.*)$/
