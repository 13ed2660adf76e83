/**
 * The Findings Durable Object: everything that was ever found and not yet forgotten, what became of it, and whom it was
 * told to. Assessments come in whole (`record`); notices go out from the alarm, so that nothing waits for a receiver.
 *
 * A finding, the transition that raised it and the notice that tells of it are written together: what is not told of
 * is not found, and what was found is told of.
 *
 * Methods return values and never throw: what is thrown across RPC arrives as somebody else's unhandled rejection.
 */
import { DurableObject } from 'cloudflare:workers'
import { HOUR_MS } from '../../lib/durations.ts'
import { type Fault, guarded, guardedAsync } from '../../lib/fault.ts'
import { fail, type Outcome, pass } from '../../lib/outcome.ts'
import { newSchema } from '../../lib/schema.ts'
import { deliverDue } from '../notify/deliver.ts'
import { digestOf, noticesFor } from '../notify/notices.ts'
import { newOutboxStore } from '../notify/outbox-store.ts'
import type { Target, TargetState } from '../notify/types.ts'
import { readSecrets } from '../notify/webhook-secrets.ts'
import { obey } from './command.ts'
import { type DayOfScores, newEvidenceStore } from './evidence-store.ts'
import type {
  Assessment,
  Blindness,
  Command,
  CommandRefusal,
  Finding,
  Score,
  Transition,
} from './finding-types.ts'
import { STEPS } from './findings-schema.ts'
import { newFindingsStore } from './findings-store.ts'
import { type FindingPage, type FindingQuery, pageOf } from './listing.ts'
import { type Changed, reckon } from './reckoning.ts'
import { scoresOf } from './score.ts'
import type { Baseline, RiskSettings, SignalCount } from './types.ts'

/** What goes with an assessment: an object has no configuration of its own. */
export interface Plan {
  readonly endings: RiskSettings['endings']
  readonly targets: readonly Target[]
  /** The counters that the assessment was made of, for the next ones. */
  readonly baselines: readonly (readonly [operation: string, Baseline])[]
}

export interface Recorded {
  readonly findings: number
  readonly raised: number
  readonly reopened: number
  readonly fixed: number
  /** New ones for which there was no room. */
  readonly refused: number
}

/** What the last assessment said of itself. */
export interface Standing {
  readonly at: number
  readonly blind: readonly Blindness[]
  readonly problems: readonly string[]
  readonly scores: readonly Score[]
  readonly targets: readonly TargetState[]
}

export interface Found {
  readonly finding: Finding
  readonly history: readonly Transition[]
}

interface FindingsEnv {
  /** Addresses and keys of webhooks (`webhook-secrets.ts`). */
  readonly NOTIFY_SECRETS?: string
}

/** Transitions that a digest counts. */
const MAX_DIGESTED = 5_000

export class Findings extends DurableObject<FindingsEnv> {
  readonly #schema = newSchema(this.ctx.storage, STEPS)
  readonly #store = newFindingsStore(this.ctx.storage, this.#schema)
  readonly #evidence = newEvidenceStore(this.ctx.storage, this.#schema)
  readonly #outbox = newOutboxStore(this.ctx.storage, this.#schema)

  /** What the gate's isolates have counted. */
  count(counts: readonly SignalCount[]): true | Fault {
    return guarded(() => {
      this.#evidence.addSignals(counts)
      return true
    })
  }

