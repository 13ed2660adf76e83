/** A bank gives the gate a new key. What was counted under the names of the old one counts on. */
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { claimsFrom, formerNamesOf, nameOf } from '../../src/claims.ts'
import { consentClaims } from '../../src/consents.ts'
import type { Claims, Footprint, OutcomeKind } from '../../src/evidence.ts'
import { keysFrom } from '../../src/keys.ts'
import { known } from '../../src/lib/fact.ts'
import { hash32 } from '../../src/lib/hash32.ts'
import { footprint } from '../../src/observe/footprint.ts'
import { ledgerFrom, newPostings } from '../../src/observe/ledger.ts'
import { memoryLedger } from '../../src/observe/memory-ledger.ts'
import { shardOf } from '../../src/observe/shards.ts'
import type { Keys, Ledger } from '../../src/ports.ts'
import { evidenceOf, exchangeOf, NOON } from '../fixtures/facts.ts'

const OLD = { id: 'k1', bytes: new Uint8Array(32).fill(1) }
const NEW = { id: 'k2', bytes: new Uint8Array(32).fill(2) }
const before = keysFrom({ gateKeys: [OLD], signatureKey: undefined })
/** Some isolates have the new key and others have not got it yet. */
const prepared = keysFrom({ gateKeys: [OLD, NEW], signatureKey: undefined })
const rotated = keysFrom({ gateKeys: [NEW, OLD], signatureKey: undefined })
const after = keysFrom({ gateKeys: [NEW], signatureKey: undefined })

function attempt(claims: Claims, id: string): Footprint {
  return footprint(evidenceOf({ claims, exchange: exchangeOf({ id, arrivedAt: NOON }) }), 16)
}

/** The first call loads the whole Worker into the object: seconds, on a busy machine. */
function real(): Ledger {
  const options = { shards: 16, organisationShards: 4, budgetMs: 30_000, postings: newPostings() }
  return ledgerFrom(env.LEDGER, {
    ...options,
    waitUntil() {},
    report(fault) {
      throw new Error(fault)
    },
  })
}

let requests = 0
async function attemptsToday(ledger: Ledger, keys: Keys, user: string): Promise<readonly unknown[]> {
  requests += 1
  const claims = claimsFrom({ user }, keys, NOON)
  const told = await ledger.observe(attempt(claims, `rotation-${requests}`))
  return [known(told.keys.account)?.day.attempts, known(told.keys.account_network)?.day.attempts]
}

/** What the account knows of somebody before the bank answers, and waits until it has heard of the answer. */
async function signIn(ledger: Ledger, keys: Keys, user: string, outcome: OutcomeKind, software: string) {
  requests += 1
  const claims = claimsFrom({ user }, keys, NOON)
  const print = attempt(claims, `rotation-${requests}`)
  const traits = { software: hash32(software), network: hash32(software) }
  const history = { subject: 'account', attempt: true, traits } as const
  // She was there a second before everybody else.
  const at = software === 'her own' ? NOON - 1_000 : NOON
  const asking: Footprint = { ...print, at, asks: { history } }
  const told = await ledger.observe(asking)
  ledger.settle(asking, outcome, NOON)
  await new Promise((resolve) => setTimeout(resolve, 400))
  return known(told.history)
}

async function unattended(ledger: Ledger, keys: Keys, consent: string): Promise<unknown> {
  return (await quotaOf(ledger, away(keys, consent)))?.granted
}

async function quotaOf(ledger: Ledger, print: Footprint) {
  return known((await ledger.observe(print)).consent)?.quota
}

/** Reads under the consent while the customer is away. */
function away(keys: Keys, consent: string): Footprint {
  requests += 1
  const exchange = exchangeOf({ id: `rotation-${requests}`, arrivedAt: NOON + requests })
  const claims = consentClaims(consent, keys)
  const plain = footprint(evidenceOf({ claims, exchange }), 16)
  const resources = ['k1.r', 'k2.r']
  return {
    ...plain,
    spread: claims.consentPlace ?? 0,
    keys: [
      { kind: 'tpp', id: 'PSDGB-FCA-765432', standing: 'proven' },
      ...plain.keys.filter(({ kind }) => kind === 'consent'),
    ],
    asks: {
      consent: {
        ...{ kind: 'use', data: true, account: undefined, listing: undefined },
        unattended: {
          ...{ resources, page: false, pages: 1, limit: 4, accepted: 'agreed', since: 0, endsAt: undefined },
        },
      },
    },
  }
}

describe('names under several keys', () => {
  it('are made under the current key, with the others beside them where there are any', () => {
    expect(claimsFrom({ user: 'alice' }, before, NOON).formerly).toBeUndefined()
    expect(claimsFrom({ user: 'alice', card: '4111111111111111' }, rotated, NOON)).toEqual({
      account: nameOf(after, 'account', 'alice'),
      card: nameOf(after, 'card', '4111111111111111'),
      bin: '41111111',
      formerly: {
        account: [nameOf(before, 'account', 'alice')],
        card: [nameOf(before, 'card', '4111111111111111')],
      },
    })
    expect(formerNamesOf(prepared, 'account', 'alice')).toEqual([nameOf(after, 'account', 'alice')])
  })
})

