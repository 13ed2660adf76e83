import { describe, expect, it } from 'vitest'
import { type PresenceClaim, presenceOf } from '../../../src/observe/consent/presence.ts'

const NOW = Date.UTC(2026, 10, 21, 12)

function claim(changes: Partial<PresenceClaim> = {}): PresenceClaim {
  return { address: '81.2.69.142', signedIn: null, caller: '198.51.100.7', at: NOW, ...changes }
}

describe('a third party’s word that the customer is there', () => {
  it('is not given without an address', () => {
    expect(presenceOf(claim({ address: null }))).toEqual({ claimed: false, doubts: [] })
    expect(presenceOf(claim({ address: ' ' }))).toEqual({ claimed: false, doubts: [] })
  })

  const HONEST = [
    '81.2.69.142',
    '2a02:8108:1::7',
    '81.2.69.142:51234',
    '[2a02:8108:1::7]:443',
    ' 81.2.69.142 ',
  ]
  it.each(HONEST)('is plausible with a customer’s address: %s', (address) => {
    expect(presenceOf(claim({ address }))).toEqual({ claimed: true, doubts: [] })
  })

  const DOUBTFUL: readonly (readonly [address: string, doubt: string])[] = [
    ['yes', 'presence_malformed'],
    ['81.2.69', 'presence_malformed'],
    ['81.2.69.142, 10.0.0.1', 'presence_malformed'],
    ['0.0.0.0', 'presence_not_public'],
    ['10.1.2.3', 'presence_not_public'],
    ['100.64.0.1', 'presence_not_public'],
    ['127.0.0.1', 'presence_not_public'],
    ['172.31.255.255', 'presence_not_public'],
    ['192.168.8.78', 'presence_not_public'],
    ['203.0.113.9', 'presence_not_public'],
    ['239.1.1.1', 'presence_not_public'],
    ['::1', 'presence_not_public'],
    ['::ffff:10.0.0.1', 'presence_not_public'],
    ['2001:db8::1', 'presence_not_public'],
    ['fd00::1', 'presence_not_public'],
    ['fe80::1', 'presence_not_public'],
  ]
  it.each(DOUBTFUL)('is doubtful with %s: %s', (address, doubt) => {
    expect(presenceOf(claim({ address }))).toEqual({ claimed: true, doubts: [doubt] })
  })

  it('is doubtful where the address is the third party’s own, or of its /64', () => {
    expect(presenceOf(claim({ caller: '81.2.69.142' })).doubts).toEqual(['presence_of_caller'])
    const six = claim({ address: '2a02:8108:1::7', caller: '2a02:8108:1::8' })
    expect(presenceOf(six).doubts).toEqual(['presence_of_caller'])
    expect(presenceOf(claim({ caller: '' })).doubts).toEqual([])
  })

  const TIMES: readonly (readonly [what: string, hours: number, doubts: readonly string[]])[] = [
    ['just now', 0, []],
    ['a clock that is a little fast', -0.05, []],
    ['this morning', 4, []],
    ['two days ago', 48, ['presence_stale']],
    ['tomorrow', -24, ['presence_stale']],
  ]
  it.each(TIMES)('is doubtful where the customer signed in long ago: %s', (_what, hours, doubts) => {
    const signedIn = new Date(NOW - hours * 3_600_000).toUTCString()
    expect(presenceOf(claim({ signedIn })).doubts).toEqual(doubts)
  })

  it('is not doubtful for a time that is none: some third parties send words there', () => {
    expect(presenceOf(claim({ signedIn: 'a while ago' })).doubts).toEqual([])
    expect(presenceOf(claim({ signedIn: '9'.repeat(500) })).doubts).toEqual([])
  })
})
