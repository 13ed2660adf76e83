/** RESPONSE CONFORMANCE: one answer of the bank held against the operation that it answers. Pure, on what was kept of it. */
import type {
  ConformanceReport,
  ConformanceSettings,
  Operation,
  OperationMatch,
  ResponseDeclaration,
  Unchecked,
} from '../types.ts'
import { add, newFindings } from './findings.ts'
import { checkResponseHeaders } from './parameters.ts'
import { type Checking, checkContent } from './request.ts'

export interface ResponseView {
  /** Method of the request: an answer to HEAD has no body. */
  readonly method: string
  readonly status: number
  readonly headers: Headers
  /** What was kept of it, or why nothing was. */
  readonly body: Uint8Array | Unchecked | undefined
}

/** RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5, and everything informational. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([101, 204, 205, 304])

export function checkResponse(
  checking: Checking,
  match: OperationMatch,
  response: ResponseView,
  settings: ConformanceSettings,
): ConformanceReport {
  const unchecked: Unchecked[] = []
  if (match.kind !== 'operation') return { match, findings: [], unchecked }
  const findings = newFindings(match.operation.id, settings.limits.maxFindings)
  const declared = declarationFor(match.operation, response.status)
  if (declared === undefined) {
    add(findings, 'status_undeclared', 'status', String(response.status))
    return { match, findings: findings.list, unchecked }
  }
  const { body, headers } = response
  checkResponseHeaders(declared.headers, headers, checking.specification.validators, findings)
  if (typeof body === 'string') unchecked.push(body)
  else if (response.method !== 'HEAD' && !WITHOUT_BODY.has(response.status)) {
    const isEmpty = body === undefined || body.length === 0
    if (isEmpty && declared.content.length > 0) add(findings, 'body_missing', 'body', '')
    else if (!isEmpty && declared.content.length === 0) add(findings, 'body_undeclared', 'body', '')
    else if (!isEmpty)
      checkContent(checking, declared.content, headers.get('content-type'), body, {
        settings,
        findings,
        unchecked,
      })
  }
  return { match, findings: findings.list, unchecked }
}

/** OpenAPI 3.1 section 4.8.16: the code itself before its range, and that before the default. */
export function declarationFor({ responses }: Operation, status: number): ResponseDeclaration | undefined {
  const code = String(status)
  const range = `${code[0]}XX`
  return (
    responses.find((one) => one.status === code) ??
    responses.find((one) => one.status === range) ??
    responses.find((one) => one.status === 'default')
  )
}
