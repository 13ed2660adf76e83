/** Which browsers people have: shares, versions and languages, our own estimate for a British bank at the end of 2026. */
import { CURRENT_CHROMIUM, CURRENT_FIREFOX, CURRENT_SAFARI, chromium, firefox, safari } from './browsers.ts'
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

/** A browser as one meets it: mostly current, some a few versions behind, a few years behind. */
export function anyBrowser(random: Random): Software {
  const languages = random.weighted(LANGUAGES)
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

/** An extension that says another browser, to please some site: hints and transport stay what they are. */
export function agentSwitched(software: Software, random: Random): Software {
  const { 'user-agent': agent = '' } = anyBrowser(random).headers({ kind: 'page' })
  return {
    ...software,
    name: `${software.name}, agent switched`,
    headers: (purpose) => ({ ...software.headers(purpose), 'user-agent': agent }),
  }
}
