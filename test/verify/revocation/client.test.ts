import { describe, expect, it } from 'vitest'
import {
  type RevocationNamespace,
  type RevocationOptions,
  revocationFrom,
  shardName,
} from '../../../src/verify/revocation/client.ts'
import { learn, nothingYet } from '../../../src/verify/revocation/knowledge.ts'
import { newMemory } from '../../../src/verify/revocation/memory.ts'
import { extension, HOUR, issue, MINUTE, NOON } from './authority.ts'

const PLACES = { ocsp: ['http://ocsp.larch.example'] }
const root = await issue({ subject: 'Root', ca: true, keyUsage: 0x06 })
const issuer = await issue({ subject: 'Issuer', issuer: root, ca: true, keyUsage: 0x06, ...PLACES })
const leaf = await issue({ subject: 'Leaf', issuer, ...PLACES })
const PATH = [leaf.certificate, issuer.certificate, root.certificate]

const PENDING = nothingYet(NOON)
const GOOD = learn(
  PENDING,
  {
    ok: true,
    value: { status: 'good', source: 'ocsp', thisUpdate: NOON - MINUTE, nextUpdate: NOON + HOUR },
  },
  NOON,
)

type Answering = (method: 'read' | 'learn', count: number) => Promise<unknown>

function port(answering: Answering, more: Partial<RevocationOptions> = {}) {
  const calls: string[] = []
  const behind: Promise<unknown>[] = []
  const faults: string[] = []
  const namespace: RevocationNamespace = {
    getByName: () => ({
      read: (inquiries) => {
        calls.push(`read ${inquiries.length}`)
        return answering('read', inquiries.length)
      },
      learn: (inquiries) => {
        calls.push(`learn ${inquiries.length}`)
        return answering('learn', inquiries.length)
      },
    }),
  }
  const revocation = revocationFrom(namespace, {
    shards: 1,
    budgetMs: 50,
    firstWaitMs: 0,
    policy: { hosts: undefined, ports: [], certId: 'SHA-1', nonce: false },
    memory: newMemory(10_000),
    waitUntil: (work) => behind.push(work),
    report: (fault) => faults.push(fault),
    ...more,
  })
  return { revocation, calls, behind, faults }
}

const all =
  (knowledge: unknown): Answering =>
  async (_, count) =>
    Array.from({ length: count }, () => knowledge)
const never: Answering = () => new Promise(() => {})

describe('the state of a path', () => {
  it('is of its leaf and its intermediates, not of its anchor, asked in one call', async () => {
    const { revocation, calls } = port(all(GOOD))
    const { certificates } = await revocation.check(PATH, NOON)
    expect(certificates.map(({ thumbprint, status }) => [thumbprint, status])).toEqual([
      [leaf.certificate.thumbprint, 'good'],
      [issuer.certificate.thumbprint, 'good'],
    ])
    expect(calls).toEqual(['read 2'])
  })

  it('of a listed certificate alone is nothing to ask about', async () => {
    const { revocation, calls } = port(all(GOOD))
    expect(await revocation.check([leaf.certificate], NOON)).toEqual({ certificates: [] })
    expect(calls).toEqual([])
  })

  it.each([
    ['names no place', {}, 'revocation_source_absent'],
    [
      'says that none is offered',
      { extensions: [extension('2.5.29.56', Uint8Array.of(5, 0))], ...PLACES },
      'revocation_not_offered',
    ],
    [
      'says that it lives too short for one',
      { extensions: [extension('0.4.0.194121.2.1', Uint8Array.of(5, 0))] },
      'revocation_not_offered',
    ],
  ])('asks nobody about a certificate that %s', async (_, more, why) => {
    const { certificate } = await issue({ subject: 'Alone', issuer, ...more })
    const { revocation, calls } = port(all(GOOD))
    const { certificates } = await revocation.check([certificate, issuer.certificate], NOON)
    expect(certificates).toMatchObject([{ status: 'unknown', why }])
    expect(calls).toEqual([])
  })
})

