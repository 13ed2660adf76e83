/** People with browsers, by the class that a report counts them under: who they are, where, with what, and when they come. */
import {
  DAY_SHAPE,
  earlier,
  type Group,
  HAS_BEEN_HERE,
  HOUR,
  momentOfDay,
  returning,
  WORK_SHAPE,
} from './calendar.ts'
import { owners } from './owners.ts'
import * as places from './places.ts'
import type { Random } from './random.ts'
import { come, lookIn, shareOfGuests } from './readers.ts'
import { agentSwitched, anyBrowser, oldBrowser, privacyBrowser, readerBrowser } from './shares.ts'
import {
  behindProxy,
  besideAttackers,
  hasApplication,
  neighbourhood,
  pooled,
  type Settle,
} from './sharing.ts'
import type { Arrival, BenignClass, Place, Session, Software } from './traffic.ts'
import { glance, type Habits, type Person } from './visits.ts'

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
  /** Where they are on other days; nothing where that is where they are today. */
  readonly usually?: (group: Group, random: Random) => Settle
  /** Who of the class has no browser; nobody, where nothing is said. */
  readonly hasNoBrowser?: (index: number) => boolean
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
    settle: besideAttackers,
    hasNoBrowser: hasApplication,
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
    usually: ({ count }, random) => neighbourhood(count, random),
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
  const home = (kind.usually ?? kind.settle)(group, random.fork('home'))
  const owner = owners(name, random.fork('owners'))
  const { targets = [] } = group
  const isTried = name === 'attacked customer'
  for (let index = 0; index < group.count; index += 1) {
    if (kind.hasNoBrowser?.(index)) continue
    const stream = random.fork(index)
    const software = kind.software(stream)
    const customer = isTried ? (targets[index % targets.length] ?? owner(index)) : owner(index)
    const person = newPerson(name, group, index, { ...seated(software, settle(stream)), customer }, stream)
    const isGuest = stream.fork('guest').chance(shareOfGuests(name))
    yield* history(person, group, { kind, software, home, isGuest }, stream.fork('earlier'))
    const visits = stream.weighted([
      [1, 70],
      [2, 22],
      [3, 8],
    ] as const)
    let at = momentOfDay(group.span, stream, kind.shape)
    for (let each = 0; each < visits && at < group.span.to; each += 1) {
      const habits = stream.fork(`visit ${each}`)
      const moment = at
      yield { at: moment, begin: () => come(person, isGuest, moment, habits) }
      at += habits.logNormal(5 * HOUR, 1)
    }
  }
}

/** Software as it is seen from a place. */
type Seat = Pick<Person, 'software' | 'place'>

function seated(software: Software, place: Place): Seat {
  return {
    place,
    software: place.inspection === undefined ? software : behindProxy(software, place.inspection),
  }
}

/** Of those who have been here, who came with the browser of today; the rest with another, at home or elsewhere. */
const SAME_BROWSER = 0.8
const SAME_PLACE = 0.5

interface Usual {
  readonly kind: Kind
  /** Today's, as its own owner has it. */
  readonly software: Software
  readonly home: Settle
  /** Reads and never signs in. */
  readonly isGuest: boolean
}

/** Short visits, one or two. Whoever has forgotten a password has known it. */
function* history(
  person: Person,
  group: Group,
  { kind, software, home, isGuest }: Usual,
  random: Random,
): Generator<Arrival> {
  if (!random.chance(HAS_BEEN_HERE)) return
  const same = random.chance(SAME_BROWSER)
  const isHere = kind.usually === undefined && (same || random.chance(SAME_PLACE))
  const then: Person = {
    ...person,
    ...seated(same ? software : kind.software(random), isHere ? person.place : home(random)),
    cookies: same ? person.cookies : new Map<string, string>(),
    habits: { ...person.habits, forgets: FORGETS },
  }
  const visits = 1 + random.below(2)
  const short = (whom: Person, at: number, own: Random): Session => lookIn(whom, isGuest, at, own)
  for (let each = 0; each < visits; each += 1) yield* earlier(then, group, random.fork(each), short)
}

/** Customers whose names are on a list, and who are not there today: the gate knows their accounts as well as everybody's. */
export function* acquaintances(group: Group, random: Random): Generator<Arrival> {
  const settle = ANYBODY.settle(group, random.fork('neighbourhood'))
  for (const [index, customer] of (group.listed ?? []).entries()) {
    const stream = random.fork(index)
    const seat = { ...seated(ANYBODY.software(stream), settle(stream)), customer }
    const person = newPerson('browser person', group, index, seat, stream)
    yield* returning(person, group, stream.fork('earlier'), glance)
  }
}

function newPerson(
  name: BrowserClass,
  group: Group,
  index: number,
  seat: Seat & Pick<Person, 'customer'>,
  random: Random,
): Person {
  return {
    ...seat,
    cookies: new Map(),
    truth: {
      intent: 'benign_person',
      class: name,
      campaign: group.name,
      person: `${group.name}/${name}-${index}`,
    },
    habits: { ...anybodysHabits(seat.software, random), ...KINDS[name].habits(random) },
  }
}

const FORGETS = 0.02

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
    forgets: FORGETS,
    pace: 1,
    roams: 0.03,
  }
}
