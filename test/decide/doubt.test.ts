// Who is asked where others are refused, and who is refused where others are asked.
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/decide/decide.ts'
import { DEFAULT_POLICY } from '../../src/decide/policy.ts'
import type { Evidence, Tally } from '../../src/evidence.ts'
import { unavailable, valid } from '../../src/lib/fact.ts'
import { HISTORY } from '../fixtures/histories.ts'
import {
  behaviour,
  client,
  conduct,
  exchange,
  match,
  NOTHING_PROVEN,
  person,
  score,
  WITH_PASS,
} from '../fixtures/scene.ts'

const decided = (evidence: Evidence, abuse: number) => decide(evidence, valid(score(abuse)), DEFAULT_POLICY)

const CLEARED = { ...WITH_PASS, pass: valid({ id: '1.abcdefgh', issuedAt: 0, cleared: true }) }

/** An address on which somebody guesses, so that no benefit of calm days is given. */
const GUESSED = valid(behaviour({ hour: { attempts: 9, failures: 9, accounts: 9, clients: 1 } }))
const BROWSED = valid(behaviour({ minute: { requests: 2 }, pages: 2 }))

function visitor(changes: Partial<Evidence['conduct']> = {}, rest: Partial<Evidence> = {}): Evidence {
  return person({ conduct: { ...conduct({ client: BROWSED, prefix: GUESSED }), ...changes }, ...rest })
}

describe('a browser with a pass and without a contradiction', () => {
  const kind = (hour: Partial<Tally>) => valid({ behaviour: behaviour({ hour }), staleness: 0 })
  const SILENT = { attempts: 20, successes: 1, accounts: 20, clients: 18 }

  it('is refused as soon as anybody where those who look like it come in hardly once, whether they were asked or not', () => {
    expect(decided(visitor({ cohort: kind(SILENT) }), 0.6)).toMatchObject({
      action: 'deny',
      rule: 'score_deny',
    })
    expect(decided(visitor({ cohort: kind(SILENT) }), 0.54).action).toBe('flag')
  })

  it.each([
    ['some of its kind come in', { ...SILENT, successes: 2 }],
    ['few of its kind have tried', { ...SILENT, attempts: 9, successes: 0 }],
  ])('is asked where %s', (_what, hour) => {
    expect(decided(visitor({ cohort: kind(hour) }), 0.6).action).toBe('challenge')
  })

  it('is not taken for one that never answers once it has met a challenge', () => {
    expect(decided(visitor({ cohort: kind(SILENT) }, { proof: CLEARED }), 0.6).action).not.toBe('deny')
  })

  const known = valid({
    ...HISTORY,
    traits: { ...HISTORY.traits, software: { days: 2, since: 1, last: 1 } },
  })

  it('is asked up to 0.9 where the account has been entered with such a browser', () => {
    expect(decided(visitor({ history: valid(HISTORY) }), 0.85)).toMatchObject({ action: 'deny' })
    expect(decided(visitor({ history: known }), 0.89).action).toBe('challenge')
    expect(decided(visitor({ history: known }), 0.9)).toMatchObject({ action: 'deny', rule: 'score_deny' })
  })

  it('is let in below that once it has met a challenge', () => {
    expect(decided(visitor({ history: valid(HISTORY) }, { proof: CLEARED }), 0.79).action).toBe('flag')
    expect(decided(visitor({ history: valid(HISTORY) }, { proof: CLEARED }), 0.85).action).toBe('deny')
    expect(decided(visitor({ history: known }, { proof: CLEARED }), 0.89).action).toBe('flag')
    expect(decided(visitor({ history: known }, { proof: CLEARED }), 0.9).action).toBe('deny')
  })

  it('is not slowed below that once it has met a challenge, whatever it says of itself', () => {
    const strange = { client: client({ contradictions: ['tls_unlike_claim'] }), proof: CLEARED }
    expect(decided(visitor({ history: known }, strange), 0.89).action).toBe('flag')
  })

  it('is asked up to 0.98 while nobody guesses', () => {
    const calm = person({ conduct: { ...conduct({ client: BROWSED }), history: known } })
    expect(decided(calm, 0.97).action).toBe('challenge')
    expect(decided(calm, 0.98)).toMatchObject({ action: 'deny', rule: 'score_deny' })
  })

  it('gains nothing from it among those who never answer, unless it comes from a country that the account knows', () => {
    expect(decided(visitor({ history: known, cohort: kind(SILENT) }), 0.6).action).toBe('deny')
    const traits = {
      ...HISTORY.traits,
      software: known.value.traits.software,
      country: known.value.traits.software,
    }
    const there = valid({ ...HISTORY, traits })
    expect(decided(visitor({ history: there, cohort: kind(SILENT) }), 0.6).action).toBe('challenge')
  })
})

