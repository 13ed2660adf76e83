import { describe, expect, it } from 'vitest'
import { evenly, population, spanOf } from '../../lab/population.ts'
import { random } from '../../lab/traffic/random.ts'
import type { Arrival, Reply, Step } from '../../lab/traffic/traffic.ts'

const TOP_UP = '/api/cards/top-up'
const SERVED: Reply = { status: 200, location: null, cookies: [['pass', 'fetched']], forwarded: true }
const ASKED: Reply = { ...SERVED, status: 403, cookies: [], forwarded: false }

/** Whatever is sent in a visit. Pages leave a cookie, and scripts none. */
function visited(arrival: Arrival, answer = (_step: Step): Reply => SERVED): readonly Step[] {
  const steps: Step[] = []
  const session = arrival.begin()
  for (let taken = session.next(); !taken.done; ) {
    steps.push(taken.value)
    const reply = answer(taken.value)
    taken = session.next(isScripts(taken.value) ? { ...reply, cookies: [] } : reply)
  }
  return steps
}

function isScripts({ path }: Step): boolean {
  return path.startsWith('/api/')
}

function everybody(count: number) {
  const volumes = { ...evenly(0), 'browser person': count }
  const memory = 14 * 24 * 3_600_000
  return population('test', volumes, spanOf(24), [{}, {}, {}], random('visits'), { memory })
}

describe('a visit from a cache or to a page that is still open', () => {
  const visits = everybody(10_000)
    .map((arrival) => visited(arrival))
    .filter(([first]) => !first?.truth.warmUp)
  const pageless = visits.filter((steps) => steps.every(isScripts))

  it('is two of a hundred, and four of a hundred in which a card is topped up', () => {
    const toppedUp = (some: typeof visits) =>
      some.filter((steps) => steps.some(({ path }) => path === TOP_UP)).length
    expect(pageless.length / visits.length).toBeGreaterThan(0.015)
    expect(pageless.length / visits.length).toBeLessThan(0.025)
    expect(toppedUp(pageless) / toppedUp(visits)).toBeGreaterThan(0.025)
    expect(toppedUp(pageless) / toppedUp(visits)).toBeLessThan(0.055)
  })

  it('signs in by a page’s script, and comes with the pass of an earlier visit in half of all cases', () => {
    const first = pageless.flatMap((steps) => steps.slice(0, 1))
    expect(new Set(first.map(({ path }) => path))).toEqual(new Set(['/api/login']))
    const modes = first.flatMap(({ headers }) => headers['sec-fetch-mode'] ?? [])
    expect(modes.length).toBeGreaterThan(first.length / 2)
    expect(new Set(modes)).toEqual(new Set(['cors']))
    const bare = first.filter(({ headers }) => headers.cookie === undefined)
    expect(bare.length / first.length).toBeGreaterThan(0.45)
    expect(bare.length / first.length).toBeLessThan(0.75)
  })
})

describe('who is challenged when topping a card up', () => {
  it('goes to the page and tries again with what that earned', () => {
    const asks = (step: Step): Reply =>
      step.path === TOP_UP && !step.headers.cookie?.includes('earned')
        ? { ...ASKED, earns: () => ['clearance', 'earned'] }
        : SERVED
    const visits = everybody(400).map((arrival) => visited(arrival, asks))
    const met = visits.flatMap((steps) => {
      // Who met one before has a pass.
      const at = steps.findIndex((step) => asks(step) !== SERVED)
      return at < 0 ? [] : [steps.slice(at, at + 3)]
    })
    expect(met.length).toBeGreaterThan(10)
    for (const steps of met) {
      expect(steps.map(({ path }) => path)).toEqual([TOP_UP, '/account', TOP_UP])
      expect(steps.at(-1)?.headers.cookie).toContain('earned')
    }
  })
})
