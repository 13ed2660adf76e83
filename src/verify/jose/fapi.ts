/** The OpenID Foundation's profiles of all this, as policies: FAPI 1.0 part 2 (Advanced) and FAPI 2.0. */
import type { SignatureAlgorithm } from '../signed/types.ts'
import type { DpopPolicy } from './dpop.ts'
import type { JwtPolicy } from './jwt.ts'
import type { JwsPolicy, MemberRule } from './types.ts'

/** FAPI 1.0 part 2 section 8.6: PS256 or ES256, RSASSA-PKCS1-v1_5 only where it cannot be helped. */
const FAPI1_ALGORITHMS: readonly SignatureAlgorithm[] = ['PS256', 'ES256']
/** FAPI 2.0 Security Profile section 5.4.1. */
const FAPI2_ALGORITHMS: readonly SignatureAlgorithm[] = ['PS256', 'ES256', 'Ed25519']
/** FAPI 2.0 Security Profile section 5.3.2.1 point 13: up to 10 seconds ahead must be taken, above 60 must not. */
const FAPI2_SKEW_SECONDS = 10
/** FAPI 1.0 part 2 section 5.2.2 points 13 and 17; FAPI 2.0 Message Signing has the same. */
const REQUEST_OBJECT_SECONDS = 3_600
/** Assertions are made for one call. No profile says how long they live; what is used once is remembered for as long. */
const ASSERTION_SECONDS = 3_600
const MAX_REQUEST_OBJECT = 65_536
const MAX_ASSERTION = 8_192

function jws(
  algorithms: readonly SignatureAlgorithm[],
  type: readonly string[],
  maxCharacters: number,
): JwsPolicy {
  const typ: MemberRule = { is: 'media_type', values: type }
  return { algorithms, required: [], members: { typ }, understood: [], b64: 'absent', maxCharacters }
}

/** Section 5.2.2: points 13, 15 and 17. @param issuer of the authorization server */
export function fapi1RequestObject(issuer: string): JwtPolicy {
  return requestObject(FAPI1_ALGORITHMS, issuer, 60)
}

/** FAPI 2.0 Message Signing, signed authorization requests. @param issuer of the authorization server */
export function fapi2RequestObject(issuer: string): JwtPolicy {
  return requestObject(FAPI2_ALGORITHMS, issuer, FAPI2_SKEW_SECONDS)
}

function requestObject(
  algorithms: readonly SignatureAlgorithm[],
  issuer: string,
  skewSeconds: number,
): JwtPolicy {
  return {
    // RFC 9101 section 10.8: an explicit type keeps other JWTs of the client from being taken for a request.
    jws: jws(algorithms, ['oauth-authz-req+jwt', 'jwt'], MAX_REQUEST_OBJECT),
    claims: {
      required: ['aud', 'exp', 'nbf', 'client_id'],
      audience: { values: [issuer], form: 'any' },
      skewSeconds,
      leewaySeconds: 0,
      maxNotBeforeAgeSeconds: REQUEST_OBJECT_SECONDS,
      maxLifetimeSeconds: REQUEST_OBJECT_SECONDS,
    },
  }
}

/** FAPI 1.0 takes the audiences of OpenID Connect Core section 9: the token endpoint too. */
export function fapi1Assertion(audiences: readonly string[]): JwtPolicy {
  return {
    jws: jws(FAPI1_ALGORITHMS, ['jwt', 'client-authentication+jwt'], MAX_ASSERTION),
    claims: {
      required: ['iss', 'sub', 'aud', 'exp', 'jti'],
      audience: { values: audiences, form: 'any' },
      skewSeconds: 60,
      leewaySeconds: 0,
      maxExpiresInSeconds: ASSERTION_SECONDS,
    },
  }
}

/** FAPI 2.0 Security Profile section 5.3.2.1: the issuer as a string, so that no other server's assertion fits. */
export function fapi2Assertion(issuer: string): JwtPolicy {
  return {
    jws: jws(FAPI2_ALGORITHMS, ['jwt', 'client-authentication+jwt'], MAX_ASSERTION),
    claims: {
      required: ['iss', 'sub', 'aud', 'exp', 'jti'],
      audience: { values: [issuer], form: 'one_string' },
      skewSeconds: FAPI2_SKEW_SECONDS,
      leewaySeconds: 0,
      maxExpiresInSeconds: ASSERTION_SECONDS,
    },
  }
}

/** RFC 9449 section 11.1 asks for seconds or minutes; the skew is that of section 5.3.2.1. */
export const FAPI2_PROOF: DpopPolicy = {
  algorithms: FAPI2_ALGORITHMS,
  maxAgeSeconds: 60,
  skewSeconds: FAPI2_SKEW_SECONDS,
}
