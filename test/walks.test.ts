/**
 * A third party that asks for what the bank itself has told it of walks nowhere, whatever the bank answers; nor does one that
 * is answered like everybody else while the bank is in trouble.
 */
import { describe, expect, it } from 'vitest'
import { guard } from '../src/guard.ts'
import { type BerlinCall, berlinRequest } from './fixtures/berlin-call.ts'
import { type TestHouse, testHouse } from './fixtures/house.ts'
import { holder, testAuthority } from './fixtures/pki.ts'
import { NOW } from './fixtures/scene.ts'

const AUTHORITY = await testAuthority()
const LARK = await holder(AUTHORITY)
const FINCH = await holder(AUTHORITY, { organisation: 'PSDGB-FCA-111222' })
const WREN = await holder(AUTHORITY, { organisation: 'PSDGB-FCA-333444' })
const CONSENT = 'c0ffee00-0000-4000-8000-000000000001'
const SECOND = 1_000

type Call = Pick<BerlinCall, 'path'> & Partial<BerlinCall>

interface Gate {
  readonly house: TestHouse
  /** Whether the gate let it pass. */
  passes(call: Call): Promise<boolean>
  later(milliseconds: number): void
}

function gate(answer: (path: string) => Response): Gate {
  let at = NOW
  const house = testHouse(
    { anchors: AUTHORITY.anchors },
    (asked) => answer(new URL(asked.url).pathname.replace('/psd2/v1/', '')),
    { now: () => at },
  )
  return {
    house,
    async passes(call) {
      const before = house.forwarded.length
      const response = await guard(
        berlinRequest({ consent: CONSENT, certificate: LARK, token: 'a', ...call }),
        house,
      )
      await response.arrayBuffer()
      await new Promise((resolve) => setTimeout(resolve, 0))
      at += SECOND
      return house.forwarded.length > before
    },
    later(milliseconds) {
      at += milliseconds
    },
  }
}

async function passed(at: Gate, calls: readonly Call[]): Promise<number> {
  let count = 0
  for (const call of calls) if (await at.passes(call)) count += 1
  return count
}

const accountId = (index: number) => `acc-${(index * 7_919 + 10_000_019).toString()}`
const ids = (count: number, from = 0) => Array.from({ length: count }, (_, index) => accountId(from + index))
const balances = (id: string, rest: Partial<Call> = {}): Call => ({
  path: `accounts/${id}/balances`,
  ...rest,
})
const listOf = (accounts: readonly string[], links = {}) =>
  Response.json({ accounts: accounts.map((resourceId) => ({ resourceId })), _links: links })
const nothing = (status: number) => Response.json({}, { status })

describe('a company with more accounts than a walker gets to see', () => {
  it.each([25, 60, 200])(
    'may read each of its %i accounts though its consent is suspended',
    async (count) => {
      const at = gate((path) => (path === 'accounts' ? listOf(ids(count)) : nothing(403)))
      expect(await at.passes({ path: 'accounts' })).toBe(true)
      expect(
        await passed(
          at,
          ids(count).map((id) => balances(id)),
        ),
      ).toBe(count)
    },
  )

  it('may read them after they were listed to it in pages', async () => {
    const next = { next: { href: '/psd2/v1/accounts?page=1' } }
    let page = -1
    const at = gate((path) => {
      if (path !== 'accounts') return nothing(403)
      page += 1
      return listOf(ids(30, 30 * page), page < 2 ? next : {})
    })
    for (const query of ['', '?page=1', '?page=2']) await at.passes({ path: `accounts${query}` })
    expect(
      await passed(
        at,
        ids(90).map((id) => balances(id)),
      ),
    ).toBe(90)
  })

  it('may not go through others: those of nobody are still a walk', async () => {
    const at = gate((path) => (path === 'accounts' ? listOf(ids(25), { next: '?page=1' }) : nothing(403)))
    await at.passes({ path: 'accounts' })
    expect(
      await passed(
        at,
        ids(200, 1_000).map((id) => balances(id)),
      ),
    ).toBeLessThan(25)
  })
})

describe('a third party whose bank has forgotten accounts that it had', () => {
  it('goes on asking for those that it was given before', async () => {
    let missing = false
    const at = gate(() => nothing(missing ? 404 : 200))
    await passed(
      at,
      ids(40).map((id) => balances(id)),
    )
    missing = true
    // Two days later nearly all that was asked for before has faded away, and what is asked for in vain has not.
    at.later(46 * 3_600 * SECOND)
    for (let round = 0; round < 3; round += 1)
      expect(
        await passed(
          at,
          ids(40).map((id) => balances(id)),
        ),
      ).toBe(40)
  })

  it('is no walker for answers that say nothing of a resource', async () => {
    const at = gate(() => nothing(503))
    expect(
      await passed(
        at,
        ids(80).map((id) => balances(id)),
      ),
    ).toBe(80)
  })
})

describe('a bank that is half down', () => {
  /** Customers of two other third parties, a consent and three accounts each. */
  const others = (customers: number): readonly Call[] =>
    Array.from({ length: customers }, (_, customer) =>
      ids(3, 100_000 + 10 * customer).map((id) =>
        balances(id, {
          consent: `c0ffee00-0000-4000-8000-1000000${(10_000 + customer).toString()}`,
          certificate: customer % 2 === 0 ? FINCH : WREN,
          token: `customer${customer}`,
        }),
      ),
    ).flat()
  const newcomer = ids(60).map((id) => balances(id))
  const alternating = (first: readonly Call[], second: readonly Call[]) =>
    first.flatMap((one, index) => [one, ...second.slice(index, index + 1)])

  it('stops nobody for what everybody is answered, and says so', async () => {
    let isDown = false
    let asked = 0
    const at = gate((path) => {
      asked += 1
      const isOwn = ids(60).some((id) => path.includes(id))
      // The newcomer's accounts are all at the partner that is down, and of the others' each second.
      return nothing(isDown && (isOwn || asked % 4 === 0) ? 404 : 200)
    })
    await passed(at, others(60))
    at.later(3_600 * SECOND)
    isDown = true
    await passed(at, others(60))
    const calls = alternating(newcomer, others(60))
    expect(await passed(at, calls)).toBe(calls.length)
    const told = at.house.records.map(({ verdict }) => verdict)
    expect(told).toContainEqual(
      expect.objectContaining({ action: 'flag', rule: 'tpp_identifiers_unanswered' }),
    )
  })

  it('stops a walker who is the only one whom it has nothing for', async () => {
    const at = gate((path) => nothing(ids(60).some((id) => path.includes(id)) ? 404 : 200))
    await passed(at, others(60))
    expect(await passed(at, newcomer)).toBeLessThan(25)
  })
})
