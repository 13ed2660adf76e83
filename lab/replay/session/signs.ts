/**
 * Signs that a client is a program, from what it did in the whole log and not from what it says it is. Each is a weight
 * of evidence in natural logarithms (positive: rather a program), grows with the number of observations and has a most
 * that it can say. The figures are our judgement of what is published on web-robot detection, not fitted to anybody's log.
 */
import { different, type Session } from './session.ts'
import type { Site } from './site.ts'

export interface Sign {
  readonly sign: string
  readonly weight: number
}

type Weigh = (session: Session, site: Site) => number

/** From nothing towards 1: half of it at `half` observations. */
function sure(observations: number, half: number): number {
  return observations <= 0 ? 0 : observations / (observations + half)
}

function share(part: number, whole: number): number {
  return whole <= 0 ? 0 : part / whole
}

function within(least: number, value: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}

/** How much of a site's readers fetch its assets; 0 where they are on another host, and prove nothing. */
function assetsMatter({ loaders, readers }: Site): number {
  return within(0, (share(loaders, readers) - 0.02) / 0.2, 1)
}

function asked({ page, data, file, feed, robots, probe }: Session): number {
  return page + data + file + feed + robots + probe
}

export const SIGNS = {
  /** Addressed to machines by RFC 9309: no person's browser asks for it. */
  robots_txt: ({ robots }) => (robots > 0 ? 3 + 0.5 * sure(robots - 1, 2) : 0),
  /** Trying for holes; one such name may really be this site's. */
  probes: ({ probe, missing, denied, requests }) =>
    probe === 0 ? 0 : 1 + 2 * share(probe, requests) + (missing + denied > 0 ? 1.5 * sure(probe, 1) : 0),
  /** A handshake on a plain port, a binary: people have software that knows HTTP. */
  no_request: ({ malformed, requests }) => (malformed === 0 ? 0 : 1 + 2 * share(malformed, requests)),
  /** HEAD and the methods of WebDAV are programs'. */
  methods: ({ head, odd, requests }) => 2 * share(head, requests) + (odd > 0 ? 1.5 : 0),
  /** Pages without anything that belongs to them, where others fetch it. */
  pages_alone: ({ page, loaded, asset, icon }, site) =>
    page === 0 || loaded > 0
      ? 0
      : assetsMatter(site) * (asset + icon > 0 ? 0.3 : 1) * (0.8 + 2.2 * sure(page - 1, 3)),
  /** A page, and then at once what belongs to it: a browser, whoever drives it. */
  pages_loaded: ({ page, loaded }) =>
    loaded === 0 ? 0 : -(0.8 + 2.2 * within(0, share(loaded, page) / 0.5, 1) * sure(loaded, 1.5)),
  /** Assets of other people's pages, and of pages that a cache had; without a Referer, of a list. */
  assets_alone: ({ asset, icon, requests, page, refererTold, referred }) => {
    if (page > 0) return 0
    const from = refererTold > 0 && referred === 0 ? 0.6 : -1.2
    return from * share(asset + icon, requests) * sure(asset, 2)
  },
  /** Links are followed from somewhere; lists have no Referer. */
  referer: ({ refererTold, referred, requests }, site) => {
    if (refererTold === 0 || share(site.referred, site.refererTold) < 0.1) return 0
    const from = share(referred, refererTold)
    return from === 0 ? 1.2 * sure(requests, 1.5) : -1.4 * from * sure(referred, 2)
  },
  /** Lists are full of what is not there. */
  errors: ({ missing, denied, requests }) =>
    2.5 * within(0, share(missing + denied, requests) - 0.1, 0.8) * sure(missing + denied, 2),
  /** A browser has a cache and asks whether its pictures are still good; crawlers ask so of pages. */
  cache: ({ unchanged }) => -1.2 * sure(unchanged, 2),
  /** Only browsers want an icon for a tab. */
  icon: ({ icon }) => (icon > 0 ? -0.7 : 0),
  /** More in a minute than anybody reads, for minutes; forgiven where a browser loads the pages. */
  speed: ({ gaps, gapSum, loaded }) => {
    const perMinute = share(60 * gaps, Math.max(gapSum, 1))
    return (loaded > 0 ? 0.4 : 1) * within(0, Math.log2(perMinute / 8), 3) * sure(gaps - 1, 12)
  },
  /** One after the other within a second. */
  haste: ({ gaps, hasty, loaded }) => (loaded > 0 ? 0.4 : 1) * 1.5 * share(hasty, gaps) * sure(gaps, 8),
  /** Programs wait equally long; people read, think and are called away. */
  regularity: ({ gaps, gapSum, gapSquares }) => {
    if (gaps < 5 || gapSum === 0) return 0
    const mean = gapSum / gaps
    const spread = Math.sqrt(Math.max(0, gapSquares / gaps - mean ** 2)) / mean
    return (spread < 0.6 ? 3 * (0.6 - spread) : -0.5 * within(0, spread - 1, 1)) * sure(gaps - 4, 6)
  },
  /** People sleep. */
  sleepless: ({ hours, first, last }) => {
    const days = Math.max(1, (last - first) / 86_400_000)
    return (2 * within(0, bitsOf(hours) - 14, 8)) / 8 / Math.sqrt(Math.min(days, 9))
  },
  /** Ever something new, and never back to what was seen. */
  breadth: (session) => {
    const all = asked(session)
    if (all < 10) return 0
    return 1.5 * within(0, (share(different(session), all) - 0.6) / 0.3, 1) * sure(all - 8, 25)
  },
  /** Numbers one after the other. */
  walk: (session) => 2.5 * share(session.steps, asked(session)) * sure(session.steps, 3),
  /** The same again and again: monitoring, guessing at one form. */
  monotony: (session) =>
    2 * within(0, share(session.again, asked(session)) - 0.3, 0.6) * sure(session.again, 4) +
    1.5 * within(0, share(session.post, session.requests) - 0.4, 0.6) * sure(session.post, 4),
  /** Comes for one thing, goes, and comes again. */
  single_visits: ({ visits, requests, loaded }, site) =>
    loaded > 0
      ? 0
      : assetsMatter(site) * 1.5 * within(0, 2 - requests / Math.max(1, visits), 1) * sure(visits - 1, 3),
  /** No browser has spoken it for 20 years. Where everybody does, it is the log's age or a proxy's. */
  old_protocol: ({ http10, requests }, site) =>
    1.2 * share(http10, requests) * (1 - share(site.http10, site.requests)),
  /** Browsers speak it wherever it is offered, and scripts seldom. */
  new_protocol: ({ http2, requests }, site) =>
    site.http2 === 0 ? 0 : 0.8 * (share(site.http2, site.requests) - share(http2, requests)),
  /** What hardly anybody else asks for; people go where people go. */
  rarity: ({ rare, rarityTold }, site) =>
    1.5 *
    within(-0.4, share(rare, rarityTold) - share(site.rare, site.rarityTold), 0.7) *
    sure(rarityTold, 4),
} as const satisfies Record<string, Weigh>

const NAMES: readonly string[] = Object.keys(SIGNS)
const WEIGHERS: readonly Weigh[] = Object.values(SIGNS)

/** Those that say anything, strongest first. */
export function signsOf(session: Session, site: Site): readonly Sign[] {
  return WEIGHERS.map((weigh, at) => ({ sign: NAMES[at] ?? '', weight: weigh(session, site) }))
    .filter(({ weight }) => Math.abs(weight) >= 0.01)
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
}

function bitsOf(mask: number): number {
  let bits = 0
  for (let rest = mask; rest !== 0; rest &= rest - 1) bits++
  return bits
}
