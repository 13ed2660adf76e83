/** One request, as a log tells it. What a log does not tell is left open, and nothing is put in its place. */
import type { Channel, OutcomeKind } from '../../src/evidence.ts'
import type { Authentication } from '../../src/inventory/learn/types.ts'

export type LogFormat = 'combined' | 'logpush' | 'journal'
export const FORMATS = ['combined', 'logpush', 'journal'] as const satisfies readonly LogFormat[]

export interface LoggedRequest {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** An address in its canonical spelling, or a host's name or a pseudonym as the log has it. Empty where it tells none. */
  readonly address: string
  readonly host: string
  /** Empty where the request line was none: a handshake on a plain port, a scan's binary. */
  readonly method: string
  /** Origin-form or absolute-form, as logged. */
  readonly target: string
  /** As the request line has it, `HTTP/1.1`; undefined where the log does not tell. */
  readonly protocol?: string | undefined
  /** Undefined where nobody answered, or the log does not tell. */
  readonly status: number | undefined
  /** A connection that nothing came over: the server waited, and wrote 408. */
  readonly idle?: boolean
  /** What its model was given, where the gate's journal tells: as many features as the model here takes. */
  readonly features?: Float32Array | undefined
  /** What the gate took the answer for, where its own journal tells: it saw more of it than a status. */
  readonly outcome?: OutcomeKind | undefined
  readonly refused?: boolean
  /** As the log writes it, a client's own escapes and all: clients are told apart by it. Undefined where it does not tell. */
  readonly agent?: string | undefined
  /** Headers that the log tells, in lower case. A header that is told to be missing is empty; one that is not told is not here. */
  readonly headers?: Readonly<Record<string, string>>
  readonly asn?: number | undefined
  readonly country?: string | undefined
  readonly organisation?: string | undefined
  readonly channel?: Channel
  readonly authentication?: readonly Authentication[]
  /** Version and cipher; empty on a connection without TLS, undefined where the log does not tell. */
  readonly tls?: string | undefined
  readonly ja4?: string | undefined
  readonly ja3?: string | undefined
  readonly requestBytes?: number
  readonly responseBytes?: number | undefined
  readonly latencyMs?: number | undefined
  readonly mediaType?: string | undefined
  readonly requestMediaType?: string | undefined
}

/** Essence in lower case. */
export function essenceOf(contentType: unknown): string | undefined {
  if (typeof contentType !== 'string' || contentType === '') return undefined
  return contentType.split(';', 1)[0]?.trim().toLowerCase()
}

/**
 * Nobody answered: the client was too slow (408, RFC 9110 section 15.5.9) or had gone (nginx' 499, 460 of Amazon's balancers), or
 * the connection was closed without a word (nginx' 444). What became of the request no client can be held to.
 */
const UNANSWERED: ReadonlySet<number> = new Set([408, 444, 460, 499])

/** RFC 9110 section 15: from 100 to 599. Servers write 000 where they sent none, and that is no answer. */
export function statusOf(value: number | undefined): number | undefined {
  if (value === undefined || UNANSWERED.has(value)) return undefined
  return value >= 100 && value <= 599 ? value : undefined
}

/**
 * A year outside of these is somebody's fault: a field that is none, a clock that was never set (1970, or 1980 where files began).
 * The public logs of 1994 and 1995 that web traffic is compared with are older than the century.
 */
const FIRST_YEAR = Date.UTC(1990)
const AFTER_LAST_YEAR = Date.UTC(2200)

/** Milliseconds since the epoch that a log may have been written at. */
export function isTime(at: number): boolean {
  return at >= FIRST_YEAR && at < AFTER_LAST_YEAR
}
