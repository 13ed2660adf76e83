/** What is usual in this log. A site without pictures accuses nobody of not having fetched any. */
import type { Session } from './session.ts'

export interface Site {
  clients: number
  requests: number
  pages: number
  loaded: number
  /** Clients with pages, and those of them of whom any was loaded whole. */
  readers: number
  loaders: number
  /** Requests with a claim about the client's software, and of those the ones that left it empty. */
  claimed: number
  agentless: number
  http10: number
  http2: number
  refererTold: number
  referred: number
  rarityTold: number
  rare: number
  /** How unlike a person's the clients of each network are, by their own signs: a sum and how many. */
  readonly neighbours: Map<string, { sum: number; clients: number }>
}

/** Networks that are remembered; the rest have no neighbours. */
const MAX_NETWORKS = 100_000

export function newSite(): Site {
  return {
    ...{ clients: 0, requests: 0, pages: 0, loaded: 0, readers: 0, loaders: 0 },
    ...{ claimed: 0, agentless: 0, http10: 0, http2: 0 },
    ...{ refererTold: 0, referred: 0, rarityTold: 0, rare: 0, neighbours: new Map() },
  }
}

/** @param claims of how many requests the agent is told, and for how many it is empty */
export function noteClient(
  site: Site,
  session: Session,
  claims: { readonly told: number; readonly none: number },
): void {
  site.claimed += claims.told
  site.agentless += claims.none
  site.clients++
  site.requests += session.requests
  site.pages += session.page
  site.loaded += session.loaded
  if (session.page > 0) site.readers++
  if (session.loaded > 0) site.loaders++
  site.http10 += session.http10
  site.http2 += session.http2
  site.refererTold += session.refererTold
  site.referred += session.referred
  site.rarityTold += session.rarityTold
  site.rare += session.rare
}

export function noteNeighbour(site: Site, network: string, weight: number): void {
  const known = site.neighbours.get(network)
  if (known !== undefined) {
    known.sum += weight
    known.clients++
  } else if (site.neighbours.size < MAX_NETWORKS) site.neighbours.set(network, { sum: weight, clients: 1 })
}

/** Of the others in the same network, without this one. */
export function othersIn(
  site: Site,
  network: string,
  own: number,
): { readonly mean: number; readonly clients: number } {
  const known = site.neighbours.get(network)
  const clients = (known?.clients ?? 1) - 1
  return { mean: known === undefined || clients === 0 ? 0 : (known.sum - own) / clients, clients }
}
