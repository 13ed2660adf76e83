import { describe, expect, it } from 'vitest'
import { newRiders } from '../../src/observe/riders.ts'
import type { Settlement } from '../../src/observe/wire.ts'
import { NOON } from '../fixtures/facts.ts'

function settlement(id: number): Settlement {
  return { id: `r${id}`, at: NOON, attempt: false, outcome: 'served', keys: ['address:a'], bytes: 100 }
}

describe('riders', () => {
  it('wait for their own object, and go once', () => {
    const riders = newRiders()
    riders.add('one', settlement(1))
    riders.add('other', settlement(2))
    expect(riders.take('one')?.map(({ id }) => id)).toEqual(['r1'])
    expect(riders.take('one')).toBeUndefined()
    expect(riders.held).toBe(1)
  })

  it('go again when the call failed', () => {
    const riders = newRiders()
    riders.add('one', settlement(1))
    riders.giveBack('one', riders.take('one') ?? [])
    expect(riders.take('one')).toHaveLength(1)
  })

  it('go 32 at a time, the oldest first', () => {
    const riders = newRiders()
    for (let n = 0; n < 40; n += 1) riders.add('one', settlement(n))
    expect([riders.take('one')?.[0]?.id, riders.held]).toEqual(['r0', 8])
    expect([riders.take('one')?.[0]?.id, riders.held]).toEqual(['r32', 0])
  })

  it('are bounded, whatever objects they wait for: the oldest are lost', () => {
    const riders = newRiders()
    for (let n = 0; n < 10_000; n += 1) riders.add(`object-${n % 3_000}`, settlement(n))
    expect(riders.held).toBe(2_048)
    expect(riders.take('object-999')?.at(-1)?.id).toBe('r9999')
  })

  it('are fewer where lists of accounts are among them: bounded in bytes, too', () => {
    const riders = newRiders()
    const accounts = Array.from({ length: 256 }, (_, n) => `k1.account-${n}`)
    const news = { consent: { list: { collection: 'accounts', keyId: 'k1', accounts } } }
    for (let n = 0; n < 2_048; n += 1) riders.add('one', { ...settlement(n), lesson: { news } })
    let [waited, bytes] = [0, 0]
    for (let taken = riders.take('one'); taken !== undefined; taken = riders.take('one')) {
      waited += taken.length
      bytes += JSON.stringify(taken).length
    }
    expect(waited).toBeGreaterThan(100)
    expect(bytes).toBeLessThan(3_000_000)
    expect(riders.held).toBe(0)
  })
})
