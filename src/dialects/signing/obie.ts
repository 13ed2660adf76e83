/**
 * UK Open Banking Read/Write, message signing: a detached JWS of the body in x-jws-signature. Until 3.1.3 the payload is
 * not encoded (`b64` false, RFC 7797); from 3.1.4 on it is, and the member must not be there.
 */
import type { JwsPolicy } from '../../verify/jose/types.ts'
import { OBIE_OPERATIONS } from './operations.ts'
import type { SigningProfile } from './profile.ts'

const IAT = 'http://openbanking.org.uk/iat'
const ISS = 'http://openbanking.org.uk/iss'
const TAN = 'http://openbanking.org.uk/tan'
const CRITICAL = [IAT, ISS, TAN]

/** The standard says "in the past" and no more. Genuine signers send fractions of a second. */
const FRESHNESS = { maxAgeSeconds: 300, maxFutureSeconds: 10 }
/** A header, and a signature of RSA with 4,096 bits; the body is not in it. */
const MAX_CHARACTERS = 6_144

function policy(b64: boolean): JwsPolicy {
  const critical = b64 ? CRITICAL : ['b64', ...CRITICAL]
  return {
    algorithms: ['PS256'],
    required: ['kid', ...(b64 ? [] : ['b64']), IAT, ISS, TAN, 'crit'],
    allowed: ['alg', 'typ', 'cty', 'kid', 'crit', ...critical],
    members: {
      typ: { is: 'one_of', values: ['JOSE'] },
      cty: { is: 'media_type', values: ['json'] },
      [IAT]: { is: 'numeric_date', decimals: true, ...FRESHNESS },
      // An organisation and its software in the directory, or the subject of a certificate from elsewhere.
      [ISS]: { is: 'pattern', pattern: /^(?:[A-Za-z0-9]{18}\/[A-Za-z0-9]{18,22}|[^=]+=.{1,500})$/ },
      [TAN]: { is: 'one_of', values: ['openbanking.org.uk'] },
    },
    understood: critical,
    crit: [critical],
    b64: b64 ? 'absent' : 'false',
    maxCharacters: MAX_CHARACTERS,
  }
}

function profile(name: string, b64: boolean): SigningProfile {
  return {
    name,
    scheme: { kind: 'jws', field: 'x-jws-signature', policy: policy(b64), issuer: ISS, directory: TAN },
    keys: 'directory',
    operations: OBIE_OPERATIONS,
    once: [],
    // Read/Write 4.0, parameter x-idempotency-key: "valid for 24 hours".
    idempotency: { field: 'x-idempotency-key', hours: 24 },
    memorySeconds: 86_400,
    body: undefined,
  }
}

export const OBIE_40 = profile('obie-4.0', true)
export const OBIE_314 = profile('obie-3.1.4', true)
export const OBIE_313 = profile('obie-3.1.3', false)
