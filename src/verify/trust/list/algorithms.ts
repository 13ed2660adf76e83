/**
 * The algorithms that a list's signature may use. Ours alone: xml-crypto's own SHA-1 and HMAC are not among them, and
 * each checks that the key is of its kind, because Node would verify ECDSA with an EC key under the name of RSA.
 */
import { Buffer } from 'node:buffer'
import { constants, createHash, createPublicKey, verify } from 'node:crypto'
import type { HashAlgorithm, SignatureAlgorithm } from 'xml-crypto'

const MIN_RSA_BITS = 2048

/** XML Encryption and RFC 9231 section 2.1. */
const DIGESTS = {
  'http://www.w3.org/2001/04/xmlenc#sha256': 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#sha384': 'sha384',
  'http://www.w3.org/2001/04/xmlenc#sha512': 'sha512',
} as const

/** RFC 9231 section 2.3. ECDSA values are r and s side by side, as XML Signature wants them. */
const SIGNATURES = {
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256': ['rsa', 'sha256'],
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384': ['rsa', 'sha384'],
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512': ['rsa', 'sha512'],
  'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1': ['pss', 'sha256'],
  'http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1': ['pss', 'sha384'],
  'http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1': ['pss', 'sha512'],
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256': ['ec', 'sha256'],
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384': ['ec', 'sha384'],
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512': ['ec', 'sha512'],
} as const

type Family = 'rsa' | 'pss' | 'ec'

/** XML Signature section 6.5 and 6.6: without comments, always. */
export const C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
export const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#'
export const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'

export function isDigest(uri: string): boolean {
  return Object.hasOwn(DIGESTS, uri)
}

export function isSignature(uri: string): boolean {
  return Object.hasOwn(SIGNATURES, uri)
}

type HashTable = Record<string, new () => HashAlgorithm>
type SignatureTable = Record<string, new () => SignatureAlgorithm>

export function hashTable(): HashTable {
  // xml-crypto calls its algorithms with `new`; a function that returns an object serves, and is no class.
  return Object.fromEntries(
    Object.entries(DIGESTS).map(([uri, name]) => [
      uri,
      function Digest() {
        return {
          getAlgorithmName: () => uri,
          getHash: (xml: string) => createHash(name).update(xml, 'utf8').digest('base64'),
        }
      },
    ]),
  ) as unknown as HashTable
}

/** The one key that a signature may be verified with. */
export interface PinnedKey {
  readonly family: 'rsa' | 'ec'
  readonly spki: Buffer
}

export function pinnedKey(spki: Uint8Array): PinnedKey | undefined {
  try {
    const encoded = Buffer.from(spki)
    const key = createPublicKey({ key: encoded, format: 'der', type: 'spki' })
    if (key.asymmetricKeyType === 'ec') return { family: 'ec', spki: encoded }
    if (key.asymmetricKeyType !== 'rsa') return undefined
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
    return bits < MIN_RSA_BITS ? undefined : { family: 'rsa', spki: encoded }
  } catch {
    return undefined
  }
}

/** Every entry verifies with `key`, whatever the library passes: no key but the pinned one exists here. */
export function signatureTable(key: PinnedKey): SignatureTable {
  return Object.fromEntries(
    Object.entries(SIGNATURES).map(([uri, [family, digest]]) => [
      uri,
      function Algorithm() {
        return {
          getAlgorithmName: () => uri,
          getSignature: () => {
            throw new Error('signs nothing')
          },
          verifySignature: (material: string, _key: unknown, value: string) =>
            verified(family, digest, key, material, value),
        }
      },
    ]),
    // As above: the shape that the library asks for, without a class.
  ) as unknown as SignatureTable
}

const PADDINGS = {
  rsa: { padding: constants.RSA_PKCS1_PADDING },
  pss: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
  ec: { dsaEncoding: 'ieee-p1363' },
} as const

function verified(family: Family, digest: string, key: PinnedKey, material: string, value: string): boolean {
  if ((family === 'ec') !== (key.family === 'ec')) return false
  const data = new TextEncoder().encode(material)
  const signature = Buffer.from(value.replace(/\s/g, ''), 'base64')
  // workerd takes options beside a key only where the key is given by its octets.
  const options = { key: key.spki, format: 'der', type: 'spki', ...PADDINGS[family] } as const
  return verify(digest, data, options, signature)
}
