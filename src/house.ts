/**
 * Builds the house from the Worker's bindings. What all requests of an isolate may share is made once; stubs and
 * `waitUntil` are each request's own, because workerd forbids one request the I/O of another.
 */
import { randomUUID } from 'node:crypto'
import { type AppPremises, appPremises } from './apps.ts'
import { parseConfig } from './config/parse.ts'
import type { CertificateSource, Config, Mistake, Secrets } from './config.ts'
import { DEFAULT_POLICY } from './decide/policy.ts'
import { FIXED_RULE_IDS, LIMITED_RULE_IDS, RULE_IDS } from './decide/rules.ts'
import { DIALECTS } from './dialects/table.ts'
import { awake, type Documents, documentsOf, freshDocuments } from './documents.ts'
import { inJurisdiction } from './jurisdiction.ts'
import { keysFrom } from './keys.ts'
import { hash32 } from './lib/hash32.ts'
import { type Rounds, rounds } from './lists.ts'
import { compileRoutes, type Matcher } from './match/compile.ts'
import { type ModelKeeper, modelKeeper } from './models/keeper.ts'
import { type EstateMemory, estateFrom, newEstateMemory } from './observe/estate/client.ts'
import { ledgerFrom, newPostings } from './observe/ledger.ts'
import { type SignInFailures, signInFailures } from './operator/failures.ts'
import type { Clock, House, Keys, Scorer, Upstream } from './ports.ts'
import { type Journal, type JournalEntries, journalFrom, newJournalEntries } from './record/journal.ts'
import { logFault, logLost, logModels, type RefusalLog, refusalLog } from './record/log.ts'
import { sinkFrom } from './record/sink.ts'
import { embeddedForest, forestOf } from './score/embedded.ts'
import { scorerOf } from './score/score.ts'
import { worded } from './score/words.ts'
import {
  agentTools,
  operationsOf,
  type SigningPremises,
  signingKinds,
  signingPremises,
  signingTools,
  tokenTools,
} from './signing.ts'
import { upstreamFrom } from './upstream.ts'
import { attestationFrom } from './verify/attestation/attestation.ts'
import type { AppTools } from './verify/attestation/prove.ts'
import { kvKeyStore } from './verify/keys/kv-store.ts'
import type { KeyRoom } from './verify/keys/resolver.ts'
import { type PathMemory, pathMemory } from './verify/path-memory.ts'
import { replayFrom } from './verify/replay/replay.ts'
import type { Replay } from './verify/replay/types.ts'
import { revocationFrom } from './verify/revocation/client.ts'
import { newMemory, type Memory as RevocationMemory } from './verify/revocation/memory.ts'
import type { Revocation } from './verify/revocation/revocation.ts'
import {
  thirdPartiesOf,
  type VisibilityPremises,
  type VisibilityRoom,
  visibilityPremises,
  watchOf,
} from './visibility.ts'

/** The bindings of a whole gate: `ORIGIN_MTLS` and the secrets are not in wrangler.toml. */
export interface GateEnv extends Env {
  readonly ORIGIN_MTLS?: Fetcher
  readonly NOTIFY_SECRETS?: string
}

/** What all requests of one isolate share. */
export interface Premises {
  readonly config: Config
  readonly secrets: Secrets
  readonly clock: Clock
  readonly keys: Keys
  readonly matcher: Matcher
  readonly signing: SigningPremises
  /** Undefined where the bank has no apps that prove themselves. */
  readonly apps: AppPremises | undefined
  readonly visibility: VisibilityPremises
  readonly documents: Documents
  readonly certificateSource: CertificateSource
  readonly paths: PathMemory
  readonly revocations: RevocationMemory
  readonly estate: EstateMemory
  readonly models: { readonly keeper: ModelKeeper; readonly rounds: Rounds }
  readonly scorer: Scorer
  readonly postings: ReturnType<typeof newPostings>
  readonly entries: JournalEntries
  readonly refusals: RefusalLog
  readonly failures: SignInFailures
}

export type Built =
  | { readonly ok: true; readonly premises: Premises }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] }

