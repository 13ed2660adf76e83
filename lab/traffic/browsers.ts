/**
 * Browsers as they are on the wire: names, presence and values of headers by make, version and purpose. Written from
 * the public behaviour of the browsers (Fetch Metadata, Client Hints, the captures listed in lab/README.md).
 */
import { chromiumTransport, firefoxTransport, safariTransport } from './ja4.ts'
import type { Dest, Purpose, Software } from './traffic.ts'

export const ORIGIN = 'https://bank.example'

/** Stable release of Chromium when the laboratory's calendar starts (November 2026). */
export const CURRENT_CHROMIUM = 156
export const CURRENT_FIREFOX = 157
export const CURRENT_SAFARI = 26

type Platform = 'Windows' | 'macOS' | 'Linux' | 'Android' | 'iOS'
type ChromiumPlatform = Exclude<Platform, 'iOS'> | 'Chrome OS'

const CHROMIUM_SYSTEMS: Readonly<Record<ChromiumPlatform, string>> = {
  Windows: 'Windows NT 10.0; Win64; x64',
  macOS: 'Macintosh; Intel Mac OS X 10_15_7',
  Linux: 'X11; Linux x86_64',
  Android: 'Linux; Android 10; K',
  'Chrome OS': 'X11; CrOS x86_64 14541.0.0',
}
const FIREFOX_SYSTEMS: Readonly<Record<Exclude<Platform, 'iOS'>, (major: number) => string>> = {
  Windows: (major) => `Windows NT 10.0; Win64; x64; rv:${frozen(major)}.0`,
  macOS: (major) => `Macintosh; Intel Mac OS X 10.15; rv:${frozen(major)}.0`,
  Linux: (major) => `X11; Linux x86_64; rv:${frozen(major)}.0`,
  Android: (major) => `Android 14; Mobile; rv:${frozen(major)}.0`,
}

/** Firefox froze "rv:" at 109 in its versions 110 to 119 (bug 1805967). */
function frozen(major: number): number {
  return major >= 110 && major < 120 ? 109 : major
}

export interface ChromiumTraits {
  readonly major: number
  readonly platform: ChromiumPlatform
  readonly brand:
    | 'Google Chrome'
    | 'Samsung Internet'
    | 'Microsoft Edge'
    | 'Brave'
    | 'Opera'
    | 'HeadlessChrome'
    | 'Android WebView'
  readonly languages: string
  /** Global Privacy Control, as privacy browsers send it. */
  readonly gpc?: boolean
  readonly http3?: boolean
  /** A user agent that a real visitor sent, in place of the one that follows from the rest. */
  readonly agent?: string
}

/** Chrome, Edge, Brave, Opera, a page inside an Android application, and headless Chromium, which names itself. */
export function chromium(traits: ChromiumTraits): Software {
  const { major, platform, brand, languages } = traits
  const hints = {
    'sec-ch-ua': brandList(major, brand),
    'sec-ch-ua-mobile': platform === 'Android' ? '?1' : '?0',
    'sec-ch-ua-platform': `"${platform}"`,
  }
  const encodings = major >= 123 ? 'gzip, deflate, br, zstd' : 'gzip, deflate, br'
  const agent = traits.agent ?? chromiumAgent(major, platform, brand)
  return {
    name: `${brand} ${major} ${platform}`,
    tool: brand,
    version: String(major),
    transport: chromiumTransport(major, traits.http3 ?? false),
    encodings,
    headers: (purpose) => ({
      ...(major >= 89 ? hints : {}),
      'user-agent': agent,
      'accept-encoding': encodings,
      'accept-language': languages,
      ...(traits.gpc ? { 'sec-gpc': '1' } : {}),
      ...(brand === 'Android WebView' ? { 'x-requested-with': 'example.messenger' } : {}),
      ...browserPurpose(purpose, chromiumAccept(brand, major), major >= 124, 'chromium'),
    }),
  }
}

