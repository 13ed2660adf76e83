/** Access logs of an invented shop: people and programs of several kinds, in Apache's combined format. */
import { type Random, random } from '../../../lab/traffic/random.ts'

export interface Visitor {
  readonly kind: string
  readonly bot: boolean
  readonly address: string
  readonly agent: string
  readonly lines: readonly Line[]
}

export interface Line {
  readonly at: number
  readonly method: string
  readonly target: string
  readonly status: number
  readonly referer: string
}

const START = Date.UTC(2026, 10, 16)
const HOUR = 3_600_000
const HOST = 'https://shop.example'
const BROWSER =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/155.0.0.0 Safari/537.36'

/** Popular things first: what people ask for, they ask for together. */
function product(stream: Random): string {
  return `/p/${Math.floor(400 * stream.next() ** 2.5)}`
}

function start(stream: Random, waking: boolean): number {
  const hour = waking ? 7 + Math.floor(stream.next() * 15) : Math.floor(stream.next() * 24)
  return START + stream.below(2) * 24 * HOUR + hour * HOUR + stream.below(HOUR)
}

/** Seconds, as people take them: mostly a few, sometimes minutes. */
function reading(stream: Random): number {
  return 1_000 * stream.logNormal(18, 1.1)
}

/** A page, and what its browser fetches for it unless a cache has it. */
function load(at: number, target: string, referer: string, cached: boolean, stream: Random): Line[] {
  const lines: Line[] = [{ at, method: 'GET', target, status: 200, referer }]
  const assets = ['/static/site.css', '/static/site.js', `/img${target.split('?', 1)[0]}.jpg`]
  for (const asset of assets) {
    if (cached && stream.chance(0.7)) continue
    const status = cached && stream.chance(0.5) ? 304 : 200
    lines.push({
      at: at + 80 + stream.below(900),
      method: 'GET',
      target: asset,
      status,
      referer: HOST + target,
    })
  }
  return lines
}

function browse(stream: Random, pages: number, from: number, cached: boolean): Line[] {
  const lines: Line[] = []
  let at = from
  let referer = stream.chance(0.5) ? '-' : 'https://search.example/'
  for (let number = 0; number < pages; number++) {
    const target = stream.chance(0.2) ? '/' : stream.chance(0.3) ? `/c/${stream.below(12)}` : product(stream)
    lines.push(...load(at, target, referer, cached || number > 0, stream))
    if (number === 0 && !cached)
      lines.push({ at: at + 950, method: 'GET', target: '/favicon.ico', status: 200, referer: HOST + target })
    referer = HOST + target
    at += reading(stream)
  }
  return lines
}

type Maker = (stream: Random) => readonly Line[]

function get(at: number, target: string, status = 200, referer = '-', method = 'GET'): Line {
  return { at, method, target, status, referer }
}

