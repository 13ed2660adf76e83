/** What is known of one client (address and agent): what it did, what the gate made of it, what it says it is. */
import type { Action, AgentClaim, Contradiction, Intent, Score } from '../../src/evidence.ts'
import { join as joinSessions, newSession, type Session } from './session/session.ts'

/** The heaviest verdict, and the request that it was first given to. Of those that were all let through, the oddest. */
export interface Judgement {
  readonly verdict: Action
  readonly rule: string
  readonly atRequest: number
  readonly abuse: number
  readonly score: Readonly<Partial<Record<Intent, number>>>
}

/** Sums over requests. */
export interface Claims {
  told: number
  declared: number
  tool: number
  none: number
  browser: number
  obsolete: number
  contradicted: number
}

export interface Client {
  readonly address: string
  /** As the log has it; undefined where it tells none. */
  readonly agent: string | undefined
  /** /24 or /48, as the gate cuts them; empty for what is no address. */
  readonly network: string
  readonly session: Session
  readonly claims: Claims
  /** Requests that the model scored, and the sum of what it said. */
  scored: number
  abuse: number
  /** Requests of a third party that had proven who it is. */
  proven: number
  current: Judgement | undefined
  proposed: Judgement | undefined
}

export function newClient(address: string, agent: string | undefined, network: string): Client {
  return {
    ...{ address, agent, network, session: newSession() },
    claims: { told: 0, declared: 0, tool: 0, none: 0, browser: 0, obsolete: 0, contradicted: 0 },
    ...{ scored: 0, abuse: 0, proven: 0, current: undefined, proposed: undefined },
  }
}

const HEADERS_DIFFER: ReadonlySet<Contradiction> = new Set(['user_agent_obsolete', 'user_agent_duplicated'])
const BROWSERS: ReadonlySet<string> = new Set(['chrome', 'edge', 'firefox', 'safari', 'other_browser'])

export function noteClaim(claims: Claims, claim: AgentClaim, contradictions: readonly Contradiction[]): void {
  claims.told++
  if (claim.declaresAutomation && claim.family !== 'tool') claims.declared++
  else if (claim.family === 'tool' || claim.family === 'unknown') claims.tool++
  else if (claim.family === 'none') claims.none++
  else if (BROWSERS.has(claim.family)) claims.browser++
  if (contradictions.includes('user_agent_obsolete')) claims.obsolete++
  if (contradictions.some((kind) => !HEADERS_DIFFER.has(kind))) claims.contradicted++
}

const WEIGHT = { allow: 0, flag: 1, throttle: 2, challenge: 3, deny: 4 } as const satisfies Record<
  Action,
  number
>

export function isHeavier(one: Judgement, than: Judgement | undefined): boolean {
  if (than === undefined || WEIGHT[one.verdict] > WEIGHT[than.verdict]) return true
  return one.verdict === 'allow' && than.verdict === 'allow' && one.abuse > than.abuse
}

export function stops(verdict: Action): boolean {
  return WEIGHT[verdict] >= WEIGHT.throttle
}

export function judgementOf(
  verdict: { readonly action: Action; readonly rule: string },
  score: Score | undefined,
  atRequest: number,
): Judgement {
  return {
    ...{ verdict: verdict.action, rule: verdict.rule, atRequest },
    abuse: score?.abuse ?? 0,
    score: score?.probabilities ?? {},
  }
}

/** As if `later` had gone on where `client` stopped. */
export function join(client: Client, later: Client): void {
  const before = client.session.requests
  for (const place of ['current', 'proposed'] as const) {
    const its = later[place]
    if (its !== undefined && isHeavier(its, client[place])) {
      client[place] = { ...its, atRequest: its.atRequest + before }
    }
  }
  joinSessions(client.session, later.session)
  for (const name of Object.keys(client.claims)) {
    // Object.keys forgets what the keys are.
    const key = name as keyof Claims
    client.claims[key] += later.claims[key]
  }
  client.scored += later.scored
  client.abuse += later.abuse
  client.proven += later.proven
}
