/**
 * Builds the house from the Worker's bindings. What all requests of an isolate may share is made once; stubs and
 * `waitUntil` are each request's own, because workerd forbids one request the I/O of another.
 */
import { randomUUID } from 'node:crypto'
import { parseConfig } from './config/parse.ts'
import type { Config, Mistake, Secrets } from './config.ts'
import { DEFAULT_POLICY } from './decide/policy.ts'
import { FIXED_RULE_IDS, LIMITED_RULE_IDS, RULE_IDS } from './decide/rules.ts'
import { DIALECTS } from './dialects/table.ts'
import { listsFrom } from './identify/list-index.ts'
import { NO_LISTS, parseLists } from './identify/lists.ts'
import { keysFrom } from './keys.ts'
import { type ListsKeeper, listsKeeper } from './lists.ts'
import { compileRoutes, type Matcher } from './match/compile.ts'
import { estate } from './observe/estate.ts'
import { ledgerFrom, newPostings } from './observe/ledger.ts'
import { type SignInFailures, signInFailures } from './operator/failures.ts'
import type { Clock, Estate, House, Keys, Scorer, Upstream } from './ports.ts'
import { type Journal, journalFrom, newJournalEntries } from './record/journal.ts'
import { logFault, logLists, logLost, type RefusalLog, refusalLog } from './record/log.ts'
import { sinkFrom } from './record/sink.ts'
import { embeddedForest } from './score/embedded.ts'
import { scorerFrom } from './score/score.ts'
import { upstreamFrom } from './upstream.ts'

/** The bindings of a whole gate: `ORIGIN_MTLS` and the secrets are not in wrangler.toml. */
export interface GateEnv extends Env {
  readonly ORIGIN_MTLS?: Fetcher
}

/** What all requests of one isolate share. */
export interface Premises {
  readonly config: Config
  readonly secrets: Secrets
  readonly clock: Clock
  readonly keys: Keys
  readonly matcher: Matcher
  readonly lists: ListsKeeper
  readonly estate: Estate
  readonly scorer: Scorer
  readonly postings: ReturnType<typeof newPostings>
  readonly entries: ReturnType<typeof newJournalEntries>
  readonly refusals: RefusalLog
  readonly failures: SignInFailures
}

export type Built =
  | { readonly ok: true; readonly premises: Premises }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] }

type WaitUntil = (work: Promise<unknown>) => void

/** An isolate that has never read its lists waits for them once, and no longer than a person would notice. */
const FIRST_LISTS_MS = 100

export const clock: Clock = { now: () => Date.now(), id: () => randomUUID() }

/** Reads the bindings. Once for an isolate, whose bindings never change. */
export function buildPremises(env: GateEnv): Built {
  const vocabulary = {
    dialects: Object.keys(DIALECTS),
    rules: RULE_IDS,
    fixed: FIXED_RULE_IDS,
    limited: LIMITED_RULE_IDS,
    policy: DEFAULT_POLICY,
  }
  const parsed = parseConfig({ ...env }, vocabulary)
  if (!parsed.ok) return parsed
  const { config, secrets } = parsed
  return {
    ok: true,
    premises: {
      config,
      secrets,
      clock,
      keys: keysFrom(secrets),
      matcher: compileRoutes(config.routes, config.fallback),
      lists: listsKeeper(listsFrom(NO_LISTS), readLists),
      estate: estate(),
      scorer: scorerFrom(embeddedForest()),
      postings: newPostings((count) => logLost('outcomes', count)),
      entries: newJournalEntries((count) => logLost('decisions', count)),
      refusals: refusalLog(),
      failures: signInFailures(),
    },
  }
}

/** Opens the house for one request. */
export async function openHouse(premises: Premises, env: GateEnv, waitUntil: WaitUntil): Promise<House> {
  const first = premises.lists.never
  if (premises.lists.due(clock.now())) await freshLists(premises, env, waitUntil, first)
  const { config, keys, matcher, lists, scorer } = premises
  return {
    config,
    clock,
    keys,
    matcher,
    lists: lists.current(),
    ledger: ledgerFrom(within(env.LEDGER, config), {
      ...config.ledger,
      postings: premises.postings,
      waitUntil,
      report: logFault,
    }),
    estate: premises.estate,
    scorer,
    upstream: upstreamOf(config, env),
    sink: sinkFrom({ analytics: env.ANALYTICS, journal: journalOf(premises, env, waitUntil) }),
    dialects: DIALECTS,
    waitUntil,
  }
}

export function journalOf(premises: Premises, env: GateEnv, waitUntil: WaitUntil): Journal {
  const { maxEntries, retentionHours } = premises.config.journal
  return journalFrom(within(env.JOURNAL, premises.config), {
    limits: { maxEntries, retentionHours: { decision: retentionHours } },
    entries: premises.entries,
    waitUntil,
    report: logFault,
  })
}

/** Object ids depend on the jurisdiction; local workerd knows none and is configured so. */
function within<T extends Rpc.DurableObjectBranded | undefined>(
  namespace: DurableObjectNamespace<T>,
  { ledger: { jurisdiction } }: Config,
): DurableObjectNamespace<T> {
  return jurisdiction === 'none' ? namespace : namespace.jurisdiction(jurisdiction)
}

function upstreamOf({ origin }: Config, env: GateEnv): Upstream {
  if (origin.url === undefined) return upstreamFrom(env.BANK, origin.timeoutMs)
  if (origin.proof === 'mtls') return upstreamFrom(env.ORIGIN_MTLS, origin.timeoutMs)
  return upstreamFrom({ fetch: (request, init) => fetch(request, init) }, origin.timeoutMs)
}

function readLists(text: string) {
  const read = parseLists(text)
  if (!read.ok)
    return {
      ok: false as const,
      mistakes: read.mistakes.map(
        ({ line, found, allowed }) => `line ${line}: ${found}, allowed is ${allowed}`,
      ),
    }
  return { ok: true as const, lists: listsFrom(read.snapshot) }
}

async function freshLists(
  { lists }: Premises,
  env: GateEnv,
  waitUntil: WaitUntil,
  first: boolean,
): Promise<void> {
  const reading = lists.refresh(env.LISTS).then(logLists)
  waitUntil(reading)
  if (!first) return
  let timer: ReturnType<typeof setTimeout> | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, FIRST_LISTS_MS)
  })
  await Promise.race([reading, patience])
  clearTimeout(timer)
}
