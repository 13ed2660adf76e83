import { describe, expect, it } from 'vitest'
import type { Claims, Footprint, LedgerKey } from '../../src/evidence.ts'
import { valid } from '../../src/lib/fact.ts'
import { footprint } from '../../src/observe/footprint.ts'
import { place, shardOf } from '../../src/observe/shards.ts'
import { clientOf, evidenceOf, exchangeOf, footprintOf, NO_PROOF } from '../fixtures/facts.ts'
import { tpp } from '../fixtures/scene.ts'

const TPP = tpp({ organisation: 'PSDGB-FCA-765112' })

describe('the footprint of a request', () => {
  it('has the keys that the request has, and says which one is proven', () => {
    const seen = evidenceOf({
      claims: { account: 'k1.alice', card: 'k1.card' },
      proof: {
        ...NO_PROOF,
        certificate: valid(TPP),
        token: valid({ kind: 'opaque', thumbprint: 'tok', expiresAt: undefined }),
        pass: valid({ id: '3.abc', issuedAt: 0, cleared: false }),
      },
    })
    expect(footprint(seen, 16).keys.map(({ kind, id, standing }) => [kind, id, standing])).toEqual([
      ['tpp', 'PSDGB-FCA-765112', 'proven'],
      ['token', 'tok', 'claimed'],
      ['account', 'k1.alice', 'claimed'],
      ['account_network', 'k1.alice@AS64500', 'claimed'],
      ['card', 'k1.card', 'claimed'],
      ['pass', '3.abc', 'claimed'],
      ['client', 'chrome@192.0.2.17/32', 'claimed'],
      ['address', '192.0.2.17/32', 'claimed'],
      ['prefix', '192.0.2.0/24', 'claimed'],
    ])
  })

  it('has no key from an invalid certificate, token or pass: those are what anybody can show', () => {
    const seen = evidenceOf({
      proof: {
        ...NO_PROOF,
        certificate: { state: 'invalid', reason: 'certificate_untrusted' },
        token: { state: 'invalid', reason: 'token_expired' },
        pass: { state: 'invalid', reason: 'pass_forged' },
      },
    })
    expect(footprint(seen, 16).keys.map(({ kind }) => kind)).toEqual(['client', 'address', 'prefix'])
  })

  it('has no key for an address that the edge did not tell', () => {
    const client = clientOf()
    const nowhere = { ...client, network: { ...client.network, address: '', prefix: '', subscriber: '' } }
    const kinds = footprint(evidenceOf({ client: nowhere }), 16).keys.map(({ kind }) => kind)
    expect(kinds).toEqual(['client'])
  })

  it.each([
    ['a login form sent', 'POST', {}, {}, true],
    ['the login page', 'GET', {}, {}, false],
    ['a HEAD of it', 'HEAD', {}, {}, false],
    ['a card payment', 'POST', { sensitivity: 'payment' as const }, { card: 'k1.card' }, true],
    ['a payment without a card', 'POST', { sensitivity: 'payment' as const }, {}, false],
    ['account data', 'GET', { sensitivity: 'account' as const }, {}, false],
  ])('calls %s (%s) an attempt: %o %o %s', (_what, method, route, claims, attempt) => {
    expect(footprint(evidenceOf({ exchange: exchangeOf({ method }), route, claims }), 16).attempt).toBe(
      attempt,
    )
  })

  it.each([
    ['a navigation', 'GET', 'browser' as const, 'text/html,*/*;q=0.8', true],
    ['a script’s fetch', 'GET', 'browser' as const, '*/*', false],
    ['a form sent', 'POST', 'browser' as const, 'text/html', false],
    ['an API call that asks for HTML', 'GET', 'tpp' as const, 'text/html', false],
  ])('knows whether %s is a page', (_what, method, channel, accept, page) => {
    const exchange = exchangeOf({ method, headers: new Headers({ accept }) })
    expect(footprint(evidenceOf({ exchange, route: { channel } }), 16).page).toBe(page)
  })
})

