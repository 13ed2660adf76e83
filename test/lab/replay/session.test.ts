import { describe, expect, it } from 'vitest'
import { kindOf } from '../../../lab/replay/session/kinds.ts'
import { newPopularity } from '../../../lab/replay/session/popularity.ts'
import {
  different,
  join as joinSessions,
  type Look,
  newSession,
  note,
} from '../../../lab/replay/session/session.ts'
import { type SIGNS, signsOf } from '../../../lab/replay/session/signs.ts'
import { newSite, noteClient, type Site } from '../../../lab/replay/session/site.ts'
import { random } from '../../../lab/traffic/random.ts'
import { hash32 } from '../../../src/lib/hash32.ts'

const START = Date.UTC(2026, 10, 16, 10)

function look(at: number, changed: Partial<Look> = {}): Look {
  const seen = { at: START + at, kind: 'page', method: 'GET', status: 200, protocol: 'HTTP/1.1' } as const
  return {
    ...seen,
    referer: undefined,
    target: hash32(`/${at}`),
    shape: 1,
    number: -1,
    rare: undefined,
    ...changed,
  }
}

function sessionOf(looks: readonly Look[]) {
  const session = newSession()
  for (const one of looks) note(session, one)
  return session
}

describe('kindOf()', () => {
  it.each([
    ['/', '', 'page'],
    ['/shop/item.php', 'id=1', 'page'],
    ['/a.b/c', '', 'page'],
    ['/static/app.3f2a.js', '', 'asset'],
    ['/favicon.ico', '', 'icon'],
    ['/robots.txt', '', 'robots'],
    ['/sitemap_index.xml', '', 'robots'],
    ['/feed/', '', 'feed'],
    ['/api/v2/items', '', 'data'],
    ['/doc.pdf', '', 'file'],
    ['/.env', '', 'probe'],
    ['/cgi-bin/luci', '', 'probe'],
    ['/item', 'id=1 union select 1', 'probe'],
    ['/environment', '', 'page'],
  ])('%s?%s is %s', (path, query, kind) => {
    expect(kindOf(path, query, undefined)).toBe(kind)
  })
})

describe('a session', () => {
  it('in two halves is the same as in one, wherever it is cut', () => {
    const stream = random('halves')
    const kinds = ['page', 'asset', 'data', 'robots', 'icon'] as const
    let at = 0
    const looks = Array.from({ length: 300 }, () => {
      at += stream.chance(0.05) ? 4_000_000 : stream.below(30_000)
      const number = stream.below(9)
      return look(at, {
        kind: stream.pick(kinds),
        target: stream.below(2 ** 32),
        number,
        rare: stream.chance(0.5),
      })
    })
    const whole = sessionOf(looks)
    for (const cut of [1, 40, 150, 299]) {
      const joined = sessionOf(looks.slice(0, cut))
      joinSessions(joined, sessionOf(looks.slice(cut)))
      expect({ ...joined, breadth: 0 }).toEqual({
        ...{ ...whole, breadth: 0 },
        // The interval and the step across the cut are what a disk costs.
        ...{ gaps: expect.closeTo(whole.gaps, -1), gapSum: expect.anything(), gapSquares: expect.anything() },
        ...{ hasty: expect.closeTo(whole.hasty, -1), loaded: expect.closeTo(whole.loaded, -1) },
        ...{
          steps: expect.closeTo(whole.steps, -1),
          again: expect.closeTo(whole.again, -1),
          loading: expect.anything(),
        },
      })
      expect(different(joined)).toBeCloseTo(different(whole), 6)
    }
  })

  it('counts different things to a fifth of what they are', () => {
    const session = sessionOf(
      Array.from({ length: 5_000 }, (_, at) => look(at, { target: hash32(`/x/${at % 1_200}`) })),
    )
    expect(Math.abs(different(session) - 1_200)).toBeLessThan(240)
  })

  it('whose lines are late has no negative time', () => {
    const session = sessionOf([look(9_000), look(4_000), look(10_000)])
    expect(session.active).toBe(1_000)
    expect(session.gaps).toBeLessThanOrEqual(2)
  })
})

