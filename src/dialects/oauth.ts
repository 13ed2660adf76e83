/**
 * Resource servers and endpoints of OAuth: FAPI 1.0 Advanced and FAPI 2.0, which leave errors to RFC 6749 section 5.2, RFC
 * 6750 section 3.1 and RFC 9449 section 7.1.
 */
import type { Dialect, Refusal, RefusalBody } from './dialect.ts'
import { FAPI_2 } from './signing/message.ts'
import type { SigningProfile } from './signing/profile.ts'
import { STATUS, sentenceWithPlace } from './wording.ts'

type Code =
  | 'invalid_request'
  | 'invalid_token'
  | 'invalid_client'
  | 'invalid_dpop_proof'
  | 'insufficient_scope'
  | 'temporarily_unavailable'
  | 'slow_down'

const CLIENT = 'invalid_client'
const REQUEST = 'invalid_request'

const CODES = {
  malformed: REQUEST,
  nonconforming: REQUEST,
  method: REQUEST,
  too_large: REQUEST,
  media_type: REQUEST,
  certificate_missing: CLIENT,
  certificate_invalid: CLIENT,
  certificate_expired: CLIENT,
  certificate_revoked: CLIENT,
  certificate_blocked: CLIENT,
  role_missing: 'insufficient_scope',
  token_missing: undefined,
  token_invalid: 'invalid_token',
  signature_missing: REQUEST,
  signature_unexpected: REQUEST,
  signature_malformed: REQUEST,
  signature_claim_missing: REQUEST,
  signature_claim_invalid: REQUEST,
  signature_stale: REQUEST,
  signature_uncovered: REQUEST,
  signature_wrong: REQUEST,
  seal_missing: CLIENT,
  seal_invalid: CLIENT,
  seal_expired: CLIENT,
  seal_revoked: CLIENT,
  seal_blocked: CLIENT,
  replayed: REQUEST,
  idempotency_reused: REQUEST,
  proof_invalid: 'invalid_dpop_proof',
  app_missing: 'insufficient_scope',
  app_unknown: 'insufficient_scope',
  app_invalid: 'insufficient_scope',
  consent_unknown: 'insufficient_scope',
  consent_invalid: 'insufficient_scope',
  consent_expired: 'insufficient_scope',
  forbidden: 'insufficient_scope',
  challenged: 'insufficient_scope',
  too_many: 'slow_down',
  upgrade: REQUEST,
  origin_down: 'temporarily_unavailable',
  origin_slow: 'temporarily_unavailable',
  unavailable: 'temporarily_unavailable',
} as const satisfies Record<Refusal, Code | undefined>

function row(name: string, signing: readonly SigningProfile[]): Dialect {
  return {
    name,
    readBy: 'programs',
    forPrograms: undefined,
    operations: new Map(),
    signing,
    playedBack: ['x-fapi-interaction-id'],
    refuse(refusal, reference, _now, _members, detail): RefusalBody {
      const code = CODES[refusal]
      const status = STATUS[refusal]
      const headers = challenge(refusal, status, code)
      // RFC 6750 section 3.1: without any credentials, no error is told.
      if (code === undefined) return { status, mediaType: '', body: '', headers }
      const error_description = printable(`${sentenceWithPlace(refusal, detail)} Reference: ${reference}`)
      return {
        status,
        mediaType: 'application/json',
        body: JSON.stringify({ error: code, error_description }),
        headers,
      }
    },
  }
}

/** RFC 6749 section 5.2: characters of error_description. */
function printable(text: string): string {
  return text.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '')
}

function challenge(
  refusal: Refusal,
  status: number,
  code: Code | undefined,
): Readonly<Record<string, string>> {
  if (status !== 401) return {}
  const scheme = refusal === 'proof_invalid' ? 'DPoP' : 'Bearer'
  const told = code === 'invalid_token' || code === 'invalid_dpop_proof'
  return { 'www-authenticate': told ? `${scheme} error="${code}"` : scheme }
}

/** Signs request objects and assertions, and no requests to resources. */
export const fapi1: Dialect = row('fapi-1-advanced', [])
export const fapi2: Dialect = row('fapi-2', [FAPI_2])
