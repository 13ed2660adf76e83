import { fromBase64url } from '../../lib/base64.ts'
import { namedAlgorithm } from '../signed/algorithms.ts'
import { importKey, rememberedKey, verifyBytes } from '../signed/import-key.ts'
import type { KeyHint, KeyResolver, SignatureAlgorithm, VerificationKey } from '../signed/types.ts'
import { checkHeader } from './check-header.ts'
import { readHeader } from './header.ts'
import { refuse } from './refuse.ts'
import { type SignedBytes, signedBytes } from './signing-input.ts'
import type { Expected, JoseHeader, Judgement, JwsFault, JwsPolicy, Refusal, VerifiedJws } from './types.ts'

/** An RSA signature of 8,192 bits. */
const MAX_SIGNATURE = 1_366

export interface JwsQuestion<More extends string = never> {
  /** Compact serialization, RFC 7515 section 3.1: attached, or with nothing between the dots (appendix F). */
  readonly text: string
  /**
   * What was signed where the payload is detached, exactly as received. A function where the header itself says what
   * was signed; it may refuse, for reasons of its own.
   */
  readonly detached?: Uint8Array | ((header: JoseHeader) => Uint8Array | Refusal<JwsFault | More>)
  readonly policy: JwsPolicy
  readonly resolve: KeyResolver
  /** What members with the rule `expected` must say. */
  readonly expected?: Expected
  /** Milliseconds since the epoch. */
  readonly now: number
}

/**
 * Verifies a JWS (RFC 7515, RFC 7797).
 *
 * Everything that costs little and needs no key comes first. The algorithm is one that policy and key both allow; the
 * message's `alg` only says which of them. WebCrypto is called directly: docs/decisions.md has what jose costs.
 */
export async function verifyJws<More extends string = never>(
  question: JwsQuestion<More>,
): Promise<Judgement<VerifiedJws, JwsFault | More>> {
  const read = readJws<More>(question)
  if ('state' in read) return read
  const { header, algorithm } = read
  const found = await question.resolve(hintOf(header))
  if (found.state === 'absent') return refuse('key_unknown')
  if (found.state !== 'valid') return found
  const key = found.value
  const imported = rememberedKey(key, algorithm) ?? (await importKey(key, algorithm))
  if (!imported.ok) return refuse(imported.reason)
  // Not before there is a key: a body of a megabyte is not copied for a key id that somebody made up.
  const bytes = bytesOf(read)
  if (bytes === undefined) return refuse('jws_malformed')
  const right = await verifyBytes(imported.value, algorithm, bytes.signature, bytes.signingInput)
  return right ? { state: 'valid', value: verified(read, key) } : refuse('signature_wrong')
}

interface ReadJws {
  readonly header: JoseHeader
  readonly encodedHeader: string
  readonly algorithm: SignatureAlgorithm
  readonly createdAt: number | undefined
  readonly payload: Uint8Array
  /** Undefined where the payload was detached. */
  readonly encodedPayload: string | undefined
  readonly signature: string
}

function readJws<More extends string>(question: JwsQuestion<More>): ReadJws | Refusal<JwsFault | More> {
  const { text, detached, policy, expected = {}, now } = question
  if (text.length > policy.maxCharacters) return refuse('jws_too_large')
  const first = text.indexOf('.')
  const second = text.indexOf('.', first + 1)
  const signature = text.slice(second + 1)
  if (first < 1 || second < 0 || signature.includes('.')) return refuse('jws_malformed')
  if (signature === '' || signature.length > MAX_SIGNATURE) return refuse('jws_malformed')
  if (detached !== undefined && second > first + 1) return refuse('jws_not_detached')
  const encodedHeader = text.slice(0, first)
  const header = readHeader(encodedHeader)
  if ('state' in header) return header
  const checked = checkHeader(header, policy, expected, now)
  if ('state' in checked) return checked
  const algorithm = namedAlgorithm(header.alg)
  if (algorithm === undefined || !policy.algorithms.includes(algorithm))
    return refuse('algorithm_refused', 'alg')
  const encodedPayload = detached === undefined ? text.slice(first + 1, second) : undefined
  const payload = payloadOf<More>(header, detached, encodedPayload)
  if ('state' in payload) return payload
  const { createdAt } = checked
  return { header, encodedHeader, algorithm, createdAt, payload, encodedPayload, signature }
}

function payloadOf<More extends string>(
  header: JoseHeader,
  detached: JwsQuestion<More>['detached'],
  encoded = '',
): Uint8Array | Refusal<JwsFault | More> {
  if (typeof detached === 'function') return detached(header)
  if (detached !== undefined) return detached
  // RFC 7797 section 5.2 lets an unencoded payload stand in a compact JWS as long as it has no dot. No profile does.
  if (!header.b64) return refuse('header_member_refused', 'b64')
  return fromBase64url(encoded) ?? refuse('jws_malformed')
}

function hintOf({ members, kid, alg }: JoseHeader): KeyHint {
  const { x5c, 'x5t#S256': x5tS256 } = members
  const hint: { -readonly [Name in keyof KeyHint]: KeyHint[Name] } = { algorithm: alg }
  if (kid !== undefined) hint.keyId = kid
  if (typeof x5tS256 === 'string') hint.x5tS256 = x5tS256
  if (Array.isArray(x5c) && x5c.every((one) => typeof one === 'string')) hint.x5c = x5c
  return hint
}

/** Views of memory that the next signature is written to: nothing may wait between this and the call of WebCrypto. */
function bytesOf({
  encodedHeader,
  encodedPayload,
  payload,
  header,
  signature,
}: ReadJws): SignedBytes | undefined {
  return signedBytes(encodedHeader, encodedPayload ?? payload, header.b64, signature)
}

function verified(read: ReadJws, { thumbprint, firstSeenAt }: VerificationKey): VerifiedJws {
  const { header, algorithm, payload, createdAt } = read
  const found: { -readonly [Name in keyof VerifiedJws]: VerifiedJws[Name] } = {
    keyThumbprint: thumbprint,
    algorithm,
    keyId: header.kid ?? '',
    // Made when it is asked for: a request without a replay rule need not pay for a copy of its body.
    get signingInput() {
      return bytesOf(read)?.signingInput.slice() ?? payload
    },
    covered: header.names,
    header,
    payload,
  }
  if (createdAt !== undefined) found.createdAt = createdAt
  if (firstSeenAt !== undefined) found.keyFirstSeenAt = firstSeenAt
  return found
}
