/** How OBIE Read/Write 4.0 answers: resources in `Data`, `Links` and `Meta`, refusals as OBErrorResponse1. */
import type { Context, Next } from 'hono'
import { fail, type Outcome, pass } from '../../../../src/lib/outcome.ts'
import type { Bank } from '../../bank.ts'
import { BODY_STATUS, type BodyProblem } from '../../body.ts'
import { bearerToken, type Grant, redeem } from '../../grants.ts'

export type Refusal =
  | BodyProblem
  | 'token_invalid'
  | 'token_of_other_kind'
  | 'consent_not_usable'
  | 'consent_status'
  | 'expiry_in_the_past'
  | 'permission_missing'
  | 'consent_mismatch'
  | 'not_found'
  | 'query_invalid'
  | 'header_missing'
  | 'idempotency_key_reused'

/** Codes: OBExternalStatusReason1Code. Without one the answer has no body: so the standard wants 401 and 415. */
const REFUSALS = {
  too_large: [BODY_STATUS.too_large, 'U010', 'The body is too large'],
  media_type: [BODY_STATUS.media_type, undefined, ''],
  malformed: [BODY_STATUS.malformed, 'U010', 'The body is not JSON'],
  invalid: [BODY_STATUS.invalid, 'U002', 'A field is missing, unexpected or has a wrong value'],
  token_invalid: [401, undefined, ''],
  token_of_other_kind: [403, 'U042', 'This access token is not for this resource'],
  consent_not_usable: [403, 'U009', 'The consent is not authorised'],
  consent_status: [400, 'U009', 'The consent is not in a state that allows this'],
  expiry_in_the_past: [400, 'U003', 'The consent would have expired already'],
  permission_missing: [403, 'U009', 'The consent does not give this permission'],
  consent_mismatch: [400, 'U008', 'The request differs from its consent'],
  not_found: [400, 'U011', 'There is no such resource'],
  query_invalid: [400, 'U002', 'A query parameter has a wrong value'],
  header_missing: [400, 'U007', 'A header is missing'],
  idempotency_key_reused: [400, 'U006', 'The idempotency key belongs to another request'],
} as const satisfies Record<Refusal, readonly [status: number, code: string | undefined, message: string]>

export function refuse(c: Context, refusal: Refusal, path?: string): Response {
  const [status, code, message] = REFUSALS[refusal]
  if (code === undefined) return c.body(null, status)
  const error = {
    ErrorCode: code,
    Message: message,
    ...(path === undefined ? {} : { Path: path.slice(0, 500) }),
  }
  return c.json({ Id: crypto.randomUUID(), Errors: [error] }, status)
}

export function resource(c: Context, status: 200 | 201, data: unknown, risk?: unknown): Response {
  const self = new URL(c.req.url)
  return c.json(
    {
      Data: data,
      ...(risk === undefined ? {} : { Risk: risk }),
      Links: { Self: `${self.origin}${self.pathname}` },
      Meta: { TotalPages: 1 },
    },
    status,
  )
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Plays the caller's `x-fapi-interaction-id` back (RFC 4122 UUID), or makes one. */
export async function interactionId(c: Context, next: Next): Promise<void> {
  const given = c.req.header('x-fapi-interaction-id') ?? ''
  await next()
  c.header('x-fapi-interaction-id', UUID.test(given) ? given : crypto.randomUUID())
}

/** The grant behind the access token, if it is one of the kind that the operation is for. */
export async function holder<K extends Grant['kind']>(
  bank: Bank,
  c: Context,
  kind: K,
): Promise<Outcome<Extract<Grant, { kind: K }>, 'token_invalid' | 'token_of_other_kind'>> {
  const grant = await redeem(bank, bearerToken(c.req.header('authorization')))
  if (grant === undefined) return fail('token_invalid')
  return isOf(grant, kind) ? pass(grant) : fail('token_of_other_kind')
}

function isOf<K extends Grant['kind']>(grant: Grant, kind: K): grant is Extract<Grant, { kind: K }> {
  return grant.kind === kind
}

/** ISO 8601 with milliseconds. */
export function dateTime(at: number): string {
  return new Date(at).toISOString()
}
