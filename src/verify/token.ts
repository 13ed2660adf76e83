import { createHash } from 'node:crypto'
import type { BearerToken, TokenProblem, VerifierOutage } from '../evidence.ts'
import { fromBase64url } from '../lib/base64.ts'
import { ABSENT, type Fact, invalid, valid } from '../lib/fact.ts'
import { decodeUtf8 } from '../lib/utf8.ts'

/** JWT access tokens of banks have 1 to 3 kB. */
const MAX_TOKEN = 8_192
/** RFC 7519 section 4.1.4: "some small leeway, usually no more than a few minutes". */
const SKEW_MS = 60_000
/** 128 bits of a SHA-256: names a token in memory and cannot be turned back into it. */
const THUMBPRINT_CHARACTERS = 22

/**
 * Checks that a request carries a bearer token that is well formed and in date.
 *
 * The signature is not checked here: a token that says it is valid until tomorrow may still be forged, and the bank
 * finds that out. What this is good for is refusing early what the bank would refuse, and a name to count under.
 *
 * @param required whether the route asks for a token. Elsewhere another scheme is none of ours to refuse: a
 *   client authenticates to the token endpoint with Basic (RFC 6749 section 2.3.1).
 * @param now milliseconds since the epoch
 * @param proofs whether proofs of possession are verified: otherwise nobody here understands the scheme DPoP
 */
export function verifyToken(
  authorization: string | null,
  required: boolean,
  now: number,
  proofs = false,
): Fact<BearerToken, TokenProblem, VerifierOutage> {
  if (authorization === null || authorization === '') return ABSENT
  const read = readAuthorization(authorization)
  if (read === undefined || (read.scheme === 'dpop' && !proofs)) {
    return required ? invalid('token_scheme_refused') : ABSENT
  }
  const { token } = read
  // RFC 6750 section 2.1, b64token. Two Authorization headers arrive joined by a comma and fail here.
  if (token.length > MAX_TOKEN || !/^[A-Za-z0-9\-._~+/]+=*$/.test(token)) return invalid('token_malformed')
  return inDate(token, now)
}

/** A token and how it is shown: as a bearer token (RFC 6750), or beside a proof of possession (RFC 9449 section 7.1). */
export function readAuthorization(
  authorization: string,
): { readonly scheme: 'bearer' | 'dpop'; readonly token: string } | undefined {
  const word = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}(?= |$)/.exec(authorization)?.[0] ?? ''
  const scheme = word.toLowerCase()
  if (scheme !== 'bearer' && scheme !== 'dpop') return undefined
  return { scheme, token: authorization.slice(word.length).trimStart() }
}

function inDate(token: string, now: number): Fact<BearerToken, TokenProblem, VerifierOutage> {
  const thumbprint = createHash('sha256').update(token).digest('base64url').slice(0, THUMBPRINT_CHARACTERS)
  const segments = token.split('.')
  const [header, payload] = segments
  // Three segments whose first is a JSON object make a JWS; anything else is opaque to us.
  if (segments.length !== 3 || readObject(header) === undefined) {
    return valid({ kind: 'opaque', thumbprint, expiresAt: undefined })
  }
  const claims = readObject(payload)
  if (claims === undefined) return invalid('token_malformed')
  const { exp, nbf } = claims
  if (!isNumericDate(exp) || !isNumericDate(nbf)) return invalid('token_malformed')
  if (exp !== undefined && exp * 1_000 <= now - SKEW_MS) return invalid('token_expired')
  if (nbf !== undefined && nbf * 1_000 > now + SKEW_MS) return invalid('token_not_yet_valid')
  return valid({ kind: 'jwt', thumbprint, expiresAt: exp === undefined ? undefined : exp * 1_000 })
}

/** RFC 7519 section 2: seconds since the epoch, which may have a fraction. */
function isNumericDate(value: unknown): value is number | undefined {
  return value === undefined || (typeof value === 'number' && Number.isFinite(value))
}

function readObject(segment: string | undefined): Readonly<Record<string, unknown>> | undefined {
  const bytes = segment === undefined ? undefined : fromBase64url(segment)
  const text = bytes === undefined ? undefined : decodeUtf8(bytes)
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    // An object from JSON.parse has string keys and members of any kind: what the type says.
    return value as Readonly<Record<string, unknown>>
  } catch {
    return undefined
  }
}
