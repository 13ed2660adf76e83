/**
 * What an app signs about one request (docs/mobile-apps.md). Lines end with a line feed, the last one too; none of the
 * values can hold one. An app on iOS signs the SHA-256 of this text, an app on Android gives it to Google as the nonce
 * or the request hash.
 *
 *   portcullis app request 1
 *   POST
 *   /mobile/v1/login?lang=en          path and query as sent
 *   <SHA-256 of the body, base64url>
 *   challenge <text>                  or: time <milliseconds since the epoch>
 */
import { toBase64url } from '../../lib/base64.ts'
import type { Freshness } from './freshness.ts'
import { hashOf } from './hash.ts'

export interface AppRequest {
  readonly method: string
  /** Path and query exactly as received. */
  readonly target: string
  readonly body: Uint8Array
}

const VERSION = 'portcullis app request 1'

export function clientData({ method, target, body }: AppRequest, freshness: Freshness): Uint8Array {
  const lines = [
    VERSION,
    method,
    target,
    toBase64url(hashOf(body)),
    `${freshness.kind} ${freshness.text}`,
    '',
  ]
  return new TextEncoder().encode(lines.join('\n'))
}
