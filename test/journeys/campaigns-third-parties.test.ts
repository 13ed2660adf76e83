/** Licensed third parties: one that somebody broke into, and one whose Monday only looks like it. */
import { expect, it } from 'vitest'
import { thirdParties } from '../../lab/certificates.ts'
import { spanOf } from '../../lab/population.ts'
import { attack } from '../../lab/traffic/campaigns.ts'
import { random } from '../../lab/traffic/random.ts'
import { read } from '../../lab/traffic/third-parties.ts'
import type { Arrival } from '../../lab/traffic/traffic.ts'
import { CUSTOMERS, type Visitor } from '../../lab/traffic/visitor.ts'
import { withCalendar } from './calendar.ts'
import type { Sighting } from './laboratory-client.ts'
import { licensed } from './licensed.ts'
import { isStopped, planned } from './siege.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
/** Of the one that is broken into. The thief reads five resources of each, and all of them within the hour. */
const CONSENTS = 600
const RESOURCES = 5
/** Each hour of the week was watched once, and what it calls from was there on more than three days. */
const MEMORY_MS = 7 * DAY_MS

const isDrift = ({ rule }: Sighting): boolean => rule === 'third_party_drift'

it('a third party that was broken into is flagged before five minutes are over, or one in a hundred of its consents is read', async () => {
  const parties = await thirdParties(1)
  const campaign = { ...planned('compromised-tpp'), attempts: RESOURCES * CONSENTS }
  const days = [...attack(campaign, spanOf(24), random('break-in'), parties.certificates[0], MEMORY_MS)]
  // The thief's come last, one for each consent; what its honest customers do goes on beside them.
  const begins = Math.min(...days.slice(-CONSENTS).map(({ at }) => at))
  await withCalendar({ parties }, async ({ play }) => {
    const seen = await play(days.filter(({ at }) => at < begins + 2 * MINUTE_MS))
    const thefts = seen.filter(({ step }) => step.truth.attempt)
    const first = thefts.findIndex(isDrift)
    const before = thefts.slice(0, first)
    expect((thefts[first]?.step.at ?? Number.NaN) - begins).toBeLessThan(5 * MINUTE_MS)
    expect(customersOf(before)).toBeLessThan(CONSENTS / 100)
    // Once noticed it stays so, and nothing of the honest day before was taken for it.
    expect(thefts.slice(first).filter(isDrift).length).toBeGreaterThanOrEqual(0.95 * (thefts.length - first))
    expect(seen.filter((one) => !one.step.truth.attempt && one.step.at < begins).filter(isDrift)).toEqual([])
    // A licensed third party is stopped by people, and by no likelihood.
    expect(seen.filter(isStopped)).toEqual([])
  })
})

it('an aggregator that reads everybody within a minute, this Monday and the next, is neither stopped nor suspected', async () => {
  const parties = await thirdParties(1)
  const visitor = licensed('aggregator', parties.certificates[0])
  const sixOClock = spanOf(24).from + DAY_MS / 4
  await withCalendar({ parties }, async ({ play }) => {
    const seen = await play([...morning(visitor, sixOClock), ...morning(visitor, sixOClock + 7 * DAY_MS)])
    expect(seen.length).toBe(2 * READ * RESOURCES)
    expect(seen.filter(({ action }) => action !== 'allow')).toEqual([])
  })
})

const READ = 40

function morning(visitor: Visitor, opens: number): readonly Arrival[] {
  return Array.from({ length: READ }, (_, index) => {
    const stream = random(`customer ${index}`)
    const customer = stream.below(CUSTOMERS)
    const at = opens + (index * MINUTE_MS) / READ
    return { at, begin: () => read(visitor, customer, at, true, stream.fork(opens)) }
  })
}

/** Whoever reads begins with what accounts there are. */
function customersOf(thefts: readonly Sighting[]): number {
  return thefts.filter(({ step }) => step.path.endsWith('/accounts')).length
}