/** A revocation that an object has learnt is known to every isolate after so long. */
const REVOCATION_AGE_MS = 10_000

type WaitUntil = (work: Promise<unknown>) => void

export const clock: Clock = { now: () => Date.now(), id: () => randomUUID() }

/** Reads the bindings. Once for an isolate, whose bindings never change. */
export function buildPremises(env: GateEnv): Built {
  const vocabulary = {
    dialects: Object.keys(DIALECTS),
    signing: signingKinds(DIALECTS),
    rules: RULE_IDS,
    fixed: FIXED_RULE_IDS,
    limited: LIMITED_RULE_IDS,
    policy: DEFAULT_POLICY,
  }
  const parsed = parseConfig({ ...env }, vocabulary)
  if (!parsed.ok) return parsed
  const { config, secrets } = parsed
  const documents = documentsOf(config)
  const signing = signingPremises(config, DIALECTS)
  const apps = appPremises(config, secrets)
  const visibility = visibilityPremises(config, clock.id(), env.NOTIFY_SECRETS)
  const keeper = modelKeeper(embeddedForest(), forestOf)
  if (!documents.ok || !signing.ok || !apps.ok || !visibility.ok) {
    const mistakes = [documents, signing, apps, visibility].flatMap((made) => (made.ok ? [] : made.mistakes))
    return { ok: false, mistakes }
  }
  return {
    ok: true,
    premises: {
      config,
      secrets,
      clock,
      keys: keysFrom(secrets),
      matcher: compileRoutes(config.routes, config.fallback, DIALECTS, operationsOf(signing.value)),
      signing: signing.value,
      apps: apps.value,
      visibility: visibility.value,
      documents: documents.value,
      certificateSource: sourceOf(config, secrets),
      paths: pathMemory(),
      revocations: newMemory(REVOCATION_AGE_MS),
      estate: newEstateMemory({
        ...config.estate,
        jurisdiction: config.ledger.jurisdiction,
        isolate: clock.id(),
        onLost: (count) => logLost('observations', count),
      }),
      models: { keeper, rounds: rounds() },
      scorer: scorerOf(keeper.current, config.policy.thresholds),
      postings: newPostings((count) => logLost('outcomes', count)),
      entries: newJournalEntries({
        shards: config.journal.shards,
        isolate: hash32(clock.id()),
        onLost: (count) => logLost('decisions', count),
      }),
      refusals: refusalLog(),
      failures: signInFailures(),
    },
  }
}

/** Opens the house for one request. */
export async function openHouse(premises: Premises, env: GateEnv, waitUntil: WaitUntil): Promise<House> {
  const now = clock.now()
  const { config, keys, matcher, documents, scorer } = premises
  freshModels(premises, env, waitUntil, now)
  await freshDocuments(documents, env.LISTS, waitUntil, now)
  const certificates = async () => {
    await awake(documents, now)
    return {
      anchors: documents.anchors(),
      memory: premises.paths,
      revocation: revocationOf(premises, env, waitUntil),
      register: documents.register.current(),
      blockList: documents.blockList.current(),
    }
  }
  const room = keyRoom(premises, env, waitUntil, now)
  return {
    config,
    clock,
    keys,
    matcher,
    lists: documents.lists.current().value,
    certificateSource: premises.certificateSource,
    certificates,
    signing: signingTools(premises.signing, room, certificates),
    tokens: tokenTools(premises, room, room.ports.fetch),
    agents: agentTools(config, room),
    apps: appsOf(premises, env, waitUntil),
    replay: replayOf(premises, env, waitUntil),
    ledger: ledgerFrom(inJurisdiction(env.LEDGER, config), {
      ...config.ledger,
      postings: premises.postings,
      waitUntil,
      report: logFault,
    }),
    estate: estateFrom(inJurisdiction(env.ESTATE, config), {
      memory: premises.estate,
      waitUntil,
      report: logFault,
    }),
    scorer,
    upstream: upstreamOf(config, env),
    watch: watchOf(visibilityOf(premises, env, waitUntil)),
    sink: sinkFrom({ analytics: env.ANALYTICS, journal: journalOf(premises, env, waitUntil) }),
    dialects: DIALECTS,
    waitUntil,
  }
}

