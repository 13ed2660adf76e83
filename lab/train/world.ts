/** One campaign beside a bank's people, each request with what the gate's own features said of it and what it was. */
import type { Score } from '../../src/evidence.ts'
import { guard } from '../../src/guard.ts'
import { parseAgent } from '../../src/identify/agent.ts'
import { known, unavailable, valid } from '../../src/lib/fact.ts'
import type { Scorer } from '../../src/ports.ts'
import { FEATURE_NAMES, INTENTS, vector } from '../../src/score/features.ts'
import { anyCampaign, MANY_EACH } from '../campaigns.ts'
import type { ThirdParties } from '../certificates.ts'
import { type LabHouseOptions, labHouse } from '../house.ts'
import { anyOutages } from '../outages.ts'
import { eachClass, evenly, type Limits, population, scaled, spanOf, type Volumes } from '../population.ts'
import { asLog } from '../replay/house.ts'
import { attack, type Bystanders, bystanders, type Campaign } from '../traffic/campaigns.ts'
import { type Random, random } from '../traffic/random.ts'
import type { Truth } from '../traffic/traffic.ts'
import { play } from '../world.ts'
import { isBenign, type Part, type Row } from './rows.ts'

const LIMITS: Limits = { attempts: 600, people: 220, peopleEachDay: 50 }
/** A gate's first hours: it has seen next to nothing, and whoever comes is everybody. */
const YOUNG_LIMITS: Limits = { attempts: 25, people: 20, peopleEachDay: 0 }
/** A walk or a flood that is scaled down to a handful of requests is none, and teaches nothing. */
const FEWEST = 150
const YOUNG = 0.3
const YOUNG_QUIET = 0.7
/** A bank has few monitors and one aggregator, and few people meet a campaign; a model that met none of them would take them for scripts. */
const LEAST = 5
const LEAST_TOUCHED = 14
/** What a gate remembers when a campaign begins; of some, nothing: no model may take a customer who is new to it for a thief. */
const MEMORY_MS = 14 * 24 * 3_600_000
const REMEMBERING = 0.85
/** Share of the worlds that nobody attacks: a busy day is no attack by itself. */
const QUIET = 0.12
/**
 * Share of the worlds in which as many come of each class: half of those who sign in have forgotten, are abroad or test
 * something, as on the day after a bank has made everybody choose a new password. Nobody attacks.
 */
const EVEN = 0.12
const OF_EACH = 24
/** Share of the worlds in which the bank itself is down for a while: nobody is let in then, and nobody is guilty of it. */
const FAILING = 0.12
/** Share of the worlds that are seen as a log would tell of them: `npm run replay` asks the same model. */
const LOGGED = 0.1

/**
 * What the gate does while we learn. Without enforcement nothing is censored; but a gate that stops a campaign changes
 * what it sees of it (no failures any more), so some worlds are played with the rules, and some with a stand-in for the
 * model that knows the truth and is wrong at times: for what a good model would leave behind.
 */
export const MODES = ['observe', 'rules', 'stand-in'] as const
type Mode = (typeof MODES)[number]

/** A stand-in stops this share of the attempts of a campaign, and of the people's. */
const STANDS_IN = { attack: [0.3, 0.98], people: 0.02 } as const

/**
 * Accounts that one client has tried within a day from which on its sign-ins say what it is. Until then a thief who was given
 * the password does what its owner does, and rows that say the opposite of the same would teach that owners are thieves.
 */
const TELLING = 3

/** A person stopped costs a bank more than an attempt let through: what a benign row counts beside one of abuse. */
export const BENIGN_WEIGHT = 4

/** Share of all versions, and of all tools whatever their version, that are kept from the learner: what it makes of them is measured apart. */
export const NOVEL_SHARE = 0.1
const TOOL_SHARE = 0.05

export interface World {
  readonly seed: number
  readonly part: Exclude<Part, 'left out'>
  readonly index: number
  /** Counted through all parts. */
  readonly group: number
}

export interface Played {
  readonly rows: readonly Row[]
  readonly botManagement: boolean
  readonly novelSoftware: readonly string[]
}

