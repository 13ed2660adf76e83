/** Access tokens that are JWTs (RFC 9068), and what they are bound to (RFC 8705 section 3, RFC 9449 section 6). */
import type { SignatureAlgorithm } from '../signed/types.ts'
import type { JwtPolicy } from './jwt.ts'

export interface AccessTokenRules {
  readonly algorithms: readonly SignatureAlgorithm[]
  readonly issuers: readonly string[]
  readonly audiences: readonly string[]
  /** RFC 9068 section 4 requires `at+jwt`; authorization servers that are older than it write `JWT` or nothing. */
  readonly type: 'at+jwt' | 'any'
  /** RFC 9068 section 2.2 requires seven; a server that is older has fewer. */
  readonly required: readonly string[]
  readonly skewSeconds: number
}

/** RFC 9068 section 2.2. */
export const ACCESS_TOKEN_CLAIMS = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti']
/** With a chain in `x5c` and rich authorization details (RFC 9396). */
const MAX_CHARACTERS = 16_384
/** An ID token says `JWT` too (RFC 8725 section 3.11): what tells it apart then is its audience, which is a client. */
const OLDER_TYPES = ['at+jwt', 'jwt']

export function accessTokenPolicy(rules: AccessTokenRules): JwtPolicy {
  const { algorithms, issuers, audiences, type, required, skewSeconds } = rules
  return {
    jws: {
      algorithms,
      required: type === 'at+jwt' ? ['typ'] : [],
      members: { typ: { is: 'media_type', values: type === 'at+jwt' ? ['at+jwt'] : OLDER_TYPES } },
      understood: [],
      b64: 'absent',
      maxCharacters: MAX_CHARACTERS,
    },
    claims: {
      // `exp` in any case: a token that never ends cannot be had back.
      required: ['exp', ...required],
      issuers,
      audience: { values: audiences, form: 'any' },
      skewSeconds,
      leewaySeconds: 0,
    },
  }
}
