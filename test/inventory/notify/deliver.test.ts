import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { deliverDue } from '../../../src/inventory/notify/deliver.ts'
import { MAX_QUEUE, newOutboxStore, type OutboxStore } from '../../../src/inventory/notify/outbox-store.ts'
import type { FindingNotice } from '../../../src/inventory/notify/types.ts'
import { STEPS } from '../../../src/inventory/risk/findings-schema.ts'
import { newSchema } from '../../../src/lib/schema.ts'
import { AT } from '../risk/landscape.ts'
import { notice, TARGET } from './news.ts'

const SECRETS = new Map([['security', { url: 'https://hooks.example/x', keys: [new Uint8Array(32)] }]])

interface Desk {
  readonly outbox: OutboxStore
  /** Ids that the receiver was sent, in their order. */
  readonly received: string[]
  /** What it answers; 204 if nothing is said. */
  answers: (id: string) => Response
  now: number
  deliver(): Promise<void>
}

/** An outbox with a receiver behind it, in storage that no other test has. */
async function atDesk(name: string, story: (desk: Desk) => Promise<void>): Promise<void> {
  await runInDurableObject(env.FINDINGS.getByName(`deliver ${name}`), async (_instance, { storage }) => {
    const received: string[] = []
    const outbox = newOutboxStore(storage, newSchema(storage, STEPS))
    const desk: Desk = {
      outbox,
      received,
      answers: () => new Response(null, { status: 204 }),
      now: AT,
      async deliver() {
        await deliverDue(outbox, [TARGET], SECRETS, {
          fetch: async (request) => {
            const id = request.headers.get('webhook-id') ?? ''
            received.push(id)
            return desk.answers(id)
          },
          now: () => desk.now,
          chance: () => 0,
        })
      },
    }
    await story(desk)
  })
}

function about(id: string, sequence: number): FindingNotice {
  const one = notice()
  return { ...one, id: `${id}-${sequence}`, finding: { ...one.finding, id } }
}

const status = (code: number) => () => new Response(null, { status: code })

describe('delivery', () => {
  it('keeps the order of each finding, while others go ahead', async () => {
    await atDesk('order', async (desk) => {
      desk.outbox.enqueue('security', [about('a', 1), about('a', 2), about('b', 1)], AT)
      desk.answers = (id) => new Response(null, { status: id === 'a-1' ? 400 : 204 })
      await desk.deliver()
      expect(desk.received.toSorted()).toEqual(['a-1', 'b-1'])
      desk.answers = status(204)
      desk.now += 6_000
      await desk.deliver()
      expect(desk.received.slice(2)).toEqual(['a-1', 'a-2'])
      expect(desk.outbox.next()).toBeUndefined()
    })
  })

  it('sends the same id again until somebody has it', async () => {
    await atDesk('again', async (desk) => {
      desk.outbox.enqueue('security', [about('a', 1)], AT)
      desk.answers = () => {
        throw new Error('the connection broke after all was sent')
      }
      await desk.deliver()
      desk.now += 4_000
      await desk.deliver()
      expect(desk.received).toEqual(['a-1'])
      desk.now += 1_000
      desk.answers = status(204)
      await desk.deliver()
      expect(desk.received).toEqual(['a-1', 'a-1'])
      expect(desk.outbox.states(['security'])).toMatchObject([{ delivered: 1, lastFault: 'fetch_failed' }])
    })
  })

  it('knocks once where a receiver is down, not once for every notice', async () => {
    await atDesk('down', async (desk) => {
      const notices = Array.from({ length: 200 }, (_, index) => about(`f${index}`, 1))
      desk.outbox.enqueue('security', notices, AT)
      desk.answers = status(503)
      await desk.deliver()
      expect(desk.received.length).toBeLessThanOrEqual(5)
      expect(desk.outbox.next()).toBe(AT + 5_000)
    })
  })

  it('waits as long as the receiver asks', async () => {
    await atDesk('asked', async (desk) => {
      desk.outbox.enqueue('security', [about('a', 1)], AT)
      desk.answers = () => new Response(null, { status: 429, headers: { 'retry-after': '600' } })
      await desk.deliver()
      expect(desk.outbox.next()).toBe(AT + 600_000)
    })
  })

  it('gives up in the end, counts it, and goes on with the next', async () => {
    await atDesk('given up', async (desk) => {
      desk.outbox.enqueue('security', [about('a', 1), about('a', 2)], AT)
      desk.answers = (id) => new Response(null, { status: id === 'a-1' ? 400 : 204 })
      for (let tries = 0; tries < 10; tries++) {
        await desk.deliver()
        desk.now = Math.max(desk.now, desk.outbox.next() ?? desk.now)
      }
      expect(desk.received.filter((id) => id === 'a-1')).toHaveLength(10)
      expect(desk.received.at(-1)).toBe('a-2')
      expect(desk.outbox.states(['security'])).toMatchObject([{ delivered: 1, dropped: 1, queued: 0 }])
    })
  })

  it('holds so many and no more, and says afterwards how many it could not hold', async () => {
    await atDesk('full', async (desk) => {
      const notices = Array.from({ length: MAX_QUEUE + 30 }, (_, index) => about(`f${index}`, 1))
      desk.outbox.enqueue('security', notices, AT)
      expect(desk.outbox.states(['security'])).toMatchObject([{ queued: MAX_QUEUE }])
      let bodies = 0
      desk.answers = () => {
        bodies++
        return new Response(null, { status: 204 })
      }
      while (desk.outbox.next() !== undefined) await desk.deliver()
      expect(bodies).toBe(MAX_QUEUE + 1)
      expect(desk.received.filter((id) => id.startsWith('folded-'))).toHaveLength(1)
      expect(desk.outbox.states(['security'])).toMatchObject([{ queued: 0, dropped: 30 }])
    })
  })
})
