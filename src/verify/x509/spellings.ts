/**
 * Every name that a certificate may be known by. Whoever has an ECDSA signature (r, s) has (r, n - s) as well, which
 * verifies as long as the first does and needs no key to make: one certificate, two thumbprints, and its holder chooses.
 */
import { createHash } from 'node:crypto'
import { childrenOf, readElement, TAG } from '../../lib/der.ts'
import { element } from '../../lib/der-write.ts'
import { type Curve, readPublicKey } from './public-key.ts'
import { fixedWidth } from './signature.ts'
import type { Certificate } from './types.ts'

/** SP 800-186 section 3.2.1: the order of each curve's base point. */
const ORDERS: Readonly<Record<Curve, bigint>> = {
  'P-256': 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  'P-384':
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  'P-521':
    0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
}

/** Thumbprints of `certificate` in all spellings, its own first. `issuer` is the next on its validated path. */
export function spellingsOf(certificate: Certificate, issuer: Certificate | undefined): readonly string[] {
  const other = issuer === undefined ? undefined : otherSpelling(certificate, issuer)
  const { thumbprint } = certificate
  return other === undefined ? [thumbprint] : [thumbprint, createHash('sha256').update(other).digest('hex')]
}

function otherSpelling({ der, signature }: Certificate, issuer: Certificate): Uint8Array | undefined {
  const key = readPublicKey(issuer)
  const raw = key?.kind === 'ec' ? fixedWidth(signature, key.curve) : undefined
  const [tbs, algorithm] = childrenOf(readElement(der), TAG.sequence, 3) ?? []
  if (key?.kind !== 'ec' || raw === undefined || tbs === undefined || algorithm === undefined)
    return undefined
  const width = raw.length / 2
  const r = toNumber(raw.subarray(0, width))
  const s = ORDERS[key.curve] - toNumber(raw.subarray(width))
  const value = element(TAG.sequence, integer(r), integer(s))
  return element(TAG.sequence, tbs.der, algorithm.der, element(TAG.bitString, Uint8Array.of(0), value))
}

function toNumber(octets: Uint8Array): bigint {
  return octets.reduce((number, octet) => number * 256n + BigInt(octet), 0n)
}

/** A positive INTEGER in its fewest octets (X.690 section 8.3.2). */
function integer(number: bigint): Uint8Array {
  const octets: number[] = []
  for (let rest = number; rest > 0n; rest /= 256n) octets.unshift(Number(rest % 256n))
  const sign = (octets[0] ?? 0x80) >= 0x80 ? [0] : []
  return element(TAG.integer, Uint8Array.from([...sign, ...octets]))
}
