/** By which algorithm a bearer token says that it is signed (RFC 7515 section 4.1.1), whoever checks it. */
import { fromBase64url } from '../../lib/base64.ts'

/** Headers of tokens name an algorithm, a key, and seldom more. */
const MAX_HEADER = 2_048
const BEARER = /^(?:bearer|dpop) +(eyJ[\w-]+)\.[\w-]*\.[\w-]*$/i
const UTF8 = new TextDecoder()

export function algorithmOf(authorization: string | null): string | undefined {
  const header = authorization === null ? undefined : BEARER.exec(authorization)?.[1]
  if (header === undefined || header.length > MAX_HEADER) return undefined
  const bytes = fromBase64url(header)
  const [, algorithm] =
    /"alg"\s*:\s*"([\w-]{1,32})"/.exec(bytes === undefined ? '' : UTF8.decode(bytes)) ?? []
  return algorithm?.toLowerCase() === 'none' ? 'none' : algorithm
}
