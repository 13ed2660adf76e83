/**
 * The laboratory's campaigns once more, small and over the wire: real TLS, workerd, its ledger and the demo bank. What
 * they are stopped by is the arena's business; here it is that the same code stops them where it is deployed.
 */
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withCheckDigit } from '../../lab/traffic/visitor.ts'
import { type Customer, customers } from '../../local/bank/customers.ts'
import { type Reply, type Sent, send } from './client.ts'
import { complaints, type Gate, startGate } from './gate.ts'

const PYTHON = ['User-Agent', 'python-requests/2.32.5', 'Accept', '*/*', 'Accept-Encoding', 'gzip, deflate']
const APP = ['User-Agent', 'okhttp/4.12.0', 'Accept', 'application/json', 'Accept-Encoding', 'gzip']
/** Between two sign-ins, however quick the hands are. */
const HAND_MS = 1_000
/** At once, as bots are. */
const BOTS = 6

interface Wave {
  readonly name: string
  readonly attempts: number
  /** Share of the attempts that must not reach the bank. */
  readonly stopped: number
  /** `session`: of a customer whom the attackers rented it from. */
  attempt(index: number, session: string): Sent
}

function typed(path: string, headers: readonly string[], body: unknown, from: string): Sent {
  const type = ['Content-Type', 'application/json']
  return { method: 'POST', path, headers: [...headers, ...type], body: JSON.stringify(body), from }
}

const WAVES: readonly Wave[] = [
  {
    name: 'one password over all names, from addresses that are used twice',
    attempts: 120,
    stopped: 0.6,
    attempt: (index) =>
      typed(
        '/api/login',
        PYTHON,
        { username: `name-${index}@mail.example`, password: 'Winter2026!' },
        `127.${64 + (index % 3)}.20.${1 + (index % 60)}`,
      ),
  },
  {
    name: 'which names there are, asked of the application’s own door',
    attempts: 120,
    stopped: 0.8,
    attempt: (index) =>
      typed(
        '/mobile/v1/login',
        APP,
        { username: `customer-${9_000 + index}`, password: 'probe' },
        `127.70.1.${1 + (index % 4)}`,
      ),
  },
  {
    name: 'card numbers of one issuer, in their order',
    attempts: 100,
    stopped: 0.8,
    attempt: (index) => {
      const number = withCheckDigit(`411111${String(5_000_000 + index).padStart(9, '0')}`)
      const card = { number, expiry: '12/28', cvv: '123' }
      return typed('/api/cards/top-up', PYTHON, { card, amount: 1 }, `127.71.1.${1 + (index % 4)}`)
    },
  },
  {
    name: 'other people’s accounts, by counting',
    attempts: 160,
    stopped: 0.6,
    attempt: (index, session) => ({
      path: `/mobile/v1/accounts/acc-${(7_000 + index).toString(16).padStart(8, '0')}/transactions`,
      headers: [...APP, 'Authorization', `Bearer ${session}`],
      from: '127.72.1.1',
    }),
  },
]

let gate: Gate
let session: string
beforeAll(async () => {
  gate = await startGate()
  const { text } = await signIn(customers[0], 'a telephone', '127.139.1.1')
  // The demo bank's own answer.
  session = (JSON.parse(text) as { readonly token: string }).token
})
afterAll(() => gate.close())

function signIn(customer: Customer | undefined, device: string, from: string, password = customer?.password) {
  const agent = ['User-Agent', `NorthgateBank/5.12.0 (Android 15; ${device}) okhttp/4.12.0`]
  const headers = [...agent, 'Accept', 'application/json', 'Accept-Encoding', 'gzip']
  const body = { username: customer?.username, password }
  return send(gate, typed('/mobile/v1/login', headers, body, from))
}

/** The gate answers 403 and 429 and gives a reference; the bank knows neither of them together. */
function stoppedBy({ status, header }: Reply): boolean {
  return (status === 403 || status === 429) && header('portcullis-reference') !== ''
}

async function stopped({ attempts, attempt }: Wave): Promise<number> {
  let [next, count] = [0, 0]
  const bot = async (): Promise<void> => {
    while (next < attempts) {
      const index = next
      next += 1
      if (stoppedBy(await send(gate, attempt(index, session)))) count += 1
    }
  }
  await Promise.all(Array.from({ length: BOTS }, bot))
  return count
}

describe('a small campaign over the wire', () => {
  // Before the waves: nobody here has been seen before, and afterwards everything that comes by this door, with this software
  // and at this pace is somebody who guesses. People with a past beside a campaign are the arena's business.
  it('leaves a household alone that has one address, one of whom mistypes', { timeout: 60_000 }, async () => {
    const statuses: number[] = []
    for (const [index, person] of customers.slice(20, 24).entries()) {
      const tries = index === 0 ? ['mistyped', person.password] : [person.password]
      for (const password of tries) {
        const { status } = await signIn(person, `Pixel ${index}`, '127.140.3.9', password)
        statuses.push(status)
        await setTimeout(HAND_MS)
      }
    }
    expect(statuses).toEqual([401, 200, 200, 200, 200])
  })

  it.each(WAVES)('is stopped for the most part: $name', { timeout: 120_000 }, async (wave) => {
    expect(await stopped(wave)).toBeGreaterThanOrEqual(wave.stopped * wave.attempts)
    expect(complaints(gate)).toEqual([])
  })
})
