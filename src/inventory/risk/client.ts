/** The Findings object as the rest of the gate calls it. Made per request, because stubs are; never rejects. */
import { type Fact, unavailable, valid } from '../../lib/fact.ts'
import { faultIn } from '../../lib/fault.ts'
import type { Outcome } from '../../lib/outcome.ts'
import { within } from '../../lib/within.ts'
import type { InventorySnapshot } from '../learn/types.ts'
import { assess } from './assess.ts'
import type { DayOfScores } from './evidence-store.ts'
import type { Assessment, Command, CommandRefusal, Finding } from './finding-types.ts'
import type { Found, Plan, Recorded, Standing } from './findings-object.ts'
import { baselinesOf, landscapeOf } from './landscape.ts'
import type { FindingPage, FindingQuery } from './listing.ts'
import type { Baseline, Landscape, RiskSettings, SignalCount } from './types.ts'

/** What we call of a Findings object (`findings-object.ts`). Answers are checked: they crossed a version boundary. */
export interface FindingsObject {
  count(counts: readonly SignalCount[]): Promise<unknown>
  evidence(): Promise<unknown>
  record(assessment: Assessment, plan: Plan): Promise<unknown>
  list(query: FindingQuery): Promise<unknown>
  find(id: string): Promise<unknown>
  command(id: string, command: Command): Promise<unknown>
  standing(): Promise<unknown>
  scores(days: number): Promise<unknown>
}

export interface FindingsNamespace {
  getByName(name: string): FindingsObject
}

export interface FindingsOptions {
  readonly budgetMs: number
  waitUntil(work: Promise<unknown>): void
  /** A bug of ours inside the object: for the log. */
  report(fault: string): void
}

export type FindingsOutage = 'findings_timeout' | 'findings_failed'
type Read<T> = Promise<Fact<T, never, FindingsOutage>>

export interface Evidence {
  readonly signals: readonly SignalCount[]
  readonly baselines: readonly (readonly [operation: string, Baseline])[]
}

export interface FindingsPort {
  count(counts: readonly SignalCount[]): Read<true>
  evidence(): Read<Evidence>
  record(assessment: Assessment, plan: Plan): Read<Recorded>
  list(query: FindingQuery): Read<FindingPage>
  /** Valid and undefined: there is no such finding. */
  find(id: string): Read<Found | undefined>
  command(id: string, command: Command): Read<Outcome<Finding, CommandRefusal>>
  /** Valid and undefined: there was no assessment yet. */
  standing(): Read<Standing | undefined>
  scores(days: number): Read<readonly DayOfScores[]>
}

/** One object: findings are few, and their order matters. */
const NAME = 'findings'

export function findingsFrom(namespace: FindingsNamespace, options: FindingsOptions): FindingsPort {
  /** The answer is the object's own type where `isThere` says so; nobody else writes it. */
  async function ask<T>(
    call: (object: FindingsObject) => Promise<unknown>,
    isThere: (answer: unknown) => boolean,
  ): Read<T> {
    const answer = await within(() => call(namespace.getByName(NAME)), options.budgetMs, options.waitUntil)
    if (!answer.ok) return unavailable(answer.reason === 'late' ? 'findings_timeout' : 'findings_failed')
    const fault = faultIn(answer.value)
    if (fault !== undefined) options.report(fault)
    if (fault !== undefined || !isThere(answer.value)) return unavailable('findings_failed')
    return valid(answer.value as T)
  }
  const has = (name: string) => (answer: unknown) =>
    typeof answer === 'object' && answer !== null && name in answer
  const orNothing = (isThere: (answer: unknown) => boolean) => (answer: unknown) =>
    answer === undefined || isThere(answer)

  return {
    count: (counts) =>
      ask(
        (object) => object.count(counts),
        (answer) => answer === true,
      ),
    evidence: () => ask((object) => object.evidence(), has('signals')),
    record: (assessment, plan) => ask((object) => object.record(assessment, plan), has('raised')),
    list: (query) => ask((object) => object.list(query), has('findings')),
    find: (id) => ask((object) => object.find(id), orNothing(has('finding'))),
    command: (id, command) => ask((object) => object.command(id, command), has('ok')),
    standing: () => ask((object) => object.standing(), orNothing(has('blind'))),
    scores: (days) => ask((object) => object.scores(days), Array.isArray),
  }
}

export interface Round {
  readonly snapshots: readonly InventorySnapshot[]
  readonly specification: Landscape['specification']
  readonly settings: RiskSettings
  readonly targets: Plan['targets']
  readonly at: number
}

/**
 * Looks at everything once and has it written down: what a cron trigger does every few minutes. Without what was before
 * nothing is assessed: half a picture would end findings that are not over.
 */
export async function assessNow(
  findings: Pick<FindingsPort, 'evidence' | 'record'>,
  { snapshots, specification, settings, targets, at }: Round,
): Read<Recorded> {
  const evidence = await findings.evidence()
  if (evidence.state !== 'valid') return evidence
  const landscape = landscapeOf({ snapshots, specification, ...evidence.value }, at)
  const assessment = assess(landscape, settings)
  return findings.record(assessment, {
    endings: settings.endings,
    targets,
    baselines: baselinesOf(landscape),
  })
}
