/** Who reads the bank's public site, and what there is to read. */
import { describe, expect, it } from 'vitest'
import { labBank } from '../../lab/bank.ts'
import { eachClass, evenly, population, spanOf } from '../../lab/population.ts'
import { BROWSER_CLASSES } from '../../lab/traffic/people.ts'
import { random } from '../../lab/traffic/random.ts'
import { deadLink, pageOf, partsOf, SITE, siteType } from '../../lab/traffic/site.ts'
import type { BenignClass, Step } from '../../lab/traffic/traffic.ts'
import { known } from '../../src/lib/fact.ts'
import { played } from './played.ts'

const span = spanOf(24)
const memory = 14 * 24 * 3_600_000
const PAGES = new Set(SITE)

const isReader = (name: BenignClass) => BROWSER_CLASSES.some((one) => one === name)

const readers = (each: number, seed = 'readers') =>
  population(
    'read',
    eachClass((name) => (isReader(name) ? each : 0)),
    ...([span, [{}, {}, {}], random(seed), { memory, targets: [4711] }] as const),
  )

/** The pages of the site that each visitor read, in their order. */
function readBy(steps: readonly Step[]): ReadonlyMap<string, readonly Step[]> {
  const by = new Map<string, Step[]>()
  for (const step of steps.filter(({ path }) => PAGES.has(path)))
    by.set(step.truth.person, [...(by.get(step.truth.person) ?? []), step])
  return by
}

const crowd = played(readers(80))
const counted = async () => (await crowd).map(([step]) => step).filter(({ truth }) => !truth.warmUp)

describe('the public site', () => {
  it('has some hundred pages, half of them words, a third with numbers and the rest with escapes', () => {
    const escaped = SITE.filter((path) => path.includes('%'))
    const numbered = SITE.filter((path) => !path.includes('%') && /\d/.test(path))
    expect(new Set(SITE).size).toBe(SITE.length)
    expect(SITE.length).toBeGreaterThan(300)
    expect(numbered.length / SITE.length).toBeCloseTo(1 / 3, 1)
    expect(escaped.length / SITE.length).toBeCloseTo(1 / 6, 1)
  })

  it('has up to twenty-five parts on a page, named by hashes and numbers, which pages share', () => {
    const counts = SITE.map((_, number) => partsOf(number).length)
    expect(Math.min(...counts)).toBe(0)
    expect(Math.max(...counts)).toBeGreaterThan(20)
    expect(Math.max(...counts)).toBeLessThanOrEqual(25)
    const paths = SITE.flatMap((_, number) => partsOf(number)).map(({ path }) => path)
    expect(paths.some((path) => /^\/assets\/app\.[0-9a-f]{8}\.js$/.test(path))).toBe(true)
    expect(paths.some((path) => /^\/img\/\d{4}\.jpg$/.test(path))).toBe(true)
    expect(new Set(paths).size).toBeLessThan(paths.length / 2)
  })

  it.each([
    [pageOf(3), 200, 'text/html; charset=utf-8'],
    ['/docs/fees-2026-10.pdf', 200, 'application/pdf'],
    ['/img/0142.webp', 200, 'image/webp'],
    ['/us%C5%82ugi', 200, 'text/html; charset=utf-8'],
    [deadLink(3), 404, 'application/json'],
    ['/branches/9999', 404, 'application/json'],
  ])('answers %s with %i %s', async (path, status, type) => {
    const answer = known(await labBank().forward(new Request(`https://bank.example${path}`), 'whole'))
    expect(answer?.status).toBe(status)
    expect(answer?.headers.get('content-type')).toBe(type)
    expect(siteType(path)).toBe(status === 200 ? type : undefined)
  })
})

