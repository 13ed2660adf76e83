/** NextGenPSD2 1.3: tppMessages, with the codes of its implementation guidelines. */
import type { TppRole } from '../evidence.ts'
import { BERLIN_GROUP_CONSENTS } from './consents/berlin-group.ts'
import type { Dialect, Refusal, RefusalBody } from './dialect.ts'
import { BERLIN_GROUP, BERLIN_GROUP_JADES } from './signing/berlin-group.ts'
import { authenticate, STATUS, sentenceFor } from './wording.ts'

/** Undefined where the standard gives the status no body (415). */
const CODES = {
  malformed: 'FORMAT_ERROR',
  nonconforming: 'FORMAT_ERROR',
  method: 'SERVICE_INVALID',
  too_large: 'FORMAT_ERROR',
  media_type: undefined,
  certificate_missing: 'CERTIFICATE_MISSING',
  certificate_invalid: 'CERTIFICATE_INVALID',
  certificate_expired: 'CERTIFICATE_EXPIRED',
  certificate_revoked: 'CERTIFICATE_REVOKED',
  certificate_blocked: 'CERTIFICATE_BLOCKED',
  role_missing: 'ROLE_INVALID',
  token_missing: 'TOKEN_UNKNOWN',
  token_invalid: 'TOKEN_INVALID',
  signature_missing: 'SIGNATURE_MISSING',
  signature_unexpected: 'SIGNATURE_INVALID',
  signature_malformed: 'SIGNATURE_INVALID',
  signature_claim_missing: 'SIGNATURE_INVALID',
  signature_claim_invalid: 'SIGNATURE_INVALID',
  signature_stale: 'TIMESTAMP_INVALID',
  signature_uncovered: 'SIGNATURE_INVALID',
  signature_wrong: 'SIGNATURE_INVALID',
  seal_missing: 'CERTIFICATE_MISSING',
  seal_invalid: 'CERTIFICATE_INVALID',
  seal_expired: 'CERTIFICATE_EXPIRED',
  seal_revoked: 'CERTIFICATE_REVOKED',
  seal_blocked: 'CERTIFICATE_BLOCKED',
  replayed: 'FORMAT_ERROR',
  idempotency_reused: 'FORMAT_ERROR',
  proof_invalid: 'TOKEN_INVALID',
  app_missing: 'SERVICE_BLOCKED',
  app_unknown: 'SERVICE_BLOCKED',
  app_invalid: 'SERVICE_BLOCKED',
  consent_unknown: 'CONSENT_UNKNOWN',
  consent_invalid: 'CONSENT_INVALID',
  consent_expired: 'CONSENT_EXPIRED',
  forbidden: 'SERVICE_BLOCKED',
  challenged: 'SERVICE_BLOCKED',
  too_many: 'ACCESS_EXCEEDED',
  upgrade: 'SERVICE_INVALID',
  origin_down: 'SERVICE_UNAVAILABLE',
  origin_slow: 'SERVICE_UNAVAILABLE',
  unavailable: 'SERVICE_UNAVAILABLE',
} as const satisfies Record<Refusal, string | undefined>

/** The guidelines give a missing role 401, as every fault of a certificate, a signature or a consent; a wrong time 400. */
const STATUSES = {
  ...STATUS,
  role_missing: 401,
  signature_unexpected: 401,
  signature_malformed: 401,
  signature_claim_missing: 401,
  signature_stale: 400,
  consent_invalid: 401,
  consent_expired: 401,
} as const satisfies Record<Refusal, number>

const AISP: readonly TppRole[] = ['PSP_AI']
const PISP: readonly TppRole[] = ['PSP_PI']
const PIISP: readonly TppRole[] = ['PSP_IC']

/** Second segments of 1.3.11. A basket holds payments and consents: either role may sign one. */
const OPERATIONS: ReadonlyMap<string, readonly TppRole[]> = new Map([
  ['consents', AISP],
  ['accounts', AISP],
  ['card-accounts', AISP],
  ['payments', PISP],
  ['bulk-payments', PISP],
  ['periodic-payments', PISP],
  ['signing-baskets', ['PSP_AI', 'PSP_PI']],
  ['funds-confirmations', PIISP],
])

export const berlinGroup13: Dialect = {
  name: 'berlin-group-1.3',
  readBy: 'programs',
  forPrograms: undefined,
  operations: OPERATIONS,
  signing: [BERLIN_GROUP, BERLIN_GROUP_JADES],
  consents: BERLIN_GROUP_CONSENTS,
  playedBack: ['x-request-id'],
  refuse(refusal, reference, _now, _members, detail = {}): RefusalBody {
    const { place } = detail
    const code = CODES[refusal]
    const status = STATUSES[refusal]
    const headers = authenticate(refusal, status)
    if (code === undefined) return { status, mediaType: '', body: '', headers }
    const text = `${sentenceFor(refusal, detail)} Reference: ${reference}`
    return {
      status,
      mediaType: 'application/json',
      body: JSON.stringify({
        tppMessages: [{ category: 'ERROR', code, ...(place === undefined ? {} : { path: place }), text }],
      }),
      headers,
    }
  },
}
