/** What attackers hold in their hands: tools that look more or less like a browser, and a way of sending logins with each. */
import { anyBrowser, CURRENT_CHROMIUM, chromium, chromiumMajor } from './browsers.ts'
import { bankApp, disguised, impersonated, openBullet, program, SCRIPTS } from './programs.ts'
import type { Random } from './random.ts'
import type { Reply, Software, Step, Truth } from './traffic.ts'
import { form, send, type Visitor } from './visitor.ts'

/**
 * basic: a script or OpenBullet as it comes; intermediate: a browser's headers on a library's transport;
 * impersonating: a browser's or the app's transport and headers without a browser; browser: a real one, driven.
 */
export const TOOLS = ['basic', 'intermediate', 'impersonating', 'browser'] as const
export type Tool = (typeof TOOLS)[number]

export interface Weapon {
  readonly tool: Tool
  readonly software: Software
  /** Which of the bank's doors it was configured for. */
  readonly door: 'form' | 'script' | 'mobile'
}

export function weapon(tool: Tool, random: Random): Weapon {
  switch (tool) {
    case 'basic':
      return random.chance(0.7)
        ? { tool, software: openBullet(random), door: random.pick(['form', 'script', 'mobile'] as const) }
        : { tool, software: random.pick(SCRIPTS), door: random.pick(['script', 'mobile'] as const) }
    case 'intermediate':
      return {
        tool,
        software: disguised(copied(random), random),
        door: random.pick(['form', 'script'] as const),
      }
    case 'impersonating':
      return random.chance(0.25)
        ? { tool, software: bankApp(random), door: 'mobile' }
        : { tool, software: impersonation(random), door: random.pick(['form', 'script'] as const) }
    case 'browser':
      return { tool, software: driven(random), door: random.pick(['form', 'script'] as const) }
  }
}

/** Copied once from somebody's browser: current or years old. */
function copied(random: Random): Software {
  return random.chance(0.5)
    ? chromium({
        major: chromiumMajor(random),
        platform: 'Windows',
        brand: 'Google Chrome',
        languages: 'en-US,en;q=0.9',
      })
    : anyBrowser(random)
}

/** Profiles of impersonating libraries lag behind by months; the better ones send the right headers for each purpose. */
function impersonation(random: Random): Software {
  const software = chromium({
    major: CURRENT_CHROMIUM - random.pick([0, 5, 10, 14, 20, 25]),
    platform: random.pick(['Windows', 'macOS'] as const),
    brand: 'Google Chrome',
    languages: 'en-US,en;q=0.9',
  })
  return random.chance(0.5) ? impersonated(software) : { ...software, name: `${software.name} imitated` }
}

/** Stealth builds of a real browser: nothing on the wire tells them from a person's. */
function driven(random: Random): Software {
  return chromium({
    major: CURRENT_CHROMIUM - random.below(4),
    platform: random.pick(['Windows', 'Windows', 'macOS', 'Linux'] as const),
    brand: 'Google Chrome',
    languages: random.pick(['en-US,en;q=0.9', 'en-GB,en-US;q=0.9,en;q=0.8']),
  })
}

export interface Pair {
  readonly username: string
  readonly password: string
  readonly valid: boolean
}

/** One login with this weapon, the page before it where the tool is a browser. Returns what came back. */
export function* tryPair(
  visitor: Visitor,
  { tool, door }: Weapon,
  pair: Pair,
  start: number,
  random: Random,
): Generator<Step, Reply, Reply> {
  const { username, password, valid } = pair
  const truth: Partial<Truth> = { attempt: true, valid }
  const from = tool === 'basic' && random.chance(0.7) ? undefined : '/login'
  let at = start
  if (tool === 'browser') {
    yield* send(visitor, { at, path: '/login', purpose: { kind: 'page' } })
    at += random.logNormal(5_000, 0.5)
  }
  const json = JSON.stringify({ username, password })
  if (door === 'mobile') {
    const purpose = { kind: 'call', type: 'application/json' } as const
    return yield* send(visitor, { at, path: '/mobile/v1/login', purpose, body: json, truth })
  }
  if (door === 'script') {
    const purpose = { kind: 'fetch', from, type: 'application/json' } as const
    return yield* send(visitor, { at, path: '/api/login', purpose, body: json, truth })
  }
  const purpose = { kind: 'form', from, type: 'application/x-www-form-urlencoded' } as const
  return yield* send(visitor, { at, path: '/login', purpose, body: form({ username, password }), truth })
}

/** For reading with a stolen or rented session: the mobile interface gives most for least. */
export function reader(random: Random): Software {
  if (random.chance(0.5)) return bankApp(random)
  return random.chance(0.5)
    ? random.pick(SCRIPTS)
    : program('plain client', random.pick(SCRIPTS).transport, {})
}
