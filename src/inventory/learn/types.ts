/**
 * What the inventory is told of each exchange, what it keeps, and what it says. Types only.
 *
 * Told: `ExchangeFacts` and `AnswerFacts` for every exchange, `BodyFacts` for those whose bodies were looked at. Kept:
 * counters by operation, in shards. Said: `InventorySnapshot` (everything there is) and `Change` (what is new, once).
 */
import type { Channel } from '../../evidence.ts'
import type { ConformanceRule } from '../rules.ts'
import type { DataFinding } from '../sensitive/types.ts'
import type { DataHint, OperationMatch, Place } from '../types.ts'
import type { StoredValues } from './behind.ts'

// ------------------------------------------------------------------------------------------------- told

export interface CallerFacts {
  /** What the caller proved (`tpp:<organisation>`), otherwise its network prefix: a fresh session is then not free. */
  readonly session: string
  readonly proven: boolean
  /** Proven organisation. */
  readonly organisation: string | undefined
  readonly channel: Channel
  readonly asn: number | undefined
  /** IPv4 /24 or IPv6 /48. */
  readonly prefix: string
}

/** A way to say who one is that was seen in a request; which of them were proven is the bank's and the gate's to say. */
export type Authentication =
  | 'api_key'
  | 'basic'
  | 'bearer'
  | 'bound_token' // RFC 8705 cnf or DPoP, and it fits
  | 'client_certificate' // and it is proven
  | 'message_signature' // and it is valid
  | 'cookie'

export interface ExchangeFacts {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Lower case, without port. */
  readonly host: string
  /** Upper case. */
  readonly method: string
  /** Normalised path (`Target.path`). */
  readonly path: string
  /** As received, without `?`; the inventory reads names in it and no values. */
  readonly query: string
  readonly match: OperationMatch
  readonly caller: CallerFacts
  readonly authentication: readonly Authentication[]
  /** `TLSv1.3 AEAD-AES128-GCM-SHA256`; empty for plain HTTP, undefined where nobody knows. */
  readonly tls: string | undefined
  readonly requestBytes: number
  /** Essence in lower case. */
  readonly requestMediaType: string | undefined
}

/** What an answer lacks or gives away, to be read in its headers alone. */
export type Weakness =
  | 'hsts_missing'
  | 'cors_any_origin'
  | 'cors_any_origin_with_credentials' // `*` or `null`, and credentials may be sent
  | 'cacheable' // a shared cache may keep it (RFC 9111)
  | 'server_version' // Server or X-Powered-By with a version in it
  | 'plaintext_origin' // between gate and bank

export interface AnswerFacts {
  /** The origin's; undefined where the bank was not asked or did not answer. */
  readonly status: number | undefined
  /** By the gate: says nothing of what exists behind it. */
  readonly refused: boolean
  readonly latencyMs: number
  readonly responseBytes: number | undefined
  readonly mediaType: string | undefined
  readonly weaknesses: readonly Weakness[]
}

/** What does not conform, in the specification's own words (`ConformanceFinding.field`). */
export interface Departure {
  readonly side: 'request' | 'response'
  readonly rule: ConformanceRule
  readonly place: Place
  readonly field: string
}

/** Where something stood that no specification mentions. */
export type HiddenPlace = 'query' | 'header' | 'cookie' | 'request_property' | 'response_property'

/** A name that sender or bank chose. It is kept once several callers had it accepted, and where it looks like a name. */
export interface SeenName {
  readonly place: HiddenPlace
  readonly name: string
}

/** Known only once bodies were read: after the answer, and of sampled exchanges alone. */
export interface BodyFacts {
  readonly departures: readonly Departure[]
  readonly names: readonly SeenName[]
  readonly data: readonly DataFinding[]
}

// ------------------------------------------------------------------------------------------------- kept

/** A name with how often it was seen. Of rare ones the count may be too high by `over` (Space-Saving). */
export interface Counted {
  readonly name: string
  readonly count: number
  readonly over: number
}

/** What one class of data at one place amounts to. */
export interface DataSeen extends Omit<DataFinding, 'count' | 'near'> {
  /** Exchanges in which it was found. */
  readonly exchanges: number
  readonly values: number
  /** Values beside them that look alike and fail the check digits. Many of these, and the values are chance. */
  readonly near: number
  readonly firstAt: number
  readonly lastAt: number
}

/**
 * Counters of one operation. Histograms count by powers of two: cell 0 is less than 1, cell n is from 2^(n-1) to less
 * than 2^n, the last is open.
 */
