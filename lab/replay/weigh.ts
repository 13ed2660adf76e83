/**
 * One number to rank clients by: how much rather a program than a person, and how much rather up to no good, by what it did,
 * by what it says it is, by what the model thinks, and by whom it lives beside. It is no probability, and no verdict rests on it.
 */
import type { Client } from './client.ts'
import { type Sign, signsOf } from './session/signs.ts'
import { othersIn, type Site } from './session/site.ts'

export interface Weighed {
  /** Between 0 and 1: nothing known is a half. */
  readonly abuse: number
  /** Strongest first. */
  readonly signs: readonly Sign[]
}

/** The model was taught on a bank's traffic: of an unknown site's it is asked, and not obeyed. */
const MODEL_SHARE = 0.35
const MODEL_MOST = 1.5
/** Neighbours raise a suspicion and lower one, by at most so much. */
const NEIGHBOUR_MOST = 1.5

/** Without the neighbours: what the neighbours are told in their turn. */
export function ownWeight(client: Client, site: Site): number {
  return sum(ownSigns(client, site))
}

export function weigh(client: Client, site: Site): Weighed {
  const own = ownSigns(client, site)
  const others = client.network === '' ? 0 : neighbourhood(client, site, sum(own))
  const signs = others === 0 ? own : [...own, { sign: 'neighbours', weight: others }]
  return {
    abuse: 1 / (1 + Math.exp(-sum(signs) / 2)),
    signs: signs.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight)),
  }
}

function ownSigns(client: Client, site: Site): readonly Sign[] {
  const model = { sign: 'model', weight: modelWeight(client) }
  // A licensed third party is a program by design: that it is one says nothing.
  if (client.proven > 0) return [model, { sign: 'proven', weight: -2 }]
  return [...signsOf(client.session, site), ...claimSigns(client, site), model].filter(
    ({ weight }) => weight !== 0,
  )
}

function modelWeight({ scored, abuse }: Client): number {
  if (scored === 0) return 0
  const mean = Math.min(0.999, Math.max(0.001, abuse / scored))
  return clamped(MODEL_SHARE * Math.log(mean / (1 - mean)), MODEL_MOST)
}

/** What it says it is, where the log tells: a program that says so is one. */
function claimSigns({ claims }: Client, site: Site): readonly Sign[] {
  if (claims.told === 0) return []
  const share = (part: number) => part / claims.told
  // Where nobody has one, somebody took them out of the log.
  const unusual = 1 - site.agentless / Math.max(1, site.claimed)
  return [
    { sign: 'declares_automation', weight: 4 * share(claims.declared) },
    { sign: 'claims_tool', weight: 3.5 * share(claims.tool) },
    { sign: 'no_agent', weight: 2.5 * share(claims.none) * unusual },
    { sign: 'obsolete_browser', weight: 1.2 * share(claims.obsolete) },
    { sign: 'contradictions', weight: 1.5 * share(claims.contradicted) },
    { sign: 'claims_browser', weight: -0.6 * share(claims.browser) },
  ]
}

function neighbourhood({ network }: Client, site: Site, own: number): number {
  const { mean, clients } = othersIn(site, network, own)
  return clamped((0.5 * mean * clients) / (clients + 3), NEIGHBOUR_MOST)
}

function sum(signs: readonly Sign[]): number {
  return signs.reduce((all, { weight }) => all + weight, 0)
}

function clamped(value: number, most: number): number {
  return Math.min(most, Math.max(-most, value))
}
