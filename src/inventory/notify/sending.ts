/** Sends one notice once. Never rejects; what the receiver writes back is not read. */
import { fail, type Outcome, pass } from '../../lib/outcome.ts'
import { messageOf } from './message.ts'
import { signedHeaders } from './signature.ts'
import type { DeliveryFault, Notice, Secret, Target } from './types.ts'
import { addressFor } from './webhook-secrets.ts'

export type Fetch = (request: Request) => Promise<Response>

/** Standard Webhooks: "somewhere between 15 and 30s". */
export const TIMEOUT_MS = 15_000

export interface Sent {
  readonly outcome: Outcome<true, DeliveryFault>
  /** What the receiver asked for (RFC 9110 section 10.2.3), in milliseconds from now. */
  readonly retryAfterMs: number | undefined
}

export async function send(
  notice: Notice,
  target: Target,
  secret: Secret | undefined,
  { fetch, now }: { readonly fetch: Fetch; readonly now: number },
): Promise<Sent> {
  if (secret === undefined) return failed('secret_missing')
  const url = addressFor(target, secret)
  if (url === undefined) return failed('address_refused')
  const body = messageOf(notice, target.format)
  const request = new Request(url, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'portcullis',
      ...signedHeaders({ id: notice.id, at: now, body }, secret.keys),
    },
    // A redirect leads where no configuration has said.
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  try {
    const response = await fetch(request)
    await response.body?.cancel()
    return verdictOn(response, now)
  } catch (error) {
    return failed(error instanceof Error && error.name === 'TimeoutError' ? 'fetch_timeout' : 'fetch_failed')
  }
}

function verdictOn({ status, headers }: Response, now: number): Sent {
  if (status >= 200 && status < 300) return { outcome: pass(true), retryAfterMs: undefined }
  const retryAfterMs = retryAfter(headers.get('retry-after'), now)
  if (status === 410) return failed('gone')
  if (status >= 300 && status < 400) return failed('redirect_refused')
  if (status === 429) return { outcome: fail('throttled'), retryAfterMs }
  return { outcome: fail(status >= 500 ? 'server_failed' : 'status_refused'), retryAfterMs }
}

/** Seconds or a date; anything else says nothing. */
export function retryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined
  if (/^\d{1,7}$/.test(value)) return Number(value) * 1_000
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}

function failed(reason: DeliveryFault): Sent {
  return { outcome: fail(reason), retryAfterMs: undefined }
}
