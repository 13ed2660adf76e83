/**
 * What the gate looks at for the inventory: once before the bank is asked (which operation, how the request stands to its
 * specification, who asks for it) and once behind the answer. A client waits for the second look only on routes that
 * withhold answers; and nothing of it rejects: whatever breaks here, the answer goes out.
 */
import type { Conformity, Content, ContentFact, Evidence, Exchange, Match, Route } from '../../evidence.ts'
import type { DecisionRecord, Upstream } from '../../ports.ts'
import { attemptsIn } from '../attempts/attempts.ts'
import type { ExchangeFacts, Inventory } from '../learn/types.ts'
import { signalsOf } from '../risk/signals.ts'
import type { AccessRequirement, GateSignal, RequestLimits } from '../risk/types.ts'
import { type Conformance, DEFAULT_SETTINGS, isSampled, refusedBy } from '../specs/conformance.ts'
import { keepWhilePassing } from '../specs/keep.ts'
import type { ConformanceReport, ConformanceSettings, OperationMatch } from '../types.ts'
import { type AnswerBody, bodyFacts, dataInRequest, lookAtAnswer, type Scene } from './bodies.ts'
import { answerFacts, exchangeFacts, type Known, withheldFacts } from './facts.ts'
import { type OperationSignals, operationSignals } from './signals.ts'
import { type Held, withholding } from './withhold.ts'

export interface Watch {
  look(exchange: Exchange, match: Match, content: ContentFact): Look
}

export interface Look {
  /** Undefined where the route leaves conformance alone. */
  readonly conformance: Conformity | undefined
  /** What is known by now of the operation and of who asks for it. */
  signals(known: Known): OperationSignals
  /** The bank as this route wants it: where answers are withheld, one that departs is none. */
  upstream(bank: Upstream): Upstream
  /** Takes note of the whole exchange, and returns the answer that goes to the client. Never throws. */
  answered(record: DecisionRecord): Response
}

export interface WatchTools {
  readonly conformance: Conformance
  readonly inventory: Inventory
  /** Share of answers that is looked at, where the route has them looked at. */
  readonly sample: number
  /** Between gate and bank there is no TLS. */
  readonly plaintextOrigin: boolean
  /** What is asked of callers, by what an operation carries. */
  readonly access: AccessRequirement
  /** What requests may ask for. */
  readonly limits: RequestLimits
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
      const plaintext = tools.plaintextOrigin || exchange.target.origin.startsWith('http:')
      const scene = settings && { conformance, published, settings, exchange, plaintext }
      let held: Held | undefined
      /** Found before the bank is asked, and the same behind its answer. */
      let facts: ExchangeFacts | undefined
      return {
        conformance: report && conformityOf(report, settings),
        signals(known) {
          facts = exchangeFacts(known, published)
          return operationSignals(facts, known.match, tools.inventory, tools.access)
        },
        upstream(bank) {
          if (scene === undefined || scene.settings.responses.withhold.length === 0) return bank
          return withholding(bank, scene, (answer) => {
            held = answer
          })
        },
        answered: (record) => answered({ record, published, facts, scene, report, held }, tools),
      }
    },
  }
}

/** Undefined where the route leaves conformance alone. */
function settingsOf(
  { conformance: mode, refuseUndeclared = [], withhold = [] }: Route,
  sample: number,
): ConformanceSettings | undefined {
  if (mode === undefined) return undefined
  const responses = { ...DEFAULT_SETTINGS.responses, sample, withhold }
  return { ...DEFAULT_SETTINGS, mode, refuseUndeclared, responses }
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

interface Seen {
  readonly record: DecisionRecord
  readonly published: OperationMatch
  /** Undefined where nobody asked for signals. */
  readonly facts: ExchangeFacts | undefined
  /** Undefined where the route leaves conformance alone. */
  readonly scene: Scene | undefined
  readonly report: ConformanceReport | undefined
  readonly held: Held | undefined
}

function answered(from: Seen, tools: WatchTools): Response {
  const { record, scene, held } = from
  const { response, originStatus, upstream } = record.answer
  try {
    const note = noteOf(from, tools)
    tools.inventory.observe(note.seen, note.told)
    countSignals(from, new Set([...signalsOf(record), ...attempted(from, tools)]), tools)
    // What the gate refused the bank has neither taken nor answered.
    if (scene === undefined || (upstream !== 'forwarded' && held === undefined)) return response
    if (
      held !== undefined ||
      originStatus === undefined ||
      !isSampled(record.evidence.exchange.id, scene.settings)
    ) {
      remark(from, note, held, tools)
      return response
    }
    const { response: passing, kept } = keepWhilePassing(response, scene.settings.responses.maxBytes)
    const { headers } = response
    tools.waitUntil(
      kept.then((bytes) => {
        const look = () => lookAtAnswer(scene, { status: originStatus, headers, kept: bytes })
        remark(from, note, look, tools)
      }),
    )
    return passing
  } catch (error) {
    tools.report(error, record.evidence.exchange.id)
    return response
  }
}

type Note = ReturnType<typeof noteOf>

function noteOf({ record, published, facts, held }: Seen, { plaintextOrigin }: WatchTools) {
  const told = answerFacts(record, plaintextOrigin)
  return {
    seen: facts ?? exchangeFacts(record.evidence, published),
    told: record.answer.upstream === 'answer_withheld' && held ? withheldFacts(told, held) : told,
  }
}

function attempted({ record, published, report }: Seen, { limits }: WatchTools): readonly GateSignal[] {
  if (published.kind !== 'operation') return []
  const { exchange, content, match, proof } = record.evidence
  const { operation, values } = published
  const body = bytesIn(content)
  const scopes = proof.token.state === 'valid' ? proof.token.value.vouching?.scopes : undefined
  const asked = { operation, values, exchange, channel: match.route.channel, scopes, body, report }
  return attemptsIn(asked, limits)
}

function countSignals(
  { record, published }: Seen,
  signals: ReadonlySet<GateSignal>,
  { count }: Pick<WatchTools, 'count'>,
): void {
  if (signals.size === 0 || published.kind !== 'operation') return
  const { originStatus = 0 } = record.answer
  count(
    published.operation.id,
    signals,
    originStatus >= 200 && originStatus < 300,
    record.evidence.exchange.arrivedAt,
  )
}

/** @param answer what was found in it, or how to find it; undefined where nobody looked */
function remark(
  from: Seen,
  { seen, told }: Note,
  answer: AnswerBody | (() => AnswerBody) | undefined,
  tools: WatchTools,
): void {
  const { exchange, content } = from.record.evidence
  try {
    const found = typeof answer === 'function' ? answer() : answer
    const data =
      found === undefined || from.scene === undefined ? [] : dataInRequest(from.scene, bytesIn(content))
    const body = bodyFacts(from.report, found, data)
    const isSomething = body.departures.length > 0 || body.names.length > 0 || body.data.length > 0
    if (isSomething) tools.inventory.remark(seen, told, body)
    if (found?.detailed) countSignals(from, new Set(['error_detail']), tools)
  } catch (error) {
    tools.report(error, exchange.id)
  }
}

function bytesIn(content: Evidence['content']): Uint8Array | undefined {
  return content.state === 'valid' ? content.value.bytes : undefined
}
