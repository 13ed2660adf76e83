import { describe, expect, it } from 'vitest'
import { weapon } from '../../lab/traffic/attackers.ts'
import type { Bot } from '../../lab/traffic/bot.ts'
import { guess } from '../../lab/traffic/guessing.ts'
import * as places from '../../lab/traffic/places.ts'
import { random } from '../../lab/traffic/random.ts'
import type { Reply, Step } from '../../lab/traffic/traffic.ts'
import { wits } from '../../lab/traffic/wits.ts'

const REFUSED: Reply = { status: 403, location: null, cookies: [], forwarded: false }
const TRIED: Reply = { status: 401, location: null, cookies: [], forwarded: true }
const PAIR = { username: 'customer-1', password: 'no', valid: false }

function botOf(adapts: boolean, tool: 'basic' | 'browser' = 'basic'): Bot {
  const stream = random('bot')
  const held = weapon(tool, stream)
  return {
    visitor: {
      software: held.software,
      place: places.hosting(stream),
      cookies: new Map(),
      truth: { intent: 'credential_stuffing', class: 'credential_stuffing', campaign: 'c', person: 'bot' },
    },
    weapon: held,
    attempts: 30,
    start: 0,
    until: 1e9,
    gap: 1_000,
    style: undefined,
    wits: adapts ? wits((one) => places.proxied(one, 0.5), stream) : undefined,
    mixes: false,
  }
}

function run(bot: Bot, answer: (step: Step, index: number) => Reply): readonly Step[] {
  const steps: Step[] = []
  const session = guess(bot, () => PAIR, random('guess'))
  for (let taken = session.next(); !taken.done; ) {
    steps.push(taken.value)
    taken = session.next(answer(taken.value, steps.length))
  }
  return steps
}

describe('an attacker that learns', () => {
  it('leaves its address, its tool and its pace when it is refused', () => {
    const steps = run(botOf(true), () => REFUSED)
    expect(new Set(steps.map(({ place }) => place.address)).size).toBeGreaterThan(5)
    expect(new Set(steps.map(({ software }) => software.name)).size).toBeGreaterThan(2)
    const gaps = steps.slice(1).map(({ at }, index) => at - (steps[index]?.at ?? 0))
    expect(Math.max(...gaps)).toBeGreaterThan(10_000)
  })

  it('hides its attempts among logins with an account of its own', () => {
    const steps = run(botOf(true), () => REFUSED)
    const own = steps.filter(({ truth }) => truth.valid)
    expect(own.length).toBeGreaterThan(0)
    expect(own.every(({ truth }) => !truth.attempt)).toBe(true)
    expect(steps.filter(({ truth }) => truth.attempt).length).toBe(30)
  })

  it('goes on as it began while it gets through', () => {
    const steps = run(botOf(true), () => TRIED)
    expect(new Set(steps.map(({ place }) => place.address)).size).toBe(1)
  })

  it('is not every attacker', () => {
    const steps = run(botOf(false), () => REFUSED)
    expect(new Set(steps.map(({ place }) => place.address)).size).toBe(1)
  })
})

describe('a challenge', () => {
  const challenged: Reply = { ...REFUSED, earns: () => ['pass', 'earned'] }

  it('is solved by a driven browser, which then sends its attempt again with what it earned', () => {
    const steps = run(botOf(false, 'browser'), (step) =>
      step.headers.cookie?.includes('pass=earned') ? TRIED : challenged,
    )
    const after = steps.filter(({ headers }) => headers.cookie?.includes('pass=earned'))
    expect(after.some(({ method }) => method === 'POST')).toBe(true)
  })

  it('is the end of the road for a script', () => {
    const steps = run(botOf(false), () => challenged)
    expect(steps.filter(({ headers }) => headers.cookie?.includes('pass=earned'))).toEqual([])
  })
})
