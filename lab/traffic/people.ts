/** People with browsers, by the class that a report counts them under: who they are, where, with what, and when they come. */
import * as places from './places.ts'
import type { Random } from './random.ts'
import { agentSwitched, anyBrowser, oldBrowser, privacyBrowser, readerBrowser } from './shares.ts'
import { behindProxy, neighbourhood, pooled, type Settle } from './sharing.ts'
import type { Arrival, BenignClass, Place, Software } from './traffic.ts'
import { CUSTOMERS } from './visitor.ts'
import { glance, type Habits, type Person, visit } from './visits.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export interface Span {
  readonly from: number
  readonly to: number
}

/** Moments of a day as customers choose them: few at night, most at lunch and in the evening. */
const DAY_SHAPE = [2, 1, 1, 1, 1, 2, 5, 8, 9, 8, 8, 8, 10, 9, 7, 7, 8, 9, 10, 10, 9, 8, 6, 4] as const
/** At work: in by nine, before and after lunch. */
const WORK_SHAPE = [0, 0, 0, 0, 0, 0, 1, 4, 10, 9, 6, 5, 8, 9, 6, 5, 5, 3, 1, 0, 0, 0, 0, 0] as const

export function momentOfDay(span: Span, random: Random, shape: readonly number[] = DAY_SHAPE): number {
  for (let tries = 0; tries < 1_000; tries += 1) {
    const at = random.between(span.from, span.to)
    const weight = shape[new Date(at).getUTCHours()] ?? 1
    if (random.chance(weight / 10)) return at
  }
  // A span of an hour in which nobody is about.
  return random.between(span.from, span.to)
}

export interface Group {
  readonly name: string
  readonly count: number
  readonly span: Span
  /** Milliseconds before the span in which most of the group have been here before; 0 for a gate's first day. */
  readonly memory?: number
  /** Addresses that a campaign uses and that other people are behind: of `attacker neighbour`. */
  readonly exits?: readonly Place[]
  /** Customers whose accounts a campaign tries: who they are is `attacked customer`. */
  readonly targets?: readonly number[]
}

export const BROWSER_CLASSES = [
  'browser person',
  'household',
  'office',
  'carrier network',
  'attacker neighbour',
  'attacked customer',
  'password manager',
  'forgotten password',
  'roaming person',
  'privacy browser',
  'assistive technology',
  'old browser',
] as const satisfies readonly BenignClass[]
export type BrowserClass = (typeof BROWSER_CLASSES)[number]

/** What is special about a class; where nothing is, people are as in `browser person`. */
interface Kind {
  readonly settle: (group: Group, random: Random) => Settle
  readonly software: (random: Random) => Software
  readonly habits: (random: Random) => Partial<Habits>
  readonly shape: readonly number[]
}

const ANYBODY: Kind = {
  settle: ({ count }, random) => neighbourhood(count, random),
  software: (random) => {
    const browser = anyBrowser(random)
    return random.chance(0.005) ? agentSwitched(browser, random) : browser
  },
  habits: () => ({}),
  shape: DAY_SHAPE,
}

const KINDS: Readonly<Record<BrowserClass, Kind>> = {
  'browser person': ANYBODY,
  household: {
    ...ANYBODY,
    settle: ({ count }, random) => pooled(count, 3.5, places.home, random),
  },
  office: {
    ...ANYBODY,
    settle: ({ count }, random) =>
      pooled(count, 45, (stream) => places.office(stream, stream.chance(0.3)), random),
    shape: WORK_SHAPE,
  },
  'carrier network': {
    ...ANYBODY,
    settle: ({ count }, random) => pooled(count, 150, places.carrier, random),
  },
  'attacker neighbour': {
    ...ANYBODY,
    settle: ({ count, exits = [] }, random) =>
      exits.length > 0 ? (stream) => stream.pick(exits) : pooled(count, 60, places.satellite, random),
  },
  'attacked customer': ANYBODY,
  'password manager': {
    ...ANYBODY,
    habits: (random) => ({ manager: 1, pace: 0.5, stale: random.chance(0.15) }),
  },
  'forgotten password': { ...ANYBODY, habits: () => ({ forgets: 0.7, manager: 0.1 }) },
  'roaming person': {
    ...ANYBODY,
    settle: () => (random) => random.weighted(TRAVELLERS)(random),
    habits: () => ({ roams: 0.5 }),
  },
  'privacy browser': {
    ...ANYBODY,
    settle: () => (random) => random.weighted(HIDDEN)(random),
    software: privacyBrowser,
    habits: (random) => ({ forgetful: random.chance(0.85), script: random.chance(0.15) }),
  },
  'assistive technology': {
    ...ANYBODY,
    software: (random) => (random.chance(0.06) ? readerBrowser(random) : anyBrowser(random)),
    habits: (random) => ({
      pace: random.pick([0.4, 2.5, 4, 7]),
      clumsiness: 0.2,
      script: random.chance(0.1),
    }),
  },
  'old browser': { ...ANYBODY, software: oldBrowser, habits: () => ({ script: false }) },
}

