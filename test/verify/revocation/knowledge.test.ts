import { describe, expect, it } from 'vitest'
import {
  type Knowledge,
  learn,
  nextDue,
  nothingYet,
  stateOf,
} from '../../../src/verify/revocation/knowledge.ts'
import {
  type CertificateState,
  revocationFact,
  type Verdict,
} from '../../../src/verify/revocation/revocation.ts'
import { DAY, HOUR, MINUTE, NOON } from './authority.ts'

const NAME = 'ab'.repeat(32)
const good = (thisUpdate: number, nextUpdate: number | undefined = NOON + DAY): Verdict => ({
  status: 'good',
  source: 'ocsp',
  thisUpdate,
  nextUpdate,
})
const revoked = (thisUpdate: number): Verdict => ({
  ...good(thisUpdate),
  status: 'revoked',
  reason: 'key_compromise',
  revokedAt: thisUpdate,
})
const told = (...verdicts: readonly Verdict[]): Knowledge =>
  verdicts.reduce((known, value) => learn(known, { ok: true, value }, NOON), nothingYet(NOON))

describe('what is known after several answers', () => {
  it('is the newest statement: a good one from before the revocation, sent again, changes nothing', () => {
    expect(told(good(NOON - HOUR), revoked(NOON)).verdict?.status).toBe('revoked')
    expect(told(revoked(NOON), good(NOON - HOUR)).verdict?.status).toBe('revoked')
  })

  it('is that a hold was lifted, when a newer statement says so', () => {
    expect(told(revoked(NOON - HOUR), good(NOON)).verdict?.status).toBe('good')
  })

  it('is the worse of two statements of one time', () => {
    expect(told(revoked(NOON), good(NOON)).verdict?.status).toBe('revoked')
    expect(told(good(NOON), revoked(NOON)).verdict?.status).toBe('revoked')
  })

  it('stays what it was when an attempt fails, and gets older', () => {
    const failed = learn(told(good(NOON)), { ok: false, reason: 'fetch_timeout' }, NOON + HOUR)
    expect(failed).toMatchObject({ failures: 1, why: 'fetch_timeout', checkedAt: NOON })
    expect(stateOf(failed, NAME, NOON + 2 * HOUR)).toMatchObject({ status: 'good', ageMs: 2 * HOUR })
  })
})

describe('when it is asked again', () => {
  const wait = (known: Knowledge): number => nextDue(known, NAME, NOON) - NOON

  it.each<[string, Verdict, number]>([
    ['half of what is left', good(NOON, NOON + HOUR), 30 * MINUTE],
    ['an hour at most', good(NOON), HOUR],
    ['four hours at most for a list', { ...good(NOON), source: 'crl' }, 4 * HOUR],
    ['five minutes at least', good(NOON, NOON + MINUTE), 5 * MINUTE],
    ['five minutes where the answer has no end', { ...good(NOON), nextUpdate: undefined }, 5 * MINUTE],
  ])('is after %s', (_, verdict, expected) => {
    expect(wait(told(verdict))).toBeLessThanOrEqual(expected)
    expect(wait(told(verdict))).toBeGreaterThan(expected * 0.89)
  })

  it('is later and later while the authority does not answer, and never later than half an hour', () => {
    let known = nothingYet(NOON)
    const waits = Array.from({ length: 12 }, () => {
      known = learn(known, { ok: false, reason: 'fetch_failed' }, NOON)
      return wait(known)
    })
    expect(waits[0]).toBeLessThanOrEqual(30_000)
    expect(waits.every((one, at) => at === 0 || one >= (waits[at - 1] ?? 0))).toBe(true)
    expect(waits.at(-1)).toBeLessThanOrEqual(30 * MINUTE)
  })
})

describe('the fact of a whole path', () => {
  const state = (...certificates: readonly CertificateState[]) => revocationFact({ certificates }, NOON)
  const fresh = stateOf(told(good(NOON - HOUR)), NAME, NOON)
  const overdue = stateOf(told(good(NOON - DAY, NOON - HOUR)), NAME, NOON)
  const unknown = (why: Extract<CertificateState, { status: 'unknown' }>['why']): CertificateState => ({
    status: 'unknown',
    thumbprint: NAME,
    why,
    since: NOON - DAY,
  })

  it.each<[string, readonly CertificateState[], unknown]>([
    ['good', [fresh, fresh], { state: 'valid', value: { age: 0, unknownSince: undefined } }],
    [
      'good without being asked, because it lives for hours',
      [unknown('revocation_not_offered')],
      { state: 'valid', value: { age: 0, unknownSince: undefined } },
    ],
    [
      'overdue',
      [fresh, overdue],
      { state: 'valid', value: { age: 0, unknownSince: NOON - HOUR, why: 'overdue' } },
    ],
    [
      'unknown since it was first shown',
      [fresh, unknown('fetch_timeout'), overdue],
      { state: 'valid', value: { age: undefined, unknownSince: NOON - DAY, why: 'fetch_timeout' } },
    ],
    [
      'not to be had',
      [unknown('revocation_timeout')],
      { state: 'unavailable', reason: 'revocation_unknown' },
    ],
    [
      'revoked, whatever else is unknown',
      [unknown('revocation_timeout'), stateOf(told(revoked(NOON)), NAME, NOON)],
      { state: 'invalid', reason: 'certificate_revoked' },
    ],
  ])('is %s', (_, certificates, expected) => {
    expect(state(...certificates)).toEqual(expected)
  })
})
