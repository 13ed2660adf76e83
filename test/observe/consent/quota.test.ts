import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../../src/lib/durations.ts'
import { ACCESS_KEPT_MS, decideQuota, MAX_ACCESSES, refund } from '../../../src/observe/consent/quota.ts'
import type { Access, ConsentRow, UnattendedAsk } from '../../../src/observe/consent/types.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const HOUR = 3_600_000

function ask(changes: Partial<UnattendedAsk> = {}): UnattendedAsk {
  return {
    resources: ['balances'],
    ...{ page: false, pages: 3 },
    limit: 4,
    accepted: 'up_to_limit',
    since: NOW - DAY_MS,
    endsAt: undefined,
    ...changes,
  }
}

function accesses(...hoursAgo: readonly number[]): readonly Access[] {
  return hoursAgo.map((hours) => ({
    resource: 'balances',
    requestId: `${hours} hours ago`,
    at: NOW - hours * HOUR,
    pages: 0,
  }))
}

function row(parts: Partial<ConsentRow> = {}) {
  return { accesses: accesses(), agreed: undefined, asked: undefined, ...parts }
}

const request = (requestId = 'this', at = NOW) => ({ requestId, at })

describe('accesses while the customer is away', () => {
  it('writes down each of the first four and refuses the fifth', () => {
    let kept: readonly Access[] = []
    const granted = Array.from({ length: 7 }, (_, at) => {
      const decision = decideQuota(row({ accesses: kept }), ask(), request(`request ${at}`))
      kept = decision.accesses ?? kept
      return decision.quota.granted
    })
    expect(granted).toEqual([true, true, true, true, false, false, false])
    expect(kept).toHaveLength(4)
  })

  it('counts each resource for itself, so that a consent to ten accounts is not used up by the first', () => {
    const full = accesses(4, 3, 2, 1)
    const other = decideQuota(row({ accesses: full }), ask({ resources: ['transactions'] }), request())
    expect(other.quota).toMatchObject({ granted: true, used: 0 })
    expect(other.accesses).toHaveLength(5)
  })

  it('answers the same request as before, and writes nothing, because an answer may be lost on its way', () => {
    const kept = accesses(4, 3, 2, 1)
    const again = decideQuota(row({ accesses: kept }), ask(), request('1 hours ago'))
    expect(again).toEqual({
      quota: { limit: 4, used: 3, granted: true, page: false, retryAfter: undefined },
      accesses: undefined,
      soon: false,
    })
  })

  it('forgets an access when it is 24 hours old and not before', () => {
    const kept = accesses(24, 3, 2, 1)
    expect(decideQuota(row({ accesses: kept }), ask(), request()).quota.granted).toBe(false)
    const later = decideQuota(
      row({ accesses: kept }),
      ask({ since: NOW + 1 - DAY_MS }),
      request('this', NOW + 1),
    )
    expect(later.quota).toMatchObject({ granted: true, used: 3 })
    expect(later.accesses).toHaveLength(5)
    const gone = decideQuota(
      row({ accesses: later.accesses ?? [] }),
      ask({ limit: 9 }),
      request('gone', NOW + HOUR),
    )
    expect(gone.accesses?.map(({ requestId }) => requestId)).not.toContain('24 hours ago')
  })

  it('keeps what is over by one isolate’s clock while it counts by another’s: midnight is not everywhere at once', () => {
    const midnight = NOW + 5
    const today = ask({ since: midnight - DAY_MS, endsAt: midnight })
    const tomorrow = ask({ since: midnight, endsAt: midnight + DAY_MS })
    const kept = accesses(4, 3, 2, 1)
    const ahead = decideQuota(row({ accesses: kept }), tomorrow, request('ahead', midnight + 1))
    expect(ahead.quota).toMatchObject({ granted: true, used: 0 })
    const behind = decideQuota(
      row({ accesses: ahead.accesses ?? [] }),
      today,
      request('behind', midnight - 1),
    )
    expect(behind.quota.granted).toBe(false)
  })

  it('says when the next access is free, which is what a third party’s timetable needs', () => {
    const kept = accesses(20, 3, 2, 1)
    expect(decideQuota(row({ accesses: kept }), ask(), request()).quota.retryAfter).toBe(4 * HOUR)
    const midnight = ask({ endsAt: NOW + HOUR })
    expect(decideQuota(row({ accesses: kept }), midnight, request()).quota.retryAfter).toBe(HOUR)
    const lowered = row({ accesses: kept, agreed: 2 })
    expect(decideQuota(lowered, ask(), request()).quota).toMatchObject({ limit: 2, retryAfter: 22 * HOUR })
  })

  const LIMITS: readonly (readonly [
    what: string,
    row: Partial<ConsentRow>,
    ask: Partial<UnattendedAsk>,
    limit: number,
  ])[] = [
    ['nothing was learnt', {}, {}, 4],
    ['the bank says ten', { agreed: 10 }, {}, 10],
    ['the bank says one', { agreed: 1 }, {}, 1],
    ['the third party asked for two', { asked: 2 }, {}, 2],
    ['it asked for a hundred, and nobody said that it may', { asked: 100 }, {}, 4],
    ['it asked for a hundred, and what is taken is agreed', { asked: 100 }, { accepted: 'agreed' }, 100],
    ['it asked for a hundred, and the bank says six', { asked: 100, agreed: 6 }, {}, 6],
    ['the bank’s own limit is eight', {}, { limit: 8 }, 8],
  ]
  it.each(LIMITS)('takes the agreed number where it is known: %s', (_what, known, asked, limit) => {
    expect(decideQuota(row(known), ask(asked), request()).quota.limit).toBe(limit)
  })

  it('takes the next page of an answer for a part of the access, and a page out of nowhere for an access', () => {
    const begun = { resource: 'balances', requestId: 'first', at: NOW - 60_000, pages: 0 }
    const kept = [...accesses(4, 3, 2), begun]
    const next = decideQuota(row({ accesses: kept }), ask({ page: true }), request())
    expect(next).toMatchObject({ quota: { granted: true, page: true, used: 4 }, soon: true })
    expect(next.accesses).toEqual([...accesses(4, 3, 2), { ...begun, pages: 1 }])
    const late = decideQuota(row({ accesses: accesses(4, 3, 2, 1) }), ask({ page: true }), request())
    expect(late.quota.granted).toBe(false)
    const first = decideQuota(row(), ask({ page: true }), request())
    expect(first.accesses).toHaveLength(1)
  })

  it('takes pages without end for further accesses: the first page again and again is no paging', () => {
    let kept: readonly Access[] = []
    const passed = Array.from({ length: 30 }, (_, at) => {
      const decision = decideQuota(row({ accesses: kept }), ask({ page: true }), request(`p${at}`, NOW + at))
      kept = decision.accesses ?? kept
      return decision.quota.granted
    })
    // Four accesses, three more pages each.
    expect(passed.filter((granted) => granted)).toHaveLength(16)
    expect(kept.map(({ pages }) => pages)).toEqual([3, 3, 3, 3])
  })

  it('finds accesses under the names that an older key gave them, so that a rotation resets no quota', () => {
    const kept = accesses(4, 3, 2, 1).map((access) => ({ ...access, resource: 'old.balances' }))
    const rotated = ask({ resources: ['new.balances', 'old.balances'] })
    expect(decideQuota(row({ accesses: kept }), rotated, request()).quota.granted).toBe(false)
  })

  it('keeps no more of one consent than it may, whatever paths are made up', () => {
    const many = Array.from({ length: MAX_ACCESSES }, (_, at) => ({
      resource: `resource ${at}`,
      requestId: `request ${at}`,
      at: NOW - at,
      pages: 0,
    }))
    const more = decideQuota(row({ accesses: many }), ask({ resources: ['one more'] }), request())
    expect(more.quota.granted).toBe(false)
    expect(more.accesses).toBeUndefined()
    const older = many.map((access) => ({ ...access, at: NOW - DAY_MS - 1 }))
    const next = decideQuota(row({ accesses: older }), ask(), request())
    expect(next.accesses).toHaveLength(MAX_ACCESSES)
    expect(ACCESS_KEPT_MS).toBeGreaterThan(DAY_MS)
  })

  it('gives back what a request used, and nothing for one that used nothing', () => {
    const kept = accesses(2, 1)
    expect(refund(kept, '1 hours ago')).toEqual(accesses(2))
    expect(refund(kept, 'another')).toBeUndefined()
  })
})
