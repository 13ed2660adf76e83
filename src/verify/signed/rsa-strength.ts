import type { KeyMaterialFault } from './types.ts'

/** NIST SP 800-57 part 1 table 2: 112 bits of strength. FAPI, RFC 7518 section 3.3 and the banks' rules all ask for it. */
const MIN_MODULUS_BITS = 2_048
/** Verification grows with the square: a key beyond this is a way to keep us busy. */
const MAX_MODULUS_BITS = 8_192
/** Exponents above this are in no certificate, and WebCrypto implementations refuse them one by one. */
const MAX_EXPONENT_BITS = 33

/** Says whether an RSA public key may verify anything: big-endian, without leading zeros (RFC 7518 section 6.3.1). */
export function rsaFault(modulus: Uint8Array, exponent: Uint8Array): KeyMaterialFault | undefined {
  const [n, e] = [toInteger(modulus), toInteger(exponent)]
  if (!(modulus[0] && exponent[0]) || n % 2n === 0n) return 'key_malformed'
  const bits = bitLength(modulus)
  if (bits < MIN_MODULUS_BITS || bits > MAX_MODULUS_BITS) return 'key_weak'
  // With e = 1 the signature is the padded hash, which anyone can write.
  if (e < 3n || e % 2n === 0n || bitLength(exponent) > MAX_EXPONENT_BITS) return 'key_weak'
  return hasRocaFingerprint(n) ? 'key_weak' : undefined
}

function toInteger(bytes: Uint8Array): bigint {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return BigInt(`0x0${hex}`)
}

function bitLength(bytes: Uint8Array): number {
  return bytes.length === 0 ? 0 : bytes.length * 8 - Math.clz32(bytes[0] ?? 0) + 24
}

/**
 * CVE-2017-15361: a smart-card library, also in qualified signature devices, made primes of the form k*M + 65537^a mod M,
 * whose modulus can be factored. M is a product of small primes, so the modulus is a power of 65537 modulo each
 * of them: all 38 agree by chance once in 2^27 keys.
 */
const SMALL_PRIMES = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107,
  109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
]

function powersOf65537(prime: number): ReadonlySet<number> {
  const powers = new Set<number>()
  let power = 1
  while (!powers.has(power)) {
    powers.add(power)
    power = (power * 65_537) % prime
  }
  return powers
}

const POWERS = SMALL_PRIMES.map((prime) => [BigInt(prime), powersOf65537(prime)] as const)

function hasRocaFingerprint(modulus: bigint): boolean {
  return POWERS.every(([prime, powers]) => powers.has(Number(modulus % prime)))
}
