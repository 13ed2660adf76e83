/** The house in memory: virtual clock, the ledger without objects, a bank of the laboratory's, and the real scorer. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Config, Secrets } from '../src/config.ts'
import { DIALECTS } from '../src/dialects/table.ts'
import { keysFrom } from '../src/keys.ts'
import { pass } from '../src/lib/outcome.ts'
import { compileRoutes } from '../src/match/compile.ts'
import { memoryEstate } from '../src/observe/estate/memory-estate.ts'
import { memoryLedger } from '../src/observe/memory-ledger.ts'
import type { Clock, DecisionRecord, House, Lists, Scorer } from '../src/ports.ts'
import { FEATURE_NAMES, INTENTS } from '../src/score/features.ts'
import { type Forest, loadForest } from '../src/score/forest.ts'
import { scorerFrom } from '../src/score/score.ts'
import { operationsOf, signingPremises, signingTools } from '../src/signing.ts'
import { NO_BLOCK_LIST } from '../src/verify/block-list.ts'
import type { CertificateTools } from '../src/verify/certificate.ts'
import { newKeyring } from '../src/verify/keys/keyring.ts'
import type { KeyRoom } from '../src/verify/keys/resolver.ts'
import { pathMemory } from '../src/verify/path-memory.ts'
import { NO_REGISTER } from '../src/verify/register.ts'
import { memoryReplay } from '../src/verify/replay/memory-replay.ts'
import type { Revocation } from '../src/verify/revocation/revocation.ts'
import type { AnchorSet } from '../src/verify/trust/types.ts'
import { scorerModule } from '../wasm/module.ts'
import { labBank } from './bank.ts'
import { deployed } from './deployed.ts'
import { failing, type Outage } from './outages.ts'
import { LISTED_HOSTING } from './traffic/places.ts'
import { random } from './traffic/random.ts'

const PROJECT = fileURLToPath(new URL('..', import.meta.url))

export interface LabHouse extends House {
  /** Moves virtual time on; never back. */
  advance(to: number): void
  /** Waits for work that outlived the answer. */
  settled(): Promise<void>
  /** The record of the last request. */
  taken(): DecisionRecord
}

export interface LabHouseOptions {
  readonly scorer: Scorer
  /** Names the stream of references: the same seed gives the same ids. */
  readonly seed: string
  /** Whom the gate trusts to name a third party. */
  readonly anchors: AnchorSet
  /** False: every route only observes, whatever wrangler.toml says. */
  readonly enforce?: boolean
  /** Made of the deployed configuration, before the gate is built on it. */
  readonly configure?: (config: Config) => Config
  /** Where requests are known from a log: which headers it tells. */
  readonly told?: House['told']
  /** Of the bank. */
  readonly outages?: readonly Outage[]
}

export function labHouse(options: LabHouseOptions): LabHouse {
  const { scorer, seed, anchors, enforce = true, configure = (config) => config, outages = [] } = options
  const bank = demoBank()
  const config = configure(enforce ? bank.config : observing(bank.config))
  const clock = virtualClock(seed)
  const pending: Promise<unknown>[] = []
  const certificates: CertificateTools = {
    anchors,
    memory: pathMemory(),
    revocation: NOTHING_REVOKED,
    register: { value: NO_REGISTER, exists: false, readAt: 0 },
    // Read whenever it is asked: nobody is noted for the age of an empty list.
    blockList: { value: NO_BLOCK_LIST, exists: false, readAt: Number.POSITIVE_INFINITY },
  }
  const made = signingPremises(config, DIALECTS)
  if (!made.ok) throw new Error(`Cannot read the signing profiles: ${JSON.stringify(made.mistakes)}`)
  const signing = made.value
  let record: DecisionRecord | undefined
  return {
    config,
    clock,
    keys: keysFrom(bank.secrets),
    matcher: compileRoutes(config.routes, config.fallback, DIALECTS, operationsOf(signing)),
    lists: LISTS,
    certificateSource: { kind: 'cloudflare' },
    certificates: () => Promise.resolve(certificates),
    signing: signingTools(signing, NO_KEYS, () => Promise.resolve(certificates)),
    tokens: undefined,
    agents: undefined,
    apps: undefined,
    replay: memoryReplay(),
    ledger: memoryLedger({ shards: config.ledger.shards }),
    // None of the isolates sees everything, as in production.
    estate: memoryEstate({ isolates: 4 }),
    scorer,
    upstream: failing(labBank(), outages, clock.now, random(`outages/${seed}`)),
    watch: undefined,
    sink: {
      write(written) {
        record = written
      },
    },
    dialects: DIALECTS,
    ...(options.told === undefined ? {} : { told: options.told }),
    waitUntil: (work) => void pending.push(work),
    advance: clock.advance,
    async settled() {
      await Promise.all(pending.splice(0))
    },
    taken() {
      if (record === undefined) throw new Error('Cannot take a record: the guard wrote none')
      const taken = record
      record = undefined
      return taken
    },
  }
}

/** Bindings are the demo bank's own, read once: the laboratory judges the configuration that is deployed. */
let read: { readonly config: Config; readonly secrets: Secrets } | undefined

function demoBank(): { readonly config: Config; readonly secrets: Secrets } {
  if (read !== undefined) return read
  const parsed = deployed()
  if (!parsed.ok) throw new Error(`Cannot read wrangler.toml: ${JSON.stringify(parsed.mistakes)}`)
  read = { config: parsed.config, secrets: parsed.secrets }
  return read
}

function observing(config: Config): Config {
  return {
    ...config,
    routes: config.routes.map((route) => ({ ...route, posture: 'observe' })),
    fallback: { ...config.fallback, posture: 'observe' },
  }
}

const LISTS: Lists = {
  malicious: () => [],
  hosting: (asn) => asn !== undefined && LISTED_HOSTING.has(asn),
}

/** Nobody in the laboratory publishes keys: what its third parties send is not signed. */
const NO_KEYS: KeyRoom = {
  ring: newKeyring(),
  ports: {
    fetch: () => Promise.resolve(new Response(null, { status: 404 })),
    store: { get: () => Promise.resolve(undefined), put: () => Promise.resolve() },
    outlive() {},
    sleep: () => Promise.resolve(),
  },
  now: 0,
}

/** Every authority answers, and none has taken anything back. */
const NOTHING_REVOKED: Revocation = { check: () => Promise.resolve({ certificates: [] }) }

interface VirtualClock extends Clock {
  advance(to: number): void
}

function virtualClock(seed: string): VirtualClock {
  const stream = random(`ids/${seed}`)
  let now = 0
  return {
    now: () => now,
    id: () =>
      Array.from({ length: 4 }, () => stream.below(0x1_0000_0000).toString(36).padStart(7, '0')).join(''),
    advance(to) {
      now = Math.max(now, to)
    },
  }
}

/** The scorer that is deployed: the same module, the same model, loaded from the same files. */
export function embeddedScorer(): Scorer {
  return scorerFrom(pass(embeddedForest()))
}

export function embeddedForest(): Forest {
  const blob = new Uint8Array(readFileSync(`${PROJECT}wasm/model.bin`))
  const loaded = loadForest(scorerModule(), blob, FEATURE_NAMES, INTENTS)
  if (!loaded.ok) throw new Error(`Cannot load wasm/model.bin: ${loaded.reason}; run npm run train`)
  return loaded.value
}
