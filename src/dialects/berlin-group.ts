/** NextGenPSD2 1.3: tppMessages, with the codes of its implementation guidelines. */
import type { Dialect, Refusal, RefusalBody } from './dialect.ts'
import { authenticate, SENTENCE, STATUS } from './wording.ts'

/** Undefined where the standard gives the status no body (415). */
const CODES = {
  malformed: 'FORMAT_ERROR',
  method: 'SERVICE_INVALID',
  too_large: 'FORMAT_ERROR',
  media_type: undefined,
  certificate_missing: 'CERTIFICATE_MISSING',
  certificate_invalid: 'CERTIFICATE_INVALID',
  certificate_expired: 'CERTIFICATE_EXPIRED',
  certificate_revoked: 'CERTIFICATE_REVOKED',
  token_missing: 'TOKEN_UNKNOWN',
  token_invalid: 'TOKEN_INVALID',
  forbidden: 'SERVICE_BLOCKED',
  challenged: 'SERVICE_BLOCKED',
  too_many: 'ACCESS_EXCEEDED',
  upgrade: 'SERVICE_INVALID',
  origin_down: 'SERVICE_UNAVAILABLE',
  origin_slow: 'SERVICE_UNAVAILABLE',
  unavailable: 'SERVICE_UNAVAILABLE',
} as const satisfies Record<Refusal, string | undefined>

export const berlinGroup13: Dialect = {
  name: 'berlin-group-1.3',
  readBy: 'programs',
  forPrograms: undefined,
  playedBack: ['x-request-id'],
  refuse(refusal, reference): RefusalBody {
    const code = CODES[refusal]
    const status = STATUS[refusal]
    const headers = authenticate(refusal)
    if (code === undefined) return { status, mediaType: '', body: '', headers }
    const text = `${SENTENCE[refusal]} Reference: ${reference}`
    return {
      status,
      mediaType: 'application/json',
      body: JSON.stringify({ tppMessages: [{ category: 'ERROR', code, text }] }),
      headers,
    }
  },
}
