/**
 * Reads revocation lists (RFC 5280 section 5.1), of which some have megabytes: the entries stay octets, and are walked
 * once when one is looked for (`crl-entries.ts`). Reading proves nothing; `crl.ts` does.
 */
import { sameBytes } from '../../lib/bytes.ts'
import { childrenOf, type Element, readElement, smallInteger, TAG, time, wholeOctets } from '../../lib/der.ts'
import { isCanonical } from '../../lib/der-canonical.ts'
import { readAlgorithm } from '../x509/certificate.ts'
import { readName } from '../x509/names.ts'
import type { Algorithm, Name } from '../x509/types.ts'
import { type Extensions, readExtensions } from './extensions.ts'

/** Two hundred thousand entries. An authority with longer lists answers by OCSP, or divides them. */
export const MAX_CRL_BYTES = 8 * 1_048_576

export interface Crl {
  /** DER of tbsCertList: the signed bytes. */
  readonly tbs: Uint8Array
  readonly issuer: Name
  readonly thisUpdate: number
  /** Section 5.1.2.5: every list has one. */
  readonly nextUpdate: number
  /** Contents of revokedCertificates, empty when the list is. */
  readonly entries: Uint8Array
  readonly extensions: Extensions
  readonly signatureAlgorithm: Algorithm
  readonly signature: Uint8Array
}

const VERSION_2 = 1
const EXTENSIONS = 0xa0

/** Undefined where the bytes are no list, or one of version 1, which cannot say what it covers. */
export function readCrl(bytes: Uint8Array): Crl | undefined {
  if (bytes.length > MAX_CRL_BYTES) return undefined
  const [tbs, outer, bits, more] = childrenOf(readElement(bytes), TAG.sequence, 3) ?? []
  const signatureAlgorithm = readAlgorithm(outer)
  const signature = wholeOctets(bits)
  if (tbs === undefined || outer === undefined || more !== undefined) return undefined
  if (signatureAlgorithm === undefined || signature === undefined || !isCanonical(outer.der)) return undefined
  const fields = readFields(tbs)
  // Section 5.1.1.2: the algorithm outside the signature is the one that the issuer signed.
  if (fields === undefined || !sameBytes(fields.algorithm.der, outer.der)) return undefined
  const { algorithm: _, ...rest } = fields
  return { tbs: tbs.der, ...rest, signatureAlgorithm, signature }
}

type Fields = Pick<Crl, 'issuer' | 'thisUpdate' | 'nextUpdate' | 'entries' | 'extensions'> & {
  readonly algorithm: Element
}

function readFields(tbs: Element): Fields | undefined {
  const all = childrenOf(tbs, TAG.sequence, 7) ?? []
  const [version, algorithm, name, from, to, ...rest] = all
  const listed = rest[0]?.tag === TAG.sequence ? rest.shift() : undefined
  const [last, more] = rest
  const small = all.filter((one) => one !== listed)
  if (!small.every(({ der }) => isCanonical(der)) || smallInteger(version) !== VERSION_2) return undefined
  const issuer = readName(name)
  const [thisUpdate, nextUpdate] = [time(from), time(to)]
  if (algorithm === undefined || issuer === undefined || more !== undefined) return undefined
  if (thisUpdate === undefined || nextUpdate === undefined || last?.tag !== EXTENSIONS) return undefined
  const extensions = readExtensions(readElement(last.content))
  if (extensions === undefined) return undefined
  return {
    algorithm,
    issuer,
    thisUpdate,
    nextUpdate,
    entries: listed?.content ?? new Uint8Array(),
    extensions,
  }
}
