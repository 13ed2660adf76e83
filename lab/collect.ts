/** Plays campaigns to learn from and writes what the gate's own features say of every request, with what it was. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Score } from '../src/evidence.ts'
import { guard } from '../src/guard.ts'
import { unavailable, valid } from '../src/lib/fact.ts'
import type { Scorer } from '../src/ports.ts'
import { FEATURE_NAMES, INTENTS, vector } from '../src/score/features.ts'
import { anyCampaign } from './campaigns.ts'
import { type ThirdParties, thirdParties } from './certificates.ts'
import { labHouse } from './house.ts'
import { type Limits, population, scaled, spanOf, type Volumes } from './population.ts'
import { attack } from './traffic/campaigns.ts'
import { type Random, random } from './traffic/random.ts'
import type { Truth } from './traffic/traffic.ts'
import { play } from './world.ts'

/** Many small ones teach more than a few large ones: what differs between campaigns is what there is to learn. */
const WORLDS = 192
const LIMITS: Limits = { attempts: 400, people: 260 }
const THIRD_PARTIES = 9

/**
 * What the gate does while we learn. Without enforcement nothing is censored; but a gate that stops a campaign changes
 * what it sees of it (no failures any more), so some worlds are played with the rules, and some with a stand-in for the
 * model that knows the truth and is wrong at times: for what a good model would leave behind.
 */
const MODES = ['observe', 'rules', 'stand-in'] as const
type Mode = (typeof MODES)[number]

/** A stand-in stops this share of the attempts of a campaign, and of the people's. */
const STANDS_IN = { attack: [0.3, 0.98], people: 0.02 } as const

/** A person stopped costs a bank more than an attempt let through: what a benign row counts beside one of abuse. */
const BENIGN_WEIGHT = 4

export interface Counts {
  readonly worlds: number
  readonly rows: number
  readonly byIntent: Readonly<Record<string, number>>
  readonly byMode: Readonly<Record<Mode, number>>
  readonly withoutBotManagement: number
}

interface Rows {
  readonly features: Float32Array[]
  readonly labels: number[]
  readonly groups: number[]
  readonly weights: number[]
}

export async function collect(seed: number, folder: string, say: (text: string) => void): Promise<Counts> {
  const draws = random(`train/${seed}`)
  const rows: Rows = { features: [], labels: [], groups: [], weights: [] }
  const parties = await thirdParties(THIRD_PARTIES)
  const byMode = { observe: 0, rules: 0, 'stand-in': 0 }
  let withoutBotManagement = 0
  for (let index = 0; index < WORLDS; index += 1) {
    const stream = draws.fork(index)
    const mode = MODES[index % MODES.length] ?? 'observe'
    const botManagement = stream.chance(0.7)
    byMode[mode] += 1
    if (!botManagement) withoutBotManagement += 1
    await world({ index, mode, botManagement, parties }, stream, rows)
    if (index % 24 === 23) say(`${index + 1} of ${WORLDS} worlds, ${rows.labels.length} rows`)
  }
  write(folder, seed, rows)
  return {
    worlds: WORLDS,
    rows: rows.labels.length,
    byIntent: counted(rows.labels),
    byMode,
    withoutBotManagement,
  }
}

interface World {
  readonly index: number
  readonly mode: Mode
  readonly botManagement: boolean
  readonly parties: ThirdParties
}

async function world(
  { index, mode, botManagement, parties }: World,
  stream: Random,
  rows: Rows,
): Promise<void> {
  const drawn = anyCampaign(`learnt-${index}`, stream.fork('campaign'))
  const plan = scaled(drawn, LIMITS)
  const { campaign } = plan
  const volumes = withRare(plan.volumes)
  const span = spanOf(campaign.hours)
  const everybody = population(`around-${index}`, volumes, span, parties.certificates, stream.fork('people'))
  const attackers = attack(campaign, span, stream.fork('attackers'))
  const recorder = recording(mode, stream.fork('stand-in'))
  const house = labHouse({
    scorer: recorder.scorer,
    seed: `learnt-${index}`,
    anchors: parties.anchors,
    enforce: mode !== 'observe',
  })
  const arrivals = [...everybody, ...attackers]
  await play(
    arrivals,
    house,
    { botManagement },
    guard,
    ({ step: { truth } }) => {
      const benign = isBenign(truth)
      // An attacker's page load is a page load: what is wrong about it comes after.
      if (!benign && !truth.attempt) return
      rows.features.push(recorder.last())
      rows.labels.push(INTENTS.indexOf(truth.intent))
      rows.groups.push(index)
      rows.weights.push(benign ? BENIGN_WEIGHT : 1)
    },
    recorder.expect,
  )
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

function isBenign(truth: Truth): boolean {
  return truth.intent === 'benign_person' || truth.intent === 'benign_automation'
}

interface Recorder {
  readonly scorer: Scorer
  /** Told before each request what it is. */
  expect(truth: Truth): void
  /** Features of the last request. */
  last(): Float32Array
}

function recording(mode: Mode, stream: Random): Recorder {
  const rate = stream.between(...STANDS_IN.attack)
  let truth: Truth | undefined
  let features = new Float32Array(FEATURE_NAMES.length)
  return {
    expect(next) {
      truth = next
    },
    last: () => features,
    scorer: {
      score(evidence) {
        features = new Float32Array(FEATURE_NAMES.length)
        vector(evidence, features)
        if (mode !== 'stand-in' || truth === undefined || !truth.attempt) return unavailable('model_absent')
        return stream.chance(isBenign(truth) ? STANDS_IN.people : rate)
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

function counted(labels: readonly number[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    INTENTS.map((intent, index) => [intent, labels.filter((label) => label === index).length]),
  )
}

/** As wasm/train.py reads it. */
function write(folder: string, seed: number, rows: Rows): void {
  const features = new Float32Array(rows.features.length * FEATURE_NAMES.length)
  for (const [index, row] of rows.features.entries()) features.set(row, index * FEATURE_NAMES.length)
  writeFileSync(join(folder, 'features.f32'), features)
  writeFileSync(join(folder, 'labels.u8'), Uint8Array.from(rows.labels))
  writeFileSync(join(folder, 'groups.u32'), Uint32Array.from(rows.groups))
  writeFileSync(join(folder, 'weights.f32'), Float32Array.from(rows.weights))
  const benign = INTENTS.filter((intent) => intent.startsWith('benign_'))
  writeFileSync(
    join(folder, 'meta.json'),
    JSON.stringify({ features: FEATURE_NAMES, classes: INTENTS, benign, seed }),
  )
}
