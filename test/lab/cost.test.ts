import { describe, expect, it } from 'vitest'
import { billOf, type Count, KINDS, type Kind, MIX } from '../../lab/cost/bill.ts'

function counted(kinds: Partial<Record<Kind, Partial<Count>>> = {}): Record<Kind, Count> {
  const nothing: Count = {
    ...{ requests: 100, do_requests: {}, rows_written: {}, storage_bytes: {} },
    ...{ data_points: 0, cpu_us: null },
  }
  const count = (kind: Kind): Count => ({ ...nothing, ...kinds[kind] })
  return {
    attended_get: count('attended_get'),
    unattended_get: count('unattended_get'),
    signed_post: count('signed_post'),
    login: count('login'),
  }
}

describe('the bill', () => {
  it('asks for the request alone where nothing else was counted', () => {
    const { kinds, per_million } = billOf(counted(), 50)
    expect(kinds.map(({ usd }) => usd)).toEqual([0.3, 0.3, 0.3, 0.3])
    expect(per_million).toEqual({ do_requests: 0, rows_written: 0, storage_bytes: 0, usd: 0.3 })
  })

  it('is for a million requests, however many were counted', () => {
    const login = {
      requests: 50,
      do_requests: { Ledger: 100, Journal: 5 },
      rows_written: { Ledger: 10 },
      storage_bytes: { Ledger: 4_096, Inventory: 8_192 },
      data_points: 50,
      cpu_us: 1_000,
    }
    const line = billOf(counted({ login }), 50).kinds.find(({ kind }) => kind === 'login')
    expect(line).toMatchObject({
      do_requests: 2_100_000,
      rows_written: 200_000,
      storage_bytes: 245_760_000,
      by_class: {
        Ledger: { do_requests: 2_000_000, rows_written: 200_000, storage_bytes: 81_920_000 },
        Journal: { do_requests: 100_000, rows_written: 0, storage_bytes: 0 },
        Inventory: { do_requests: 0, rows_written: 0, storage_bytes: 163_840_000 },
      },
      // 0.30 + 1,000,000 ms of processor at 0.02 + 2.1 calls at 0.15 + 0.2 rows at 1.00 + a data point at 0.25; storage is paid by the month.
      usd: 1.085,
    })
  })

  it('mixes the kinds by their shares, which are all of them', () => {
    const attended_get = { do_requests: { Ledger: 100 } }
    const { per_million } = billOf(counted({ attended_get }), 50)
    expect(per_million.do_requests).toBe(MIX.attended_get * 1_000_000)
    expect(KINDS.reduce((sum, kind) => sum + MIX[kind], 0)).toBeCloseTo(1)
  })
})
