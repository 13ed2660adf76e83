/** What attackers hold in their hands: tools that look more or less like a browser, and a way of sending logins with each. */
import { CURRENT_CHROMIUM, chromium } from './browsers.ts'
import { capturedAttackTool, capturedBrowser, capturedProgram } from './captured.ts'
import { LOADS, pullIn } from './parts.ts'
import { bankApp, disguised, impersonated, openBullet, program, renamed, SCRIPTS } from './programs.ts'
import type { Random } from './random.ts'
import { agentSwitched, anyBrowser, chromiumMajor } from './shares.ts'
import type { Reply, Software, Step } from './traffic.ts'
import { form, meet, send, type Visitor } from './visitor.ts'

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
  /** Whether it fetches the login page first: never, before each attempt anew, or once with cookies kept. */
  readonly page: 'none' | 'fresh' | 'kept'
}

const DOORS = ['form', 'script', 'mobile'] as const
const WEB_DOORS = ['form', 'script'] as const

/** Configurations that need a token from the form fetch the page; most do without. */
function pageHabit(random: Random): Weapon['page'] {
  return random.weighted([
    ['none', 60],
    ['fresh', 28],
    ['kept', 12],
  ] as const)
}

export function weapon(tool: Tool, random: Random): Weapon {
  const page = pageHabit(random)
  switch (tool) {
    case 'basic':
      return basicWeapon(page, random)
    case 'intermediate':
      return { tool, software: mask(random), door: random.pick(WEB_DOORS), page }
    case 'impersonating':
      return random.chance(0.25)
        ? { tool, software: bankApp(random), door: 'mobile', page: 'none' }
        : { tool, software: impersonation(random), door: random.pick(WEB_DOORS), page }
    case 'browser': {
      const kept = random.chance(0.2) ? 'kept' : 'fresh'
      return { tool, software: driven(random), door: random.pick(WEB_DOORS), page: kept }
    }
  }
}

function basicWeapon(page: Weapon['page'], random: Random): Weapon {
  const software = random.weighted([
    [() => openBullet(random), 40],
    [() => renamed(anyBrowser(random), random), 25],
    [() => random.pick(SCRIPTS), 10],
    [() => capturedProgram(random) ?? random.pick(SCRIPTS), 15],
    [() => capturedAttackTool(random) ?? random.pick(SCRIPTS), 10],
  ] as const)()
  return { tool: 'basic', software, door: random.pick(DOORS), page }
}

/** Some rotate the user agent and forget that the hints name the browser, too. */
function mask(random: Random): Software {
  const software = disguised(copied(random), random)
  return random.chance(0.8) ? software : agentSwitched(software, random)
}

/** Copied once from somebody's browser: current or years old. */
function copied(random: Random): Software {
  return random.chance(0.5)
    ? chromium({
        major: chromiumMajor(random),
        platform: 'Windows',
        brand: 'Google Chrome',
        languages: languagesOf(random),
      })
    : anyBrowser(random)
}

/** Copied with the profile, set to the victims' country, or left as it was installed. */
function languagesOf(random: Random): string {
  return random.weighted([
    ['en-US,en;q=0.9', 45],
    ['en-GB,en-US;q=0.9,en;q=0.8', 40],
    ['en-GB,en;q=0.9', 10],
    ['ro-RO,ro;q=0.9,en-GB;q=0.8,en;q=0.7', 5],
  ] as const)
}

/** Profiles of impersonating libraries lag behind by months; the better ones send the right headers for each purpose. */
function impersonation(random: Random): Software {
  const software = chromium({
    major: CURRENT_CHROMIUM - random.pick([0, 5, 10, 14, 20, 25]),
    platform: random.pick(['Windows', 'macOS'] as const),
    brand: 'Google Chrome',
    languages: languagesOf(random),
  })
  return random.chance(0.5) ? impersonated(software) : imitated(software)
}

function imitated(software: Software): Software {
  return { ...software, name: `${software.name} imitated`, tool: `${software.tool}, imitated` }
}