/** A world depends on its own name alone, and on nothing that was played before it. */
export async function playWorld(world: World, parties: ThirdParties): Promise<Played> {
  const { seed, part, index, group } = world
  const stream = random(`train/${seed}/${part}`).fork(index)
  const mode = MODES[index % MODES.length] ?? 'observe'
  const botManagement = stream.chance(0.7)
  const name = `${part}-${index}`
  const young = stream.fork('young').chance(YOUNG)
  const plan = scaled(anyCampaign(name, stream.fork('campaign')), young ? YOUNG_LIMITS : LIMITS)
  const campaign = young ? plan.campaign : enough(plan.campaign)
  const span = spanOf(campaign.hours)
  const swarm = stream.fork('attackers')
  const touched = bystanders(campaign, swarm)
  const even = !young && stream.fork('even').chance(EVEN)
  const volumes = even ? evenly(OF_EACH) : present(plan.volumes, touched, young, stream)
  const [rogue, ...others] = parties.certificates
  const everybody = population(`around ${name}`, volumes, span, others, stream.fork('people'), {
    ...touched,
    ...(!young && stream.fork('memory').chance(REMEMBERING) ? { memory: MEMORY_MS } : {}),
  })
  const quiet = even || stream.fork('quiet').chance(young ? YOUNG_QUIET : QUIET)
  const attackers = quiet ? [] : attack(campaign, span, swarm, rogue, MEMORY_MS)
  const rows: Row[] = []
  const novelSoftware = new Set<string>()
  const logged = part === 'learn' ? asLogged(stream.fork('logged')) : {}
  const recorder = recording(mode, stream.fork('stand-in'))
  const fails = stream.fork('outages')
  const house = labHouse({
    scorer: recorder.scorer,
    seed: name,
    anchors: parties.anchors,
    enforce: mode !== 'observe',
    outages: fails.chance(FAILING) ? anyOutages(span, fails) : [],
    ...logged,
  })
  const arrivals = [...everybody, ...attackers]
  await play(
    arrivals,
    house,
    { botManagement },
    guard,
    ({ step: { truth, headers } }) => {
      const benign = isBenign(truth.intent)
      // An attacker's page load is a page load: what is wrong about it comes after. But what names itself is at it from the first.
      if (!benign && !truth.attempt && !parseAgent(headers['user-agent'] ?? '').claim.attackTool) return
      if (isUntold(truth, recorder.last().accounts)) return
      // In the weeks that a gate remembers everybody comes for the first time, which nobody does in a bank: they would teach that strangers are customers.
      if (truth.warmUp) return
      const version = `${truth.tool} ${truth.version}`.trim()
      const novel = isNovel(truth.tool, TOOL_SHARE) || isNovel(version, NOVEL_SHARE)
      if (novel) novelSoftware.add(version)
      rows.push({
        ...recorder.last().row,
        intent: truth.intent,
        part: novel && part !== 'report' ? 'left out' : part,
        group,
        weight: benign ? BENIGN_WEIGHT : 1,
        novel,
      })
    },
    recorder.expect,
  )
  return { rows, botManagement, novelSoftware: [...novelSoftware] }
}

function enough(campaign: Campaign): Campaign {
  if (!MANY_EACH.includes(campaign.kind)) return campaign
  return { ...campaign, attempts: Math.max(campaign.attempts, FEWEST) }
}

/** Of a site whose routes are configured or not, with user agents or without. */
function asLogged(stream: Random): Partial<LabHouseOptions> {
  if (!stream.chance(LOGGED)) return {}
  return asLog(stream.pick(['known', 'unknown'] as const), stream.chance(0.6))
}

/** By name, so that it is the same software in every world and for every seed. */
function isNovel(software: string, share: number): boolean {
  return random(`software/${software}`).next() < share
}

function present(volumes: Volumes, touched: Bystanders, young: boolean, stream: Random): Volumes {
  return young ? few(volumes, stream.fork('few')) : withRare(volumes, touched)
}

function withRare(volumes: Volumes, { exits, targets }: Bystanders): Volumes {
  return eachClass((name) => {
    if (name === 'attacker neighbour') return exits.length === 0 ? 0 : LEAST_TOUCHED
    if (name === 'attacked customer') return targets.length === 0 ? 0 : LEAST_TOUCHED
    return Math.max(LEAST, volumes[name])
  })
}

/** Anybody may be among the first, the rare as well as the many. */
function few(volumes: Volumes, random: Random): Volumes {
  return eachClass((name) => volumes[name] + (random.chance(0.6) ? 1 + random.below(3) : 0))
}

function isUntold({ class: kind, valid: opens }: Truth, accounts: number): boolean {
  return kind === 'scraping' && opens && accounts < TELLING
}

interface Recorder {
  readonly scorer: Scorer
  /** Told before each request what it is. */
  expect(truth: Truth): void
  /** What was seen in the last request. */
  last(): Seen
}

interface Seen {
  readonly row: Pick<Row, 'features' | 'seen'>
  /** That its client had tried within a day. */
  readonly accounts: number
}

function recording(mode: Mode, stream: Random): Recorder {
  const rate = stream.between(...STANDS_IN.attack)
  let truth: Truth | undefined
  let last: Seen = { row: { features: new Float32Array(FEATURE_NAMES.length), seen: 1 }, accounts: 0 }
  return {
    expect(next) {
      truth = next
    },
    last: () => last,
    scorer: {
      score(evidence) {
        const features = new Float32Array(FEATURE_NAMES.length)
        vector(evidence, features)
        const { address, client } = evidence.conduct.keys
        last = {
          row: { features, seen: (known(address)?.day.requests ?? 0) + 1 },
          accounts: known(client)?.day.accounts ?? 0,
        }
        if (mode !== 'stand-in' || truth === undefined || !truth.attempt) return unavailable('model_absent')
        return stream.chance(isBenign(truth.intent) ? STANDS_IN.people : rate)
          ? valid(certainty(truth))
          : unavailable('model_absent')
      },
      explain: () => undefined,
    },
  }
}

function certainty(truth: Truth): Score {
  const zero = Object.fromEntries(INTENTS.map((intent) => [intent, 0]))
  return {
    model: 'stand-in',
    // Object.fromEntries forgets the keys; they are all of INTENTS.
    probabilities: { ...zero, [truth.intent]: 1 } as Score['probabilities'],
    intent: truth.intent,
    abuse: 0.9999,
    margin: 7,
  }
}