  /** What the next assessment needs of what was before. */
  evidence():
    | {
        readonly signals: readonly SignalCount[]
        readonly baselines: readonly (readonly [string, Baseline])[]
      }
    | Fault {
    return guarded(() => ({ signals: this.#evidence.signals(), baselines: this.#evidence.baselines() }))
  }

  /** Durable when the answer arrives. */
  record(assessment: Assessment, plan: Plan): Recorded | Fault {
    return guarded(() => {
      const recorded = this.ctx.storage.transactionSync(() => this.#record(assessment, plan))
      this.ctx.waitUntil(this.#wake())
      return recorded
    })
  }

  list(query: FindingQuery): FindingPage | Fault {
    return guarded(() => pageOf(this.#store.all().values(), query))
  }

  find(id: string): Found | undefined | Fault {
    return guarded(() => {
      const finding = this.#store.find(id)
      return finding === undefined ? undefined : { finding, history: this.#store.history(id) }
    })
  }

  command(id: string, command: Command): Outcome<Finding, CommandRefusal> | Fault {
    return guarded(() => {
      const finding = this.#store.find(id)
      if (finding === undefined) return fail('finding_unknown')
      const at = Date.now()
      const stepped = obey(finding, command, at)
      if (!stepped.ok) return stepped
      this.ctx.storage.transactionSync(() => this.#tell([stepped.value], at, this.#targets()))
      this.ctx.waitUntil(this.#wake())
      return pass(stepped.value.finding)
    })
  }

  standing(): Standing | undefined | Fault {
    return guarded(() => {
      const note = this.#store.note('standing')
      if (note === undefined) return undefined
      // The object's own writing (`record`), read back.
      const standing = JSON.parse(note) as Omit<Standing, 'targets'>
      return { ...standing, targets: this.#outbox.states(this.#targets().map(({ name }) => name)) }
    })
  }

  /** Oldest first. */
  scores(days: number): readonly DayOfScores[] | Fault {
    return guarded(() => this.#evidence.scores(days, Date.now()))
  }

  override async alarm(): Promise<void> {
    const secrets = readSecrets(this.env.NOTIFY_SECRETS)
    const sent = await guardedAsync(() =>
      deliverDue(this.#outbox, this.#targets(), secrets, {
        fetch: (request) => fetch(request),
        now: () => Date.now(),
        chance: () => Math.random(),
      }),
    )
    await this.#wake()
    // A bug of ours, reported by the platform; what was not delivered is still there.
    if (sent !== undefined) throw new Error(sent.fault)
  }

  #record(assessment: Assessment, plan: Plan): Recorded {
    const { at, blind, problems, operations } = assessment
    const known = this.#store.all()
    const { changed, findings, refused } = reckon(known, assessment, plan.endings)
    this.#keepTargets(plan.targets)
    const transitions = this.#tell(changed, at, plan.targets)
    const scores = scoresOf(findings, operations)
    this.#evidence.keepScores(scores, at)
    this.#evidence.keepBaselines(plan.baselines, at)
    this.#store.keepNote('standing', JSON.stringify({ at, blind, problems, scores }))
    this.#digest(findings, scores, plan.targets, at)
    this.#store.clean(at)
    const count = (kind: Transition['kind']) => transitions.filter((one) => one.kind === kind).length
    return {
      findings: findings.length,
      raised: count('raised'),
      reopened: count('reopened'),
      fixed: count('fixed'),
      refused,
    }
  }

  /** Writes what has changed, and puts what is to be told of it into the queues. */
  #tell(changed: readonly Changed[], at: number, targets: readonly Target[]): readonly Transition[] {
    const transitions = this.#store.put(changed, at)
    const findings = new Map(changed.map(({ finding }) => [finding.id, finding]))
    const happenings = transitions.flatMap((transition) => {
      const finding = findings.get(transition.finding)
      return finding === undefined ? [] : [{ finding, transition }]
    })
    for (const target of targets) {
      this.#outbox.enqueue(target.name, noticesFor(target, happenings, String(at)), at)
    }
    return transitions
  }

  #digest(
    findings: readonly Finding[],
    scores: readonly Score[],
    targets: readonly Target[],
    at: number,
  ): void {
    for (const { name, digestHours } of targets) {
      if (digestHours === undefined) continue
      const last = Number(this.#store.note(`digest ${name}`) ?? Number.NaN)
      const due = last + digestHours * HOUR_MS
      // The first period begins with the first assessment.
      if (Number.isNaN(last) || at >= due) this.#store.keepNote(`digest ${name}`, String(at))
      if (Number.isNaN(last) || at < due) continue
      const transitions = this.#store.since(last, MAX_DIGESTED)
      this.#outbox.enqueue(name, [digestOf(findings, transitions, scores, { since: last, at })], at)
    }
  }

  #targets(): readonly Target[] {
    const note = this.#store.note('targets')
    // The object's own writing (`#keepTargets`), read back.
    return note === undefined ? [] : (JSON.parse(note) as readonly Target[])
  }

  #keepTargets(targets: readonly Target[]): void {
    const names = new Set(targets.map(({ name }) => name))
    for (const { name } of this.#targets()) if (!names.has(name)) this.#outbox.forget(name)
    const body = JSON.stringify(targets)
    if (body !== this.#store.note('targets')) this.#store.keepNote('targets', body)
  }

  async #wake(): Promise<void> {
    const next = this.#outbox.next()
    if (next === undefined) return
    const planned = await this.ctx.storage.getAlarm()
    if (planned === null || planned > next) await this.ctx.storage.setAlarm(Math.max(next, Date.now()))
  }
}
