import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addresses } from '../../lab/attack/bots.ts'
import { EXECUTABLE } from '../../lab/attack/browser.ts'
import { type Stack, startStack } from '../../lab/attack/stack.ts'
import { run, type Variant } from '../../lab/attack/variant.ts'
import { random } from '../../lab/traffic/random.ts'
import { requireReal } from '../real.ts'

const SMALL: Variant = {
  name: 'small',
  headers: 'openbullet',
  attempts: 120,
  valid: 6,
  addresses: 40,
  // The first of a /24 is asked and not denied when TLS and protocol alone contradict it: few, or they are 5% of few attempts.
  subnets: 4,
  concurrency: 8,
  browserAddress: undefined,
}

let stack: Stack | undefined
beforeAll(async () => {
  stack = await startStack(0, true)
})
afterAll(() => stack?.close())

function target() {
  if (stack === undefined) throw new Error('the gate did not start')
  return stack.target
}

describe('a small attack through the local edge', () => {
  it('is refused, and every attempt has one fate', async () => {
    const result = await run(SMALL, target(), random('attack'))
    const { entered, tried, refused, throttled, challenged, errors } = result
    expect(entered + tried + refused + throttled + challenged + errors).toBe(SMALL.attempts)
    expect(errors).toBe(0)
    expect(result.broken).toEqual([])
  })
})

describe.runIf(requireReal('Chromium', existsSync(EXECUTABLE)))('a person beside a small attack', () => {
  it('signs in every time, though a neighbour in the same /24 is an attacker', async () => {
    const beside: Variant = { ...SMALL, headers: 'chrome', browserAddress: 'neighbour' }
    const { browser, broken } = await run(beside, target(), random('beside'))
    expect(browser?.failures).toEqual([])
    expect(browser?.succeeded).toBeGreaterThanOrEqual(5)
    expect(broken).toEqual([])
  })
})

describe('the attackers’ addresses', () => {
  it('are as many as asked for, in as many /24s', () => {
    const list = addresses(500, 50, random('addresses'))
    expect(new Set(list).size).toBe(500)
    expect(new Set(list.map((address) => address.replace(/\.\d+$/, ''))).size).toBe(50)
    for (const address of list) expect(address).toMatch(/^127\.(6[4-9]|[789]\d|1[0-8]\d|19[01])\./)
  })
})
