import { describe, expect, it } from 'vitest'
import { labBank } from '../../lab/bank.ts'
import { DEFAULT_CAMPAIGNS } from '../../lab/campaigns.ts'
import { evenly, population, spanOf } from '../../lab/population.ts'
import { attack } from '../../lab/traffic/campaigns.ts'
import { random } from '../../lab/traffic/random.ts'
import type { Arrival, Reply, Step } from '../../lab/traffic/traffic.ts'
import { BENIGN_CLASSES } from '../../lab/traffic/traffic.ts'
import { requestOf } from '../../lab/wire.ts'

/** Everything that a script sends to the bank itself, with no gate between. */
async function played(arrivals: Iterable<Arrival>): Promise<readonly (readonly [Step, Response])[]> {
  const bank = labBank()
  const sent: (readonly [Step, Response])[] = []
  for (const { begin } of arrivals) {
    const session = begin()
    for (let taken = session.next(); !taken.done; ) {
      const answered = await bank.forward(requestOf(taken.value, { botManagement: true }))
      if (answered.state !== 'valid') throw new Error('the bank did not answer')
      sent.push([taken.value, answered.value])
      taken = session.next(replyOf(answered.value))
    }
  }
  return sent
}

function replyOf(response: Response): Reply {
  const cookies = response.headers.getSetCookie().map((line): readonly [string, string] => {
    const [pair = ''] = line.split(';', 1)
    return [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]
  })
  return { status: response.status, location: response.headers.get('location'), cookies, forwarded: true }
}

const span = spanOf(24)
const everybody = () => population('test', evenly(8), span, [{}, {}, {}], random('people'))

describe('generated people', () => {
  it('send the same requests for the same seed', async () => {
    const [once, again] = [await played(everybody()), await played(everybody())]
    expect(again.map(([step]) => JSON.stringify(step))).toEqual(once.map(([step]) => JSON.stringify(step)))
  })

  it('are of every benign class, each within the span', async () => {
    const steps = (await played(everybody())).map(([step]) => step)
    expect(new Set(steps.map(({ truth }) => truth.class))).toEqual(new Set(BENIGN_CLASSES))
    for (const step of steps) expect(step.at).toBeGreaterThanOrEqual(span.from - 60_000)
  })

  it('get from the bank what their truth says: good secrets are taken, bad ones are not', async () => {
    for (const [step, response] of await played(everybody())) {
      if (!step.truth.attempt) continue
      expect({ path: step.path, taken: response.status < 400 }).toEqual({
        path: step.path,
        taken: step.truth.valid,
      })
    }
  })

  it('never ask the bank for what it does not have', async () => {
    const missing = (await played(everybody())).filter(([, response]) => response.status === 404)
    expect(missing.map(([step]) => `${step.truth.class} ${step.path}`)).toEqual([])
  })
})

describe('generated attackers', () => {
  const rows = DEFAULT_CAMPAIGNS.map((campaign) => ({
    ...campaign,
    attempts: 120,
    hours: 24,
    successRate: 0.2,
  }))

  it.each(rows)('$id makes as many attempts as it was given', async (campaign) => {
    const sent = await played(attack(campaign, span, random('attack')))
    const attempts = sent.filter(([step]) => step.truth.attempt)
    expect(attempts.length).toBe(120)
    expect(new Set(attempts.map(([step]) => step.truth.intent))).toEqual(new Set([campaign.kind]))
  })

  const guessing = rows.filter(({ kind }) => kind !== 'enumeration' && kind !== 'scraping')
  it.each(guessing)('$id has good secrets among its own, and the bank takes just those', async (campaign) => {
    const sent = await played(attack(campaign, span, random('attack')))
    const attempts = sent.filter(([step]) => step.truth.attempt)
    for (const [step, response] of attempts) expect(response.status < 400).toBe(step.truth.valid)
    expect(attempts.some(([step]) => step.truth.valid)).toBe(true)
  })

  it('rent as many addresses as their rate asks for', async () => {
    const single = { ...rows[0], perAddress: 1 } as (typeof rows)[number]
    const sent = await played(attack(single, span, random('attack')))
    expect(new Set(sent.map(([step]) => step.place.address)).size).toBeGreaterThan(110)
  })
})
