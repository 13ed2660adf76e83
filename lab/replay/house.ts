/** The laboratory's house with a log for a bank: it answers what it answered then, and stops nobody. */
import type { Config } from '../../src/config.ts'
import type { Route } from '../../src/evidence.ts'
import { unavailable, valid } from '../../src/lib/fact.ts'
import { memoryEstate } from '../../src/observe/estate/memory-estate.ts'
import { memoryLedger } from '../../src/observe/memory-ledger.ts'
import type { DecisionRecord, House, Lists } from '../../src/ports.ts'
import { thirdParties } from '../certificates.ts'
import { embeddedScorer, type LabHouse, type LabHouseOptions, labHouse } from '../house.ts'
import type { Told } from './request.ts'

export interface ReplayHouse extends House {
  advance(to: number): void
  settled(): Promise<void>
  /** What comes next, and what the bank answered then. */
  expect(told: Told, status: number | undefined): void
  taken(): DecisionRecord
}

/**
 * Keys that the gate remembers at a time, at about 2.5 kB each; those that did least are forgotten first, as in any shard. Few
 * shards, because each has room for 16,000 rows of walks and orders besides.
 */
const SHARDS = 4
const KEYS_EACH = 4_000

export async function replayHouse(): Promise<ReplayHouse> {
  const { anchors } = await thirdParties(0)
  const house: LabHouse = labHouse({
    ...{ scorer: embeddedScorer(), seed: 'replay', anchors },
    enforce: false,
    configure: asLogged,
  })
  let next: { readonly told: Told; readonly status: number | undefined } | undefined
  return {
    ...house,
    lists: NOBODY_LISTED,
    // One isolate: a log's days go by faster than several could tell each other of them.
    estate: memoryEstate({ isolates: 1 }),
    ledger: memoryLedger({ shards: SHARDS, maxKeys: KEYS_EACH }),
    told: () => next?.told.headers ?? new Set(),
    upstream: {
      // Where the log does not tell what the bank answered, nobody is praised or blamed for it.
      forward: async () =>
        next?.status === undefined ? unavailable('origin_timeout') : valid(answerOf(next.status)),
    },
    expect(told, status) {
      next = { told, status }
    },
  }
}

/** Statuses that a `Response` cannot have were never a bank's last word. */
function answerOf(status: number): Response {
  return new Response(null, { status: status >= 200 && status <= 599 ? status : 200 })
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
