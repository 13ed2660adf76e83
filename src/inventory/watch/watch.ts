/**
 * The room's door to the gate: what is published for a request and how it stands to that, before the bank is asked and
 * without a hop; and what there was to see in the exchange, once its answer is on its way.
 */
import type { Conformity, Content, ContentFact, Exchange, Match, Route } from '../../evidence.ts'
import type { DecisionRecord } from '../../ports.ts'
import type { Inventory } from '../learn/types.ts'
import { signalsOf } from '../risk/signals.ts'
import type { GateSignal } from '../risk/types.ts'
import { type Conformance, DEFAULT_SETTINGS, isSampled, refusedBy } from '../specs/conformance.ts'
import { keepWhilePassing } from '../specs/keep.ts'
import type { ConformanceReport, ConformanceSettings, OperationMatch } from '../types.ts'
import { bodyFacts } from './bodies.ts'
import { answerFacts, exchangeFacts } from './facts.ts'

export interface Watch {
  look(exchange: Exchange, match: Match, content: ContentFact): Look
}

export interface Look {
  /** Undefined where the route leaves conformance alone. */
  readonly conformance: Conformity | undefined
  /** Takes note of the whole exchange, and returns the answer that goes to the client. Never throws. */
  answered(record: DecisionRecord): Response
}

export interface WatchTools {
  readonly conformance: Conformance
  readonly inventory: Pick<Inventory, 'observe' | 'remark'>
  /** Share of answers that is looked at, where the route has them looked at. */
  readonly sample: number
  /** Between gate and bank there is no TLS. */
  readonly plaintextOrigin: boolean
  /** Takes what the gate itself saw of an operation. */
  count(operation: string, signals: ReadonlySet<GateSignal>, accepted: boolean, at: number): void
  waitUntil(work: Promise<unknown>): void
  /** A bug of ours: for the log. The caller has its answer all the same. */
  report(error: unknown, reference: string): void
}

export function watchFrom(tools: WatchTools): Watch {
  const { conformance } = tools
  return {
    look(exchange, { route }, content) {
      const published = conformance.match(exchange.method, exchange.target.path)
      const settings = settingsOf(route, tools.sample)
      const report = settings && requestReport(conformance, published, exchange, content, settings)
      return {
        conformance: report && conformityOf(report, settings),
        answered: (record) => answered({ record, published, settings, report }, tools),
      }
    },
  }
}

/** Undefined where the route leaves conformance alone. */
function settingsOf(
  { conformance: mode, refuseUndeclared = [] }: Route,
  sample: number,
): ConformanceSettings | undefined {
  if (mode === undefined) return undefined
  return { ...DEFAULT_SETTINGS, mode, refuseUndeclared, responses: { ...DEFAULT_SETTINGS.responses, sample } }
}

function requestReport(
  conformance: Conformance,
  match: OperationMatch,
  { method, target, headers }: Exchange,
  content: ContentFact,
  settings: ConformanceSettings,
): ConformanceReport {
  const body = content.state === 'valid' ? bodyOf(content.value) : 'streamed'
  return conformance.request(match, { method, query: target.query, headers, body }, settings)
}

function bodyOf({ bytes, streamed }: Content): Uint8Array | 'streamed' | undefined {
  return streamed ? 'streamed' : bytes
}

/** What it would refuse stands in the evidence of routes that only observe, too: the rules know the mode. */
function conformityOf(
  report: ConformanceReport,
  settings: ConformanceSettings | undefined,
): Conformity | undefined {
  if (settings === undefined) return undefined
  return { findings: report.findings, refused: refusedBy(report, { ...settings, mode: 'enforce' }) }
}

interface Answered {
  readonly record: DecisionRecord
  readonly published: OperationMatch
  readonly settings: ConformanceSettings | undefined
  readonly report: ConformanceReport | undefined
}

function answered(from: Answered, tools: WatchTools): Response {
  const { record, published } = from
  const { response, originStatus = 0, upstream } = record.answer
  try {
    const { exchange } = record.evidence
    const seen = exchangeFacts(record.evidence, published)
    const told = answerFacts(record, tools.plaintextOrigin)
    tools.inventory.observe(seen, told)
    const signals = signalsOf(record)
    if (signals.size > 0 && published.kind === 'operation') {
      const accepted = originStatus >= 200 && originStatus < 300
      tools.count(published.operation.id, signals, accepted, exchange.arrivedAt)
    }
    // What the gate refused the bank has neither taken nor answered.
    if (from.settings === undefined || upstream !== 'forwarded') return response
    const body = { ...from, seen, told, settings: from.settings }
    if (!isSampled(exchange.id, from.settings)) {
      remark(body, undefined, tools)
      return response
    }
    const { response: passing, kept } = keepWhilePassing(response, from.settings.responses.maxBytes)
    tools.waitUntil(kept.then((bytes) => remark(body, { response: passing, kept: bytes }, tools)))
    return passing
  } catch (error) {
    tools.report(error, record.evidence.exchange.id)
    return response
  }
}

type Remarkable = Omit<Parameters<typeof bodyFacts>[0], 'conformance' | 'answer'>

function remark(
  from: Remarkable,
  answer: Parameters<typeof bodyFacts>[0]['answer'],
  { conformance, inventory, report }: WatchTools,
): void {
  try {
    const body = bodyFacts({ ...from, conformance, answer })
    const isSomething = body.departures.length > 0 || body.names.length > 0 || body.data.length > 0
    if (isSomething) inventory.remark(from.seen, from.told, body)
  } catch (error) {
    report(error, from.record.evidence.exchange.id)
  }
}
