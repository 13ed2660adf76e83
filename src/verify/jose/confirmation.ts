import { Buffer } from 'node:buffer'
import { timingSafeEqual } from 'node:crypto'
import { fromBase64url } from '../../lib/base64.ts'
import type { JsonValue } from '../../lib/json.ts'
import { isObject } from './header.ts'

export type ConfirmationFault =
  | 'confirmation_missing' // a bearer token where only a bound one is taken
  | 'confirmation_malformed'
  | 'confirmation_unsupported' // bound to something that nobody here can check
  | 'confirmation_certificate_missing'
  | 'confirmation_certificate_mismatch'
  | 'confirmation_proof_missing'
  | 'confirmation_key_mismatch'

/** What the caller has shown in this very request. */
export interface Possession {
  /** SHA-256 of the DER client certificate of the connection, hexadecimal. */
  readonly certificateThumbprint?: string | undefined
  /** RFC 7638 thumbprint, base64url, of the key that made a verified DPoP proof. */
  readonly proofThumbprint?: string | undefined
}

/**
 * Holds a token's `cnf` (RFC 7800) against what the caller possesses: `x5t#S256` (RFC 8705 section 3.1) and `jkt` (RFC
 * 9449 section 6.1). A binding that is there is always checked: a bound token without its key is a stolen one.
 *
 * @param bound whether a token without any binding is refused
 */
export function confirmationFault(
  cnf: JsonValue | undefined,
  { certificateThumbprint, proofThumbprint }: Possession,
  bound: 'required' | 'optional',
): ConfirmationFault | undefined {
  if (cnf === undefined) return bound === 'required' ? 'confirmation_missing' : undefined
  if (!isObject(cnf)) return 'confirmation_malformed'
  const { 'x5t#S256': certificate, jkt } = cnf
  if (certificate === undefined && jkt === undefined) return 'confirmation_unsupported'
  if (certificate !== undefined) {
    const wanted = readThumbprint(certificate)
    if (wanted === undefined) return 'confirmation_malformed'
    if (certificateThumbprint === undefined) return 'confirmation_certificate_missing'
    if (!same(wanted, Buffer.from(certificateThumbprint, 'hex'))) return 'confirmation_certificate_mismatch'
  }
  if (jkt !== undefined) {
    const wanted = readThumbprint(jkt)
    if (wanted === undefined) return 'confirmation_malformed'
    if (proofThumbprint === undefined) return 'confirmation_proof_missing'
    if (!same(wanted, fromBase64url(proofThumbprint) ?? new Uint8Array())) return 'confirmation_key_mismatch'
  }
  return undefined
}

function readThumbprint(value: JsonValue): Uint8Array | undefined {
  const bytes = typeof value === 'string' ? fromBase64url(value) : undefined
  return bytes?.length === 32 ? bytes : undefined
}

function same(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right)
}
