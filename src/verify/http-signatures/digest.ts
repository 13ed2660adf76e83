/**
 * Digests of content: Content-Digest and Repr-Digest (RFC 9530), and Digest (RFC 3230) for what is older. A digest is
 * only as good as the signature over it, so the callers ask here after they know that the field is signed.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { fromBase64 } from '../../lib/base64.ts'
import { asBytes, readDictionary } from './structured.ts'

export type DigestAlgorithm = 'sha-256' | 'sha-512'
export type DigestFault = 'digest_missing' | 'digest_malformed' | 'digest_unsupported' | 'digest_mismatch'

type Digests = ReadonlyMap<string, Uint8Array>

/** Four algorithms are registered that anybody still computes. */
const MAX_DIGESTS = 8
const MAX_FIELD = 2_048

const HASHES = {
  'sha-256': ['sha256', 32],
  'sha-512': ['sha512', 64],
} as const satisfies Record<DigestAlgorithm, readonly [node: string, bytes: number]>

/** RFC 9530 section 2: a dictionary of byte sequences. */
export function contentDigestFault(
  field: string | null,
  body: Uint8Array,
  accepted: readonly DigestAlgorithm[],
): DigestFault | undefined {
  if (field === null) return 'digest_missing'
  const dictionary = field.length > MAX_FIELD ? undefined : readDictionary(field)
  if (dictionary === undefined || dictionary.size > MAX_DIGESTS) return 'digest_malformed'
  const digests = new Map<string, Uint8Array>()
  for (const [name, member] of dictionary) {
    const bytes = asBytes(member)
    if (bytes === undefined) return 'digest_malformed'
    digests.set(name, bytes)
  }
  return compare(digests, body, accepted)
}

/** RFC 3230 section 4.3.2: `SHA-256=` and base64, several with commas; names without regard to case. */
export function digestFault(
  field: string | null,
  body: Uint8Array,
  accepted: readonly DigestAlgorithm[],
): DigestFault | undefined {
  if (field === null) return 'digest_missing'
  const members = field.length > MAX_FIELD ? [] : field.split(',')
  if (members.length === 0 || members.length > MAX_DIGESTS) return 'digest_malformed'
  const digests = new Map<string, Uint8Array>()
  for (const member of members) {
    const [, name = '', value = ''] =
      /^[ \t]*([A-Za-z0-9-]{1,32})=([A-Za-z0-9+/]+={0,2})[ \t]*$/.exec(member) ?? []
    const bytes = fromBase64(value)
    const lower = name.toLowerCase()
    // Two digests under one name: whoever reads the other one is not protected.
    if (name === '' || bytes === undefined || digests.has(lower)) return 'digest_malformed'
    digests.set(lower, bytes)
  }
  return compare(digests, body, accepted)
}

/** Every digest of an algorithm that counts has to hold, and there has to be one. */
function compare(
  digests: Digests,
  body: Uint8Array,
  accepted: readonly DigestAlgorithm[],
): DigestFault | undefined {
  let compared = false
  for (const name of accepted) {
    const digest = digests.get(name)
    if (digest === undefined) continue
    const [hash, length] = HASHES[name]
    if (digest.length !== length) return 'digest_malformed'
    if (!timingSafeEqual(createHash(hash).update(body).digest(), digest)) return 'digest_mismatch'
    compared = true
  }
  return compared ? undefined : 'digest_unsupported'
}
