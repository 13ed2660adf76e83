/**
 * Apple App Attest, the second half: an assertion over one request, under a key that was attested before. What stops its
 * copies is the counter, which the caller compares and keeps; never the signature, of which ECDSA has two.
 */
import { sameBytes } from '../../lib/bytes.ts'
import { type Fact, invalid, valid } from '../../lib/fact.ts'
import { importKey, verifyBytes } from '../signed/import-key.ts'
import type { VerificationKey } from '../signed/types.ts'
import { fixedWidth } from '../x509/signature.ts'
import { appHash, buildFault } from './apple-app.ts'
import { readAuthenticatorData } from './authenticator-data.ts'
import { bytesIn, readMap } from './cbor.ts'
import { hashOf } from './hash.ts'
import type { AppleBuild, AppleEnvironment, ApplePolicy, AppRefused, AssertionProblem } from './types.ts'

export interface AssertionQuestion {
  /** CBOR of `signature` and `authenticatorData`. */
  readonly assertion: Uint8Array
  /** What the app made the assertion for: of which it gave `generateAssertion` the SHA-256. */
  readonly clientData: Uint8Array
  readonly key: KnownKey
  readonly policy: ApplePolicy
}

export interface KnownKey {
  readonly app: string
  readonly environment: AppleEnvironment
  readonly verification: VerificationKey
}

export interface VerifiedAssertion {
  readonly counter: number
  readonly build: AppleBuild
}

/** Signature, authenticator data and their names have 160 octets; with what iOS 27 says, 230. */
const MAX_ASSERTION_BYTES = 2_048

export async function verifyAssertion({
  assertion,
  clientData,
  key,
  policy,
}: AssertionQuestion): Promise<Fact<VerifiedAssertion, Exclude<AssertionProblem, 'assertion_replayed'>>> {
  if (assertion.length > MAX_ASSERTION_BYTES) return invalid('assertion_too_large')
  const map = readMap(assertion)
  const der = bytesIn(map, 'signature')
  const bytes = bytesIn(map, 'authenticatorData')
  if (der === undefined || bytes === undefined || map?.size !== 2) return invalid('assertion_malformed')
  const data = readAuthenticatorData(bytes)
  if (data === undefined) return invalid('authenticator_data_malformed')
  const signature = fixedWidth(der, 'P-256')
  const imported = await importKey(key.verification, 'ES256')
  if (!imported.ok) return invalid('app_key_malformed')
  // The hash is the message, not the digest: ECDSA with SHA-256 hashes it once more.
  const nonce = hashOf(bytes, hashOf(clientData))
  if (signature === undefined || !(await verifyBytes(imported.value, 'ES256', signature, nonce))) {
    return invalid('assertion_signature_wrong')
  }
  const same = sameBytes(data.appHash, appHash(key.app))
  const fault = same ? policyFault(key, data.build, policy) : 'app_refused'
  return fault === undefined ? valid({ counter: data.counter, build: data.build }) : invalid(fault)
}

/** The policy may have changed since the key was attested, and an app may have been replaced on its device. */
function policyFault(
  { app, environment }: KnownKey,
  build: AppleBuild,
  policy: ApplePolicy,
): AppRefused | undefined {
  if (!policy.apps.includes(app)) return 'app_refused'
  if (!policy.environments.includes(environment)) return 'app_environment_refused'
  return buildFault(build, policy)
}
