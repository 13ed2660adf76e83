// Rules over a real ledger and without a model: who shares a carrier's address with somebody who guesses.
import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../src/evidence.ts'
import { valid } from '../../src/lib/fact.ts'
import type { AppProof } from '../../src/verify/attestation/types.ts'
import { LICENSED, match, NOTHING_PROVEN, NOW, person } from '../fixtures/scene.ts'
import { type Campaign, campaign, stops } from './campaigns.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const MOBILE = match({ id: 'mobile-login', channel: 'mobile', dialect: 'problem' })

function attested(keyThumbprint: string): Evidence['proof'] {
  const app: AppProof = {
    ...{ platform: 'apple', app: 'TEAM123456.com.example.bank', madeAt: NOW, keyThumbprint },
    ...{ counter: 2, previousCounter: 1, keyFirstSeenAt: NOW, environment: 'production' },
    build: { category: 4, bundleVersion: '1.0' },
  }
  return { ...NOTHING_PROVEN, app: valid(app) }
}

/** A telephone behind one carrier's address. */
function phone(account: string, software = 'the-app', proof = NOTHING_PROVEN): Evidence {
  const { client, ...rest } = person({ claims: { account: `k1.${account}` }, proof, match: MOBILE })
  const claim = { ...client.claim, family: 'app' } as const
  return { ...rest, client: { ...client, software, fingerprint: software, claim } }
}

/** Each time behind another address of another network. */
function elsewhere(at: number, { client, ...rest }: Evidence): Evidence {
  const here = `203.0.${at % 250}`
  const network = { ...client.network, prefix: `${here}.0/24`, subscriber: `${here}.7/32` }
  return { ...rest, client: { ...client, network } }
}

/** One hour of somebody who imitates the app. */
async function attacked(send: Campaign['send'], software = 'the-app'): Promise<void> {
  for (let at = 0; at < 240; at += 1) await send(phone(`victim-${at}`, software), 'failure', HOUR / 240)
}

describe('an attested app behind the address of somebody who guesses', () => {
  it.each(['the-app', 'an-imitation'])(
    'signs in for the first time, the guesser looks like %s',
    async (software) => {
      const { send } = campaign()
      await attacked(send, software)
      expect(stops(await send(phone('bob', 'the-app', attested('bobs')), 'success', 1_000))).toBe(false)
    },
  )

  it('signs in for the first time where those who look like it guess elsewhere, too', async () => {
    const { send } = campaign()
    for (let at = 0; at < 240; at += 1) {
      const guess = phone(`victim-${at}`)
      await send(at % 2 === 0 ? guess : elsewhere(1, guess), 'failure', HOUR / 480)
    }
    expect(stops(await send(phone('bob', 'the-app', attested('bobs')), 'success', 1_000))).toBe(false)
  })

  it('is stopped where it is the one that guesses, wherever it is', async () => {
    const { send } = campaign()
    let reached = 0
    for (let at = 0; at < 60; at += 1) {
      const guess = elsewhere(at, phone(`victim-${at}`, 'the-app', attested('a-thiefs')))
      if (!stops(await send(guess, 'failure', 2_000))) reached += 1
    }
    expect(reached).toBeLessThanOrEqual(6)
  })
})

describe('a customer whom the account knows', () => {
  it('signs in while somebody with the same app behind the same address guesses at many', async () => {
    const { send } = campaign()
    for (let day = 0; day < 4; day += 1) await send(phone('alice'), 'success', 24 * HOUR)
    for (let at = 0; at < 12; at += 1) await send(phone(`victim-${at}`), 'failure', 3_000)
    expect(stops(await send(phone('mallory'), 'failure', 1_000))).toBe(true)
    expect(stops(await send(phone('alice'), 'success', 1_000))).toBe(false)
  })
})

describe('somebody who guesses with the customers’ own app, in their operator’s network', () => {
  it.each([60, 2_000])('is stopped although every account knows both, one guess in %i ms', async (every) => {
    const { send } = campaign()
    for (let at = 0; at < 200; at += 1) await send(elsewhere(at, phone(`victim-${at}`)), 'success')
    let reached = 0
    for (let at = 0; at < 200; at += 1) {
      if (!stops(await send(phone(`victim-${at}`), 'failure', at === 0 ? 72 * HOUR : every))) reached += 1
      // Everybody else is there, too: a kind of app of which half get in is no campaign.
      await send(elsewhere(at, phone(`somebody-${at}`)), 'success', 0)
    }
    expect(reached).toBeLessThanOrEqual(40)
  })
})

describe('a carrier’s address, after an hour of somebody who guessed', () => {
  it('lets everybody in again within three hours, though nobody is known and forty an hour come', async () => {
    const { send } = campaign()
    await attacked(send)
    const stopped: number[] = []
    for (let hour = 0; hour < 6; hour += 1) {
      let of = 0
      for (let at = 0; at < 40; at += 1) {
        const came = at % 12 === 0 ? 'failure' : 'success'
        if (stops(await send(phone(`customer-${hour}-${at}`), came, HOUR / 40))) of += 1
      }
      stopped.push(of)
    }
    expect(stopped).toEqual([expect.any(Number), expect.any(Number), expect.any(Number), 0, 0, 0])
  })

  it('does not let the one go on who guesses without end', async () => {
    const { send } = campaign()
    let reached = 0
    for (let at = 0; at < 6 * 240; at += 1) {
      if (!stops(await send(phone(`victim-${at}`), 'failure', HOUR / 240))) reached += 1
    }
    expect(reached).toBeLessThanOrEqual(60)
  })
})

describe('one client that guesses slowly, alone behind its address', () => {
  it('gets thirty failures, and then hardly one an hour', async () => {
    const { send } = campaign()
    let reached = 0
    for (let at = 0; at < 2 * 24 * 4; at += 1) {
      if (!stops(await send(phone(`victim-${at}`), 'failure', HOUR / 4))) reached += 1
    }
    expect(reached).toBeLessThanOrEqual(60)
  })
})

describe('a licensed third party at the login of the customers', () => {
  it('is slowed by its own count from however many networks and with however many tokens', async () => {
    const { send } = campaign()
    let reached = 0
    for (let at = 0; at < 300; at += 1) {
      const token = valid({ scheme: 'bearer', thumbprint: `made-up-${at}` } as never)
      const guess = person({ claims: { account: `k1.victim-${at}` }, proof: { ...LICENSED, token } })
      if (!stops(await send(elsewhere(at, guess), 'failure'))) reached += 1
    }
    expect(reached).toBeLessThanOrEqual(21)
  })
})
