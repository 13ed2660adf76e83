/**
 * Authenticator data as App Attest writes it, after W3C Web Authentication section 6.1: 32 octets of the app's hash,
 * flags, a counter; in an attestation the key that was made; from iOS 27 on a map about the running app.
 *
 * The flags are Apple's own reading of that section: an assertion says "attested credential data included" and includes
 * none, and the map comes without "extension data included" (Apple's sample of 2026). So what is there is told by
 * place and length, and everything up to the end must be one of these parts. All of it is signed.
 */
import { bytesIn, type CborMap, readFirstMap } from './cbor.ts'
import type { AppleBuild } from './types.ts'

export interface AuthenticatorData {
  /** SHA-256 of the app's identifier. */
  readonly appHash: Uint8Array
  readonly counter: number
  readonly build: AppleBuild
}

export interface AttestedData extends AuthenticatorData {
  /** Which of Apple's environments made the key: 16 octets. */
  readonly aaguid: Uint8Array
  readonly credentialId: Uint8Array
  /** The point of P-256, uncompressed. */
  readonly publicKey: Uint8Array
}

/** Two coordinates, two names and some room for names to come. */
const MAX_BYTES = 1_024
const HASH_BYTES = 32
const COUNTER_AT = 33
const HEAD_BYTES = 37
const AAGUID_BYTES = 16
const CREDENTIAL_BYTES = 32
const ATTESTED = 0x40

/** Of an assertion: no key in it. */
export function readAuthenticatorData(bytes: Uint8Array): AuthenticatorData | undefined {
  if (bytes.length < HEAD_BYTES || bytes.length > MAX_BYTES) return undefined
  const build = readBuild(bytes.subarray(HEAD_BYTES))
  return build === undefined ? undefined : { ...readHead(bytes), build }
}

/** Of an attestation: the key is in it. */
export function readAttestedData(bytes: Uint8Array): AttestedData | undefined {
  const credentialAt = HEAD_BYTES + AAGUID_BYTES + 2
  const keyAt = credentialAt + CREDENTIAL_BYTES
  if (bytes.length < keyAt || bytes.length > MAX_BYTES) return undefined
  if (((bytes[HASH_BYTES] ?? 0) & ATTESTED) === 0) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  // An identifier is a SHA-256: one of another length is not Apple's.
  if (view.getUint16(credentialAt - 2) !== CREDENTIAL_BYTES) return undefined
  const key = readFirstMap(bytes.subarray(keyAt))
  const publicKey = readPoint(key?.map)
  const build = key === undefined ? undefined : readBuild(key.rest)
  if (publicKey === undefined || build === undefined) return undefined
  return {
    ...readHead(bytes),
    aaguid: bytes.subarray(HEAD_BYTES, HEAD_BYTES + AAGUID_BYTES),
    credentialId: bytes.subarray(credentialAt, keyAt),
    publicKey,
    build,
  }
}

function readHead(bytes: Uint8Array): Pick<AuthenticatorData, 'appHash' | 'counter'> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { appHash: bytes.subarray(0, HASH_BYTES), counter: view.getUint32(COUNTER_AT) }
}

const COORDINATE_BYTES = 32
const UNCOMPRESSED = 4

/** COSE_Key (RFC 9053 section 7.1.1): kty EC2, alg ES256, crv P-256, x and y, and nothing besides. */
function readPoint(key: CborMap | undefined): Uint8Array | undefined {
  if (key === undefined || key.size !== 5) return undefined
  if (key.get(1) !== 2 || key.get(3) !== -7 || key.get(-1) !== 1) return undefined
  const [x, y] = [bytesIn(key, -2), bytesIn(key, -3)]
  if (x?.length !== COORDINATE_BYTES || y?.length !== COORDINATE_BYTES) return undefined
  const point = new Uint8Array(1 + 2 * COORDINATE_BYTES)
  point[0] = UNCOMPRESSED
  point.set(x, 1)
  point.set(y, 1 + COORDINATE_BYTES)
  return point
}

const UNSAID: AppleBuild = { category: undefined, bundleVersion: undefined }
const MAX_VERSION = 64

/** Names that Apple adds later are let through unread: they are Apple's word, and nobody here relies on it. */
function readBuild(tail: Uint8Array): AppleBuild | undefined {
  if (tail.length === 0) return UNSAID
  const extensions = readFirstMap(tail)
  if (extensions === undefined || extensions.rest.length > 0) return undefined
  const { map } = extensions
  const [category, bundleVersion] = [readCategory(map), map.get('apple_bundle_version_01')]
  if (category === 'malformed') return undefined
  if (bundleVersion === undefined) return { category, bundleVersion }
  if (typeof bundleVersion !== 'string' || bundleVersion.length > MAX_VERSION) return undefined
  return { category, bundleVersion }
}

/** Documented as a UInt32; written as its four octets, the least first. */
function readCategory(extensions: CborMap): number | 'malformed' | undefined {
  const value = extensions.get('apple_validation_category_01')
  if (value === undefined) return undefined
  if (!(value instanceof Uint8Array) || value.length !== 4) return 'malformed'
  return new DataView(value.buffer, value.byteOffset, value.byteLength).getUint32(0, true)
}