describe('what a browser does by itself is not held against its person', () => {
  it('a connection that was opened ahead and timed out', () => {
    const session = sessionOf([look(0, { kind: 'idle', method: '', status: 408 })])
    expect(signsOf(session, newSite())).toEqual([])
  })

  it('data that a page asks for all at once', () => {
    const burst = Array.from({ length: 12 }, (_, at) => look(900 + at * 40, { kind: 'data' }))
    const session = sessionOf([look(0), ...burst])
    expect([session.gaps, session.loaded]).toEqual([0, 1])
    expect(sessionOf(burst).hasty).toBe(11)
  })
})

/** A site whose readers fetch its assets and come from somewhere. */
function usual(): Site {
  const site = newSite()
  for (let person = 0; person < 50; person++) {
    const looks = [look(0, { referer: '' }), look(200, { kind: 'asset', referer: 'https://x.example/' })]
    noteClient(site, sessionOf(looks), { told: 2, none: 0 })
  }
  return site
}

describe('each sign moves on what it is about, and not on a person', () => {
  const person = sessionOf(
    [0, 21_000, 95_000, 99_000, 260_000, 900_000].flatMap((at) => [
      look(at, { referer: 'https://x.example/' }),
      look(at + 300, { kind: 'asset', referer: 'https://x.example/' }),
    ]),
  )
  const many = (count: number, every: number, changed: (at: number) => Partial<Look> = () => ({})) =>
    Array.from({ length: count }, (_, at) => look(at * every, changed(at)))
  const PROGRAMS: Readonly<Partial<Record<keyof typeof SIGNS, readonly Look[]>>> = {
    robots_txt: [look(0, { kind: 'robots' })],
    probes: [look(0, { kind: 'probe', status: 404 })],
    no_request: [look(0, { kind: 'malformed', status: 400 })],
    methods: [look(0, { method: 'HEAD' })],
    pages_alone: many(6, 9_000),
    referer: many(6, 9_000, () => ({ referer: '' })),
    errors: many(6, 9_000, () => ({ status: 404 })),
    speed: many(40, 700),
    haste: many(40, 400),
    regularity: many(30, 10_000),
    sleepless: many(48, 3_600_000),
    breadth: many(60, 9_000),
    walk: many(20, 9_000, (at) => ({ number: at })),
    monotony: many(20, 9_000, () => ({ target: 5, method: 'POST' })),
    single_visits: many(6, 5_000_000),
    old_protocol: many(2, 9_000, () => ({ protocol: 'HTTP/1.0' })),
    rarity: many(8, 9_000, () => ({ rare: true })),
  }
  it.each(Object.keys(PROGRAMS) as (keyof typeof SIGNS)[])('%s', (sign) => {
    const site = usual()
    const weights = (session: ReturnType<typeof newSession>) =>
      signsOf(session, site).find((one) => one.sign === sign)?.weight ?? 0
    expect(weights(sessionOf(PROGRAMS[sign] ?? []))).toBeGreaterThan(0.2)
    expect(weights(person)).toBeLessThanOrEqual(0)
  })

  it('and none accuses anybody of a site that has no assets and tells no referrers', () => {
    const site = newSite()
    const readers = many(3, 40_000)
    for (let person = 0; person < 50; person++) noteClient(site, sessionOf(readers), { told: 0, none: 0 })
    expect(signsOf(sessionOf(readers), site)).toEqual([])
  })
})

describe('popularity', () => {
  it('is unknown at first, and then of what one client alone asks for, rare', () => {
    const popularity = newPopularity()
    expect(popularity.ask(1, 1)).toBeUndefined()
    for (let at = 0; at < 3_000; at++) popularity.ask(7, 1 + (at % 50))
    expect(popularity.ask(7, 99)).toBe(false)
    expect(popularity.ask(8, 99)).toBe(true)
    expect(popularity.ask(8, 99)).toBe(true)
  })
})