describe('which object serves which key', () => {
  const SHARDS = 16
  const SHARING = { shards: SHARDS, organisationShards: 4 }
  const objects = (keys: readonly LedgerKey[], home = '3', spread = 0) =>
    place(footprintOf({ keys, home, spread }), SHARING).map(({ object, keys }) => [
      object,
      keys.map(({ kind }) => kind),
    ])
  const claimed = (kind: LedgerKey['kind'], id: string): LedgerKey => ({ kind, id, standing: 'claimed' })
  const AT_HOME = [claimed('client', 'c'), claimed('address', 'a'), claimed('prefix', 'p')]

  it('asks one object for a request without an account', () => {
    expect(objects([claimed('token', 't'), claimed('pass', '3.x'), ...AT_HOME])).toEqual([
      ['claimed-3-of-16', ['token', 'pass', 'client', 'address', 'prefix']],
    ])
  })

  it('asks at most two for a login', () => {
    const own = `claimed-${shardOf('k1.alice', SHARDS)}-of-16`
    expect(objects([claimed('account', 'k1.alice'), ...AT_HOME])).toEqual([
      [own, ['account']],
      ['claimed-3-of-16', ['client', 'address', 'prefix']],
    ])
    expect(objects([claimed('account', 'k1.alice'), ...AT_HOME], shardOf('k1.alice', SHARDS))).toHaveLength(1)
  })

  const PROVEN: LedgerKey = { kind: 'tpp', id: 'PSDGB-FCA-765112', standing: 'proven' }
  const CONSENT: LedgerKey = { kind: 'consent', id: 'k2.c', standing: 'proven', formerly: ['k1.c'] }

  it('gives a proven organisation objects of its own, and keeps in one of them all that a request claims', () => {
    expect(
      objects([PROVEN, claimed('signer', 's'), claimed('token', 't'), CONSENT, ...AT_HOME], '3', 6),
    ).toEqual([
      [
        'organisation-PSDGB-FCA-765112-2-of-4',
        ['tpp', 'signer', 'token', 'consent', 'client', 'address', 'prefix'],
      ],
    ])
  })

  it('spreads an organisation over its objects by consent, and one consent over none', () => {
    const seen = (claims: Claims) =>
      footprint(evidenceOf({ claims, proof: { ...NO_PROOF, certificate: valid(TPP) } }), SHARDS)
    const names = Array.from({ length: 400 }, (_, place) =>
      [`k1.c${place}`, `k2.c${place}`].map((consent) => {
        const [only, ...others] = vary(seen({ consent, consentPlace: place * 163 }))
        expect(others).toEqual([])
        return only
      }),
    )
    for (const [before, after] of names) expect(before).toBe(after)
    expect(new Set(names.flat()).size).toBe(4)
  })

  it('keeps what asks about consents with its token, and each consent in its own place', () => {
    const token = valid({ kind: 'opaque' as const, thumbprint: 'tok', expiresAt: undefined })
    const proof = { ...NO_PROOF, certificate: valid(TPP), token }
    const homes = Array.from({ length: 40 }, (_, index) => {
      const claims: Claims = { consent: `k1.c${index}`, consentPlace: index, inquiry: true }
      const placements = place(footprint(evidenceOf({ claims, proof }), SHARDS), SHARING)
      const at = (name: string) => placements.find(({ names }) => names.includes(name))?.object
      expect(at(`consent:k1.c${index}`)).toBe(`organisation-${TPP.organisation}-${index % 4}-of-4`)
      return at('token:tok')
    })
    expect(new Set(homes).size).toBe(1)
  })

  const vary = (print: Footprint) => place(print, SHARING).map(({ object }) => object)

  it('asks for the account in one network where the account is', () => {
    const keys = [claimed('account', 'k1.alice'), claimed('account_network', 'k1.alice@AS64500')]
    expect(objects(keys)).toEqual([
      [`claimed-${shardOf('k1.alice', SHARDS)}-of-16`, ['account', 'account_network']],
    ])
  })

  it('asks after a rotation for former names: where they live, without counting, or in the same call', () => {
    const account: LedgerKey = { ...claimed('account', 'k2.alice'), formerly: ['k1.alice'] }
    const placements = place(footprintOf({ keys: [account, PROVEN, CONSENT] }), SHARING)
    expect(
      placements.map(({ object, names, formerly, readOnly }) => [object, names, formerly, readOnly]),
    ).toEqual([
      [`claimed-${shardOf('k2.alice', SHARDS)}-of-16`, ['account:k2.alice'], undefined, undefined],
      [`claimed-${shardOf('k1.alice', SHARDS)}-of-16`, ['account:k1.alice'], undefined, true],
      [
        'organisation-PSDGB-FCA-765112-0-of-4',
        ['tpp:PSDGB-FCA-765112', 'consent:k2.c'],
        [[], ['consent:k1.c']],
        undefined,
      ],
    ])
  })

  it.each([
    ['5.abc', 'claimed-5-of-16'],
    ['05.abc', 'claimed-5-of-16'],
    ['f.abc', 'claimed-f-of-16'],
    ['g.abc', 'claimed-3-of-16'],
    ['zzzz.abc', 'claimed-3-of-16'],
    ['abc', 'claimed-3-of-16'],
    ['', 'claimed-3-of-16'],
  ])('finds the pass %o in %s', (id, object) => {
    expect(objects([claimed('pass', id)])).toEqual([[object, ['pass']]])
  })

  it('spreads a million prefixes evenly over a fixed number of objects', () => {
    const counts = new Map<string, number>()
    for (let n = 0; n < 65_536; n += 1) {
      const shard = shardOf(`10.${n >> 8}.${n & 255}.0/24`, SHARDS)
      counts.set(shard, (counts.get(shard) ?? 0) + 1)
    }
    expect(counts.size).toBe(SHARDS)
    for (const count of counts.values()) expect(Math.abs(count - 4_096)).toBeLessThan(410)
  })
})
