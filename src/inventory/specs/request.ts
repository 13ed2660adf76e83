/** REQUEST CONFORMANCE: one request held against the operation that it is for, before the bank sees it. Pure. */
import { fail, type Outcome, pass } from '../../lib/outcome.ts'
import type { ConformanceRule } from '../rules.ts'
import type {
  CompiledSpecification,
  ConformanceReport,
  ConformanceSettings,
  MediaType,
  Operation,
  OperationMatch,
  Unchecked,
  Validator,
} from '../types.ts'
import { OPAQUE, readBody } from './body.ts'
import { add, addSchemaError, type Findings, newFindings } from './findings.ts'
import { type ContentType, declaredFor, readContentType } from './media-type.ts'
import { checkCookies, checkHeaders, checkPath, checkQuery } from './parameters.ts'
import { readQuery } from './query.ts'
import { findUndeclared, type Outlines } from './undeclared.ts'

/** As much of a request as conformance is about. */
export interface RequestView {
  readonly method: string
  /** As received, without `?`. */
  readonly query: string
  readonly headers: Headers
  /** Undefined where there is none; `streamed` where it is not read. */
  readonly body: Uint8Array | 'streamed' | undefined
}

export interface Checking {
  readonly specification: CompiledSpecification
  readonly outlines: Outlines
}

export function checkRequest(
  checking: Checking,
  match: OperationMatch,
  request: RequestView,
  settings: ConformanceSettings,
): ConformanceReport {
  const { maxFindings } = settings.limits
  const unchecked: Unchecked[] = []
  if (match.kind !== 'operation') {
    const findings = newFindings(undefined, maxFindings)
    if (match.kind === 'path_undeclared') add(findings, 'path_undeclared', 'path', '')
    else if (!isPreflight(request)) add(findings, 'method_undeclared', 'method', '')
    return { match, findings: findings.list, unchecked }
  }
  const { operation, values } = match
  const { validators } = checking.specification
  const findings = newFindings(operation.id, maxFindings)
  checkPath(operation, values, validators, findings)
  const query = readQuery(request.query)
  if (query === undefined) add(findings, 'parameter_malformed', 'query', '')
  else checkQuery(operation, query, validators, findings)
  checkHeaders(operation, request.headers, validators, findings)
  checkCookies(operation, request.headers.get('cookie'), validators, findings)
  checkRequestBody(checking, operation, request, { settings, findings, unchecked })
  return { match, findings: findings.list, unchecked }
}

/** Fetch standard section 3.2.2: what a browser asks before the request, and no document declares. */
function isPreflight({ method, headers }: RequestView): boolean {
  return method === 'OPTIONS' && headers.has('origin') && headers.has('access-control-request-method')
}

interface Open {
  readonly settings: ConformanceSettings
  readonly findings: Findings
  readonly unchecked: Unchecked[]
}

function checkRequestBody(
  checking: Checking,
  { body: declared }: Operation,
  { headers, body }: RequestView,
  open: Open,
): void {
  const { findings, unchecked } = open
  if (body === undefined || (body !== 'streamed' && body.length === 0)) {
    if (declared?.required) add(findings, 'body_missing', 'body', '')
    return
  }
  // RFC 9110 section 8.4: what the bank would decode is not what is looked at here.
  const encoding = headers.get('content-encoding')
  if (encoding !== null && !/^(?:identity)?$/i.test(encoding.trim()))
    add(findings, 'content_encoding_undeclared', 'header', 'content-encoding')
  else if (declared === undefined) add(findings, 'body_undeclared', 'body', '')
  else if (declared.content.length > 0) {
    if (body === 'streamed') unchecked.push('body_streamed')
    checkContent(checking, declared.content, headers.get('content-type'), body, open)
  }
}

/** A body against the declared media types: those of a request, or of an answer. */
export function checkContent(
  checking: Checking,
  content: readonly MediaType[],
  contentType: string | null,
  body: Uint8Array | 'streamed',
  { settings, findings, unchecked }: Open,
): void {
  const found = mediaTypeFor(content, contentType)
  if (!found.ok) add(findings, found.reason, 'media_type', '')
  else if (body !== 'streamed') {
    const { declared, type } = found.value
    const read = readBody(body, declared, type, settings.limits)
    if (!read.ok) add(findings, read.reason, 'body', '')
    else if (read.value !== OPAQUE) checkValue(checking, declared, read.value, findings)
    else if (declared.validator !== undefined) unchecked.push('schema_unsupported')
  }
}

function mediaTypeFor(
  content: readonly MediaType[],
  contentType: string | null,
): Outcome<{ readonly declared: MediaType; readonly type: ContentType }, ConformanceRule> {
  if (contentType === null || contentType === '') return fail('media_type_missing')
  const type = readContentType(contentType)
  if (type === undefined) return fail('media_type_malformed')
  const declared = declaredFor(content, type)
  return declared === undefined ? fail('media_type_undeclared') : pass({ declared, type })
}

export function checkValue(
  { specification, outlines }: Checking,
  { validator, shape }: MediaType,
  value: unknown,
  findings: Findings,
): void {
  const validate: Validator | undefined =
    validator === undefined ? undefined : specification.validators[validator]
  if (validate !== undefined && !validate(value))
    addSchemaError(findings, validate.errors, { place: 'body', prefix: '' }, specification.shapes, shape)
  if (shape !== undefined) findUndeclared(value, shape, outlines, findings)
}
