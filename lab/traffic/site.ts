/**
 * The bank's public site: a few hundred pages that follow from their numbers, so that nobody has to keep them. Neighbours in number
 * are of one kind, as a list of branches or last year's news are. Words are plain ones of banking, in three languages.
 *
 * Half of the addresses are words; a third have years, dates, numbers or codes in them, and look like what is walked through
 * elsewhere; the rest have letters that are percent-encoded, whose escapes have digits.
 */
import { fnv1a } from './random.ts'
import type { Dest } from './traffic.ts'

const SUBJECTS = [
  ...['mortgages', 'loans', 'savings', 'cards', 'current-accounts', 'insurance'],
  ...['pensions', 'business', 'help', 'security', 'anlegen', 'kredyty'],
] as const
const TOPICS = [
  ...['first-home', 'fixed', 'variable', 'fees', 'how-it-works', 'calculator', 'apply', 'compare'],
  ...['students', 'switching', 'joint', 'questions', 'contact', 'konditionen', 'oferta'],
] as const

const PLAIN = SUBJECTS.flatMap((subject) => TOPICS.map((topic) => `/${subject}/${topic}`))

/** How many pages there are of each kind below. */
const EACH = 15

const NUMBERED: readonly ((index: number) => string)[] = [
  (index) => `/news/2026/${two(11 - (index >> 1))}/${two(3 + ((index * 11) % 25))}/rates`,
  (index) => `/${SUBJECTS[index % 3]}-rates-${2026 - Math.floor(index / 3)}`,
  (index) => `/konto-24-${index + 1}`,
  (index) => `/branches/${1_040 + index}`,
  (index) => `/docs/fees-2026-${two(1 + (index % 12))}${index < 12 ? '' : '-annex'}.pdf`,
  (index) => `/press/2026-${two(1 + (index % 11))}-${two(28 - index)}`,
  (index) => `/help/articles/${20_417 + index * 13}`,
  (index) => `/produkte/festgeld-${6 + index * 6}-monate-2026`,
]

const WORDS = [
  ...['usługi', 'pożyczki', 'oszczędności', 'o nas', 'karty płatnicze', 'żyro'],
  ...['über uns', 'geschäftskonto', 'kündigung', 'gebühren', 'häufige fragen', 'vermögen'],
] as const
const BELOW = ['', '/opłaty', '/jak to działa', '/für junge leute', '/übersicht 2026'] as const

const ESCAPED = WORDS.flatMap((word) => BELOW.map((below) => encodeURI(`/${word}${below}`)))

/** By number. */
export const SITE: readonly string[] = [
  ...PLAIN,
  ...NUMBERED.flatMap((name) => Array.from({ length: EACH }, (_, index) => name(index))),
  ...ESCAPED,
]
/** Those with years, dates, numbers or codes: what changes, so what is read again and taken away. */
export const DATED = { from: PLAIN.length, to: PLAIN.length + NUMBERED.length * EACH } as const

function two(number: number): string {
  return String(number).padStart(2, '0')
}

export function pageOf(number: number): string {
  return SITE[((number % SITE.length) + SITE.length) % SITE.length] ?? '/'
}

/** Where a page was before the site was made anew: links from elsewhere still lead there. */
export function deadLink(number: number): string {
  return `/old${pageOf(number)}`
}

export interface SitePart {
  readonly dest: Dest
  readonly path: string
}

/** What every page of the site has, in the order in which it is asked for; a page with fewer parts has the first of them. */
const BUILT: readonly (readonly [dest: Dest, folder: string, name: string, ending: string])[] = [
  ['style', 'assets', 'site', 'css'],
  ['script', 'assets', 'app', 'js'],
  ['script', 'assets', 'vendor', 'js'],
  ['image', 'assets', 'logo', 'svg'],
  ['script', 'assets/chunks', 'consent', 'mjs'],
  ['style', 'assets', 'print', 'css'],
]
const COMMON: readonly SitePart[] = BUILT.map(([dest, folder, name, ending]) => ({
  dest,
  // A build names files by what is in them.
  path: `/${folder}/${name}.${fnv1a(`${name}.${ending}`).toString(16).padStart(8, '0')}.${ending}`,
}))

const MOST_PARTS = 25
const PICTURES = 400
const FORMATS = ['jpg', 'jpg', 'webp', 'png'] as const

/** None to twenty-five, most pages few; the same for everybody. A document has none. */
export function partsOf(number: number): readonly SitePart[] {
  if (pageOf(number).endsWith('.pdf')) return []
  const hash = fnv1a(`parts of ${number}`)
  const count = Math.floor((MOST_PARTS + 1) * ((hash % 1_000) / 1_000) ** 2)
  const pictures = Array.from({ length: Math.max(0, count - COMMON.length) }, (_, index) =>
    pictureOf((number * 5 + index) % PICTURES),
  )
  return [...COMMON.slice(0, count), ...pictures]
}

function pictureOf(number: number): SitePart {
  return {
    dest: 'image',
    path: `/img/${String(number).padStart(4, '0')}.${FORMATS[number % FORMATS.length]}`,
  }
}

const TYPES: Readonly<Record<string, string>> = {
  ...{ css: 'text/css', js: 'text/javascript', mjs: 'text/javascript', svg: 'image/svg+xml' },
  ...{ jpg: 'image/jpeg', webp: 'image/webp', png: 'image/png', pdf: 'application/pdf' },
}

const PATHS: ReadonlySet<string> = new Set([
  ...SITE,
  ...COMMON.map(({ path }) => path),
  ...Array.from({ length: PICTURES }, (_, number) => pictureOf(number).path),
])

/** Media type of what stands there; undefined where nothing does. */
export function siteType(path: string): string | undefined {
  if (path === '/robots.txt') return 'text/plain'
  if (!PATHS.has(path)) return undefined
  return TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'text/html; charset=utf-8'
}
