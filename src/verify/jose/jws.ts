import { fromBase64url, toBase64url } from '../../lib/base64.ts'
import { namedAlgorithm } from '../signed/algorithms.ts'
import { importKey, verifyBytes } from '../signed/import-key.ts'
import type { KeyHint, KeyResolver, SignatureAlgorithm, VerificationKey } from '../signed/types.ts'
import { checkHeader } from './check-header.ts'
import { readHeader } from './header.ts'
import { refuse } from './refuse.ts'
import type { Expected, JoseHeader, JwsFault, JwsPolicy, JwsVerdict, Refusal, VerifiedJws } from './types.ts'

/** An RSA signature of 8,192 bits. */
const MAX_SIGNATURE = 1_366
const DOT = 0x2e

export interface JwsQuestion {
  /** Compact serialization, RFC 7515 section 3.1: attached, or with nothing between the dots (appendix F). */
  readonly text: string
  /**
   * What was signed where the payload is detached, exactly as received. A function where the header itself says what
   * was signed; it may refuse.
   */
  readonly detached?: Uint8Array | ((header: JoseHeader) => Uint8Array | Refusal<JwsFault>)
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
export async function verifyJws(question: JwsQuestion): Promise<JwsVerdict> {
  const read = readJws(question)
  if ('state' in read) return read
  const { header, algorithm } = read
  const found = await question.resolve(hintOf(header))
  if (found.state === 'absent') return refuse('key_unknown')
  if (found.state !== 'valid') return found
  const key = found.value
  const imported = await importKey(key, algorithm)
  if (!imported.ok) return refuse(imported.reason)
  const right = await verifyBytes(imported.value, algorithm, read.signature, read.signingInput)
  return right ? { state: 'valid', value: verified(read, key) } : refuse('signature_wrong')
}

interface ReadJws {
  readonly header: JoseHeader
  readonly algorithm: SignatureAlgorithm
  readonly createdAt: number | undefined
  readonly signature: Uint8Array
  readonly signingInput: Uint8Array
  readonly payload: Uint8Array
}

function readJws({ text, detached, policy, expected = {}, now }: JwsQuestion): ReadJws | Refusal<JwsFault> {
  if (text.length > policy.maxCharacters) return refuse('jws_too_large')
  const first = text.indexOf('.')
  const second = text.indexOf('.', first + 1)
  if (first < 1 || second < 0 || text.includes('.', second + 1)) return refuse('jws_malformed')
  if (detached !== undefined && second > first + 1) return refuse('jws_not_detached')
  const encodedHeader = text.slice(0, first)
  const header = readHeader(encodedHeader)
  if ('state' in header) return header
  const checked = checkHeader(header, policy, expected, now)
  if ('state' in checked) return checked
  const algorithm = namedAlgorithm(header.alg)
  if (algorithm === undefined || !policy.algorithms.includes(algorithm))
    return refuse('algorithm_refused', 'alg')
  const encodedSignature = text.slice(second + 1)
  const signature = encodedSignature.length > MAX_SIGNATURE ? undefined : fromBase64url(encodedSignature)
  if (signature === undefined || signature.length === 0) return refuse('jws_malformed')
  const content = contentOf(header, encodedHeader, detached, text.slice(first + 1, second))
  return 'state' in content
    ? content
    : { header, algorithm, createdAt: checked.createdAt, signature, ...content }
}

function contentOf(
  header: JoseHeader,
  encodedHeader: string,
  detached: JwsQuestion['detached'],
  middle: string,
): Pick<ReadJws, 'signingInput' | 'payload'> | Refusal<JwsFault> {
  if (detached !== undefined) {
    const payload = typeof detached === 'function' ? detached(header) : detached
    return 'state' in payload
      ? payload
      : { payload, signingInput: detachedInput(header.b64, encodedHeader, payload) }
  }
  // RFC 7797 section 5.2 lets an unencoded payload stand in a compact JWS as long as it has no dot. No profile does.
  if (!header.b64) return refuse('header_member_refused', 'b64')
  const payload = fromBase64url(middle)
  if (payload === undefined) return refuse('jws_malformed')
  return { payload, signingInput: joined(encodedHeader, middle) }
}

/** RFC 7797 section 3: with `b64` false the payload is signed as it is, and a body of 64 kB is copied once. */
function detachedInput(b64: boolean, encodedHeader: string, payload: Uint8Array): Uint8Array {
  if (b64) return joined(encodedHeader, toBase64url(payload))
  const input = startInput(encodedHeader, payload.length)
  input.set(payload, encodedHeader.length + 1)
  return input
}

const ENCODER = new TextEncoder()

/** Written in place: measured in workerd, encoding one joined text of 88 kB takes twice as long. */
function joined(encodedHeader: string, encodedPayload: string): Uint8Array {
  const input = startInput(encodedHeader, encodedPayload.length)
  ENCODER.encodeInto(encodedPayload, input.subarray(encodedHeader.length + 1))
  return input
}

function startInput(encodedHeader: string, length: number): Uint8Array {
  const input = new Uint8Array(encodedHeader.length + 1 + length)
  ENCODER.encodeInto(encodedHeader, input)
  input[encodedHeader.length] = DOT
  return input
}

function hintOf({ members, kid, alg }: JoseHeader): KeyHint {
  const { x5c, 'x5t#S256': x5tS256 } = members
  const hint: { -readonly [Name in keyof KeyHint]: KeyHint[Name] } = { algorithm: alg }
  if (kid !== undefined) hint.keyId = kid
  if (typeof x5tS256 === 'string') hint.x5tS256 = x5tS256
  if (Array.isArray(x5c) && x5c.every((one) => typeof one === 'string')) hint.x5c = x5c
  return hint
}

function verified(
  { header, algorithm, signingInput, payload, createdAt }: ReadJws,
  { thumbprint, firstSeenAt }: VerificationKey,
): VerifiedJws {
  const found: { -readonly [Name in keyof VerifiedJws]: VerifiedJws[Name] } = {
    keyThumbprint: thumbprint,
    algorithm,
    keyId: header.kid ?? '',
    signingInput,
    covered: header.names,
    header,
    payload,
  }
  if (createdAt !== undefined) found.createdAt = createdAt
  if (firstSeenAt !== undefined) found.keyFirstSeenAt = firstSeenAt
  return found
}
