/** Somebody tries a list of leaked passwords from fifty addresses, while a person logs in beside it in a real browser. */
import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { visit } from '../../lab/attack/browser.ts'
import { customers } from '../../local/bank/customers.ts'
import type { JournalEntry } from '../../src/record/entry.ts'
import { requireReal } from '../real.ts'
import { type Reply, send } from './client.ts'
import { complaints, type Gate, startGate } from './gate.ts'

const PAIRS = 200
const ADDRESSES = 50
/** At once, as OpenBullet's bots are. */
const BOTS = 8
/** Of the person, at least. The first of them comes for the first time. */
const LOGINS = 3
const DEFAULTS = new URL('../../../shared/data/fingerprints/openbullet-defaults.json', import.meta.url)

/** What OpenBullet's request block sends unless its user says otherwise, as one flat list. */
function openBulletHeaders(): readonly string[] {
  // The file's own format, read where it enters the journey.
  const defaults = JSON.parse(readFileSync(DEFAULTS, 'utf8')) as {
    readonly default_block: { readonly headers: Readonly<Record<string, string>> }
  }
  return Object.entries(defaults.default_block.headers).flat()
}

/** Hosting networks and homes by turns, five addresses in each of ten /24s. */
function addressOf(bot: number): string {
  const network = bot % 10
  return `127.${network % 2 === 0 ? 64 + network : 128 + network}.7.${1 + Math.floor(bot / 10)}`
}

async function attempt(gate: Gate, at: number, headers: readonly string[]): Promise<Reply> {
  const body = String(
    new URLSearchParams({ username: `leaked-${at}@mail.example`, password: `summer-${at}` }),
  )
  return send(gate, {
    method: 'POST',
    path: '/login',
    headers: [...headers, 'Content-Type', 'application/x-www-form-urlencoded'],
    body,
    from: addressOf(at % ADDRESSES),
  })
}

/** Works through the list with so many bots, and resolves to how often each status came back. */
async function stuff(gate: Gate, headers: readonly string[]): Promise<ReadonlyMap<number, number>> {
  const statuses = new Map<number, number>()
  let next = 0
  const bot = async (): Promise<void> => {
    while (next < PAIRS) {
      const at = next
      next += 1
      const { status } = await attempt(gate, at, headers)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: BOTS }, bot))
  return statuses
}

const ready = requireReal('openbullet-defaults.json', existsSync(DEFAULTS))
const browser = requireReal('Chromium', existsSync('/usr/bin/chromium'))

describe.runIf(ready && browser)('a list of leaked passwords', () => {
  let gate: Gate
  beforeAll(async () => {
    gate = await startGate()
  })
  afterAll(() => gate.close())

  it('gets nowhere from fifty addresses, and the person beside it gets in every time', async () => {
    const [person] = customers
    if (person === undefined) throw new Error('Cannot find a customer')
    let over = false
    const beside = visit(
      { host: '127.0.0.1', port: gate.edge.port },
      '127.0.40.9',
      person,
      LOGINS,
      () => over,
    )
    const statuses = await stuff(gate, openBulletHeaders())
    over = true
    const visits = await beside

    const attempts = await decisionsAbout(gate, 'login-form')
    // A challenge is a 403 as well, and counts apart.
    const stopped = attempts.filter(({ action }) => action === 'deny' || action === 'throttle').length
    expect({ statuses: Object.fromEntries(statuses), enough: stopped >= 0.95 * PAIRS }).toMatchObject({
      enough: true,
    })
    expect(visits).toEqual({ tried: visits.tried, succeeded: visits.tried, failures: [] })
    expect(visits.tried).toBeGreaterThanOrEqual(LOGINS)
    expect(complaints(gate)).toEqual([])
  })

  it('is explained to the operator: which rule, and why', async () => {
    const attempts = await decisionsAbout(gate, 'login-form')
    const refused = attempts.filter(({ outcome }) => outcome === 'refused')
    expect(refused.length).toBeGreaterThan(0)
    for (const { rule, reason, contradictions } of refused) {
      expect({ rule, reason }).not.toMatchObject({ rule: 'default' })
      expect(contradictions).not.toEqual([])
    }
  })
})

async function decisionsAbout(gate: Gate, route: string): Promise<readonly JournalEntry[]> {
  const { json } = await gate.operator('/api/decisions?limit=500')
  // The console's own format, read where it enters the journey.
  const { decisions } = json as { readonly decisions: readonly JournalEntry[] }
  return decisions.filter((entry) => entry.route === route)
}
