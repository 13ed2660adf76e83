/** How NextGenPSD2 1.3 answers: bodies without an envelope, refusals as `tppMessages`. */
import type { Context, Next } from 'hono'
import { BODY_STATUS, type BodyProblem } from '../../body.ts'

export type Refusal =
  | BodyProblem
  | 'request_id_missing'
  | 'booking_status_missing'
  | 'expiry_in_the_past'
  | 'token_invalid'
  | 'consent_invalid'
  | 'consent_expired'
  | 'consent_unknown'
  | 'resource_unknown'

/** Message codes of the NextGenPSD2 implementation guidelines 1.3. */
const REFUSALS = {
  too_large: [BODY_STATUS.too_large, 'FORMAT_ERROR', 'The body is too large'],
  media_type: [BODY_STATUS.media_type, 'FORMAT_ERROR', 'The body is not application/json'],
  malformed: [BODY_STATUS.malformed, 'FORMAT_ERROR', 'The body is not JSON'],
  invalid: [BODY_STATUS.invalid, 'FORMAT_ERROR', 'A field is missing, unexpected or has a wrong value'],
  request_id_missing: [400, 'FORMAT_ERROR', 'X-Request-ID is missing or no UUID'],
  booking_status_missing: [400, 'FORMAT_ERROR', 'bookingStatus is missing or has a wrong value'],
  expiry_in_the_past: [400, 'FORMAT_ERROR', 'The consent would have expired already'],
  token_invalid: [401, 'TOKEN_UNKNOWN', 'The access token is missing or unknown'],
  consent_invalid: [401, 'CONSENT_INVALID', 'The consent does not allow this'],
  consent_expired: [401, 'CONSENT_EXPIRED', 'The consent has expired'],
  consent_unknown: [403, 'CONSENT_UNKNOWN', 'There is no such consent'],
  resource_unknown: [404, 'RESOURCE_UNKNOWN', 'There is no such resource'],
} as const satisfies Record<Refusal, readonly [status: number, code: string, text: string]>

export function refuse(c: Context, refusal: Refusal, path?: string): Response {
  const [status, code, text] = REFUSALS[refusal]
  const at = path === undefined ? {} : { path: path.slice(0, 500) }
  return c.json({ tppMessages: [{ category: 'ERROR', code, ...at, text }] }, status)
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** `X-Request-ID` is mandatory and played back. */
export async function requestId(c: Context, next: Next): Promise<Response | undefined> {
  const given = c.req.header('x-request-id') ?? ''
  if (!UUID.test(given)) return refuse(c, 'request_id_missing')
  await next()
  c.header('X-Request-ID', given)
  return undefined
}
