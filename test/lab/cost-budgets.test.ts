// A bank pays for each call and each row. What a request may cost is promised in docs/scale.md, and counted here in workerd.
import { beforeAll, describe, expect, it } from 'vitest'
import { type Bill, billOf, KINDS } from '../../lab/cost/bill.ts'
import { measure } from '../../lab/cost/measure.ts'

const PACE = { rate: 50, seconds: 6 }

describe.each(KINDS)('what a request costs: %s', (kind) => {
  const line = () => {
    const found = bill?.kinds.find((one) => one.kind === kind)
    if (found === undefined) throw new Error(`Cannot find what ${kind} costs`)
    return found
  }

  it('calls no more objects than its budget says', () => {
    const { do_requests, budget } = line()
    expect(do_requests).toBeGreaterThan(0)
    expect(do_requests).toBeLessThanOrEqual(budget.do_requests)
  })

  it('stores the decision, and tells how much', () => {
    const { by_class, storage_bytes } = line()
    expect(by_class.Journal?.storage_bytes).toBeGreaterThan(0)
    expect(storage_bytes).toBeGreaterThanOrEqual(by_class.Journal?.storage_bytes ?? 0)
  })

  it('writes no more rows than its budget says', () => {
    const { rows_written, budget } = line()
    expect(rows_written).toBeLessThanOrEqual(budget.rows_written)
  })
})

let bill: Bill | undefined

beforeAll(async () => {
  bill = billOf(await measure(PACE, () => {}), PACE.rate)
}, 300_000)
