/** Plays campaigns to learn from and keeps what the gate's own features say of every request, with what it was. */
import type { Score } from '../../src/evidence.ts'
import { guard } from '../../src/guard.ts'
import { known, unavailable, valid } from '../../src/lib/fact.ts'
import type { Scorer } from '../../src/ports.ts'
import { FEATURE_NAMES, INTENTS, vector } from '../../src/score/features.ts'
import { anyCampaign } from '../campaigns.ts'
import { type ThirdParties, thirdParties } from '../certificates.ts'
import { labHouse } from '../house.ts'
import { type Limits, population, scaled, spanOf, type Volumes } from '../population.ts'
import { attack } from '../traffic/campaigns.ts'
import { type Random, random } from '../traffic/random.ts'
import type { Truth } from '../traffic/traffic.ts'
import { play } from '../world.ts'
import { isBenign, type Part, type Row } from './rows.ts'

/** Many small ones teach more than a few large ones: what differs between campaigns is what there is to learn. */
export const WORLDS = { learn: 192, tune: 48, report: 72 } as const satisfies Partial<Record<Part, number>>
const LIMITS: Limits = { attempts: 400, people: 260 }
const THIRD_PARTIES = 9

/**
 * What the gate does while we learn. Without enforcement nothing is censored; but a gate that stops a campaign changes
 * what it sees of it (no failures any more), so some worlds are played with the rules, and some with a stand-in for the
 * model that knows the truth and is wrong at times: for what a good model would leave behind.
 */
export const MODES = ['observe', 'rules', 'stand-in'] as const
type Mode = (typeof MODES)[number]

/** A stand-in stops this share of the attempts of a campaign, and of the people's. */
const STANDS_IN = { attack: [0.3, 0.98], people: 0.02 } as const

/** A person stopped costs a bank more than an attempt let through: what a benign row counts beside one of abuse. */
export const BENIGN_WEIGHT = 4

/** Share of all software, by name and version, that is kept from the learner: what it makes of it is measured apart. */
export const NOVEL_SHARE = 0.12

export interface Counts {
  readonly byIntent: Readonly<Record<string, number>>
  readonly novelSoftware: readonly string[]
  readonly withoutBotManagement: number
}

export interface Collected {
  readonly rows: readonly Row[]
  readonly counts: Counts
}

interface World {
  readonly part: keyof typeof WORLDS
  /** Counted through all parts. */
  readonly group: number
  readonly name: string
  readonly mode: Mode
  readonly botManagement: boolean
  readonly parties: ThirdParties
}

/** Each part draws from streams of its own: no campaign, nobody and no order of events is in two of them. */
export async function collect(seed: number, say: (text: string) => void): Promise<Collected> {
  const parties = await thirdParties(THIRD_PARTIES)
  const rows: Row[] = []
  const novel = new Set<string>()
  let withoutBotManagement = 0
  let group = 0
  for (const [part, worlds] of Object.entries(WORLDS) as [keyof typeof WORLDS, number][]) {
    const draws = random(`train/${seed}/${part}`)
    for (let index = 0; index < worlds; index += 1, group += 1) {
      const stream = draws.fork(index)
      const mode = MODES[index % MODES.length] ?? 'observe'
      const botManagement = stream.chance(0.7)
      if (!botManagement) withoutBotManagement += 1
      const name = `${part}-${index}`
      await playWorld({ part, group, name, mode, botManagement, parties }, stream, rows, novel)
      if (index % 24 === 23) say(`${part}: ${index + 1} of ${worlds} worlds, ${rows.length} rows`)
    }
  }
  const novelSoftware = [...novel].sort()
  return { rows, counts: { byIntent: counted(rows), novelSoftware, withoutBotManagement } }
}

async function playWorld(world: World, stream: Random, rows: Row[], novelNames: Set<string>): Promise<void> {
  const { part, group, name, mode, botManagement, parties } = world
  const plan = scaled(anyCampaign(name, stream.fork('campaign')), LIMITS)
  const { campaign } = plan
  const span = spanOf(campaign.hours)
  const volumes = withRare(plan.volumes)
  const everybody = population(`around ${name}`, volumes, span, parties.certificates, stream.fork('people'))
  const attackers = attack(campaign, span, stream.fork('attackers'))
  const recorder = recording(mode, stream.fork('stand-in'))
  const house = labHouse({
    scorer: recorder.scorer,
    seed: name,
    anchors: parties.anchors,
    enforce: mode !== 'observe',
  })
  const arrivals = [...everybody, ...attackers]
  await play(
    arrivals,
    house,
    { botManagement },
    guard,
    ({ step: { truth, software } }) => {
      const benign = isBenign(truth.intent)
      // An attacker's page load is a page load: what is wrong about it comes after.
      if (!benign && !truth.attempt) return
      const novel = isNovel(software.name)
      if (novel) novelNames.add(software.name)
      rows.push({
        ...recorder.last(),
        intent: truth.intent,
        part: novel && part !== 'report' ? 'left out' : part,
        group,
        weight: benign ? BENIGN_WEIGHT : 1,
        novel,
      })
    },
    recorder.expect,
  )
}

/** By name, so that it is the same software in every world and for every seed. */
function isNovel(software: string): boolean {
  return random(`software/${software}`).next() < NOVEL_SHARE
}

/** A bank has few monitors and one aggregator; a model that met none of them would take them for scripts. */
function withRare(volumes: Volumes): Volumes {
  return {
    ...volumes,
    aggregator: Math.max(12, volumes.aggregator),
    'declared automation': Math.max(6, volumes['declared automation']),
    'headless browser': Math.max(6, volumes['headless browser']),
  }
}

interface Recorder {
  readonly scorer: Scorer
  /** Told before each request what it is. */
  expect(truth: Truth): void
  /** What was seen in the last request. */
  last(): Pick<Row, 'features' | 'seen'>
}

function recording(mode: Mode, stream: Random): Recorder {
  const rate = stream.between(...STANDS_IN.attack)
  let truth: Truth | undefined
  let last: Pick<Row, 'features' | 'seen'> = { features: new Float32Array(FEATURE_NAMES.length), seen: 1 }
  return {
    expect(next) {
      truth = next
    },
    last: () => last,
    scorer: {
      score(evidence) {
        const features = new Float32Array(FEATURE_NAMES.length)
        vector(evidence, features)
        last = { features, seen: (known(evidence.conduct.keys.address)?.day.requests ?? 0) + 1 }
        if (mode !== 'stand-in' || truth === undefined || !truth.attempt) return unavailable('model_absent')
        return stream.chance(isBenign(truth.intent) ? STANDS_IN.people : rate)
          ? valid(certainty(truth))
          : unavailable('model_absent')
      },
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
    abuse: 0.999,
    margin: 7,
    contributions: [],
  }
}

export function counted(rows: readonly Row[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    INTENTS.map((intent) => [intent, rows.filter((row) => row.intent === intent).length]),
  )
}