/** Brave leaves signed exchanges out; Edge took AVIF later than Chrome. */
function chromiumAccept(brand: ChromiumTraits['brand'], major: number): string {
  const avif = brand === 'Microsoft Edge' && major < 121 ? '' : 'image/avif,'
  const images = `text/html,application/xhtml+xml,application/xml;q=0.9,${avif}image/webp,image/apng,*/*;q=0.8`
  if (brand === 'Brave') return images
  return `${images},application/signed-exchange;v=b3;q=${major >= 110 ? '0.7' : '0.9'}`
}

function chromiumAgent(
  major: number,
  platform: ChromiumTraits['platform'],
  brand: ChromiumTraits['brand'],
): string {
  const mobile = platform === 'Android' ? 'Mobile ' : ''
  if (brand === 'Android WebView') {
    return `Mozilla/5.0 (Linux; Android 15; Pixel 8 Build/AP4A.250105.002; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/${major}.0.8078.70 Mobile Safari/537.36`
  }
  const product = brand === 'HeadlessChrome' ? 'HeadlessChrome' : 'Chrome'
  const base = `Mozilla/5.0 (${CHROMIUM_SYSTEMS[platform]}) AppleWebKit/537.36 (KHTML, like Gecko) ${product}/${major}.0.0.0 ${mobile}Safari/537.36`
  if (brand === 'Microsoft Edge') return `${base} Edg/${major}.0.0.0`
  // Opera's own number runs 16 behind Chromium's.
  if (brand === 'Opera') return `${base} OPR/${major - 16}.0.0.0`
  return base
}

const GREASE_CHARACTERS = [' ', '(', ':', '-', '.', '/', ')', ';', '=', '?', '_'] as const
const GREASE_VERSIONS = ['8', '99', '24'] as const
const BRAND_ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const

/** Chromium's own rule for `Sec-CH-UA`: the major version seeds an invented brand and the order of the three. */
export function brandList(major: number, brand: string): string {
  const first = GREASE_CHARACTERS[major % GREASE_CHARACTERS.length] ?? ' '
  const second = GREASE_CHARACTERS[(major + 1) % GREASE_CHARACTERS.length] ?? ' '
  const order = BRAND_ORDERS[major % BRAND_ORDERS.length] ?? BRAND_ORDERS[0]
  const entries = ['', '', '']
  entries[order[0]] = `"Not${first}A${second}Brand";v="${GREASE_VERSIONS[major % GREASE_VERSIONS.length]}"`
  entries[order[1]] = `"Chromium";v="${major}"`
  entries[order[2]] = `"${brand}";v="${major}"`
  return entries.join(', ')
}

export interface FirefoxTraits {
  readonly major: number
  readonly platform: Exclude<Platform, 'iOS'>
  readonly languages: string
  readonly gpc?: boolean
  readonly agent?: string
}

export function firefox(traits: FirefoxTraits): Software {
  const { major, platform } = traits
  const encodings = major >= 126 ? 'gzip, deflate, br, zstd' : 'gzip, deflate, br'
  const accept =
    major >= 132
      ? 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
      : 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'
  return {
    name: `Firefox ${major} ${platform}`,
    tool: 'Firefox',
    version: String(major),
    transport: firefoxTransport(major),
    encodings,
    headers: (purpose) => ({
      'user-agent': traits.agent ?? firefoxAgent(major, platform),
      'accept-encoding': encodings,
      'accept-language': traits.languages,
      ...(traits.gpc ? { 'sec-gpc': '1', dnt: '1' } : {}),
      ...browserPurpose(purpose, accept, major >= 128, 'gecko'),
    }),
  }
}

function firefoxAgent(major: number, platform: FirefoxTraits['platform']): string {
  const engine = platform === 'Android' ? `${major}.0` : '20100101'
  return `Mozilla/5.0 (${FIREFOX_SYSTEMS[platform](major)}) Gecko/${engine} Firefox/${major}.0`
}

export interface SafariTraits {
  readonly major: number
  readonly minor: number
  readonly platform: 'macOS' | 'iOS'
  readonly languages: string
  /** Chrome on iOS is Safari's engine under another name. */
  readonly shell?: 'Chrome'
  readonly agent?: string
}

