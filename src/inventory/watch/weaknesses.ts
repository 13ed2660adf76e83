/** What an answer lacks or gives away, as its headers alone tell. */
import type { Exchange } from '../../evidence.ts'
import { fieldIn } from '../../lib/header-fields.ts'
import type { Weakness } from '../learn/types.ts'

export function weaknessesOf(
  { headers, status }: Pick<Response, 'headers' | 'status'>,
  { method, headers: asked }: Pick<Exchange, 'method' | 'headers'>,
  plaintextOrigin: boolean,
): readonly Weakness[] {
  const found: Weakness[] = []
  if (fieldIn(headers, 'strict-transport-security') === null) found.push('hsts_missing')
  const cors = corsOf(headers, fieldIn(asked, 'origin'))
  if (cors !== undefined) found.push(cors)
  if (isCacheable(method, status, headers, fieldIn(asked, 'authorization') !== null)) found.push('cacheable')
  if (
    VERSION.test(fieldIn(headers, 'server') ?? '') ||
    VERSION.test(fieldIn(headers, 'x-powered-by') ?? '')
  ) {
    found.push('server_version')
  }
  if (plaintextOrigin) found.push('plaintext_origin')
  return found
}

/** A product with its version (RFC 9110 section 10.2.4). */
const VERSION = /\/v?\d/

/** Fetch standard, section 3.3.5. An origin that is echoed where anything else would be too cannot be told from one that is allowed. */
function corsOf(headers: Headers, origin: string | null): Weakness | undefined {
  const allowed = fieldIn(headers, 'access-control-allow-origin')
  if (allowed === null) return undefined
  const withCredentials = fieldIn(headers, 'access-control-allow-credentials') === 'true'
  if (allowed === 'null' && origin === 'null' && withCredentials) return 'cors_any_origin_with_credentials'
  return allowed === '*' ? 'cors_any_origin' : undefined
}

/** RFC 9110 section 15.1. */
const STORED_UNASKED: ReadonlySet<number> = new Set([200, 203, 206, 300, 301, 308])

/**
 * RFC 9111 section 3: a shared cache may keep an answer to GET, unless it says otherwise; one to a request with
 * Authorization only where it says so (section 3.5).
 */
function isCacheable(method: string, status: number, headers: Headers, authorised: boolean): boolean {
  if (method !== 'GET' || !STORED_UNASKED.has(status)) return false
  const said = (fieldIn(headers, 'cache-control') ?? '').toLowerCase()
  if (/\b(?:no-store|private|no-cache)\b/.test(said)) return false
  const shared = /\b(?:public|s-maxage|must-revalidate)\b/.test(said)
  return (
    shared ||
    (!authorised && /\bmax-age=[1-9]/.test(said)) ||
    (!authorised && fieldIn(headers, 'expires') !== null)
  )
}
