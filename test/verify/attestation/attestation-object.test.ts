import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { toBase64url } from '../../../src/lib/base64.ts'
import { attestationFrom } from '../../../src/verify/attestation/attestation.ts'
import { RETENTION_MS } from '../../../src/verify/attestation/attestation-object.ts'
import { newAttestationStore } from '../../../src/verify/attestation/attestation-store.ts'
import { hashOf } from '../../../src/verify/attestation/hash.ts'
import { keyMemory } from '../../../src/verify/attestation/key-memory.ts'
import type { AttestedKey } from '../../../src/verify/attestation/types.ts'
import { APP, text } from './apple.ts'
import { attestation } from './stores.ts'

function key(name: string, changes: Partial<AttestedKey> = {}): AttestedKey {
  return {
    keyId: toBase64url(hashOf(text(name))),
    publicKey: new Uint8Array(65).fill(4),
    app: APP,
    environment: 'production',
    attestedAt: 1_795_000_000_000,
    challenge: 'the challenge',
    ...changes,
  }
}

describe('the Attestation object', () => {
  it('remembers through an eviction how far a key has counted', async () => {
    const stub = env.ATTESTATION.getByName('evicted')
    const one = key('one')
    await stub.keep(one)
    expect(await stub.raise(one.keyId, 5)).toBe(0)
    await evictDurableObject(stub)
    expect(await stub.raise(one.keyId, 5)).toBe('replayed')
    expect(await stub.raise(one.keyId, 4)).toBe('replayed')
    expect(await stub.raise(one.keyId, 6)).toBe(5)
    expect(await stub.find(one.keyId)).toEqual(one)
  })

  it('raises a counter to the end of its 32 bits, and never to 0', async () => {
    const stub = env.ATTESTATION.getByName('range')
    const one = key('one')
    await stub.keep(one)
    expect(await stub.raise(one.keyId, 0)).toBe('replayed')
    expect(await stub.raise(one.keyId, Number.NaN)).toBe('replayed')
    expect(await stub.raise(one.keyId, 0xffff_ffff)).toBe(0)
    expect(await stub.raise(one.keyId, 0xffff_ffff)).toBe('replayed')
  })

  it('keeps a key as it was first attested, and sets no counter back', async () => {
    const stub = env.ATTESTATION.getByName('again')
    const one = key('one')
    await stub.keep(one)
    await stub.raise(one.keyId, 9)
    expect(await stub.keep(key('one', { app: 'another', challenge: 'another' }))).toEqual(one)
    expect(await stub.raise(one.keyId, 9)).toBe('replayed')
  })

  it('knows nothing of a key that nobody attested, and writes nothing to say so', async () => {
    const stub = env.ATTESTATION.getByName('untouched')
    expect(await stub.find('nobody')).toBe('unknown')
    expect(await stub.raise('nobody', 1)).toBe('unknown')
    expect(await stub.erase(['nobody'])).toBe(1)
    const tables = await runInDurableObject(stub, (_instance, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'keys'").toArray(),
    )
    expect(tables).toEqual([])
  })

  it('forgets a key that it is told to forget', async () => {
    const stub = env.ATTESTATION.getByName('erased')
    const one = key('one')
    await stub.keep(one)
    await stub.erase([one.keyId])
    expect(await stub.raise(one.keyId, 1)).toBe('unknown')
  })

  it('forgets what was not used for long, and is given back whole when nothing is left', async () => {
    const stub = env.ATTESTATION.getByName('swept')
    const [old, fresh] = [key('old'), key('fresh')]
    await runInDurableObject(stub, (_instance, { storage }) => {
      newAttestationStore(storage).put(old, Date.now() - RETENTION_MS - 1)
    })
    await stub.keep(fresh)
    await runDurableObjectAlarm(stub)
    await runDurableObjectAlarm(stub)
    expect(await stub.find(old.keyId)).toBe('unknown')
    expect(await stub.find(fresh.keyId)).toEqual(fresh)
    await stub.erase([fresh.keyId])
    await runDurableObjectAlarm(stub)
    const tables = await runInDurableObject(stub, (_instance, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'keys'").toArray(),
    )
    expect(tables).toEqual([])
    await stub.keep(fresh)
    expect(await stub.find(fresh.keyId)).toEqual(fresh)
  })

  it('returns a fault instead of throwing', async () => {
    const stub = env.ATTESTATION.getByName('fault')
    const broken = undefined as unknown as AttestedKey // what a caller's bug would send
    expect(await stub.keep(broken)).toEqual({ fault: expect.stringMatching(/^TypeError at /) })
  })
})

describe('the attestation port', () => {
  it('lets exactly one of a thousand simultaneous copies of an assertion raise the counter', async () => {
    const port = attestation()
    const one = key('copied')
    await port.keep(one)
    const facts = await Promise.all(Array.from({ length: 1_000 }, () => port.raise(one.keyId, 1)))
    expect(facts.filter(({ state }) => state === 'valid').length).toBe(1)
    expect(facts.filter((fact) => 'reason' in fact && fact.reason === 'assertion_replayed').length).toBe(999)
  })

  it('finds a key from every isolate, and asks about it once in each', async () => {
    const one = key('found')
    await attestation().keep(one)
    let asked = 0
    const counting = {
      getByName: (name: string) => {
        asked += 1
        return env.ATTESTATION.getByName(name)
      },
    }
    const options = { shards: 4, budgetMs: 5_000, waitUntil: () => {}, report: () => {} }
    const port = attestationFrom(counting, { ...options, memory: keyMemory() })
    expect(await port.find(one.keyId)).toEqual({ state: 'valid', value: one })
    expect(await port.find(one.keyId)).toEqual({ state: 'valid', value: one })
    expect(asked).toBe(1)
    expect(await port.find(key('nobody').keyId)).toEqual({ state: 'invalid', reason: 'app_key_unknown' })
  })

  it('does not believe its own memory about a key that was erased', async () => {
    const one = key('erased meanwhile')
    const port = attestation()
    await port.keep(one)
    await port.find(one.keyId)
    for (const shard of ['0', '1', '2', '3']) {
      await env.ATTESTATION.getByName(`attestation-${shard}-of-4`).erase([one.keyId])
    }
    expect(await port.raise(one.keyId, 1)).toEqual({ state: 'invalid', reason: 'app_key_unknown' })
    expect(await port.find(one.keyId)).toEqual({ state: 'invalid', reason: 'app_key_unknown' })
  })

  const ANSWERS: readonly (readonly [what: string, answer: () => Promise<unknown>, reason: string])[] = [
    ['throws', () => Promise.reject(new Error('gone')), 'attestation_store_failed'],
    ['answers too late', () => new Promise(() => {}), 'attestation_store_timeout'],
    ['has a bug', () => Promise.resolve({ fault: 'TypeError' }), 'attestation_store_failed'],
    ['is of another version', () => Promise.resolve({ unheard: 'of' }), 'attestation_store_failed'],
  ]
  it.each(ANSWERS)('is unavailable when the object %s', async (_what, answer, reason) => {
    const faults: string[] = []
    const object = { keep: answer, find: answer, raise: answer, erase: answer }
    const port = attestationFrom(
      { getByName: () => object },
      {
        shards: 4,
        budgetMs: 20,
        memory: keyMemory(),
        waitUntil: () => {},
        report: (fault) => faults.push(fault),
      },
    )
    const unavailable = { state: 'unavailable', reason }
    expect(await port.find('k')).toEqual(unavailable)
    expect(await port.keep(key('k'))).toEqual(unavailable)
    expect(await port.raise('k', 1)).toEqual(unavailable)
    expect(await port.forget('k')).toEqual(unavailable)
    expect(faults.length).toBe(_what === 'has a bug' ? 4 : 0)
  })

  it('keeps no new key in a full object, and says so', async () => {
    const unknown = async () => 'unknown'
    const full = { keep: async () => 'full', find: unknown, raise: unknown, erase: unknown }
    const options = { shards: 1, budgetMs: 20, memory: keyMemory(), waitUntil: () => {}, report: () => {} }
    const port = attestationFrom({ getByName: () => full }, options)
    expect(await port.keep(key('k'))).toEqual({ state: 'unavailable', reason: 'attestation_store_full' })
  })
})

describe('the memory of keys', () => {
  it('is bounded, and forgets what was used longest ago', () => {
    const memory = keyMemory(2)
    for (const name of ['a', 'b']) memory.remember(key(name))
    memory.find(key('a').keyId)
    memory.remember(key('c'))
    expect(memory.find(key('b').keyId)).toBeUndefined()
    expect(memory.find(key('a').keyId)).toBeDefined()
  })
})