export function safari(traits: SafariTraits): Software {
  const { major, minor, platform, shell } = traits
  // Fetch Metadata since 16.4; no client hints at all.
  const metadata = major > 16 || (major === 16 && minor >= 4)
  const encodings = 'gzip, deflate, br'
  return {
    name: `${shell ?? 'Safari'} ${major} ${platform}`,
    tool: shell === undefined ? 'Safari' : `${shell} on iOS`,
    version: String(major),
    transport: safariTransport(major),
    encodings,
    headers: (purpose) => {
      const {
        'upgrade-insecure-requests': _,
        'sec-fetch-user': __,
        ...rest
      } = browserPurpose(
        purpose,
        'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
        major >= 18,
        'webkit',
      )
      const kept = Object.entries(rest).filter(([name]) => metadata || !name.startsWith('sec-fetch-'))
      return {
        'user-agent': traits.agent ?? safariAgent(traits),
        'accept-encoding': encodings,
        'accept-language': traits.languages,
        ...Object.fromEntries(kept),
      }
    },
  }
}

function safariAgent({ major, minor, platform, shell }: SafariTraits): string {
  const engine = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
  if (platform === 'macOS') {
    return `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${engine} Version/${major}.${minor} Safari/605.1.15`
  }
  // Apple froze the system version in the user agent at 18.6 when it went to 26.
  const system = major >= 26 ? '18_6' : `${major}_${minor}`
  const product = shell === 'Chrome' ? `CriOS/${CURRENT_CHROMIUM}.0.8078.70` : `Version/${major}.${minor}`
  return `Mozilla/5.0 (iPhone; CPU iPhone OS ${system} like Mac OS X) ${engine} ${product} Mobile/15E148 Safari/604.1`
}

export type Engine = 'chromium' | 'gecko' | 'webkit'

const PICTURES: Readonly<Record<Engine, string>> = {
  chromium: 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8',
  gecko: 'image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5',
  webkit:
    'image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5',
}
/** RFC 9218, as the engines rank what a page waits for; Chromium's where nothing else was seen. */
const URGENCY: Readonly<Record<Dest, string>> = { style: 'u=0', script: 'u=1', image: 'u=2, i' }

function partHeaders(dest: Dest, engine: Engine, priority: boolean): Record<string, string> {
  const accepts = { style: 'text/css,*/*;q=0.1', script: '*/*', image: PICTURES[engine] }
  return {
    accept: accepts[dest],
    'sec-fetch-site': 'same-origin',
    'sec-fetch-mode': 'no-cors',
    'sec-fetch-dest': dest,
    ...(priority ? { priority: URGENCY[dest] } : {}),
  }
}

/** Headers that tell a page load from its parts, from a form and from a script's fetch, alike in all engines. */
export function browserPurpose(
  purpose: Purpose,
  pageAccept: string,
  priority: boolean,
  engine: Engine,
): Record<string, string> {
  const referer = purpose.from === undefined ? {} : { referer: `${ORIGIN}${purpose.from}` }
  const site = purpose.from === undefined ? 'none' : 'same-origin'
  if (purpose.kind === 'part') {
    return { ...partHeaders(purpose.dest ?? 'script', engine, priority), ...referer }
  }
  if (purpose.kind === 'page' || purpose.kind === 'form') {
    return {
      accept: pageAccept,
      'upgrade-insecure-requests': '1',
      'sec-fetch-site': site,
      'sec-fetch-mode': 'navigate',
      'sec-fetch-user': '?1',
      'sec-fetch-dest': 'document',
      ...(priority ? { priority: 'u=0, i' } : {}),
      ...referer,
      ...(purpose.kind === 'form'
        ? {
            origin: ORIGIN,
            'cache-control': 'max-age=0',
            'content-type': 'application/x-www-form-urlencoded',
          }
        : {}),
    }
  }
  return {
    accept: '*/*',
    'sec-fetch-site': 'same-origin',
    'sec-fetch-mode': 'cors',
    'sec-fetch-dest': 'empty',
    ...(priority ? { priority: 'u=1, i' } : {}),
    ...referer,
    ...(purpose.type === undefined ? {} : { origin: ORIGIN, 'content-type': purpose.type }),
  }
}
