/**
 * What may happen once: a signed request, a nonce, a `jti`, a request id; and what may happen again on purpose: a
 * request under an idempotency key. Types only.
 */
import type { Fact } from '../../lib/fact.ts'

/** A value that its sender promises to use once. */
export interface SingleUse {
  readonly kind: 'nonce' | 'jti' | 'request_id'
  readonly value: string
}

/** A verified request that is about to be forwarded. */
export interface ReplayQuestion {
  readonly requestId: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Who signed, as proven. */
  readonly organisation: string
  readonly keyThumbprint: string
  /**
   * The bytes under the signature. Never the message's own text and never the signature: base64url has many spellings
   * to a lenient reader, and of an ECDSA signature (r, s) another one (r, n - s) is valid too.
   */
  readonly signingInput: Uint8Array
  /** The body as received: what may not change under an idempotency key. */
  readonly body: Uint8Array
  readonly singles: readonly SingleUse[]
  readonly idempotencyKey: string | undefined
  /** Method and target as received: what is signed may be the body alone, and a retry goes where the first try went. */
  readonly operation: string
  /** Milliseconds since the epoch until which the signature could be accepted again: the dialect's clock limits. */
  readonly until: number
  readonly idempotencyUntil: number
}

export interface Reservation {
  /** The same request came before under its idempotency key. */
  readonly retry: boolean
}

export type ReplayProblem =
  | 'request_replayed'
  /** The same idempotency key with another body, or the same request from another organisation. */
  | 'idempotency_key_reused'
  /** An earlier try under this idempotency key has no answer yet. */
  | 'retry_in_flight'

export type ReplayOutage = 'replay_store_timeout' | 'replay_store_failed' | 'replay_store_full'

export type ReplayFact = Fact<Reservation, ReplayProblem, ReplayOutage>

/** The port. Nothing rejects. */
export interface Replay {
  /** Durable before it resolves to valid: afterwards no copy of the request passes, whatever happens to the gate. */
  reserve(question: ReplayQuestion): Promise<ReplayFact>
  /** The gate refused the request after all: it consumed nothing. */
  release(question: ReplayQuestion): void
  /** Holds the idempotency key for as long as the bank works, and lets the next try in when it has answered. */
  during<T>(question: ReplayQuestion, work: Promise<T>): Promise<T>
}

// ------------------------------------------------------------------------------------ gate and Replay object

/** One name to be reserved in one object. */
export interface Claim {
  /** base64url of a SHA-256 (`names.ts`). */
  readonly name: string
  /** Who may come again under this name; empty: nobody. */
  readonly owner: string
  /** Whether one at a time may. */
  readonly exclusive: boolean
  readonly until: number
  /** What it is when the name is taken. */
  readonly taken: 'request_replayed' | 'idempotency_key_reused'
}

export interface Claims {
  readonly requestId: string
  readonly organisation: string
  /** How long one flight holds an exclusive name, milliseconds. */
  readonly leaseMs: number
  readonly claims: readonly Claim[]
}

export type ClaimsAnswer = 'fresh' | 'retry' | ReplayProblem | 'full'
