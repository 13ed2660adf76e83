/** What the inventory says of an operation before the bank is asked. */
import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../../src/evidence.ts'
import { inventoryFrom, newInventoryMemory } from '../../../src/inventory/learn/client.ts'
import { DEFAULT_SETTINGS } from '../../../src/inventory/risk/settings.ts'
import { matcherFor } from '../../../src/inventory/specs/match.ts'
import { exchangeFacts } from '../../../src/inventory/watch/facts.ts'
import { operationSignals } from '../../../src/inventory/watch/signals.ts'
import { evidenceOf } from '../../fixtures/facts.ts'
import { exchange, LICENSED, match, NOTHING_PROVEN } from '../../fixtures/scene.ts'
import { operation, specification } from '../learn/scene.ts'

const BANK = specification([
  operation('GET /accounts/{id}/balances', { carries: ['account_number', 'balance'] }),
  operation('POST /tokens', { carries: ['credential'] }),
  operation('GET /branches'),
])
const matched = matcherFor(BANK)
/** No object is ever asked: what is known here the isolate knows. */
function inventoryOf(published: typeof BANK) {
  const memory = newInventoryMemory(published, { shards: 1, isolate: 'a' })
  const getByName = () => {
    throw new Error('nobody is asked')
  }
  return inventoryFrom({ getByName }, { memory, waitUntil: () => {}, report: () => {} })
}
const inventory = inventoryOf(BANK)

interface Scene {
  readonly headers?: Readonly<Record<string, string>>
  readonly proof?: Evidence['proof']
  readonly channel?: 'tpp' | 'mobile'
}

function told(method: string, target: string, { headers = {}, proof, channel = 'mobile' }: Scene = {}) {
  const sent = exchange({ method, target, headers })
  const evidence = {
    ...evidenceOf({ exchange: sent, proof: proof ?? NOTHING_PROVEN }),
    match: match({ channel }),
  }
  const facts = exchangeFacts(evidence, matched(method, target))
  return operationSignals(facts, evidence.match, inventory, DEFAULT_SETTINGS.access)
}

describe('an operation', () => {
  it('that is published carries what its document promises', () => {
    expect(told('GET', '/accounts/1/balances')).toMatchObject({
      ...{
        undocumented: false,
        methodUndeclared: false,
        exposure: 'financial',
        asked: 'token',
        shown: 'none',
      },
    })
  })

  it('that nobody published is said to be so, and its method too', () => {
    expect(told('GET', '/internal/export')).toMatchObject({ undocumented: true, exposure: 'plain' })
    expect(told('DELETE', '/branches')).toMatchObject({ undocumented: false, methodUndeclared: true })
  })

  it('asks third parties for more than the bank’s own customers', () => {
    expect(told('GET', '/accounts/1/balances', { channel: 'tpp' }).asked).toBe('bound')
  })

  it('at which somebody signs in asks for nothing stronger than what is sent there', () => {
    expect(told('POST', '/tokens')).toMatchObject({ exposure: 'plain', asked: 'none' })
  })

  it.each<[string, Scene, string]>([
    ['a token', { headers: { authorization: 'Bearer abc' } }, 'token'],
    ['a certificate that is proven', { proof: LICENSED }, 'bound'],
    ['nothing', {}, 'none'],
  ])('is asked for with %s', (_what, scene, shown) => {
    expect(told('GET', '/branches', scene).shown).toBe(shown)
  })

  it('of no specification at all is not called undocumented: then everything would be', () => {
    const none = inventoryOf(specification([]))
    const evidence = { ...evidenceOf({ exchange: exchange({ target: '/x' }) }), match: match({}) }
    const facts = exchangeFacts(evidence, { kind: 'path_undeclared' })
    const signals = operationSignals(facts, evidence.match, none, DEFAULT_SETTINGS.access)
    expect(signals.undocumented).toBe(false)
  })
})
