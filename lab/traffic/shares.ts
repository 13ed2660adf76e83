/** Which browsers people have: shares, versions and languages, our own estimate for a British bank at the end of 2026. */
import { CURRENT_CHROMIUM, CURRENT_FIREFOX, CURRENT_SAFARI, chromium, firefox, safari } from './browsers.ts'
import { capturedLynx } from './captured.ts'
import { visitorsBrowser, visitorsHeaders } from './learnt.ts'
import { program } from './programs.ts'
import type { Random } from './random.ts'
import type { Software } from './traffic.ts'

const LANGUAGES = [
  ['en-GB,en-US;q=0.9,en;q=0.8', 50],
  ['en-GB,en;q=0.9', 15],
  ['en-US,en;q=0.9', 12],
  ['pl-PL,pl;q=0.9,en-GB;q=0.8,en;q=0.7', 5],
  ['fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7', 5],
  ['de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7', 5],
  ['es-ES,es;q=0.9', 4],
  ['ro-RO,ro;q=0.9,en-GB;q=0.8,en;q=0.7', 2],
  ['vi-VN,vi;q=0.9', 1],
  ['cy,en-GB;q=0.9,en;q=0.8', 1],
] as const

/** A browser as one meets it: as real visitors had it, or by our own estimate of what they will have by then. */
export function anyBrowser(random: Random): Software {
  const languages = random.weighted(LANGUAGES)
  return random.weighted([
    [visitorsBrowser, 40],
    [visitorsHeaders, 20],
    [estimated, 40],
  ] as const)(languages, random)
}

/** Mostly current, some a few versions behind, a few years behind. */
function estimated(languages: string, random: Random): Software {
  const make = random.weighted([
    ['chrome', 42],
    ['chrome-android', 18],
    ['safari-ios', 16],
    ['edge', 8],
    ['safari', 7],
    ['firefox', 6],
    ['chrome-ios', 1.5],
    ['opera', 1],
    ['brave', 1],
    ['webview', 1.5],
  ] as const)
  const desktop = random.weighted([
    ['Windows', 72],
    ['macOS', 22],
    ['Linux', 6],
  ] as const)
  const major = chromiumMajor(random)
  const http3 = random.chance(0.25)
  switch (make) {
    case 'chrome':
      return chromium({ major, platform: desktop, brand: 'Google Chrome', languages, http3 })
    case 'chrome-android':
      return chromium({ major, platform: 'Android', brand: 'Google Chrome', languages, http3 })
    case 'edge':
      return chromium({ major, platform: 'Windows', brand: 'Microsoft Edge', languages, http3 })
    case 'opera':
      return chromium({ major: Math.max(110, major - 2), platform: desktop, brand: 'Opera', languages })
    case 'brave':
      return chromium({
        major,
        platform: desktop,
        brand: 'Brave',
        languages: shortened(languages),
        gpc: true,
      })
    case 'webview':
      return chromium({ major, platform: 'Android', brand: 'Android WebView', languages })
    case 'firefox':
      return firefox({
        major: firefoxMajor(random),
        platform: desktop,
        languages: languages.replaceAll('0.9', '0.5'),
        gpc: random.chance(0.3),
      })
    case 'chrome-ios':
      return safari({ ...safariVersion(random), platform: 'iOS', languages, shell: 'Chrome' })
    case 'safari-ios':
      return safari({ ...safariVersion(random), platform: 'iOS', languages: shortened(languages) })
    case 'safari':
      return safari({ ...safariVersion(random), platform: 'macOS', languages: shortened(languages) })
  }
}

/** Privacy modes and Safari name one language and its stem, whatever the person has set. */
function shortened(languages: string): string {
  const [first = 'en-GB'] = languages.split(',')
  const [stem = 'en'] = first.split('-')
  return stem === first ? first : `${first},${stem};q=0.9`
}

/** Chromium 109 was the last for Windows 7 and 8.1; extended stable and forgotten machines make the tail. */
export function chromiumMajor(random: Random): number {
  const behind = random.weighted([
    [0, 52],
    [1, 24],
    [2, 8],
    [random.below(12), 9],
    [random.below(36), 5],
    [CURRENT_CHROMIUM - 109, 2],
  ] as const)
  return CURRENT_CHROMIUM - behind
}