function series(count: number, make: (index: number) => Line): Line[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

const PEOPLE: Readonly<Record<string, Maker>> = {
  bounces: (stream) => browse(stream, 1, start(stream, true), false),
  reads: (stream) => browse(stream, 2 + stream.below(12), start(stream, true), false),
  returns: (stream) => [
    ...browse(stream, 1 + stream.below(6), start(stream, true), false),
    ...browse(stream, 1 + stream.below(6), start(stream, true) + 50 * HOUR, true),
  ],
  // Everything but the page itself comes from a cache.
  cached: (stream) => {
    const from = start(stream, true)
    return series(1 + stream.below(4), (at) =>
      get(from + at * 21_000 + stream.below(15_000), product(stream), 200, at === 0 ? '-' : `${HOST}/`),
    )
  },
  office: (stream) =>
    Array.from({ length: 12 }, () =>
      browse(stream, 1 + stream.below(8), start(stream, true), stream.chance(0.5)),
    ).flat(),
  signs_in: (stream) => {
    const lines = browse(stream, 2, start(stream, true), true)
    const at = (lines.at(-1)?.at ?? START) + 9_000
    return [...lines, get(at, '/login', 200, `${HOST}/login`, 'POST'), ...browse(stream, 3, at + 700, true)]
  },
}

const SCANS = [
  '/.env',
  '/wp-login.php',
  '/.git/config',
  '/phpmyadmin/',
  '/xmlrpc.php',
  '/admin/',
  '/backup.sql',
  '/cgi-bin/luci',
]

const PROGRAMS: Readonly<Record<string, Maker>> = {
  crawler: (stream) => {
    const from = start(stream, false)
    return [
      get(from, '/robots.txt'),
      ...series(30 + stream.below(90), (at) =>
        get(from + at * (20_000 + stream.below(40_000)), `/p/${stream.below(900)}`),
      ),
    ]
  },
  // Without the courtesy of robots.txt.
  scraper: (stream) => {
    const from = start(stream, false)
    return series(60 + stream.below(200), (at) =>
      get(from + at * (900 + stream.below(500)), `/p/${stream.below(900)}`),
    )
  },
  walker: (stream) => {
    const [from, first] = [start(stream, false), stream.below(500)]
    return series(50, (at) => get(from + at * 3_000, `/p/${first + at}`, first + at < 800 ? 200 : 404))
  },
  scanner: (stream) => {
    const from = start(stream, false)
    return series(6 + stream.below(20), (at) => get(from + at * 400, SCANS[at % SCANS.length] ?? '/', 404))
  },
  stuffer: (stream) => {
    const from = start(stream, false)
    return series(40, (at) => get(from + at * (2_000 + stream.below(2_500)), '/login', 401, '-', 'POST'))
  },
  monitor: () => series(280, (at) => get(START + at * 300_000, '/')),
  feed_reader: (stream) =>
    series(40, (at) => get(START + at * HOUR + stream.below(20_000), '/feed.xml', at % 3 === 0 ? 200 : 304)),
  // One page from each of many addresses.
  single: (stream) => [get(start(stream, false), `/p/${stream.below(900)}`)],
  slow: (stream) =>
    series(14, (at) => get(START + at * 3 * HOUR + stream.below(2 * HOUR), `/p/${stream.below(900)}`)),
  // A real browser, driven: it loads everything and never stops.
  headless: (stream) => {
    const from = start(stream, false)
    return Array.from({ length: 40 }, (_, at) =>
      load(from + at * (4_000 + stream.below(400)), `/p/${stream.below(900)}`, '-', false, stream),
    ).flat()
  },
}

/** Agents of programs that lie: the same as people's. */
export function visitors(seed: string, each: number): readonly Visitor[] {
  const all: Visitor[] = []
  const add = (kind: string, bot: boolean, make: Maker) => {
    for (let number = 0; number < each; number++) {
      const stream = random(`${seed}/${kind}/${number}`)
      const place = all.length
      const address = bot
        ? `203.${stream.below(200)}.${stream.below(250)}.${1 + stream.below(250)}`
        : place % 5 === 0
          ? `2001:db8:${stream.below(65_536).toString(16)}:${stream.below(65_536).toString(16)}::1`
          : `198.${stream.below(200)}.${stream.below(250)}.${1 + stream.below(250)}`
      all.push({ kind, bot, address, agent: BROWSER, lines: make(stream) })
    }
  }
  for (const [kind, make] of Object.entries(PEOPLE)) add(kind, false, make)
  for (const [kind, make] of Object.entries(PROGRAMS)) add(kind, true, make)
  return all
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function timeOf(at: number): string {
  const time = new Date(at)
  const two = (number: number) => String(number).padStart(2, '0')
  const day = `${two(time.getUTCDate())}/${MONTHS[time.getUTCMonth()]}/${time.getUTCFullYear()}`
  return `${day}:${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())} +0000`
}

/** @param agents false writes `-` for every user agent */
export function combinedLog(everybody: readonly Visitor[], agents: boolean): string {
  const lines = everybody.flatMap(({ address, agent, lines: own }) =>
    own.map(({ at, method, target, status, referer }) => ({
      at,
      text: `${address} - - [${timeOf(at)}] "${method} ${target} HTTP/1.1" ${status} 1234 "${referer}" "${agents ? agent : '-'}"`,
    })),
  )
  return `${lines
    .sort((a, b) => a.at - b.at)
    .map(({ text }) => text)
    .join('\n')}\n`
}

/** Share of pairs of a person and a program of whom the program has the higher number: 0.5 is chance. */
export function ranked(people: readonly number[], programs: readonly number[]): number {
  let better = 0
  for (const program of programs) {
    for (const person of people) better += program > person ? 1 : program === person ? 0.5 : 0
  }
  return better / (people.length * programs.length)
}
