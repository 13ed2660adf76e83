/** Logs through the very same guard that the gate runs, in virtual time. */

import { decide } from '../../src/decide/decide.ts'
import type { Policy } from '../../src/decide/policy.ts'
import type { Evidence, Tpp } from '../../src/evidence.ts'
import { guard } from '../../src/guard.ts'
import { known, unavailable, valid } from '../../src/lib/fact.ts'
import { formatIp, maskIp, parseIp } from '../../src/lib/ip.ts'
import { fail, type Outcome, pass } from '../../src/lib/outcome.ts'
import type { DecisionRecord } from '../../src/ports.ts'
import { unopenableOf } from '../logs/lines.ts'
import type { LogFormat, LoggedRequest } from '../logs/logged.ts'
import { type LogReport, type Read, readLog } from '../logs/read.ts'
import { type Client, isHeavier, type Judgement, judgementOf, noteClaim } from './client.ts'
import type { Clients } from './clients.ts'
import { type ReplayHouse, replayHouse } from './house.ts'
import { lookAt } from './look.ts'
import { requestOf, type Told } from './request.ts'
import { newPopularity } from './session/popularity.ts'
import { note } from './session/session.ts'
import { type Paced, pace } from './time.ts'

/** The journal always tells a prefix. */
export type Nameless = Exclude<LogFormat, 'journal'>

export interface Played {
  readonly logs: readonly (LogReport & {
    readonly file: string
    readonly whole: boolean
    /** Requests without an address: whose they are nobody knows, and one client for all of them is none. */
    readonly nameless: Readonly<Record<Nameless, number>>
  })[]
  readonly late: number
  /** Lines of which no request can be made, such as a CONNECT or a binary: nobody judged them. */
  readonly unjudged: number
  /** Headers that no request can have. */
  readonly leftOut: number
}

export interface PlayOptions {
  readonly files: readonly string[]
  readonly format: LogFormat | undefined
  /** Judges as well as the one that is deployed. */
  readonly proposed: Policy | undefined
}

/** Work that outlives its answer is waited for so often. */
const SETTLE_EVERY = 4_096

export async function play(
  { files, format, proposed }: PlayOptions,
  clients: Clients,
): Promise<Outcome<Played, string>> {
  const unopenable = await unopenableOf(files)
  if (unopenable.length > 0) return fail(unopenable.join('\n'))
  const house = await replayHouse()
  const popularity = newPopularity()
  const time = pace<LoggedRequest>()
  const logs: Played['logs'][number][] = []
  let [requests, unjudged, leftOut] = [0, 0, 0]
  let nameless = { combined: 0, logpush: 0 }
  const playOne = async ({ line: logged, at }: Paced<LoggedRequest>) => {
    const client = clients.get(logged.address, logged.agent, () => networkOf(logged.address))
    note(client.session, lookAt(logged, `${logged.address} ${logged.agent ?? ''}`, popularity))
    house.advance(at)
    const told = requestOf(logged)
    // What no Worker ever sees, no rule judges: it counts in the session alone.
    if (told === undefined) unjudged++
    else await judge(told, logged, client, { house, proposed })
    leftOut += told?.leftOut ?? 0
    requests++
    if (requests % SETTLE_EVERY === 0) await house.settled()
  }
  const take = async ({ format, logged }: Read) => {
    if (format !== 'journal' && logged.address === '') {
      nameless[format]++
      return false
    }
    for (const one of time.take(logged)) await playOne(one)
    return true
  }
  for (const file of files) {
    nameless = { combined: 0, logpush: 0 }
    const report = await readLog(file, take, format)
    logs.push({ file, whole: report.broken === undefined, nameless, ...report })
  }
  if (logs.every(({ lines, whole }) => lines === 0 && !whole)) {
    return fail(logs.map(({ file, broken }) => `Cannot read ${file}: ${broken}`).join('\n'))
  }
  for (const one of time.end()) await playOne(one)
  await house.settled()
  return pass({ logs, late: time.late, unjudged, leftOut })
}

async function judge(
  told: Told,
  logged: LoggedRequest,
  client: Client,
  { house, proposed }: { readonly house: ReplayHouse; readonly proposed: Policy | undefined },
): Promise<void> {
  house.expect(told, logged)
  await guard(told.request, house)
  const { evidence, score } = asSeen(withProof(house.taken(), logged.organisation, house), logged, house)
  const scored = known(score)
  const enforced = enforcing(evidence)
  const judgedBy = (policy: Policy, before: Judgement | undefined) => {
    const judgement = judgementOf(decide(enforced, score, policy), scored, client.session.requests)
    return isHeavier(judgement, before) ? judgement : before
  }
  client.current = judgedBy(house.config.policy, client.current)
  if (proposed !== undefined) client.proposed = judgedBy(proposed, client.proposed)
  if (told.headers.has('user-agent'))
    noteClaim(client.claims, evidence.client.claim, evidence.client.contradictions)
  if (logged.organisation !== undefined) client.proven++
  if (scored === undefined) return
  client.scored++
  client.abuse += scored.abuse
}

/**
 * Replayed routes only observe, so that nobody is stopped; and where a route observes, no rule can enforce. Decided again as if
 * the route did not, it is the policy alone that tells the rules which enforce from those which observe.
 */
function enforcing(evidence: Evidence): Evidence {
  const { match } = evidence
  return { ...evidence, match: { ...match, route: { ...match.route, posture: 'enforce' } } }
}

/**
 * The journal has what the model was given, headers, accounts and passes among it: by its score the gate decided. Whatever a policy
 * asks for besides comes from the pattern, as far as that tells.
 */
function asSeen(judged: Judged, { features }: LoggedRequest, house: ReplayHouse): Judged {
  if (features === undefined) return judged
  const score = house.scoreOf(features)
  return { ...judged, score: score === undefined ? unavailable('scorer_failed') : valid(score) }
}

type Judged = Pick<DecisionRecord, 'evidence' | 'score'>

/** The journal says that an organisation had proven who it is. Its certificate is gone, and what it proved is not. */
function withProof(record: DecisionRecord, organisation: string | undefined, house: ReplayHouse): Judged {
  if (organisation === undefined) return record
  const { evidence: seen } = record
  const evidence: Evidence = { ...seen, proof: { ...seen.proof, certificate: valid(tppOf(organisation)) } }
  return { evidence, score: house.scorer.score(evidence) }
}

function tppOf(organisation: string): Tpp {
  return {
    ...{ organisation, name: organisation, roles: ['PSP_AI', 'PSP_PI', 'PSP_IC'], country: undefined },
    ...{ nca: undefined, kind: 'qwac', thumbprint: '', der: '', anchor: 'journal', warnings: [] },
  }
}

/** As the gate cuts them; a name has no neighbours. */
function networkOf(address: string): string {
  const ip = parseIp(address)
  return ip === undefined ? '' : formatIp(maskIp(ip, ip.family === 4 ? 24 : 48))
}
