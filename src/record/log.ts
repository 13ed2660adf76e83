/**
 * The only file that writes to the console: one JSON object a line, for what an operator or we must repair. Requests
 * are not logged; they are recorded. Nothing of a request's content comes here, not even in an error's message.
 */
import type { Mistake } from '../config.ts'
import { traceOf } from '../lib/fault.ts'
import type { ListsReport } from '../lists.ts'
import type { ModelsReport } from '../models/keeper.ts'
import type { AnchorsReport } from '../verify/trust/keeper.ts'

/** The gate serves nothing until these are repaired. */
export function logMistakes(mistakes: readonly Mistake[], reference: string): void {
  for (const { binding, found, allowed } of mistakes) {
    write({ event: 'configuration_mistake', reference, binding, found, allowed })
  }
}

/** An error that is our own: a throw in the request's path, which was answered with this reference. */
export function logBug(error: unknown, reference: string): void {
  write({ event: 'bug', reference, ...traceOf(error) })
}

/** The lists could not be read or were refused: the last good ones stay. */
export function logLists(report: ListsReport): void {
  if (report.event !== 'lists_loaded') write(report)
}

/** As above, of the set of trust anchors. */
export function logAnchors(report: AnchorsReport): void {
  if (report.event !== 'anchors_loaded') write(report)
}

/** As above, of the models that score: what cannot be used is said, and the last good ones go on. */
export function logModels(report: ModelsReport): void {
  if (report.event !== 'models_loaded') write(report)
}

/** A bug inside a Durable Object, which returned it instead of throwing. */
export function logFault(fault: string): void {
  write({ event: 'object_fault', fault })
}

/** What an object refused twice, or for which there was no room while it could not be reached. */
export function logLost(what: 'decisions' | 'outcomes' | 'observations', count: number): void {
  write({ event: 'records_lost', what, count })
}

export interface RefusalLog {
  challenge(reference: string, reason: string, now: number): void
  operator(reference: string, prefix: string, now: number): void
  enrolment(reference: string, reason: string, now: number): void
}

/** A client causes these lines: so many a minute and isolate, or it would fill the log and empty the operator's purse. */
const LINES_A_MINUTE = 60

/** What is refused beside the pipeline and so stands in no journal, though its sender was given a reference. */
export function refusalLog(): RefusalLog {
  let since = Number.NEGATIVE_INFINITY
  let written = 0
  function bounded(fields: Readonly<Record<string, unknown>>, now: number): void {
    if (now - since >= 60_000) {
      const count = written - LINES_A_MINUTE
      if (count > 0) write({ event: 'refusals_left_out', count }, 'warn')
      since = now
      written = 0
    }
    written += 1
    if (written <= LINES_A_MINUTE) write(fields, 'warn')
  }
  return {
    challenge: (reference, reason, now) => bounded({ event: 'challenge_refused', reference, reason }, now),
    operator: (reference, prefix, now) => bounded({ event: 'operator_refused', reference, prefix }, now),
    enrolment: (reference, reason, now) => bounded({ event: 'enrolment_refused', reference, reason }, now),
  }
}

function write(fields: Readonly<Record<string, unknown>>, level: 'error' | 'warn' = 'error'): void {
  console.error(JSON.stringify({ level, ...fields }))
}
