/** The laboratory's house with a log for a bank: it answers what it answered then, and stops nobody. */
import type { Config } from '../../src/config.ts'
import type {
  Footprint,
  OriginAnswer,
  OutcomeKind,
  Route,
  Score,
  UpstreamOutage,
} from '../../src/evidence.ts'
import { type Fact, unavailable, valid } from '../../src/lib/fact.ts'
import { pass } from '../../src/lib/outcome.ts'
import { memoryEstate } from '../../src/observe/estate/memory-estate.ts'
import { memoryLedger } from '../../src/observe/memory-ledger.ts'
import type { DecisionRecord, Estate, House, Ledger, Lists } from '../../src/ports.ts'
import { scoreOf, scorerFrom } from '../../src/score/score.ts'
import { thirdParties } from '../certificates.ts'
import { embeddedForest, type LabHouse, type LabHouseOptions, labHouse } from '../house.ts'
import type { LoggedRequest } from '../logs/logged.ts'
import type { Told } from './request.ts'

export type Ended = Pick<LoggedRequest, 'status' | 'outcome'>

export interface ReplayHouse extends House {
  advance(to: number): void
  settled(): Promise<void>
  /** What comes next, and what is known of how it ended then. */
  expect(told: Told, ended: Ended): void
  taken(): DecisionRecord
  /** What the same model makes of features that the gate itself saw. */
  scoreOf(features: Float32Array): Score | undefined
}

/**
 * Keys that the gate remembers at a time, at about 2.5 kB each; those that did least are forgotten first, as in any shard. Few
 * shards, because each has room for 16,000 rows of walks and orders besides.
 */
const SHARDS = 4
const KEYS_EACH = 4_000

export async function replayHouse(): Promise<ReplayHouse> {
  const { anchors } = await thirdParties(0)
  const forest = embeddedForest()
  const house: LabHouse = labHouse({
    ...{ scorer: scorerFrom(pass(forest)), seed: 'replay', anchors },
    enforce: false,
    configure: asLogged,
  })
  const byLocation = routesToldByLocation(house.config)
  let next: { readonly told: Told; readonly ended: Ended } | undefined
  const outcomeOf = ({ route }: Footprint, seen: OutcomeKind) =>
    next?.ended.outcome ?? (isUntold(seen, next?.ended.status, byLocation.has(route)) ? 'origin_error' : seen)
  return {
    ...house,
    lists: NOBODY_LISTED,
    // One isolate: a log's days go by faster than several could tell each other of them.
    estate: settledBy(memoryEstate({ isolates: 1 }), outcomeOf),
    ledger: settledBy(memoryLedger({ shards: SHARDS, maxKeys: KEYS_EACH }), outcomeOf),
    scoreOf: (features) => scoreOf(forest, features),
    told: () => next?.told.headers ?? new Set(),
    upstream: { forward: async () => answerOf(next?.ended.status) },
    expect(told, ended) {
      next = { told, ended }
    },
  }
}

/**
 * Where the log does not tell what the bank answered, nobody is praised or blamed for it. Neither are they for what was not
 * the last word: a status below 200.
 */
function answerOf(status: number | undefined): Fact<Response, never, UpstreamOutage> {
  if (status === undefined || status < 200) return unavailable('origin_timeout')
  return valid(new Response(null, { status }))
}

function settledBy<Memory extends Ledger | Estate>(
  memory: Memory,
  outcomeOf: (print: Footprint, seen: OutcomeKind) => OutcomeKind,
): Memory {
  return {
    ...memory,
    settle: (print: Footprint, seen: OutcomeKind, at: number, answer?: OriginAnswer) =>
      memory.settle(print, outcomeOf(print, seen), at, answer),
  }
}

/** No log tells `Location`: on a route that fails by it, a redirect may be either. */
function isUntold(seen: OutcomeKind, status: number | undefined, byLocation: boolean): boolean {
  return byLocation && seen !== 'failure' && status !== undefined && status >= 300 && status < 400
}

function routesToldByLocation({ routes, fallback }: Config): ReadonlySet<string> {
  return new Set(
    [...routes, fallback].filter(({ failure }) => failure.locations.length > 0).map(({ id }) => id),
  )
}

const COMBINED: ReadonlySet<string> = new Set(['user-agent', 'referer'])
const NOTHING: ReadonlySet<string> = new Set()

/**
 * A laboratory's house that sees of its traffic what a log would tell of it: for a model that is to know how a person looks
 * in one. `unknown` is a site of which no route is configured, as that of a log from elsewhere.
 */
export function asLog(site: 'known' | 'unknown', agents: boolean): Partial<LabHouseOptions> {
  return {
    enforce: false,
    configure: (config) => asLogged(site === 'known' ? config : { ...config, routes: [] }),
    told: () => (agents ? COMBINED : NOTHING),
  }
}

/** What a log does not have must not be asked for: bodies, certificates, tokens, signatures, proofs of an app. */
function asLogged(config: Config): Config {
  return {
    ...config,
    routes: config.routes.map(loggedRoute),
    fallback: loggedRoute(config.fallback),
    ledger: { ...config.ledger, shards: SHARDS },
  }
}

function loggedRoute({ conformance: _, ...route }: Route): Route {
  return {
    ...route,
    fields: { user: [], password: [], card: [] },
    streamed: true,
    certificate: 'optional',
    token: 'optional',
    signature: 'ignored',
    app: 'ignored',
  }
}

/** The laboratory's networks are invented; a real log's are another matter. */
const NOBODY_LISTED: Lists = { malicious: () => [], hosting: () => false }
