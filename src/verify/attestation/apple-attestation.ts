/**
 * Apple App Attest, the first half: an attestation object that says "this key was made in the Secure Enclave of a genuine
 * device, for this app and on this challenge". The steps are those of Apple's "Validating apps that connect to your
 * server", in their order.
 */
import { sameBytes } from '../../lib/bytes.ts'
import { childrenOf, readElement, TAG } from '../../lib/der.ts'
import { type Fact, invalid, valid } from '../../lib/fact.ts'
import { readCertificate } from '../x509/certificate.ts'
import { validatePath } from '../x509/path.ts'
import type { Certificate } from '../x509/types.ts'
import { appWithHash, buildFault, environmentOf } from './apple-app.ts'
import { type AttestedData, readAttestedData } from './authenticator-data.ts'
import { bytesIn, readMap } from './cbor.ts'
import { hashOf } from './hash.ts'
import type { AppleBuild, AppleEnvironment, ApplePolicy, AttestationProblem } from './types.ts'

export interface AttestationQuestion {
  /** The attestation object: CBOR. */
  readonly object: Uint8Array
  /** Key identifier that the app sent: SHA-256 of the public key. */
  readonly keyId: Uint8Array
  /** What the app gave to `attestKey`: SHA-256 of the challenge. */
  readonly clientDataHash: Uint8Array
  readonly policy: ApplePolicy
  /** Milliseconds since the epoch: an attestation's certificate lives for three days. */
  readonly at: number
}

export interface ProvenKey {
  readonly app: string
  /** The point of P-256, uncompressed. */
  readonly publicKey: Uint8Array
  readonly environment: AppleEnvironment
  readonly build: AppleBuild
}

/** With a receipt an object has some 6 kB. */
const MAX_OBJECT_BYTES = 12_288
const FORMAT = 'apple-appattest'
/** The leaf and Apple's intermediate. */
const MAX_CERTIFICATES = 3

export async function verifyAttestation(
  question: AttestationQuestion,
): Promise<Fact<ProvenKey, AttestationProblem>> {
  const read = readObject(question.object)
  if (typeof read === 'string') return invalid(read)
  const { chain, bytes, data } = read
  const [leaf, ...candidates] = chain
  if (!(await isApples(leaf, candidates, question))) return invalid('attestation_chain_refused')
  const nonce = nonceOf(leaf)
  if (nonce === undefined || !sameBytes(nonce, hashOf(bytes, question.clientDataHash))) {
    return invalid('attestation_nonce_mismatch')
  }
  if (!isKeyOf(leaf, data, question.keyId)) return invalid('attestation_key_mismatch')
  return judge(data, question.policy)
}

interface ReadObject {
  readonly chain: Chain
  /** The authenticator data as it came: its hash is in the certificate. */
  readonly bytes: Uint8Array
  readonly data: AttestedData
}

function readObject(object: Uint8Array): ReadObject | AttestationProblem {
  if (object.length > MAX_OBJECT_BYTES) return 'attestation_too_large'
  const map = readMap(object)
  if (map === undefined) return 'attestation_malformed'
  if (map.get('fmt') !== FORMAT) return 'attestation_format_refused'
  const statement = map.get('attStmt')
  const bytes = bytesIn(map, 'authData')
  const chain = statement instanceof Map ? readChain(statement.get('x5c')) : undefined
  if (bytes === undefined || chain === undefined) return 'attestation_malformed'
  const data = readAttestedData(bytes)
  return data === undefined ? 'authenticator_data_malformed' : { chain, bytes, data }
}

/** Step 1. Apple's leaves carry no key identifiers. */
async function isApples(
  leaf: Certificate,
  candidates: readonly Certificate[],
  { policy, at }: AttestationQuestion,
): Promise<boolean> {
  const asked = { leaf, candidates, anchors: policy.anchors, at, extendedKeyUsage: undefined }
  const path = await validatePath({ ...asked, maxIntermediates: 1, leafPlace: 'bare_leaf' })
  return path.ok && path.path.length > 1 && leaf.basicConstraints?.ca !== true
}

/** Steps 5 and 9: certificate, authenticator data and app speak of one key. */
function isKeyOf({ publicKey }: Certificate, data: AttestedData, keyId: Uint8Array): boolean {
  const named = sameBytes(data.credentialId, keyId) && sameBytes(hashOf(publicKey), keyId)
  return named && sameBytes(data.publicKey, publicKey)
}

/** Steps 6 to 8, and what iOS 27 adds. */
function judge(data: AttestedData, policy: ApplePolicy): Fact<ProvenKey, AttestationProblem> {
  const { publicKey, build } = data
  const app = appWithHash(data.appHash, policy)
  if (app === undefined) return invalid('app_refused')
  if (data.counter !== 0) return invalid('attestation_counter_wrong')
  const environment = environmentOf(data.aaguid)
  if (environment === undefined || !policy.environments.includes(environment)) {
    return invalid('app_environment_refused')
  }
  const fault = buildFault(build, policy)
  return fault === undefined ? valid({ app, publicKey, environment, build }) : invalid(fault)
}

type Chain = readonly [leaf: Certificate, ...others: Certificate[]]

function readChain(x5c: unknown): Chain | undefined {
  if (!Array.isArray(x5c) || x5c.length > MAX_CERTIFICATES) return undefined
  const certificates: Certificate[] = []
  for (const der of x5c) {
    const read = der instanceof Uint8Array ? readCertificate(der) : undefined
    if (read?.state !== 'valid') return undefined
    certificates.push(read.value)
  }
  const [leaf, ...others] = certificates
  return leaf === undefined ? undefined : [leaf, ...others]
}

const NONCE_EXTENSION = '1.2.840.113635.100.8.2'
const NONCE_TAG = 0xa1

/** SEQUENCE { [1] EXPLICIT OCTET STRING }, and not the first 32 octets that look like it. */
function nonceOf({ extensions }: Certificate): Uint8Array | undefined {
  const extension = extensions.get(NONCE_EXTENSION)
  const sequence = extension === undefined ? undefined : readElement(extension.value)
  const [tagged, ...more] = childrenOf(sequence, TAG.sequence, 1) ?? []
  const [octets, ...others] = childrenOf(tagged, NONCE_TAG, 1) ?? []
  if (octets?.tag !== TAG.octetString || more.length + others.length > 0) return undefined
  return octets.content
}