describe('what an isolate remembers', () => {
  it('saves the call for seconds, is read again behind an answer, and then is too old', async () => {
    const { revocation, calls, behind } = port(all(GOOD))
    await revocation.check(PATH, NOON)
    await revocation.check(PATH, NOON + 4_000)
    expect([calls.length, behind.length]).toEqual([1, 0])
    await revocation.check(PATH, NOON + 6_000)
    await revocation.check(PATH, NOON + 6_001)
    expect([calls.length, behind.length]).toEqual([2, 1])
    await Promise.all(behind)
    await revocation.check(PATH, NOON + 17_000)
    expect([calls.length, behind.length]).toEqual([3, 1])
  })

  it('is not what is still pending: that is asked again after a second', async () => {
    const { revocation, calls } = port(all(PENDING))
    await revocation.check(PATH, NOON)
    await revocation.check(PATH, NOON + 1_000)
    expect(calls).toEqual(['read 2', 'read 2'])
  })
})

describe('a new certificate', () => {
  const learns: Answering = (method, count) => all(method === 'learn' ? GOOD : PENDING)(method, count)

  it('passes as unknown at once where policy does not wait', async () => {
    const { revocation, calls } = port(learns)
    const { certificates } = await revocation.check(PATH, NOON)
    expect(certificates).toMatchObject([{ why: 'revocation_pending', since: NOON }, { status: 'unknown' }])
    expect(calls).toEqual(['read 2'])
  })

  it('is waited for where policy waits', async () => {
    const { revocation, calls } = port(learns, { firstWaitMs: 50 })
    const { certificates } = await revocation.check(PATH, NOON)
    expect(certificates).toMatchObject([{ status: 'good' }, { status: 'good' }])
    expect(calls).toEqual(['read 2', 'learn 2'])
  })

  it('is waited for no longer than that', async () => {
    const { revocation } = port(
      (method, count) => (method === 'learn' ? never : all(PENDING))(method, count),
      {
        firstWaitMs: 20,
      },
    )
    const { certificates } = await revocation.check(PATH, NOON)
    expect(certificates).toMatchObject([{ why: 'revocation_pending' }, { why: 'revocation_pending' }])
  })

  it('is not waited for when its authority has already failed to answer', async () => {
    const failed = learn(PENDING, { ok: false, reason: 'fetch_timeout' }, NOON)
    const { revocation, calls } = port(all(failed), { firstWaitMs: 50 })
    expect((await revocation.check(PATH, NOON)).certificates).toMatchObject([
      { why: 'fetch_timeout' },
      { why: 'fetch_timeout' },
    ])
    expect(calls).toEqual(['read 2'])
  })
})

describe('an object that does not answer', () => {
  it.each<[string, Answering, string]>([
    ['hangs', never, 'revocation_timeout'],
    ['throws', () => Promise.reject(new Error('The object throws')), 'revocation_failed'],
    ['answers nonsense', async () => 'nonsense', 'revocation_failed'],
    ['answers too little', async () => [GOOD], 'revocation_failed'],
    ['answers another shape', all({ verdict: { status: 'fine' }, checkedAt: 0 }), 'revocation_failed'],
  ])('and %s leaves the state unknown', async (_, answering, why) => {
    const { revocation } = port(answering)
    const { certificates } = await revocation.check(PATH, NOON)
    expect(certificates).toMatchObject([
      { status: 'unknown', why },
      { status: 'unknown', why },
    ])
  })

  it('is left alone for a second', async () => {
    const { revocation, calls } = port(never)
    await revocation.check(PATH, NOON)
    await revocation.check(PATH, NOON + 999)
    expect(calls.length).toBe(1)
  })

  it('is stood in for by what it said last, for some minutes', async () => {
    let sound = true
    const { revocation } = port((method, count) => (sound ? all(GOOD) : never)(method, count))
    await revocation.check(PATH, NOON)
    sound = false
    const status = async (at: number) => (await revocation.check(PATH, at)).certificates[0]?.status
    expect(await status(NOON + MINUTE)).toBe('good')
    expect(await status(NOON + 6 * MINUTE)).toBe('unknown')
  })

  it('and has a bug has it reported', async () => {
    const { revocation, faults } = port(async () => ({ fault: 'TypeError at x' }))
    await revocation.check(PATH, NOON)
    expect(faults).toEqual(['TypeError at x'])
  })
})

describe('the shard of a certificate', () => {
  it('is one of a fixed number, which its name says', () => {
    const names = new Set(
      Array.from({ length: 512 }, (_, n) =>
        shardName((n * 7_919).toString(16).padStart(8, '0').repeat(8), 16),
      ),
    )
    expect(names.size).toBe(16)
    expect(names).toContain('revocation-f-of-16')
  })
})