describe.each([
  ['in memory', () => memoryLedger()],
  ['over objects', real],
] as const)('a rotation of keys, with the ledger %s', (where, made) => {
  it('resets no count, and gives none to others', async () => {
    const ledger = made()
    const alice = `alice ${where}`
    expect(await attemptsToday(ledger, before, alice)).toEqual([0, 0])
    expect(await attemptsToday(ledger, before, alice)).toEqual([1, 1])
    expect(await attemptsToday(ledger, prepared, alice)).toEqual([2, 2])
    expect(await attemptsToday(ledger, rotated, alice)).toEqual([3, 3])
    expect(await attemptsToday(ledger, rotated, alice)).toEqual([4, 4])
    // An isolate that is still starting with the old key sees what the others count under the new one.
    expect(await attemptsToday(ledger, prepared, alice)).toEqual([5, 5])
    expect(await attemptsToday(ledger, rotated, `bob ${where}`)).toEqual([0, 0])
  }, 60_000)

  it('lets a consent be used four times in all, whichever key comes first in the isolate that is asked', async () => {
    const ledger = made()
    const granted: unknown[] = []
    for (const keys of [before, prepared, rotated, prepared, rotated, prepared, rotated]) {
      granted.push(await unattended(ledger, keys, `consent ${where} of a rotation`))
    }
    expect(granted).toEqual([true, true, true, true, false, false, false])
  }, 60_000)

  // The refund came under the name under which the access was counted, and the row had another one by then.
  it.each([
    ['knows the new one', prepared],
    ['does not know the new one', before],
  ])('gives an access back to an isolate that still starts with the old key, and %s', async (which, keys) => {
    const ledger = made()
    const consent = `consent ${where} of a refund by one that ${which}`
    const failed = away(keys, consent)
    expect(await quotaOf(ledger, failed)).toMatchObject({ granted: true, used: 0 })
    expect(await quotaOf(ledger, away(rotated, consent))).toMatchObject({ granted: true, used: 1 })
    ledger.settle(failed, 'origin_error', failed.at, { status: 503 })
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(await quotaOf(ledger, away(rotated, consent))).toMatchObject({ granted: true, used: 1 })
  })

  it('counts under the new name how a request ended that came under the old one', async () => {
    const ledger = made()
    const consent = `consent ${where} of a miss`
    const missed = away(prepared, consent)
    await ledger.observe(missed)
    await ledger.observe(away(rotated, consent))
    ledger.settle(missed, 'miss', missed.at, { status: 404 })
    await new Promise((resolve) => setTimeout(resolve, 400))
    const { keys } = await ledger.observe(away(rotated, consent))
    expect(known(keys.consent)?.day.misses).toBe(1)
  })

  it('keeps what an account knows of its own, and of strangers', async () => {
    const ledger = made()
    const name = `dora ${where}`
    await signIn(ledger, before, name, 'success', 'her own')
    for (let guess = 0; guess < 6; guess += 1) await signIn(ledger, rotated, name, 'failure', 'a bot’s')
    expect(await signIn(ledger, rotated, name, 'success', 'a bot’s')).toMatchObject({
      ...{ familiar: false, successes: 1 },
      strangerFailures: expect.closeTo(6, 1),
    })
    const after = await signIn(ledger, rotated, name, 'failure', 'a bot’s')
    expect(after).toMatchObject({ familiar: false, successes: 2 })
    expect(after?.sinceTakeover).toBeDefined()
    expect(await signIn(ledger, prepared, name, 'success', 'her own')).toMatchObject({ familiar: true })
  }, 60_000)

  // The object was told twice how the request ended, by one id, and dropped the second: a failure of the address, or of the account.
  it.each([
    ['the account’s history', ['account', 'client', 'address', 'prefix']],
    ['the address', ['client', 'address', 'prefix', 'account']],
  ])(
    'counts how a request ended in an object that knows the old name and serves it too, %s first',
    async (which, kinds) => {
      const ledger = made()
      const { home } = attempt(claimsFrom({}, rotated, NOON), 'home')
      const livesAtHome = (keys: Keys, user: string) => shardOf(nameOf(keys, 'account', user), 16) === home
      let name = ''
      for (let number = 0; !livesAtHome(before, name) || livesAtHome(after, name); number += 1) {
        name = `erin ${where} ${which} ${number}`
      }
      await signIn(ledger, before, name, 'success', 'her own')
      const guess = async () => {
        requests += 1
        const print = attempt(claimsFrom({ user: name }, rotated, NOON), `rotation-${requests}`)
        const keys = kinds.flatMap((kind) => print.keys.filter((key) => key.kind === kind))
        const traits = { software: 1, network: 1 }
        const guessed: Footprint = {
          ...print,
          keys,
          asks: { history: { subject: 'account', attempt: true, traits } },
        }
        const told = await ledger.observe(guessed)
        ledger.settle(guessed, 'failure', NOON)
        await new Promise((resolve) => setTimeout(resolve, 400))
        return [known(told.keys.address)?.day.failures ?? 0, known(told.history)?.strangerFailures ?? 0]
      }
      const [failures = 0] = await guess()
      expect(await guess()).toEqual([failures + 1, expect.closeTo(1, 1)])
    },
    60_000,
  )

  it('forgets with the old key what only that one could name', async () => {
    const ledger = made()
    const carol = `carol ${where}`
    await attemptsToday(ledger, before, carol)
    await attemptsToday(ledger, rotated, carol)
    expect(await attemptsToday(ledger, after, carol)).toEqual([1, 1])
  })
})
