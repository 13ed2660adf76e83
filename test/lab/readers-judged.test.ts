/** The deployed model and people who read the public site: pages with numbers, dates and escapes are no walk. */
import { describe, expect, it } from 'vitest'
import { embeddedScorer, labHouse } from '../../lab/house.ts'
import { eachClass, population, spanOf } from '../../lab/population.ts'
import { BROWSER_CLASSES } from '../../lab/traffic/people.ts'
import { random } from '../../lab/traffic/random.ts'
import { SITE } from '../../lab/traffic/site.ts'
import { play } from '../../lab/world.ts'
import { guard } from '../../src/guard.ts'
import { NO_ANCHORS } from '../../src/verify/own-anchors.ts'

const EACH = 150
const PAGES = new Set(SITE)
const READERS = new Set<string>(BROWSER_CLASSES)

async function judged() {
  const arrivals = population(
    'judged',
    eachClass((name) => (READERS.has(name) || name === 'declared automation' ? EACH : 0)),
    ...([spanOf(24), [{}, {}, {}], random('judged'), { targets: [4711] }] as const),
  )
  const house = labHouse({ scorer: embeddedScorer(), seed: 'judged', anchors: NO_ANCHORS })
  const readers = new Map<string, Set<string>>()
  const stopped = new Set<string>()
  await play(arrivals, house, { botManagement: true }, guard, ({ step: { path, truth }, record }) => {
    if (!PAGES.has(path)) return
    readers.set(truth.class, (readers.get(truth.class) ?? new Set()).add(truth.person))
    if (['deny', 'throttle', 'challenge'].includes(record.verdict.action)) stopped.add(truth.person)
  })
  return { readers, stopped }
}

describe('a gate that remembers nothing', () => {
  it('lets people and crawlers read the public site', async () => {
    const { readers, stopped } = await judged()
    const all = [...readers.values()].reduce((sum, some) => sum + some.size, 0)
    expect(readers.size).toBeGreaterThan(10)
    expect(all).toBeGreaterThan(150)
    expect([...stopped]).toEqual([])
  }, 600_000)
})
