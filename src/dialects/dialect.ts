/** Everything the rest of the house needs to know about one Open Banking dialect, in one row. */
import type { TppRole } from '../evidence.ts'
import type { ConsentRules } from './consents/consent-rules.ts'
import type { SigningProfile } from './signing/profile.ts'

/** Public reasons for a refusal. Private reasons (`decide/reasons.ts`) map onto these, exhaustively. */
export type Refusal =
  | 'malformed' // 400
  | 'nonconforming' // 400: it reads well, and is not what the specification says
  | 'method' // 405
  | 'too_large' // 413
  | 'media_type' // 415
  | 'certificate_missing' // 401
  | 'certificate_invalid' // 401
  | 'certificate_expired' // 401
  | 'certificate_revoked' // 401
  | 'certificate_blocked' // 401
  | 'role_missing' // 403; 401 where the dialect says so
  | 'token_missing' // 401
  | 'token_invalid' // 401
  // Of signed requests; 400 or 401, as the dialect says.
  | 'signature_missing'
  | 'signature_unexpected'
  | 'signature_malformed'
  | 'signature_claim_missing'
  | 'signature_claim_invalid'
  | 'signature_stale'
  | 'signature_uncovered'
  | 'signature_wrong'
  | 'seal_missing'
  | 'seal_invalid'
  | 'seal_expired'
  | 'seal_revoked'
  | 'seal_blocked'
  | 'replayed'
  | 'idempotency_reused'
  | 'proof_invalid' // 401: of possession (RFC 9449)
  // 403 and not 401: nobody has to sign in again.
  | 'app_missing'
  | 'app_unknown' // its key: attesting a new one helps
  | 'app_invalid'
  // Of the consent under which data is read; 403, or as the dialect says.
  | 'consent_unknown'
  | 'consent_invalid'
  | 'consent_expired'
  | 'forbidden' // 403
  | 'challenged' // 403, the browser channel only
  | 'too_many' // 429
  | 'upgrade' // 501: the gate carries no WebSocket
  | 'origin_down' // 502
  | 'origin_slow' // 504
  | 'unavailable' // 503

export interface RefusalBody {
  readonly status: number
  readonly mediaType: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** What a refusal may say besides, in dialects whose format has a place for it. */
export interface RefusalDetail {
  /** The claim, header field or member at fault, as the caller spells it: short and plain. */
  readonly place?: string | undefined
  /** What the specification rules out, in a word of `inventory/rules.ts`. */
  readonly rule?: string | undefined
  /** Path of the request, without its query. */
  readonly path?: string | undefined
}

export interface Dialect {
  readonly name: string
  /** Who reads an answer of this dialect. A program never gets HTML. */
  readonly readBy: 'people' | 'programs'
  /** The row that serves programs on a route of this dialect; undefined where this row serves everybody. */
  readonly forPrograms: string | undefined
  /** The roles that an operation needs, any one of them, by the segment that names it. Empty where there are no roles. */
  readonly operations: ReadonlyMap<string, readonly TppRole[]>
  /** How its requests are signed: the first is meant where a route names none. Empty: a route that verifies names one. */
  readonly signing: readonly SigningProfile[]
  /** How it names consents, and the customer's presence; left out where nobody has said it for this standard. */
  readonly consents?: ConsentRules
  /** Correlation headers that the standard wants back on every answer, lower case. */
  readonly playedBack: readonly string[]
  /**
   * Renders a refusal. `reference` is opaque; `now` is milliseconds since the epoch. `members` are added to the
   * body where the format knows extension members (RFC 9457 section 3.2), and left out elsewhere.
   */
  refuse(
    refusal: Refusal,
    reference: string,
    now: number,
    members?: Readonly<Record<string, unknown>>,
    detail?: RefusalDetail,
  ): RefusalBody
}
