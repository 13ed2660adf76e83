/** The proof of possession beside a token (RFC 9449), and what it uses up. */
import type { DpopProblem, Possession, VerifierOutage } from '../../evidence.ts'
import { ABSENT, type Fact, invalid, valid } from '../../lib/fact.ts'
import { type DpopFault, type DpopPolicy, type VerifiedProof, verifyProof } from '../jose/dpop.ts'
import type { ReplayQuestion } from '../replay/types.ts'

export interface PossessionQuestion {
  readonly requestId: string
  readonly headers: Headers
  readonly method: string
  readonly uri: string
  readonly accessToken: string | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
}

export interface PossessionProof {
  readonly dpop: Fact<Possession, DpopProblem, VerifierOutage>
  readonly use: ReplayQuestion | undefined
}

const FIELD = 'dpop'

export async function verifyPossession(
  { requestId, headers, method, uri, accessToken, now }: PossessionQuestion,
  policy: DpopPolicy,
): Promise<PossessionProof> {
  const field = headers.get(FIELD)
  if (field === null) return { dpop: ABSENT, use: undefined }
  const verdict = await verifyProof({ field, method, uri, accessToken, policy, now })
  if (verdict.state === 'invalid') return { dpop: invalid(problemOf(verdict.reason)), use: undefined }
  if (verdict.state !== 'valid') return { dpop: invalid('dpop_malformed'), use: undefined }
  const { keyThumbprint, algorithm } = verdict.value
  return { dpop: valid({ keyThumbprint, algorithm }), use: useOf(verdict.value, requestId, policy, now) }
}

/** Clocks of the gate and of the object that remembers differ. */
const MARGIN_MS = 60_000

/** Section 11.1: a `jti` is good once. The key is all that is known yet of who made it. */
function useOf(
  { keyThumbprint, signingInput, jti, createdAt }: VerifiedProof,
  requestId: string,
  { maxAgeSeconds, skewSeconds }: DpopPolicy,
  now: number,
): ReplayQuestion {
  return {
    requestId,
    at: now,
    organisation: 'dpop',
    keyThumbprint,
    signingInput,
    body: new Uint8Array(),
    singles: [{ kind: 'jti', value: jti }],
    idempotencyKey: undefined,
    operation: '',
    until: (createdAt ?? now) + (maxAgeSeconds + skewSeconds) * 1_000 + MARGIN_MS,
    idempotencyUntil: now,
  }
}

const STALE: ReadonlySet<DpopFault> = new Set([
  'token_from_future',
  'token_stale',
  'token_expired',
  'token_not_yet_valid',
  'signature_from_future',
  'signature_stale',
])
const MISMATCH: ReadonlySet<DpopFault> = new Set([
  'proof_method_mismatch',
  'proof_uri_mismatch',
  'proof_token_mismatch',
  'proof_nonce_missing',
  'proof_nonce_mismatch',
])

function problemOf(fault: DpopFault): DpopProblem {
  if (STALE.has(fault)) return 'dpop_stale'
  if (MISMATCH.has(fault)) return 'dpop_mismatch'
  if (fault === 'signature_wrong') return 'dpop_forged'
  return fault.startsWith('key_') || fault === 'algorithm_refused' ? 'dpop_key_refused' : 'dpop_malformed'
}
