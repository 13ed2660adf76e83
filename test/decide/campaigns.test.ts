// Rules over a real ledger and without a model: what a campaign can reach when it knows every rule.
import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../src/evidence.ts'
import { valid } from '../../src/lib/fact.ts'
import { LICENSED, match, NOTHING_PROVEN, NOW, person } from '../fixtures/scene.ts'
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

const PASS_ISSUED = NOW - 60_000

function holding(id: string, cleared = false): Evidence['proof'] {
  return { ...NOTHING_PROVEN, pass: valid({ id: `1c.${id}`, issuedAt: PASS_ISSUED, cleared }) }
}

function login(account: string, proof: Evidence['proof'] = NOTHING_PROVEN): Evidence {
  return person({ claims: { account: `k1.${account}` }, proof })
}

describe('one address', () => {
  it.each([
    ['one client', () => 'chrome'],
    ['a hundred made-up clients', (at: number) => `software-${at % 100}`],
  ])(
    'that fetches a pass for each attempt gets twenty failures and no more, as %s',
    async (_what, software) => {
      const { send } = campaign()
      let reached = 0
      for (let at = 0; at < 400; at += 1) {
        const { client, ...evidence } = login(`victim-${at}`, holding(`fresh-${at}`))
        const verdict = await send({ ...evidence, client: { ...client, software: software(at) } }, 'failure')
        if (!stops(verdict)) reached += 1
      }
      expect(reached).toBeLessThanOrEqual(20)
    },
  )

  it('does not get more with a pass on the mobile channel', async () => {
    const { send } = campaign()
    let reached = 0
    for (let at = 0; at < 100; at += 1) {
      const evidence = login(`victim-${at}`, holding(`fresh-${at}`, true))
      const mobile = match({ channel: 'mobile', dialect: 'problem' })
      if (!stops(await send({ ...evidence, match: mobile }, 'failure'))) reached += 1
    }
    expect(reached).toBeLessThanOrEqual(6)
  })

  it('of an office is left alone: two hundred first visits, one in eight mistyped', async () => {
    const { send } = campaign()
    for (let at = 0; at < 200; at += 1) {
      const verdict = await send(
        login(`staff-${at}`, holding(`staff-${at}`)),
        at % 8 === 3 ? 'failure' : 'success',
      )
      expect(verdict).toMatchObject({ action: 'flag', reason: 'model_absent' })
    }
  })
})

describe('a customer behind one address and browser with an attacker', () => {
  async function attacked() {
    const { send } = campaign()
    expect(stops(await send(login('alice', holding('alices')), 'success'))).toBe(false)
    for (let at = 0; at < 80; at += 1) await send(login(`victim-${at}`), 'failure')
    return send
  }

  it.each([
    ['a minute', 60_000],
    ['twenty minutes', 20 * 60_000],
    ['five hours', 5 * 3_600_000],
  ])('gets in with a pass of their own %s later', async (_what, after) => {
    const send = await attacked()
    expect(stops(await send(login('alice', holding('alices')), 'success', after))).toBe(false)
  })

  it('is asked, and not shut out, with a pass that has done nothing yet', async () => {
    const send = await attacked()
    expect(await send(login('bob', holding('bobs')), 'success')).toMatchObject({ action: 'challenge' })
    expect(stops(await send(login('bob', holding('bobs', true)), 'success'))).toBe(false)
  })

  it('cannot be played by the attacker: a pass that is spread is refused, whatever it once did', async () => {
    const send = await attacked()
    let reached = 0
    let last = 'allow'
    for (let at = 0; at < 40; at += 1) {
      const verdict = await send(login(`spread-${at}`, holding('alices')), 'failure')
      last = verdict.action
      if (!stops(verdict)) reached += 1
    }
    expect({ reached: reached <= 5, last }).toEqual({ reached: true, last: 'deny' })
  })
})

describe('a licensed third party at the login of the customers', () => {
  it.each(['browser', 'mobile', 'direct'] as const)(
    'that works through a list is slowed by its own count, on the %s channel, from however many addresses',
    async (channel) => {
      const { send } = campaign()
      let reached = 0
      let last = ''
      for (let at = 0; at < 300; at += 1) {
        const evidence = login(`victim-${at}`, LICENSED)
        const network = { ...evidence.client.network, subscriber: `198.51.100.${at % 200}/32` }
        const client = { ...evidence.client, network }
        const verdict = await send({ ...evidence, client, match: match({ channel }) }, 'failure')
        last = `${verdict.action} ${verdict.rule}`
        if (!stops(verdict)) reached += 1
      }
      expect({ reached: reached <= 21, last }).toEqual({ reached: true, last: 'throttle tpp_many_accounts' })
    },
  )

  it('whose first thirty customers of a morning fail is let in again after an hour or so, for all that was refused meanwhile', async () => {
    const { send } = campaign()
    const stopped: number[] = []
    for (let at = 0; at < 1_000; at += 1) {
      const verdict = await send(login(`customer-${at}`, LICENSED), at < 30 ? 'failure' : 'success', 7_200)
      if (stops(verdict)) stopped.push(at)
    }
    expect(stopped[0]).toBeGreaterThan(15)
    expect(stopped.at(-1)).toBeLessThan(700)
  })

  it('that signs its own customers in is left alone: five hundred accounts, one in six mistyped', async () => {
    const { send } = campaign()
    for (let at = 0; at < 500; at += 1) {
      const verdict = await send(login(`customer-${at}`, LICENSED), at % 6 === 0 ? 'failure' : 'success')
      expect(stops(verdict)).toBe(false)
    }
  })

  it('is not slowed for what strangers do behind its address', async () => {
    const { send } = campaign()
    for (let at = 0; at < 60; at += 1) await send(login(`victim-${at}`), 'failure')
    expect(stops(await send(login('customer', LICENSED), 'success'))).toBe(false)
  })
})

describe('a current Chrome’s headers over a tool’s connection', () => {
  /** Each from an address and a /24 of its own: nothing but the cohort tells that they are one. */
  function attempt(at: number, changes: Partial<Evidence> = {}): Evidence {
    const { client, ...rest } = person({ claims: { account: `k1.victim-${at}` }, proof: NOTHING_PROVEN })
    const address = `203.${at >> 8}.${at & 255}.7`
    const network = { ...client.network, address, subscriber: address, prefix: `${address}/24` }
    return { ...rest, client: { ...client, network, contradictions: ['protocol_unlike_claim'] }, ...changes }
  }

  it('is denied once ten have been asked, though the bank has seen none of them fail', async () => {
    const { send } = campaign()
    const actions: string[] = []
    for (let at = 0; at < 200; at += 1) actions.push((await send(attempt(at), 'failure', 100)).action)
    expect(actions.slice(0, 10).every((action) => action === 'challenge')).toBe(true)
    expect(actions.slice(10).every((action) => action === 'deny')).toBe(true)
  })

  it('of a company whose middlebox breaks the connection is let in by the page that came first', async () => {
    const { send } = campaign()
    for (let at = 0; at < 60; at += 1) {
      const verdict = await send(attempt(at, { proof: holding(`employee-${at}`) }), 'success', 1_000)
      expect(verdict.action).not.toBe('deny')
    }
  })
})