export function visibilityOf(premises: Premises, env: GateEnv, waitUntil: WaitUntil): VisibilityRoom {
  return { premises: premises.visibility, config: premises.config, env, waitUntil }
}

export function journalOf(premises: Premises, env: GateEnv, waitUntil: WaitUntil): Journal {
  const { maxEntries, retentionHours, shardsBefore } = premises.config.journal
  return journalFrom(inJurisdiction(env.JOURNAL, premises.config), {
    limits: { maxEntries, retentionHours: { decision: retentionHours } },
    shardsBefore,
    entries: premises.entries,
    worded,
    waitUntil,
    report: logFault,
  })
}

/** Never waited for: until an operator's own model is here, the embedded one scores. */
function freshModels({ models }: Premises, env: GateEnv, waitUntil: WaitUntil, now: number): void {
  if (!models.rounds.due(now)) return
  const reading = models.keeper.refresh(env.LISTS).then((report) => {
    logModels(report)
    models.rounds.done(now, report.event !== 'models_unreachable')
  })
  waitUntil(reading)
}

function upstreamOf({ origin }: Config, env: GateEnv): Upstream {
  if (origin.url === undefined) return upstreamFrom(env.BANK, origin.timeoutMs)
  if (origin.proof === 'mtls') return upstreamFrom(env.ORIGIN_MTLS, origin.timeoutMs)
  return upstreamFrom({ fetch: (request, init) => fetch(request, init) }, origin.timeoutMs)
}

const fromOutside = (request: Request): Promise<Response> => fetch(request)

function keyRoom(premises: Premises, env: GateEnv, waitUntil: WaitUntil, now: number): KeyRoom {
  return {
    ring: premises.signing.ring,
    ports: {
      fetch: thirdPartiesOf(visibilityOf(premises, env, waitUntil), fromOutside, now),
      store: kvKeyStore(env.KEYS),
      outlive: waitUntil,
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    },
    now,
  }
}

function replayOf({ config }: Premises, env: GateEnv, waitUntil: WaitUntil): Replay {
  return replayFrom(inJurisdiction(env.REPLAY, config), {
    shards: config.replay.shards,
    budgetMs: config.ledger.budgetMs,
    waitUntil,
    report: logFault,
  })
}

/** How many objects share the keys of all apps. */
const ATTESTATION_SHARDS = 64

/** For requests that an app proves, and for apps that leave their keys. */
export function appsOf(premises: Premises, env: GateEnv, waitUntil: WaitUntil): AppTools | undefined {
  const { apps, config, keys } = premises
  if (apps === undefined) return undefined
  const attestation = attestationFrom(inJurisdiction(env.ATTESTATION, config), {
    shards: ATTESTATION_SHARDS,
    budgetMs: config.ledger.budgetMs,
    memory: apps.keys,
    waitUntil,
    report: logFault,
  })
  return { policy: apps.policy, keys, attestation, replay: replayOf(premises, env, waitUntil) }
}

function sourceOf({ certificates }: Config, { proxySecret }: Secrets): CertificateSource {
  if (certificates.source === 'cloudflare') return { kind: 'cloudflare' }
  return { kind: 'proxy', secret: proxySecret, thumbprints: certificates.proxyThumbprints }
}

/** How many objects share all certificates. A bank meets some hundreds of third parties. */
const REVOCATION_SHARDS = 8

function revocationOf({ config, revocations }: Premises, env: GateEnv, waitUntil: WaitUntil): Revocation {
  const { revocationWaitMs, revocationHosts } = config.certificates
  return revocationFrom(inJurisdiction(env.REVOCATION, config), {
    shards: REVOCATION_SHARDS,
    budgetMs: config.ledger.budgetMs,
    firstWaitMs: revocationWaitMs,
    policy: { certId: 'SHA-1', nonce: false, hosts: revocationHosts, ports: [] },
    memory: revocations,
    waitUntil,
    report: logFault,
  })
}