describe('a browser that the account knows, and that contradicts itself or has no pass', () => {
  const sight = { days: 2, since: 1, last: 1 }
  const knowing = (...traits: readonly ('software' | 'country')[]) =>
    valid({
      ...HISTORY,
      traits: { ...HISTORY.traits, ...Object.fromEntries(traits.map((trait) => [trait, sight])) },
    })

  it('is asked up to 0.9 with a pass, whatever it says of itself', () => {
    const strange = client({ contradictions: ['tls_unlike_claim', 'client_hints_unexpected'] })
    const visits = (history: ReturnType<typeof knowing>) => visitor({ history }, { client: strange })
    expect(decided(visits(knowing('software')), 0.89).action).toBe('challenge')
    expect(decided(visits(knowing('software')), 0.9).action).toBe('deny')
    expect(decided(visits(knowing('country')), 0.6).action).toBe('deny')
  })

  it('is without a pass only where its country is known, too', () => {
    const visits = (history: ReturnType<typeof knowing>) => visitor({ history }, { proof: NOTHING_PROVEN })
    expect(decided(visits(knowing('software', 'country')), 0.89).action).toBe('challenge')
    expect(decided(visits(knowing('software')), 0.6).action).toBe('deny')
  })
})

describe('somebody who tries one account again and again', () => {
  const insisting = (
    address: Partial<Tally> = {},
    account: Partial<Tally> = {},
    rest: Partial<Evidence> = {},
    abuse = 0.7,
  ) => {
    const own = { attempts: 4, failures: 4, accounts: 1, clients: 1 }
    const keys = {
      client: valid(behaviour({ hour: own, day: own })),
      address: valid(behaviour({ hour: own, day: { ...own, ...address } })),
      account: valid(behaviour({ day: { ...own, ...account } })),
      prefix: GUESSED,
    }
    return decided(person({ proof: NOTHING_PROVEN, conduct: conduct(keys), ...rest }), abuse)
  }

  it('has forgotten a password, and is asked', () => {
    expect(insisting()).toMatchObject({ action: 'challenge', rule: 'score_challenge' })
    expect(insisting({}, {}, {}, 0.97)).toMatchObject({ action: 'challenge' })
  })

  it('is refused where hardly any doubt is left', () => {
    expect(insisting({}, {}, {}, 0.98)).toMatchObject({ action: 'deny', rule: 'score_deny' })
  })

  it.each([
    ['tries another account, too', { accounts: 2 }, {}],
    ['is not the only one who tries it', {}, { clients: 2 }],
    ['has tried it twice', { attempts: 2 }, {}],
  ])('is refused who %s', (_what, address, account) => {
    expect(insisting(address, account)).toMatchObject({ action: 'deny', rule: 'score_deny' })
  })

  it('is refused where no challenge can be shown', () => {
    expect(insisting({}, {}, { match: match({ channel: 'mobile' }) }).action).toBe('deny')
  })
})

describe('a strange browser behind a company’s proxy', () => {
  const strange = client({ contradictions: ['protocol_unlike_claim', 'client_hints_unexpected'] })
  const proxied = (headers: Record<string, string> = { via: '1.1 proxy' }, keys = {}) => ({
    ...person({
      client: strange,
      proof: NOTHING_PROVEN,
      conduct: conduct({ client: valid(behaviour()), ...keys }),
    }),
    exchange: exchange({ headers: new Headers(headers) }),
  })

  it('is asked where the proxy says so and the model sees no attack', () => {
    expect(decided(proxied(), 0.39).action).toBe('challenge')
  })

  it('is refused as a forged one where nothing says so, the model sees one, there is none, or its network was tried in vain', () => {
    expect(decided(proxied({}), 0.39).rule).toBe('forged_browser')
    expect(decided(proxied(), 0.4).rule).toBe('forged_browser')
    const without = decide(proxied(), unavailable('model_absent'), DEFAULT_POLICY)
    expect(without.rule).toBe('forged_browser')
    expect(decided(proxied(undefined, { prefix: GUESSED }), 0.1).rule).toBe('forged_browser')
  })
})
