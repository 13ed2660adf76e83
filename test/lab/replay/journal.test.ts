// The gate's own journal says what its model was given: what is decided of it again is decided by that.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_CAMPAIGNS } from '../../../lab/campaigns.ts'
import { thirdParties } from '../../../lab/certificates.ts'
import { digestHere } from '../../../lab/digests.ts'
import { embeddedScorer, labHouse } from '../../../lab/house.ts'
import { eachClass, population, spanOf } from '../../../lab/population.ts'
import { newClients } from '../../../lab/replay/clients.ts'
import { play as replay } from '../../../lab/replay/play.ts'
import { report } from '../../../lab/replay/report.ts'
import { attack, bystanders } from '../../../lab/traffic/campaigns.ts'
import { random } from '../../../lab/traffic/random.ts'
import { play } from '../../../lab/world.ts'
import { DEFAULT_POLICY } from '../../../src/decide/policy.ts'
import { guard } from '../../../src/guard.ts'
import { packVector, shortVector, unpackVector } from '../../../src/lib/vector.ts'
import { entryOf, type JournalEntry } from '../../../src/record/entry.ts'
import { entryFrom, textOf } from '../../../src/record/entry-text.ts'
import { FEATURE_NAMES } from '../../../src/score/features.ts'

const scratch = mkdtempSync(join(tmpdir(), 'portcullis-journals-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const WALK = 40
const MEMORY_MS = 5 * 86_400_000

interface Kept {
  readonly entry: JournalEntry
  readonly attempt: boolean
}

/** A day of a small town in which somebody walks through payees with a rented session, as the console exports it. */
async function payeeWalk(): Promise<readonly Kept[]> {
  digestHere()
  const found = DEFAULT_CAMPAIGNS.find(({ id }) => id === 'payee-walk')
  if (found === undefined) throw new Error('Cannot find the campaign payee-walk')
  const campaign = { ...found, attempts: WALK, shared: 0 }
  const { anchors, certificates } = await thirdParties(3)
  const [rogue, ...others] = certificates
  const stream = random('journal/payee-walk')
  const span = spanOf(24)
  const volumes = eachClass((name) => (name === 'browser person' || name === 'mobile app' ? 10 : 0))
  const touched = { ...bystanders(campaign, stream), memory: MEMORY_MS }
  const arrivals = [
    ...population('the town', volumes, span, others, stream.fork('town'), touched),
    ...attack(campaign, span, stream, rogue, MEMORY_MS),
  ]
  const house = labHouse({ scorer: embeddedScorer(), seed: 'journal', anchors })
  const kept: Kept[] = []
  await play(arrivals, house, { botManagement: true }, guard, ({ step: { truth }, record }) => {
    if (truth.warmUp === true) return
    const entry = entryFrom(JSON.parse(textOf(entryOf(record))))
    kept.push({ entry, attempt: truth.campaign === campaign.id && truth.attempt })
  })
  return kept
}

interface Line {
  readonly client: { readonly address: string; readonly agent: string }
  readonly verdict: string
  readonly score: JournalEntry['probabilities']
  readonly proposed: { readonly verdict: string }
  readonly change: string
}

/** Under the deployed policy, and under one that stops nobody for a score. */
async function replayed(entries: readonly object[]): Promise<readonly Line[]> {
  const log = join(scratch, 'journal.ndjson')
  writeFileSync(log, entries.map((entry) => JSON.stringify(entry)).join('\n'))
  const clients = newClients({ scratch })
  const lenient = { flag: 1, challenge: 1, throttle: 1, deny: 1, certain: 1 }
  await replay(
    {
      ...{ files: [log], format: undefined },
      proposed: { ...DEFAULT_POLICY, thresholds: { ...DEFAULT_POLICY.thresholds, ...lenient } },
    },
    clients,
  )
  const lines: Line[] = []
  report(clients, true, (line) => lines.push(JSON.parse(line)))
  clients.close()
  return lines
}

function clientOf({ prefix, family, fingerprint }: JournalEntry): string {
  return `${prefix.replace(/\/\d+$/, '')} ${family} ${fingerprint}`
}

describe('a journal with a walk through payees', { timeout: 120_000 }, () => {
  let kept: readonly Kept[] = []
  let lines: ReadonlyMap<string, Line> = new Map()
  beforeAll(async () => {
    kept = await payeeWalk()
    const all = await replayed(kept.map(({ entry }) => entry))
    lines = new Map(all.map((line) => [`${line.client.address} ${line.client.agent}`, line]))
  }, 120_000)

  const stopped = () =>
    kept.filter(({ entry, attempt }) => attempt && entry.action === 'throttle').map(({ entry }) => entry)

  it('finds again whom the gate stopped by its score', () => {
    expect(stopped().length).toBeGreaterThan(WALK / 2)
    for (const entry of stopped()) expect(lines.get(clientOf(entry))?.verdict).toBe('throttle')
  })

  it('tells under another policy that they would go on', () => {
    for (const entry of stopped()) expect(lines.get(clientOf(entry))?.change).toBe('no_longer_stopped')
  })

  it('stops nobody whom the gate did not', () => {
    const attackers = new Set(stopped().map(clientOf))
    const others = [...lines].filter(([client]) => !attackers.has(client))
    expect(others.length).toBeGreaterThan(5)
    expect(others.filter(([, { verdict }]) => verdict !== 'allow' && verdict !== 'flag')).toEqual([])
  })

  it('has the very probabilities that each decision had, whichever way the vector is packed', async () => {
    const [entry] = stopped()
    if (entry === undefined) throw new Error('Cannot find a stopped request')
    const features = unpackVector(entry.vector, FEATURE_NAMES.length) ?? new Float32Array()
    for (const vector of [entry.vector, shortVector(features)]) {
      const [line] = await replayed([{ ...entry, vector }])
      for (const [intent, share] of Object.entries(entry.probabilities))
        expect(line?.score[intent as keyof Line['score']]).toBeCloseTo(share, 2)
    }
  })

  it.each<[string, (features: Float32Array) => string]>([
    ['none', () => ''],
    ['one of an older version', (features) => packVector(features.slice(0, -1))],
    ['what is none', () => '?'],
  ])('is judged by its patterns where an entry has %s for a vector', async (_what, vectorOf) => {
    const [entry] = stopped()
    const features = unpackVector(entry?.vector ?? '', FEATURE_NAMES.length) ?? new Float32Array()
    const [line] = await replayed([{ ...entry, vector: vectorOf(features) }])
    expect(line?.verdict).toBe('allow')
    expect(line?.score.benign_person).not.toBeCloseTo(entry?.probabilities.benign_person ?? 0, 2)
  })
})