describe('people who read the public site', () => {
  it('are in every browser class, and read pages with numbers and with escapes', async () => {
    const steps = (await counted()).filter(({ path }) => PAGES.has(path))
    for (const name of BROWSER_CLASSES) {
      const paths = steps.filter(({ truth }) => truth.class === name).map(({ path }) => path)
      expect(
        paths.some((path) => /\d/.test(path) && !path.includes('%')),
        name,
      ).toBe(true)
      expect(
        paths.some((path) => path.includes('%')),
        name,
      ).toBe(true)
    }
  })

  it('read two to fifteen pages, a few of them more, and most never sign in', async () => {
    const steps = await counted()
    const read = readBy(steps)
    const share = read.size / new Set(steps.map(({ truth }) => truth.person)).size
    expect(share).toBeGreaterThan(0.1)
    expect(share).toBeLessThan(0.25)
    const lengths = [...read.values()].map(({ length }) => length).sort((left, right) => left - right)
    expect(lengths.at(Math.floor(lengths.length / 2))).toBeGreaterThan(3)
    expect(lengths.filter((length) => length > 40).length / lengths.length).toBeLessThan(0.05)
    const signedIn = new Set(steps.filter(({ truth }) => truth.attempt).map(({ truth }) => truth.person))
    const also = [...read.keys()].filter((person) => signedIn.has(person)).length / read.size
    expect(also).toBeGreaterThan(0.2)
    expect(also).toBeLessThan(0.6)
  })

  it('were there before on the days that the gate remembers', async () => {
    const before = (await crowd).map(([step]) => step).filter(({ truth }) => truth.warmUp)
    const read = readBy(before)
    expect(read.size).toBeGreaterThan(80)
    for (const steps of read.values())
      expect(steps.every(({ at }) => at >= span.from - memory && at < span.from)).toBe(true)
  })

  it('come from a search, most of them, and take their time', async () => {
    const visits = [...readBy(await counted()).values()]
    const own = visits.filter(([first]) => first?.headers.referer?.startsWith('https://bank.example'))
    expect(own.length / visits.length).toBeLessThan(0.45)
    const gaps = visits.flatMap((steps) =>
      steps.slice(1).map(({ at }, index) => at - (steps[index]?.at ?? 0)),
    )
    const sorted = gaps.sort((left, right) => left - right)
    expect(sorted.at(Math.floor(gaps.length / 2))).toBeGreaterThan(8_000)
    expect(sorted.at(Math.floor(gaps.length * 0.8))).toBeLessThan(90_000)
    expect(gaps.filter((gap) => gap < 2_000).length / gaps.length).toBeGreaterThan(0.05)
  })

  it('follow a dead link now and then', async () => {
    const steps = await counted()
    const dead = steps.filter(({ path }) => path.startsWith('/old/')).length
    expect(dead).toBeGreaterThan(0)
    expect(dead / steps.filter(({ path }) => PAGES.has(path)).length).toBeLessThan(0.03)
  })

  it('have what all pages share in the cache after the first, and nothing of it where they were before', async () => {
    const steps = await counted()
    const [common] = partsOf(SITE.findIndex((_, number) => partsOf(number).length > 0))
    const asked = steps.filter(({ path }) => path === common?.path)
    const each = [...Map.groupBy(asked, ({ truth }) => truth.person).values()].map(({ length }) => length)
    // Nobody comes more than three times on a day.
    expect(Math.max(...each)).toBeLessThanOrEqual(3)
    expect(each.length / readBy(steps).size).toBeGreaterThan(0.3)
    expect(each.length / readBy(steps).size).toBeLessThan(0.5)
  })

  it('read the same for the same seed', async () => {
    const told = async () => (await played(readers(12))).map(([step]) => JSON.stringify(step))
    expect(await told()).toEqual(await told())
  })
})

describe('machines that read the public site', () => {
  it('name themselves, keep to one page every few seconds, and are few among those who declare themselves', async () => {
    const volumes = { ...evenly(0), 'declared automation': 150 }
    const steps = (await played(population('crawl', volumes, span, [{}], random('crawl')))).map(
      ([step]) => step,
    )
    const read = readBy(steps)
    expect(read.size).toBeGreaterThan(5)
    expect(read.size).toBeLessThan(30)
    for (const pages of read.values()) {
      expect(pages.length).toBeLessThanOrEqual(200)
      expect(pages.every(({ headers }) => /\+https:/.test(headers['user-agent'] ?? ''))).toBe(true)
      const lasted = (pages.at(-1)?.at ?? 0) - (pages[0]?.at ?? 0)
      expect(lasted / Math.max(1, pages.length - 1)).toBeGreaterThan(700)
    }
  })
})
