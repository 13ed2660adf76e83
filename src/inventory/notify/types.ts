/** Who is told of what, how, and what has become of the telling. Types only. */
import type { Score, TransitionKind } from '../risk/finding-types.ts'
import type { Evidence, Owasp, Severity } from '../risk/types.ts'

// ---------------------------------------------------------------------------------------------- targets

export type Format = 'json' | 'slack'

/** Every member that is there has to fit. An empty rule fits everything. */
export interface Rule {
  readonly atLeast?: Severity
  /** A name, or one that ends in `*`. */
  readonly checks?: readonly string[]
  readonly apis?: readonly string[]
  readonly owners?: readonly string[]
  readonly tags?: readonly string[]
  readonly kinds?: readonly TransitionKind[]
  readonly about?: 'document' | 'traffic'
}

/** Whom to tell. Where exactly, and under which key, are secrets (`webhook-secrets.ts`). */
export interface Target {
  readonly name: string
  /** The only host that this target's address may have. */
  readonly host: string
  readonly format: Format
  /** Any of them has to fit. */
  readonly rules: readonly Rule[]
  readonly digestHours?: number
}

export interface Secret {
  readonly url: string
  /** Current first; those after it are on their way out, and sign as well. */
  readonly keys: readonly Uint8Array[]
}

// ---------------------------------------------------------------------------------------------- notices

/** A finding as others are told of it: nothing of a request, and nothing without a bound. */
export interface FindingNews {
  readonly id: string
  readonly check: string
  readonly title: string
  readonly severity: Severity
  readonly owasp: readonly Owasp[]
  readonly api: string
  readonly operation: string
  readonly pointer: string
  readonly owner: string | undefined
  readonly specification: string | undefined
  readonly count: number
  readonly evidence: readonly Evidence[]
  readonly remediation: string
  readonly policies: readonly string[]
}

interface About {
  /** Idempotency id: the same however often it is sent. Without a full stop, which separates what is signed. */
  readonly id: string
  readonly at: number
}

export interface FindingNotice extends About {
  readonly kind: TransitionKind
  readonly by: string
  readonly why: string
  readonly finding: FindingNews
}

/** Many at once, as one. */
export interface BurstNotice extends About {
  readonly kind: 'burst'
  readonly total: number
  readonly checks: readonly Evidence[]
  /** The gravest. */
  readonly findings: readonly FindingNews[]
}

export interface DigestNotice extends About {
  readonly kind: 'digest'
  readonly since: number
  readonly raised: number
  readonly reopened: number
  readonly fixed: number
  readonly scores: readonly Score[]
  readonly findings: readonly FindingNews[]
}

/** There was no room for so many notices while the receiver was away. */
export interface FoldedNotice extends About {
  readonly kind: 'folded'
  readonly total: number
}

export type Notice = FindingNotice | BurstNotice | DigestNotice | FoldedNotice

// ------------------------------------------------------------------------------------------- deliveries

export interface Delivery {
  readonly number: number
  readonly target: string
  /** Notices of one stream arrive in their order: a finding's id, or the kind of what is about no finding. */
  readonly stream: string
  readonly notice: Notice
  readonly due: number
  readonly attempts: number
}

export type DeliveryFault =
  | 'target_unknown'
  | 'secret_missing'
  | 'address_refused'
  | 'fetch_failed'
  | 'fetch_timeout'
  | 'redirect_refused'
  | 'gone'
  | 'throttled'
  | 'server_failed'
  | 'status_refused'

/** For the operator: nothing of an address or a key. */
export interface TargetState {
  readonly name: string
  readonly queued: number
  readonly delivered: number
  /** Given up after the last attempt, or for want of room. */
  readonly dropped: number
  readonly lastDeliveredAt: number | undefined
  readonly lastFault: DeliveryFault | undefined
  readonly lastFaultAt: number | undefined
}
