/** API visibility, from configuration and bindings: what an isolate keeps of it, and what a request is lent. */
import { readRisk } from './config/read-risk.ts'
import type { Config, Mistake } from './config.ts'
import { watchedFetch } from './inventory/attempts/third-parties.ts'
import { type InventoryMemory, inventoryFrom, newInventoryMemory } from './inventory/learn/client.ts'
import { type InventoryDesk, type InventoryOutage, inventoryDesk } from './inventory/learn/desk.ts'
import type { Target } from './inventory/notify/types.ts'
import { addressFor, readSecrets } from './inventory/notify/webhook-secrets.ts'
import { CHECKS } from './inventory/risk/checks.ts'
import { assessNow, type FindingsOutage, type FindingsPort, findingsFrom } from './inventory/risk/client.ts'
import type { Recorded } from './inventory/risk/findings-object.ts'
import { compileOwnCheck } from './inventory/risk/own-checks.ts'
import { DEFAULT_SETTINGS } from './inventory/risk/settings.ts'
import { newSignalCounts, type SignalCounts } from './inventory/risk/signals.ts'
import { WHOLE } from './inventory/risk/subject.ts'
import type { GateSignal, RiskSettings, SignalCount } from './inventory/risk/types.ts'
import { type Conformance, conformanceOf } from './inventory/specs/conformance.ts'
import { embeddedSpecification } from './inventory/specs/embedded.ts'
import { type Watch, watchFrom } from './inventory/watch/watch.ts'
import { inJurisdiction } from './jurisdiction.ts'
import { type Batch, newBatch } from './lib/batch.ts'
import type { Fact } from './lib/fact.ts'
import { logBug, logFault, logLost } from './record/log.ts'

/** What all requests of one isolate share. */
export interface VisibilityPremises {
  readonly conformance: Conformance
  readonly memory: InventoryMemory
  readonly counts: SignalCounts
  readonly parcels: Batch<CountParcel>
  readonly settings: RiskSettings
  readonly targets: readonly Target[]
}

/** Opened with the first count, sealed when it is sent, and the same when it is sent again. */
interface CountParcel {
  sealed: readonly SignalCount[] | undefined
}

type Made =
  | { readonly ok: true; readonly value: VisibilityPremises }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] }

/** How many objects share the inventory. An operation is in one of them; they are asked together. */
const SHARDS = 4
const PARCELS = { maxItems: 64, maxWaitMs: 2_000, leaseMs: 12_000, maxHeld: 64 } as const

/**
 * @param isolate a fresh random name
 * @param notifySecrets addresses and keys of webhooks, as the secret has them
 */
export function visibilityPremises(
  { visibility }: Pick<Config, 'visibility'>,
  isolate: string,
  notifySecrets: string | undefined,
): Made {
  const vocabulary = { checks: CHECKS, standard: DEFAULT_SETTINGS, compile: compileOwnCheck }
  const risk = readRisk(visibility.risk, vocabulary)
  if (!risk.ok) return risk
  const mistakes = untold(risk.targets, readSecrets(notifySecrets))
  if (mistakes.length > 0) return { ok: false, mistakes }
  const conformance = conformanceOf(embeddedSpecification())
  const onLost = (count: number) => logLost('observations', count)
  return {
    ok: true,
    value: {
      conformance,
      memory: newInventoryMemory(conformance.specification, { shards: SHARDS, isolate, onLost }),
      counts: newSignalCounts(),
      parcels: newBatch<CountParcel>({ ...PARCELS, onLost }),
      settings: risk.settings,
      targets: risk.targets,
    },
  }
}

/** Whoever is to be told and has no address would be told nothing, and nobody would notice. */
function untold(targets: readonly Target[], secrets: ReturnType<typeof readSecrets>): readonly Mistake[] {
  return targets.flatMap((target): readonly Mistake[] => {
    const { name, host } = target
    const secret = secrets.get(name)
    if (secret !== undefined && addressFor(target, secret) !== undefined) return []
    const found =
      secret === undefined ? `no address and good keys of target ${name}` : `another address of ${name}`
    return [
      {
        binding: 'NOTIFY_SECRETS',
        found,
        allowed: `{"${name}": {"url": "https://${host}/…", "keys": ["whsec_…"]}}`,
      },
    ]
  })
}

/** What a request is lent. */
export interface VisibilityRoom {
  readonly premises: VisibilityPremises
  readonly config: Config
  readonly env: Pick<Env, 'INVENTORY' | 'FINDINGS'>
  waitUntil(work: Promise<unknown>): void
}

/** Of third parties that the gate asks: about no operation, and about all of them. */
export function thirdPartiesOf(room: VisibilityRoom, fetch: Fetch, at: number): Fetch {
  const note = (signal: GateSignal) => countIn(room, WHOLE, new Set([signal]), false, at)
  return watchedFetch(fetch, { note, waitUntil: room.waitUntil })
}

type Fetch = (request: Request) => Promise<Response>

function countIn(
  room: VisibilityRoom,
  operation: string,
  signals: ReadonlySet<GateSignal>,
  accepted: boolean,
  at: number,
): void {
  const { counts, parcels } = room.premises
  const send = (loads: readonly CountParcel[]) => sendCounts(findingsOf(room), counts, loads)
  counts.add(operation, signals, accepted, at)
  parcels.add({ sealed: undefined }, { now: at, send, waitUntil: room.waitUntil })
}

export function watchOf({ premises, config, env, waitUntil }: VisibilityRoom): Watch {
  const { conformance, memory } = premises
  const room = { premises, config, env, waitUntil }
  return watchFrom({
    conformance,
    inventory: inventoryFrom(inJurisdiction(env.INVENTORY, config), { memory, waitUntil, report: logFault }),
    sample: config.visibility.sample,
    plaintextOrigin: config.origin.url?.startsWith('http:') === true,
    access: premises.settings.access,
    limits: premises.settings.requests,
    count: (operation, signals, accepted, at) => countIn(room, operation, signals, accepted, at),
    waitUntil,
    report: logBug,
  })
}

/** The first takes everything that was counted, the others find nothing left. */
async function sendCounts(
  findings: Pick<FindingsPort, 'count'>,
  counts: SignalCounts,
  loads: readonly CountParcel[],
): Promise<readonly CountParcel[]> {
  const refused: CountParcel[] = []
  for (const load of loads) {
    load.sealed ??= counts.take()
    if (load.sealed.length === 0) continue
    const answer = await findings.count(load.sealed)
    if (answer.state !== 'valid') refused.push(load)
  }
  return refused
}

/** An operator waits for these, and a cron trigger: no request of a client does. */
const BUDGET_MS = 10_000

export function findingsOf({ config, env, waitUntil }: VisibilityRoom): FindingsPort {
  return findingsFrom(inJurisdiction(env.FINDINGS, config), {
    budgetMs: BUDGET_MS,
    waitUntil,
    report: logFault,
  })
}

export function inventoryOf({ config, env, waitUntil }: VisibilityRoom): InventoryDesk {
  return inventoryDesk(inJurisdiction(env.INVENTORY, config), { shards: SHARDS, waitUntil, report: logFault })
}

/** Looks at everything once, and has what was found written down and told. */
export async function assessAll(
  room: VisibilityRoom,
  at: number,
): Promise<Fact<Recorded, never, FindingsOutage | InventoryOutage>> {
  const { conformance, settings, targets } = room.premises
  const snapshots = await inventoryOf(room).snapshots()
  if (snapshots.state !== 'valid') return snapshots
  const { specification } = conformance
  return assessNow(findingsOf(room), { snapshots: snapshots.value, specification, settings, targets, at })
}