function firefoxMajor(random: Random): number {
  return random.weighted([
    [CURRENT_FIREFOX, 60],
    [CURRENT_FIREFOX - 1, 15],
    [CURRENT_FIREFOX - random.below(12), 10],
    [140, 10],
    [115, 5],
  ] as const)
}

function safariVersion(random: Random): { major: number; minor: number } {
  return random.weighted([
    [{ major: CURRENT_SAFARI, minor: 2 }, 58],
    [{ major: 18, minor: 6 }, 22],
    [{ major: 17, minor: 6 }, 9],
    [{ major: 16, minor: 6 }, 6],
    [{ major: 15, minor: 6 }, 5],
  ] as const)
}

/** Browsers that people take because they tell less: no referrer, no history, and a crowd that looks alike. */
export function privacyBrowser(random: Random): Software {
  const languages = random.weighted(LANGUAGES)
  const software = random.weighted([
    [() => brave(languages, random), 45],
    [() => unreferred(firefox({ ...TOR, platform: 'Windows' })), 15],
    [() => unreferred(firefox({ major: firefoxMajor(random), platform: 'Linux', languages, gpc: true })), 25],
    [() => safari({ ...safariVersion(random), platform: 'iOS', languages: shortened(languages) }), 15],
  ] as const)()
  return { ...software, name: `${software.name}, private` }
}

/** Tor Browser and its kin: a Firefox with long support that says the same of everybody. */
const TOR = { major: 140, languages: 'en-US,en;q=0.5', gpc: true } as const

function brave(languages: string, random: Random): Software {
  const platform = random.pick(['Windows', 'macOS', 'Linux', 'Android'] as const)
  const traits = { platform, languages: shortened(languages), gpc: true } as const
  return chromium({ ...traits, major: chromiumMajor(random), brand: 'Brave' })
}

function unreferred(software: Software): Software {
  return {
    ...software,
    headers: (purpose) => {
      const { referer: _, ...rest } = software.headers(purpose)
      return rest
    },
  }
}

/** A browser of text, for a braille line or by habit. */
export function readerBrowser(random: Random): Software {
  return capturedLynx() ?? anyBrowser(random)
}

/** Last browsers of systems that get no more: Windows 7 and 8.1, iPhones of 2015, televisions, and IE's page mode. */
export function oldBrowser(random: Random): Software {
  const languages = random.weighted(LANGUAGES)
  return random.weighted([
    [() => chromium({ major: 109, platform: 'Windows', brand: 'Google Chrome', languages }), 30],
    [
      () =>
        chromium({ major: 92 + random.below(30), platform: 'Android', brand: 'Google Chrome', languages }),
      25,
    ],
    [() => firefox({ major: 115, platform: 'Windows', languages }), 15],
    [() => safari({ major: 15, minor: 6, platform: 'iOS', languages: shortened(languages) }), 20],
    [
      () =>
        safari({ major: 13 + random.below(2), minor: 1, platform: 'macOS', languages: shortened(languages) }),
      7,
    ],
    [() => pageMode(languages), 3],
  ] as const)()
}

/** Internet Explorer's page mode of Edge, over Windows' own TLS (its JA4 is published). */
function pageMode(languages: string): Software {
  const agent = 'Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko'
  const transport = {
    protocol: 'HTTP/1.1',
    tls: 'TLSv1.2',
    ja4: 't12d190800_d83cc789557e_7af1ed941c26',
  } as const
  return program(
    'Internet Explorer',
    transport,
    {
      'user-agent': agent,
      accept: 'text/html, application/xhtml+xml, image/jxr, */*',
      'accept-encoding': 'gzip, deflate',
      'accept-language': languages,
    },
    { version: '11' },
  )
}

/** An extension that says another browser, to please some site: hints and transport stay what they are. */
export function agentSwitched(software: Software, random: Random): Software {
  const { 'user-agent': agent = '' } = anyBrowser(random).headers({ kind: 'page' })
  return {
    ...software,
    name: `${software.name}, agent switched`,
    tool: `${software.tool}, agent switched`,
    headers: (purpose) => ({ ...software.headers(purpose), 'user-agent': agent }),
  }
}
