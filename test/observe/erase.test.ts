import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { eraseFromLedger, type LedgerSubject, type ShardsEver } from '../../src/observe/erase.ts'
import { organisationName, shardName, shardOf } from '../../src/observe/shards.ts'
import { type Arrival, unpack } from '../../src/observe/wire.ts'

const SHARDS = { shards: 4, organisationShards: 2, shardsBefore: [], organisationShardsBefore: [] }

/** Counts a request under these keys in the object, and tells how many were counted under each before. */
async function counted(object: string, keys: readonly string[]): Promise<readonly (number | undefined)[]> {
  const arrival: Arrival = {
    id: crypto.randomUUID(),
    at: Date.now(),
    attempt: true,
    page: false,
    account: 'k1.a',
    client: 'c',
    keys,
  }
  const answer = await env.LEDGER.getByName(object).observe(arrival)
  const packed = answer instanceof Float64Array ? answer : undefined
  return unpack(packed, keys.length)?.map(({ day }) => day.requests) ?? []
}

const erase = (subject: LedgerSubject, shards: ShardsEver = SHARDS) =>
  eraseFromLedger(env.LEDGER, subject, shards, () => {})
const shardOfName = (name: string, shards = SHARDS.shards) => shardName(shardOf(name, shards), shards)

describe('an erasure', () => {
  it('takes an account out under all its names and in every network, and nobody else', async () => {
    const [current, former] = ['k2.erased-account', 'k1.erased-account']
    const others = ['account:k2.erased-account-2', 'account_network:k2.erased@as1', 'address:198.51.100.1']
    const mine = (name: string) => [
      `account:${name}`,
      `account_network:${name}@as64500`,
      `account_network:${name}@as1`,
    ]
    await counted(shardOfName(former), mine(former))
    await counted(shardOfName(current), [...mine(current), ...others])
    expect(await counted(shardOfName(current), [...mine(current), ...others])).toEqual([1, 1, 1, 1, 1, 1])
    expect(await erase({ kind: 'account', names: [current, former] })).toEqual({ state: 'valid', value: 6 })
    expect(await counted(shardOfName(current), [...mine(current), ...others])).toEqual([0, 0, 0, 2, 2, 2])
    expect(await counted(shardOfName(former), mine(former))).toEqual([0, 0, 0])
  })

  it('takes an address out with the clients behind it', async () => {
    const [subscriber, prefix] = ['203.0.113.7/32', '203.0.113.0/24']
    const object = shardOfName(prefix)
    const keys = [
      `address:${subscriber}`,
      `client:soft@${subscriber}`,
      'client:soft@203.0.113.8/32',
      `prefix:${prefix}`,
    ]
    await counted(object, keys)
    expect(await erase({ kind: 'address', subscriber, prefix })).toEqual({ state: 'valid', value: 2 })
    expect(await counted(object, keys)).toEqual([0, 0, 1, 1])
  })

  it('takes a consent out of its organisation and of where all claims on it meet', async () => {
    const consent = 'k1.erased-consent'
    const own = organisationName('PSDAQ-IFA-1', 3, SHARDS.organisationShards)
    await counted(own, [`consent:${consent}`, 'tpp:PSDAQ-IFA-1'])
    await counted(shardOfName(consent), [`consent:${consent}`])
    const subject = { kind: 'consent', names: [consent], organisation: 'PSDAQ-IFA-1', place: 3 } as const
    expect(await erase(subject)).toEqual({ state: 'valid', value: 2 })
    expect(await counted(own, [`consent:${consent}`, 'tpp:PSDAQ-IFA-1'])).toEqual([0, 1])
  })

  it('takes out what was kept while there were fewer objects, too', async () => {
    const SINCE = {
      shards: 16,
      shardsBefore: [4, 16, 4],
      organisationShards: 8,
      organisationShardsBefore: [2],
    }
    const [account, consent] = ['k1.moved-account', 'k1.moved-consent']
    const own = (shards: number) => organisationName('PSDAQ-IFA-2', 7, shards)
    const kept = [
      ...[4, 16].map((shards) => [shardOfName(account, shards), `account:${account}`] as const),
      ...[4, 16].map((shards) => [shardOfName(consent, shards), `consent:${consent}`] as const),
      ...[2, 8].map((shards) => [own(shards), `consent:${consent}`] as const),
    ]
    const counts = () => Promise.all(kept.map(([object, key]) => counted(object, [key])))
    await counts()
    const subject = { kind: 'consent', names: [consent], organisation: 'PSDAQ-IFA-2', place: 7 } as const
    expect(await erase({ kind: 'account', names: [account] }, SINCE)).toEqual({ state: 'valid', value: 2 })
    expect(await erase(subject, SINCE)).toEqual({ state: 'valid', value: 4 })
    expect(await counts()).toEqual(kept.map(() => [0]))
  })

  it('finds nothing where nothing is kept', async () => {
    expect(await erase({ kind: 'card', names: ['k1.nobody'] })).toEqual({ state: 'valid', value: 0 })
    expect(await erase({ kind: 'app', keyId: 'nobody' })).toEqual({ state: 'valid', value: 0 })
  })

  it('does not say that it is done where an object did not answer', async () => {
    const gone = { getByName: () => ({ erase: () => Promise.reject(new Error('gone')) }) }
    const told = await eraseFromLedger(gone, { kind: 'app', keyId: 'k' }, SHARDS, () => {})
    expect(told).toEqual({ state: 'unavailable', reason: 'ledger_failed' })
  })
})
