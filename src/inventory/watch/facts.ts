/** What the gate knows of an exchange, in the inventory's words. No value of a request or answer gets this far. */
import type { Evidence } from '../../evidence.ts'
import { fieldIn } from '../../lib/header-fields.ts'
import type { DecisionRecord } from '../../ports.ts'
import type { AnswerFacts, Authentication, CallerFacts, ExchangeFacts } from '../learn/types.ts'
import { essenceOf } from '../media.ts'
import type { OperationMatch } from '../types.ts'
import { weaknessesOf } from './weaknesses.ts'

/** What of the evidence is read here: all of it is known before anything is decided. */
export type Known = Pick<Evidence, 'exchange' | 'client' | 'match' | 'content' | 'proof'>

export function exchangeFacts(evidence: Known, match: OperationMatch): ExchangeFacts {
  const { exchange } = evidence
  const { target, headers } = exchange
  return {
    at: exchange.arrivedAt,
    host: target.host,
    method: exchange.method,
    path: target.path,
    query: target.query,
    match,
    caller: callerOf(evidence),
    authentication: authenticationOf(evidence, match),
    tls: tlsOf(evidence),
    requestBytes: requestBytes(evidence),
    requestMediaType: essenceOf(fieldIn(headers, 'content-type')),
  }
}

/** Of the bank's answer. What the gate says itself tells nothing of the bank. */
export function answerFacts(
  { answer, originMs, evidence }: DecisionRecord,
  plaintextOrigin: boolean,
): AnswerFacts {
  const { response, originStatus: status, upstream } = answer
  const refused = upstream === 'refused'
  const answered = status !== undefined
  const length = fieldIn(response.headers, 'content-length')
  return {
    status,
    refused,
    latencyMs: Math.max(0, originMs),
    responseBytes: answered && length !== null ? Number(length) : undefined,
    mediaType: answered ? essenceOf(fieldIn(response.headers, 'content-type')) : undefined,
    weaknesses: answered ? weaknessesOf(response, evidence.exchange, plaintextOrigin) : [],
  }
}

/** The same, where the bank answered and the gate held the answer back. */
export function withheldFacts(
  told: AnswerFacts,
  { status, headers }: { readonly status: number; readonly headers: Headers },
): AnswerFacts {
  return { ...told, status, mediaType: essenceOf(headers.get('content-type')) }
}

function callerOf({ client, proof, match }: Known): CallerFacts {
  const { prefix, asn } = client.network
  const organisation = proof.certificate.state === 'valid' ? proof.certificate.value.organisation : undefined
  return {
    session: organisation === undefined ? prefix : `tpp:${organisation}`,
    proven: organisation !== undefined,
    organisation,
    channel: match.route.channel,
    asn,
    prefix,
  }
}

function authenticationOf({ exchange, proof }: Known, match: OperationMatch): readonly Authentication[] {
  const { headers } = exchange
  const seen: Authentication[] = []
  if (hasApiKey(headers, match)) seen.push('api_key')
  const authorization = fieldIn(headers, 'authorization')
  if (authorization !== null) {
    if (/^basic /i.test(authorization)) seen.push('basic')
    else if (/^(?:bearer|dpop) /i.test(authorization)) seen.push('bearer')
  }
  const { token, certificate, signature } = proof
  if (token.state === 'valid' && token.value.vouching?.boundTo !== undefined) seen.push('bound_token')
  if (certificate.state === 'valid') seen.push('client_certificate')
  if (signature.state === 'valid') seen.push('message_signature')
  if (hasSession(fieldIn(headers, 'cookie'))) seen.push('cookie')
  return seen
}

/** In the header that the specification names. A key in the query is the specification's own fault, and a check's. */
function hasApiKey(headers: Headers, match: OperationMatch): boolean {
  if (match.kind !== 'operation') return fieldIn(headers, 'x-api-key') !== null
  for (const needs of match.operation.security) {
    for (const { type, in: place, parameter } of needs) {
      if (type === 'apiKey' && place === 'header' && parameter !== undefined && headers.has(parameter))
        return true
    }
  }
  return false
}

/** A cookie of the bank's: those of the gate sign nobody in. */
function hasSession(cookie: string | null): boolean {
  const pairs = cookie?.split(';') ?? []
  return pairs.some((pair) => !/^\s*(?:__Host-|__Secure-)?portcullis/i.test(pair))
}

function tlsOf({ client: { tls }, exchange }: Known): string | undefined {
  if (exchange.target.origin.startsWith('http:')) return ''
  if (tls.version === undefined) return undefined
  return tls.cipher === undefined ? tls.version : `${tls.version} ${tls.cipher}`
}

function requestBytes({ content, exchange }: Known): number {
  if (content.state === 'valid' && content.value.bytes !== undefined) return content.value.bytes.length
  return Number(fieldIn(exchange.headers, 'content-length') ?? 0) || 0
}
