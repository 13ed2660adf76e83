/** What the headers of an answer give away. Read once for each answer, so that it asks for few of them. */
import type { Weakness } from './types.ts'

export interface AnswerHeaders {
  readonly headers: Headers
  readonly status: number
  readonly method: string
  /** The request carried Authorization: a shared cache then keeps the answer only where it is told to (RFC 9111 section 3.5). */
  readonly authorised: boolean
  /** The client's hop is TLS. */
  readonly secure: boolean
  /** The hop between gate and bank is not. */
  readonly plaintextOrigin: boolean
}

export function weaknessesOf(answer: AnswerHeaders): readonly Weakness[] {
  const { headers, secure, plaintextOrigin } = answer
  const found: Weakness[] = []
  // RFC 6797 section 8.1: over plain HTTP the field means nothing.
  if (secure && !headers.has('strict-transport-security')) found.push('hsts_missing')
  const allowed = headers.get('access-control-allow-origin')
  if (allowed === '*') found.push('cors_any_origin')
  // Any sandboxed page has the origin "null"; browsers refuse `*` with credentials, other clients do not.
  const anybody = allowed === '*' || allowed === 'null'
  if (anybody && headers.get('access-control-allow-credentials')?.toLowerCase() === 'true')
    found.push('cors_any_origin_with_credentials')
  if (isCacheable(answer)) found.push('cacheable')
  if (/\d/.test(headers.get('server') ?? '') || /\d/.test(headers.get('x-powered-by') ?? ''))
    found.push('server_version')
  if (plaintextOrigin) found.push('plaintext_origin')
  return found
}

/** RFC 9111 section 3, for a shared cache, of what says so itself: heuristic freshness is the cache's own guess. */
function isCacheable({ headers, status, method, authorised }: AnswerHeaders): boolean {
  if (method !== 'GET' || status !== 200) return false
  const directives = (headers.get('cache-control') ?? '').toLowerCase()
  if (directives === '' || /\b(?:no-store|private|no-cache)\b/.test(directives)) return false
  const shared = /\bpublic\b|\bs-maxage=0*[1-9]|\bmust-revalidate\b/.test(directives)
  return authorised ? shared : shared || /\bmax-age=0*[1-9]/.test(directives)
}
