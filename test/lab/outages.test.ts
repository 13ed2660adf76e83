// Days on which the bank itself fails.
import { describe, expect, it } from 'vitest'
import { anyOutages, failing } from '../../lab/outages.ts'
import { random } from '../../lab/traffic/random.ts'
import { known, valid } from '../../src/lib/fact.ts'
import type { Upstream } from '../../src/ports.ts'

const HOUR = 3_600_000
const BANK: Upstream = { forward: () => Promise.resolve(valid(new Response('here'))) }

async function statuses(share: number, at: number): Promise<readonly (number | undefined)[]> {
  const bank = failing(BANK, [{ from: HOUR, to: 2 * HOUR, share }], () => at, random('outage'))
  const answers = Array.from({ length: 400 }, () =>
    bank.forward(new Request('https://bank.example/login'), 'whole'),
  )
  return (await Promise.all(answers)).map((answer) => known(answer)?.status)
}

describe('an outage of the laboratory’s bank', () => {
  it('answers 503 while it lasts, and nobody before or after', async () => {
    expect(new Set(await statuses(1, HOUR))).toEqual(new Set([503]))
    expect(new Set(await statuses(1, HOUR - 1))).toEqual(new Set([200]))
    expect(new Set(await statuses(1, 2 * HOUR))).toEqual(new Set([200]))
  })

  it('of one machine of two leaves half of the answers', async () => {
    const down = (await statuses(0.5, HOUR)).filter((status) => status === 503).length
    expect(down).toBeGreaterThan(150)
    expect(down).toBeLessThan(250)
  })

  it('lies in its span, and lasts minutes or hours', () => {
    const many = Array.from({ length: 200 }, (_, index) =>
      anyOutages({ from: 0, to: 24 * HOUR }, random(`${index}`)),
    )
    for (const { from, to } of many.flat()) {
      expect(from).toBeGreaterThanOrEqual(0)
      expect(from).toBeLessThan(24 * HOUR)
      expect(to - from).toBeGreaterThanOrEqual(HOUR / 12)
      expect(to - from).toBeLessThanOrEqual(3 * HOUR)
    }
  })
})
