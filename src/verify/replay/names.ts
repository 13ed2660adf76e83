/**
 * Under which names a request is reserved. A name says who signed what and with which key, as SHA-256 over parts that
 * each carry their length: no two different requests share one, and nothing of the request can be read from it.
 */
import { createHash } from 'node:crypto'
import type { Claim, ReplayQuestion } from './types.ts'

/** Names of one request, those that decide first before the others. */
export interface Names {
  /** The request itself. Reserved alone: of two equal requests exactly one goes on to the rest. */
  readonly request: Claim
  readonly rest: readonly Claim[]
}

/** A longer value was not made by anybody who means it: only this much of it counts, and its length. */
const MAX_VALUE_CHARACTERS = 4_096

export function namesOf(question: ReplayQuestion): Names {
  const { organisation, keyThumbprint, signingInput, singles, idempotencyKey, operation, until } = question
  // A request that comes again under its own idempotency key, to where it went before, is a retry; under another, or none,
  // or to elsewhere, it is a replay. Where only the body is signed, an idempotency key on a captured request would otherwise
  // make it a new one, and another path another payment's.
  const owner = idempotencyKey === undefined ? '' : nameOf('owner', organisation, idempotencyKey, operation)
  const once = { owner, exclusive: false, until, taken: 'request_replayed' } as const
  const request = { ...once, name: nameOf('request', organisation, keyThumbprint, signingInput) }
  const used = singles.map(({ kind, value }) => ({
    ...once,
    name: nameOf(kind, organisation, keyThumbprint, cut(value)),
  }))
  return { request, rest: [...used, ...idempotent(question)] }
}

/**
 * Two claims. Within the organisation a key belongs to one body. Across organisations a key with one body belongs to one
 * organisation; equal keys over different bodies are two people's habit of counting from 1, and no offence.
 */
function idempotent({
  organisation,
  idempotencyKey,
  idempotencyUntil,
  body,
}: ReplayQuestion): readonly Claim[] {
  if (idempotencyKey === undefined) return []
  const key = cut(idempotencyKey)
  const content = nameOf('body', body)
  const shared = { until: idempotencyUntil, taken: 'idempotency_key_reused' } as const
  return [
    { ...shared, name: nameOf('key', organisation, key), owner: content, exclusive: true },
    {
      ...shared,
      name: nameOf('key and body', key, content),
      owner: nameOf('organisation', organisation),
      exclusive: false,
    },
  ]
}

export function nameOf(kind: string, ...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256')
  for (const part of [kind, ...parts]) {
    const bytes = typeof part === 'string' ? new TextEncoder().encode(part) : part
    hash.update(`${bytes.length}:`).update(bytes)
  }
  return hash.digest('base64url')
}

function cut(value: string): string {
  return value.length <= MAX_VALUE_CHARACTERS
    ? value
    : `${value.length}:${value.slice(0, MAX_VALUE_CHARACTERS)}`
}