const TRAVELLERS = [
  [places.abroad, 45],
  [places.carrier, 25],
  [places.vpn, 15],
  [(random: Random) => places.office(random, random.chance(0.2)), 15],
] as const
/** Behind an exit that thousands share, or at home. */
const HIDDEN = [
  [places.vpn, 40],
  [places.relay, 20],
  [places.home, 40],
] as const

/** People of one class, once or a few times within the span, and before it as far as the gate is to remember. */
export function* people(name: BrowserClass, group: Group, random: Random): Generator<Arrival> {
  const kind = KINDS[name]
  const settle = kind.settle(group, random.fork('neighbourhood'))
  for (let index = 0; index < group.count; index += 1) {
    const stream = random.fork(index)
    const person = newPerson(name, kind, group, index, settle(stream), stream)
    if (group.memory !== undefined)
      yield* earlier(person, group.span.from, group.memory, stream.fork('earlier'))
    const visits = stream.weighted([
      [1, 70],
      [2, 22],
      [3, 8],
    ] as const)
    let at = momentOfDay(group.span, stream, kind.shape)
    for (let each = 0; each < visits && at < group.span.to; each += 1) {
      const habits = stream.fork(`visit ${each}`)
      const moment = at
      yield { at: moment, begin: () => visit(person, moment, habits) }
      at += habits.logNormal(5 * HOUR, 1)
    }
  }
}

/** Three in four have been here in the last weeks, at home with the same browser; the rest are new or come back after long. */
export function* earlier(person: Person, until: number, memory: number, random: Random): Generator<Arrival> {
  if (!random.chance(0.75)) return
  const before: Person = { ...person, truth: { ...person.truth, warmUp: true } }
  const visits = 1 + random.below(2)
  for (let each = 0; each < visits; each += 1) {
    const at = momentOfDay({ from: until - memory, to: until - DAY / 2 }, random)
    const habits = random.fork(each)
    yield { at, begin: () => glance(before, at, habits) }
  }
}

function newPerson(
  name: BrowserClass,
  kind: Kind,
  group: Group,
  index: number,
  place: Place,
  random: Random,
): Person {
  const software = kind.software(random)
  return {
    software: place.inspection === undefined ? software : behindProxy(software, place.inspection),
    place,
    cookies: new Map(),
    truth: {
      intent: 'benign_person',
      class: name,
      campaign: group.name,
      person: `${group.name}/${name}-${index}`,
    },
    customer: customerOf(name, group, index, random),
    habits: { ...anybodysHabits(software, random), ...kind.habits(random) },
  }
}

function customerOf(name: BrowserClass, { targets = [] }: Group, index: number, random: Random): number {
  const own = random.below(CUSTOMERS)
  return name === 'attacked customer' ? (targets[index % targets.length] ?? own) : own
}

function anybodysHabits({ tool }: Software, random: Random): Habits {
  return {
    forgetful: random.chance(tool === 'Brave' || tool === 'Firefox' ? 0.4 : 0.06),
    script: random.chance(0.35),
    clumsiness: random.weighted([
      [0.04, 60],
      [0.15, 30],
      [0.4, 10],
    ] as const),
    manager: 0.45,
    stale: random.chance(0.02),
    forgets: 0.02,
    pace: 1,
    roams: 0.03,
  }
}
