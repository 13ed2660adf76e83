/**
 * What everybody has been doing, as this isolate has seen it: per cohort (clients of one fingerprint) and per route.
 *
 * This is one isolate's own view, and nothing else: Cloudflare runs many isolates, each with a share of the traffic,
 * and nothing merges their pictures yet. Counts are therefore lower bounds, and `staleness` says for how long this
 * isolate had seen nobody at all. Reading costs no hop.
 */
import type { Cohort, Footprint } from '../evidence.ts'
import { ABSENT, type Fact, valid } from '../lib/fact.ts'
import { hash32 } from '../lib/hash32.ts'
import type { Estate } from '../ports.ts'
import { newState, settle, touch, type Visit } from './behaviour.ts'
import { newTable, type Table } from './table.ts'

export interface EstateOptions {
  /** 4,096 cohorts take about 4 MB, and 28 MB when every sketch is full. Busy cohorts stay (`table.ts`). */
  readonly maxCohorts?: number
  readonly maxRoutes?: number
}

const NO_COHORTS = { network: ABSENT, country: ABSENT, tpp: ABSENT, bin: ABSENT, password: ABSENT }

/** Once per isolate. */
export function estate({ maxCohorts = 4_096, maxRoutes = 512 }: EstateOptions = {}): Estate {
  const cohorts = newTable(maxCohorts)
  const routes = newTable(maxRoutes)
  let lastAt: number | undefined

  return {
    observe(footprint) {
      const staleness = Math.max(0, footprint.at - (lastAt ?? footprint.at))
      lastAt = Math.max(lastAt ?? footprint.at, footprint.at)
      const visit = visitOf(footprint)
      return {
        cohort: look(cohorts, footprint.cohort, visit, staleness),
        cohorts: NO_COHORTS,
        route: look(routes, footprint.route, visit, staleness),
        actor: ABSENT,
      }
    },
    settle(footprint, outcome) {
      const settled = { at: footprint.at, attempt: footprint.attempt, outcome, bytes: 0 }
      for (const state of [cohorts.get(footprint.cohort), routes.get(footprint.route)]) {
        if (state !== undefined) settle(state, settled)
      }
    },
  }
}

/** A picture of nobody is absent: the first of a cohort has not been compared with anyone. */
function look(table: Table, name: string, visit: Visit, staleness: number): Fact<Cohort> {
  const known = table.get(name)
  const state = known ?? newState(visit.at)
  if (known === undefined) table.add(name, state, visit.at)
  const behaviour = touch(state, visit)
  return known === undefined ? ABSENT : valid({ behaviour, staleness })
}

function visitOf({ at, attempt, page, account, client, resource }: Footprint): Visit {
  return {
    at,
    attempt,
    page,
    account: account === undefined ? undefined : hash32(account),
    client: hash32(client),
    resource,
  }
}
