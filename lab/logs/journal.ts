/**
 * The gate's own journal, as its console exports it. It has what the model was given of each request, exactly, and it holds the route's pattern and never a path, because paths carry
 * account numbers: what it shows of undocumented paths is that there were some.
 */
import type { OutcomeKind } from '../../src/evidence.ts'
import type { Authentication } from '../../src/inventory/learn/types.ts'
import { unpackVector, wholeVector } from '../../src/lib/vector.ts'
import type { JournalEntry } from '../../src/record/entry.ts'
import { FEATURE_NAMES } from '../../src/score/features.ts'
import { type LoggedRequest, statusOf } from './logged.ts'
import { type JsonObject, number, text } from './logpush.ts'

export function isJournal(record: JsonObject): boolean {
  return record.type === 'decision' && 'reference' in record && 'pattern' in record
}

export function readJournal(record: JsonObject): LoggedRequest {
  const proof = record.proof as Partial<JournalEntry['proof']> | undefined
  const organisation = proof?.certificate === 'valid' ? text(record.organisation) || undefined : undefined
  const authentication: Authentication[] = []
  if (organisation !== undefined) authentication.push('client_certificate')
  if (proof?.token === 'valid') authentication.push('bearer')
  if (proof?.signature === 'valid') authentication.push('message_signature')
  const pattern = text(record.pattern)
  return {
    at: number(record.at) ?? Number.NaN,
    address: text(record.prefix).replace(/\/\d+$/, ''),
    host: '',
    method: text(record.method),
    // A last segment that takes the rest names no operation of its own.
    target: pattern.startsWith('/') ? pattern : `/${pattern}`,
    status: statusOf(number(record.originStatus)),
    features: featuresOf(text(record.vector)),
    outcome: outcomeOf(record.outcome),
    refused: record.upstream === 'refused',
    asn: number(record.asn),
    organisation,
    authentication,
    channel: channelOf(record.channel),
    latencyMs: number(record.originMs),
    country: text(record.country) || undefined,
    ja4: text(record.ja4) || undefined,
    // What the client said of itself is not kept: which of one prefix's clients it was, is.
    agent: [text(record.family), text(record.fingerprint)].join(' ').trim() || undefined,
  }
}

/** A vector of another version is none: features that its gate did not know are not those that a request did not have. */
function featuresOf(vector: string): Float32Array | undefined {
  const packed = wholeVector(vector)
  const features = unpackVector(packed, FEATURE_NAMES.length)
  return Buffer.byteLength(packed, 'base64') === 4 * FEATURE_NAMES.length ? features : undefined
}

function channelOf(value: unknown): JournalEntry['channel'] {
  return value === 'tpp' || value === 'mobile' || value === 'browser' ? value : 'direct'
}

/** A kind that is missing here does not compile. */
const OUTCOMES = {
  success: true,
  failure: true,
  miss: true,
  served: true,
  origin_error: true,
  refused: true,
} satisfies Record<OutcomeKind, true>

function outcomeOf(value: unknown): OutcomeKind | undefined {
  return isOutcome(value) ? value : undefined
}

function isOutcome(value: unknown): value is OutcomeKind {
  return typeof value === 'string' && Object.hasOwn(OUTCOMES, value)
}
