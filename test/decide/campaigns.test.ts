// Rules over a real ledger and without a model: what a campaign can reach when it knows every rule.
import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../src/evidence.ts'
import { match, NOTHING_PROVEN, person } from '../fixtures/scene.ts'
import { campaign, stops } from './campaigns.ts'

describe('card testing', () => {
  const TOP_UP = match({ id: 'card-top-up', sensitivity: 'payment', pattern: '/api/cards/top-up' })

  function payment(card: number, changes: Partial<Evidence> = {}): Evidence {
    return person({ match: TOP_UP, claims: { card: `k1.card-${card}` }, proof: NOTHING_PROVEN, ...changes })
  }

  it('of five hundred cards by one client is stopped by the sixth', async () => {
    const { send } = campaign()
    let reached = 0
    for (let card = 0; card < 500; card += 1) {
      if (!stops(await send(payment(card), 'failure'))) reached += 1
    }
    expect(reached).toBeLessThanOrEqual(6)
  })

  it('is not what a person does who pays with two cards, one of them again and again', async () => {
    const { send } = campaign()
    for (let n = 0; n < 12; n += 1) {
      expect(stops(await send(payment(n % 2), n % 3 === 0 ? 'failure' : 'success'))).toBe(false)
    }
  })
})
