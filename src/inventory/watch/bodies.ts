/** What bodies and targets have in them: departures from the specification, sensitive data, and what software lets slip. */
import type { Exchange } from '../../evidence.ts'
import { bodyFactsOf } from '../learn/conformance.ts'
import type { BodyFacts } from '../learn/types.ts'
import { essenceOf } from '../media.ts'
import { tellsOfSoftware } from '../sensitive/error-detail.ts'
import { findingsIn, findingsInValues, queryValues, type TargetValue } from '../sensitive/findings.ts'
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

/** One exchange, as far as its bodies are to be judged. */
export interface Scene {
  readonly conformance: Conformance
  readonly published: OperationMatch
  readonly settings: ConformanceSettings
  readonly exchange: Pick<Exchange, 'method' | 'target' | 'headers'>
  /** Either hop has no TLS: the client's to the gate, or the gate's to the bank. */
  readonly plaintext: boolean
}

/** As much of an answer as is looked at. */
export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly kept: Kept
}

/** What was found in one answer. */
export interface AnswerBody {
  readonly report: ConformanceReport
  readonly data: readonly DataFinding[]
  /** It tells what software made it, and where that failed. */
  readonly detailed: boolean
}

export function lookAtAnswer(scene: Scene, { status, headers, kept }: Answered): AnswerBody {
  const { conformance, published, settings, exchange, plaintext } = scene
  const { method } = exchange
  const report = conformance.response(published, { method, status, headers, body: kept }, settings)
  if (!(kept instanceof Uint8Array)) return { report, data: [], detailed: false }
  const type = headers.get('content-type')
  const found = scanned(kept, type)
  const shape = answerShape(operationOf(published), status, type)
  const data = findingsIn(found, 'response_body', plaintext, contextOf(scene, shape))
  return { report, data, detailed: status >= 400 && tellsOfSoftware(kept) }
}

/** @param body of the request, where it was read */
export function dataInRequest(scene: Scene, body: Uint8Array | undefined): readonly DataFinding[] {
  const { published, exchange, plaintext } = scene
  const values = [...pathValues(published), ...queryValues(exchange.target.query)]
  const inTarget = findingsInValues(values, plaintext, contextOf(scene, undefined))
  if (body === undefined || body.length === 0) return inTarget
  const type = exchange.headers.get('content-type')
  const context = contextOf(scene, shapeOf(operationOf(published)?.body?.content ?? [], type))
  if (essenceOf(type) !== FORM)
    return [...inTarget, ...findingsIn(scanned(body, type), 'request_body', plaintext, context)]
  // A form is written as a query is: an at sign in it is `%40`.
  const fields = queryValues(UTF8.decode(body), 'request_body')
  return [...inTarget, ...findingsInValues(fields, plaintext, context)]
}

const FORM = 'application/x-www-form-urlencoded'
const UTF8 = new TextDecoder()

/** Everything that the inventory is told of the bodies of one exchange. */
export function bodyFacts(
  request: ConformanceReport | undefined,
  answer: AnswerBody | undefined,
  data: readonly DataFinding[],
): BodyFacts {
  return bodyFactsOf(request, answer?.report, [...data, ...(answer?.data ?? [])])
}

function scanned(body: Uint8Array, contentType: string | null) {
  // Whoever kept it has set the limit.
  const scan = newBodyScan({ mediaType: essenceOf(contentType), maxBytes: body.length })
  scan.write(body)
  return scan.end()
}

/** The template's parameters with what stood in their places. */
function pathValues(match: OperationMatch): readonly TargetValue[] {
  if (match.kind !== 'operation') return []
  const names = match.operation.path.match(/\{[^{}]*\}/g) ?? []
  return match.values.map((value, at) => ({ place: 'path', name: names[at]?.slice(1, -1) ?? '', value }))
}

function contextOf({ conformance, published }: Scene, shape: number | undefined): Context {
  return {
    operation: operationOf(published),
    shapes: conformance.specification.shapes,
    shape,
    // Which consent a token stands for, and so which permissions, only the bank knows: that accuses nobody.
    granted: undefined,
    permissions: UK_PERMISSIONS,
  }
}

function answerShape(
  operation: Operation | undefined,
  status: number,
  contentType: string | null,
): number | undefined {
  const declared = operation && declarationFor(operation, status)
  return declared && shapeOf(declared.content, contentType)
}

function shapeOf(content: readonly MediaType[], contentType: string | null): number | undefined {
  const type = readContentType(contentType ?? '')
  return type && declaredFor(content, type)?.shape
}

function operationOf(match: OperationMatch): Operation | undefined {
  return match.kind === 'operation' ? match.operation : undefined
}
