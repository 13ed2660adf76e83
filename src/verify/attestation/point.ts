import { toBase64url } from '../../lib/base64.ts'
import type { VerificationKey } from '../signed/types.ts'
import type { AttestedKey } from './types.ts'

const COORDINATE_BYTES = 32
const UNCOMPRESSED = 4

/** The key of an app, for ES256 and nothing else; undefined where the bytes are no uncompressed point of P-256. */
export function verificationKeyOf({
  keyId,
  publicKey,
  attestedAt,
}: Pick<AttestedKey, 'keyId' | 'publicKey' | 'attestedAt'>): VerificationKey | undefined {
  if (publicKey.length !== 1 + 2 * COORDINATE_BYTES || publicKey[0] !== UNCOMPRESSED) return undefined
  const x = toBase64url(publicKey.subarray(1, 1 + COORDINATE_BYTES))
  const y = toBase64url(publicKey.subarray(1 + COORDINATE_BYTES))
  return {
    material: { kind: 'jwk', jwk: { kty: 'EC', crv: 'P-256', x, y } },
    algorithms: ['ES256'],
    thumbprint: keyId,
    firstSeenAt: attestedAt,
  }
}