/** Stealth builds of a real browser: nothing on the wire tells them from a person's. */
function driven(random: Random): Software {
  const recorded = random.chance(0.3) ? capturedBrowser(false, random) : undefined
  if (recorded !== undefined) return { ...recorded, tool: `${recorded.tool}, driven` }
  const software = chromium({
    major: CURRENT_CHROMIUM - random.below(4),
    platform: random.pick(['Windows', 'Windows', 'macOS', 'Linux'] as const),
    brand: 'Google Chrome',
    languages: languagesOf(random),
  })
  return { ...software, tool: `${software.tool}, driven` }
}

export interface Pair {
  readonly username: string
  readonly password: string
  readonly valid: boolean
  /** False for a login with the attacker's own account. */
  readonly attempt?: boolean
}

/** One login with this weapon, the page before it where it fetches one. Returns what came back. */
export function* tryPair(
  visitor: Visitor,
  weapon: Weapon,
  pair: Pair,
  start: number,
  random: Random,
): Generator<Step, Reply, Reply> {
  const at = start + (yield* fetchPage(visitor, weapon, start, random))
  const reply = yield* sendPair(visitor, weapon, pair, at, random)
  // A driven browser runs the page that it is given; the form that was sent has to be sent again.
  if (weapon.tool !== 'browser' || !meet(visitor, reply)) return reply
  const again = at + random.logNormal(4_000, 0.5)
  yield* send(visitor, { at: again - 1_500, path: '/login', purpose: { kind: 'page', from: '/login' } })
  return yield* sendPair(visitor, weapon, pair, again, random)
}

function* sendPair(
  visitor: Visitor,
  weapon: Weapon,
  { username, password, valid, attempt = true }: Pair,
  at: number,
  random: Random,
): Generator<Step, Reply, Reply> {
  const truth = { attempt, valid }
  const from = weapon.tool === 'basic' && random.chance(0.7) ? undefined : '/login'
  const json = JSON.stringify({ username, password })
  if (weapon.door === 'mobile') {
    const purpose = { kind: 'call', type: 'application/json' } as const
    return yield* send(visitor, { at, path: '/mobile/v1/login', purpose, body: json, truth })
  }
  if (weapon.door === 'script') {
    const purpose = { kind: 'fetch', from, type: 'application/json' } as const
    return yield* send(visitor, { at, path: '/api/login', purpose, body: json, truth })
  }
  const purpose = { kind: 'form', from, type: 'application/x-www-form-urlencoded' } as const
  return yield* send(visitor, { at, path: '/login', purpose, body: form({ username, password }), truth })
}

/** Milliseconds until the form is sent: a driven browser types, a script does not. */
export function* fetchPage(
  visitor: Visitor,
  { tool, page, door }: Weapon,
  at: number,
  random: Random,
): Generator<Step, number, Reply> {
  const known = page === 'kept' && (visitor.cookies?.size ?? 0) > 0
  if (page === 'none' || door === 'mobile' || known) return 0
  if (page === 'fresh') visitor.cookies?.clear()
  const sent = { at, path: '/login', purpose: { kind: 'page' } } as const
  const reply = yield* send(visitor, sent)
  if (tool === 'browser' && meet(visitor, reply)) yield* send(visitor, { ...sent, at: at + 1_500 })
  // A profile of its own has nothing in its cache; who pays for traffic leaves pictures and style sheets away.
  const parts = random.fork('parts')
  if (tool === 'browser' && reply.forwarded && parts.chance(LOADS))
    yield* pullIn(visitor, '/login', at, parts)
  return tool === 'browser' ? random.logNormal(5_000, 0.5) : random.logNormal(250, 0.5)
}

/** For reading with a stolen or rented session: the mobile interface gives most for least. */
export function reader(random: Random): Software {
  if (random.chance(0.5)) return bankApp(random)
  return random.chance(0.5)
    ? (capturedProgram(random) ?? random.pick(SCRIPTS))
    : program('plain client', random.pick(SCRIPTS).transport, {})
}

/** What goes through lists of paths is made for it, and says so. */
export function walker(random: Random): Software {
  return capturedAttackTool(random) ?? reader(random)
}
