/** The gate as it is deployed: what its requests leave in the Estate object, and what another isolate reads of them. */
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import type { Cohort } from '../../../src/evidence.ts'
import worker from '../../../src/index.ts'
import { known } from '../../../src/lib/fact.ts'
import { estateName } from '../../../src/observe/estate/client.ts'
import { newCollector, type Open } from '../../../src/observe/estate/collector.ts'
import { footprintOf } from '../../fixtures/facts.ts'

const ATTEMPTS = 12

async function login(n: number): Promise<void> {
  const context = createExecutionContext()
  const request = new Request('https://bank.example/api/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'cf-connecting-ip': `198.51.100.${n}` },
    body: JSON.stringify({ username: `user${n}`, password: 'Summer2026!' }),
  })
  // The types of a request from outside have properties that only the edge makes.
  const response = await worker.fetch(request as Request<unknown, IncomingRequestCfProperties>, env, context)
  await response.text()
  await waitOnExecutionContext(context)
}

it('shows a campaign of single-use addresses to an isolate that has seen none of it', async () => {
  await Promise.all(Array.from({ length: ATTEMPTS }, (_, n) => login(n + 1)))
  const other = newCollector({ isolate: 'another', targets: 1, waitMs: 1_000 })
  const opened: Open[] = []
  const look = () =>
    other.observe(footprintOf({ at: Date.now(), route: 'login-json' }), (open) => opened.push(open))
  expect(look().route).toEqual({ state: 'absent' })
  const [open] = opened
  if (open === undefined) throw new Error('no parcel was opened')
  expect(other.hear(open, await env.ESTATE.getByName(estateName(0, 1)).swap(other.seal(open)))).toBe(true)
  const route = known<Cohort>(look().route)
  // Its own look is counted with them.
  expect(route?.behaviour.hour.attempts).toBe(ATTEMPTS + 1)
  expect(route?.behaviour.hour.accounts).toBe(ATTEMPTS + 1)
  expect(route?.merged?.addresses).toBe(ATTEMPTS + 1)
})
