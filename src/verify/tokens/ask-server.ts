/** Asks an authorization server about a token over HTTP (RFC 7662 section 2.1): one answer, so long and so much. */
import { toBase64 } from '../../lib/base64.ts'
import { type Fetch, fetchBytes } from '../fetching.ts'
import type { IntrospectionAnswer } from '../jose/introspection.ts'

export interface Server {
  readonly url: string
  /** `id:secret` of the gate (RFC 6749 section 2.3.1). */
  readonly credentials: string
  readonly fetch: Fetch
}

const LIMITS = { timeoutMs: 2_000, maxBytes: 65_536 }

/** Undefined for any outage. */
export async function askServer(
  form: string,
  { url, credentials, fetch }: Server,
): Promise<IntrospectionAnswer | undefined> {
  let contentType = ''
  const watched: Fetch = async (request) => {
    const response = await fetch(request)
    contentType = response.headers.get('content-type') ?? ''
    return response
  }
  const headers = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    authorization: `Basic ${toBase64(new TextEncoder().encode(credentials))}`,
  }
  const answer = await fetchBytes(watched, url, { method: 'POST', headers, body: form }, LIMITS)
  if (!answer.ok) return undefined
  return { status: 200, contentType, text: new TextDecoder().decode(answer.value) }
}
