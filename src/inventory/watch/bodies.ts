/** What bodies and targets have in them, for the inventory: departures from the specification, and sensitive data. */
import type { DecisionRecord } from '../../ports.ts'
import { bodyFactsOf } from '../learn/conformance.ts'
import type { AnswerFacts, BodyFacts, ExchangeFacts } from '../learn/types.ts'
import { findingsIn, findingsInTarget, queryValues, type TargetValue } from '../sensitive/findings.ts'
import type { Context } from '../sensitive/judge.ts'
import { UK_PERMISSIONS } from '../sensitive/permissions.ts'
import { newBodyScan } from '../sensitive/scan.ts'
import type { DataFinding } from '../sensitive/types.ts'
import type { Conformance } from '../specs/conformance.ts'
import type { Kept } from '../specs/keep.ts'
import { declaredFor, readContentType } from '../specs/media-type.ts'
import { declarationFor } from '../specs/response.ts'
import type {
  ConformanceReport,
  ConformanceSettings,
  MediaType,
  Operation,
  OperationMatch,
} from '../types.ts'

export interface Bodies {
  readonly conformance: Conformance
  readonly record: DecisionRecord
  readonly published: OperationMatch
  readonly settings: ConformanceSettings
  /** Of the request. */
  readonly report: ConformanceReport | undefined
  readonly seen: ExchangeFacts
  readonly told: AnswerFacts
  /** Undefined where the answer was not looked at. */
  readonly answer: { readonly response: Response; readonly kept: Kept } | undefined
}

export function bodyFacts(from: Bodies): BodyFacts {
  const { conformance, published, settings, answer, report, told, seen } = from
  // Bodies of answers are those of published statuses: 1xx never come this far.
  if (answer === undefined || told.status === undefined) return bodyFactsOf(report, undefined, [])
  const { headers } = answer.response
  const response = conformance.response(
    published,
    { method: seen.method, status: told.status, headers, body: answer.kept },
    settings,
  )
  return bodyFactsOf(report, response, [...dataInTarget(from), ...dataInAnswer(from, told.status)])
}

/** The answer goes out over the same connection that the request came in by. */
const isPlaintext = ({ seen }: Bodies): boolean => seen.tls === ''

function dataInAnswer(from: Bodies, status: number): readonly DataFinding[] {
  const { told, answer } = from
  const kept = answer?.kept
  if (!(kept instanceof Uint8Array)) return []
  const scan = newBodyScan({ mediaType: told.mediaType })
  scan.write(kept)
  const type = answer?.response.headers.get('content-type') ?? ''
  return findingsIn(
    scan.end(),
    'response_body',
    isPlaintext(from),
    contextOf(from, shapeFor(from, status, type)),
  )
}

function dataInTarget(from: Bodies): readonly DataFinding[] {
  const values = [...pathValues(from.published), ...queryValues(from.seen.query)]
  return values.length === 0 ? [] : findingsInTarget(values, isPlaintext(from), contextOf(from, undefined))
}

/** The template's parameters with what stood in their places. */
function pathValues(match: OperationMatch): readonly TargetValue[] {
  if (match.kind !== 'operation') return []
  const names = match.operation.path.match(/\{[^{}]*\}/g) ?? []
  return match.values.map((value, at) => ({ place: 'path', name: names[at]?.slice(1, -1) ?? '', value }))
}

function contextOf({ conformance, published }: Bodies, shape: number | undefined): Context {
  return {
    operation: operationOf(published),
    shapes: conformance.specification.shapes,
    shape,
    // Which permissions a consent has only the bank knows, so far: that accuses nobody.
    granted: undefined,
    permissions: UK_PERMISSIONS,
  }
}

function shapeFor({ published }: Bodies, status: number, contentType: string): number | undefined {
  const operation = operationOf(published)
  const declared = operation && declarationFor(operation, status)
  const type = readContentType(contentType)
  const content: MediaType | undefined = declared && type && declaredFor(declared.content, type)
  return content?.shape
}

function operationOf(match: OperationMatch): Operation | undefined {
  return match.kind === 'operation' ? match.operation : undefined
}