export interface Usage {
  readonly firstSeenAt: number
  readonly lastSeenAt: number
  /** When the bank last answered 2xx or 3xx; 0 is never. */
  readonly lastServedAt: number
  readonly requests: number
  readonly refused: number
  /** Without answer, 1xx, 2xx, 3xx, 4xx, 5xx. */
  readonly statuses: readonly number[]
  readonly codes: readonly Counted[]
  readonly latencyMs: readonly number[]
  readonly requestBytes: readonly number[]
  readonly responseBytes: readonly number[]
  readonly channels: readonly Counted[]
  /** Proven organisations. */
  readonly organisations: readonly Counted[]
  /** `AS64496`. */
  readonly networks: readonly Counted[]
  readonly hosts: readonly Counted[]
  readonly mediaTypes: readonly Counted[]
  readonly requestMediaTypes: readonly Counted[]
  readonly tls: readonly Counted[]
  /** What came together, joined by `+`, and `none`. */
  readonly authentication: readonly Counted[]
  /** The same of what the bank answered with 2xx. */
  readonly authenticationAccepted: readonly Counted[]
  readonly weaknesses: readonly Counted[]
  /** `request media_type_undeclared media_type *`: side, rule, place, field. */
  readonly departures: readonly Counted[]
  readonly data: readonly DataSeen[]
  /** Callers, estimated. */
  readonly sessions: number
  /** Registers of that estimate, base64. */
  readonly sketch: string
  /** Different objects that one caller asked for within ten minutes: histogram of the callers. */
  readonly objects: readonly number[]
  /** What stood in the places of its path's parameters; left out where it has none. */
  readonly values?: StoredValues
  /** Requests by hour since the epoch, the last three days. */
  readonly hours: readonly (readonly [hour: number, count: number])[]
  /** Requests by day since the epoch, the last 120. */
  readonly days: readonly (readonly [day: number, count: number])[]
}

export interface HiddenName extends SeenName {
  readonly foundAt: number
  readonly lastAt: number
  readonly accepted: number
}

export interface InventoryEntry {
  /** `Operation.id` of a published operation, otherwise method, host and template: `GET api.bank.example/v1/{id}`. */
  readonly key: string
  /** `published` matched a specification; `learnt` was seen often enough; `pinned` and `merged` an operator decided. */
  readonly origin: 'published' | 'learnt' | 'generalised' | 'pinned' | 'merged'
  /** Of what no specification has. */
  readonly host: string | undefined
  readonly method: string
  readonly path: string
  /** The path is published, this method is not. */
  readonly methodUndeclared: boolean
  readonly foundAt: number
  readonly usage: Usage
  readonly hidden: readonly HiddenName[]
}

// ------------------------------------------------------------------------------------------------- said

/** What was not kept. Nothing is left out in silence. */
export interface Overflow {
  /** Requests for what does not exist: only counted. */
  readonly misses: number
  /** Requests for undocumented paths that are not (or not yet) operations. */
  readonly unsettled: number
  /** First sights of paths or names that had no room, or whose caller had used up its share. */
  readonly turnedAway: number
  /** Requests that an operator's `ignore` covers. */
  readonly ignored: number
  /** Observations that isolates had to drop. */
  readonly dropped: number
  /** Paths on probation. */
  readonly suspects: number
  /** How much more evidence than usual a new path needs: 0 is none, each level doubles it. */
  readonly pressure: number
}

export interface InventorySnapshot {
  readonly at: number
  /** When this shard first observed anything; undefined while it has not. */
  readonly since: number | undefined
  readonly entries: readonly InventoryEntry[]
  readonly decisions: readonly Decision[]
  readonly overflow: Overflow
  /** Sequence of the last change. */
  readonly changes: number
}

/**
 * An operator's word. It is durable and wins over whatever was learnt.
 *
 * - `pin`: this template is an operation of its own, for good.
 * - `merge`: everything that fits the template is one operation.
 * - `split`: never generalise to this template; what fits it is told apart again.
 * - `ignore`: nothing that fits the template is kept.
 *
 * Of several that fit, `ignore` wins over `pin`, `pin` over `merge`, literal segments over `{…}`.
 */
export interface Decision {
  readonly id: string
  readonly kind: 'pin' | 'merge' | 'split' | 'ignore'
  /** `*` is every method. */
  readonly method: string
  /** `*` is every host. */
  readonly host: string
  /** `/users/{user}/profile`; a last segment `{*}` takes the rest. */
  readonly path: string
  readonly note: string
  readonly by: string
  readonly at: number
}

/** Something that was not known before. Each is said once. */
export interface Change {
  /** Counts up in each shard. */
  readonly sequence: number
  readonly at: number
  readonly key: string
  readonly what: ChangeKind
  /** Name, departure, code, media type or `class place pointer`; empty where the key says it all. */
  readonly detail: string
}

export type ChangeKind =
  | 'operation_found'
  | 'operation_first_used' // a published one
  | 'name_found'
  | 'status_found' // undeclared
  | 'departure_found'
  | 'data_found'
  | 'host_found' // a published operation on a host where it was not seen before

// -------------------------------------------------------------------------------------------------- port

/** What an isolate knows of an exchange before the bank is asked, without a hop. For features and rules. */
export interface InventorySignals {
  readonly undocumented: boolean
  readonly methodUndeclared: boolean
  /** Different objects of this operation that this caller asked for within ten minutes, as this isolate saw it. */
  readonly objects: number
  /** What all but one in a hundred callers of this operation stay below; undefined while that is not known. */
  readonly usualObjects: number | undefined
  /** Classes of data that the specification says the operation carries. */
  readonly carries: readonly DataHint[]
}

export interface Inventory {
  /** Synchronous, and nothing of the request's path waits for it. */
  signals(exchange: ExchangeFacts): InventorySignals
  /** After the answer: once for every exchange. */
  observe(exchange: ExchangeFacts, answer: AnswerFacts): void
  /** After the bodies: at most once for an exchange that was observed. */
  remark(exchange: ExchangeFacts, answer: AnswerFacts, body: BodyFacts): void
}
