/** Card top-up without a session: what card testers look for. The bank asks nothing and counts nothing. */
import { Hono } from 'hono'
import * as v from 'valibot'
import type { Bank } from '../bank.ts'
import { BODY_STATUS, readJson } from '../body.ts'

/** From the ranges that card schemes and processors keep for tests: none of these was ever issued. Anything else is declined. */
export const testCards = [
  '4111111111111111',
  '4242424242424242',
  '5555555555554444',
  '5105105105105100',
  '2223003122003222',
  '6011111111111117',
  '378282246310005',
] as const

const TopUp = v.object({
  card: v.object({
    number: v.pipe(v.string(), v.regex(/^\d{12,19}$/)),
    expiry: v.pipe(v.string(), v.regex(/^(0[1-9]|1[0-2])\/\d\d$/)),
    cvv: v.pipe(v.string(), v.regex(/^\d{3,4}$/)),
  }),
  amount: v.pipe(v.number(), v.minValue(0.01), v.maxValue(10_000)),
})

const accepted: ReadonlySet<string> = new Set(testCards)

/** A card is good until the end of the month that is printed on it. */
function expired(expiry: string, now: number): boolean {
  const [month = 0, year = 0] = expiry.split('/').map(Number)
  return Date.UTC(2000 + year, month) <= now
}

export function cards(bank: Bank): Hono {
  const app = new Hono()
  app.post('/top-up', async (c) => {
    const body = await readJson(c.req.raw, TopUp)
    if (!body.ok) return c.json({ error: body.reason }, BODY_STATUS[body.reason])
    const { card } = body.value
    return accepted.has(card.number) && !expired(card.expiry, bank.now())
      ? c.json({ status: 'accepted' })
      : c.json({ status: 'declined' }, 402)
  })
  return app
}
