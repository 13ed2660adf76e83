/** An invented Google Play: tokens of an invented app, sealed as those are that a developer opens with keys of their own. */
import { CompactEncrypt, CompactSign } from 'jose'
import { toBase64url } from '../../../src/lib/base64.ts'
import { hashOf } from '../../../src/verify/attestation/hash.ts'
import type { PlayApp } from '../../../src/verify/attestation/types.ts'
import type { VerificationKey } from '../../../src/verify/signed/types.ts'
import { type Keys, makeKeys } from '../x509/authority.ts'
import { text } from './apple.ts'

export const PACKAGE = 'com.example.bank'
export const DIGEST = toBase64url(hashOf(text('the certificate of the invented app')))

export const google = await makeKeys()
export const stranger = await makeKeys()
export const DECRYPTION_KEY = hashOf(text('the response encryption key'))

export function verificationKeyOf({ spki }: Keys): VerificationKey {
  return {
    material: { kind: 'spki', der: spki },
    algorithms: ['ES256'],
    thumbprint: toBase64url(hashOf(spki)),
  }
}

export function playApp(changes: Partial<PlayApp> = {}): PlayApp {
  return {
    packageName: PACKAGE,
    decryptionKey: DECRYPTION_KEY,
    verificationKey: verificationKeyOf(google),
    bindings: ['nonce', 'request_hash'],
    certificateDigests: [DIGEST],
    appVerdicts: ['PLAY_RECOGNIZED'],
    deviceVerdicts: ['MEETS_DEVICE_INTEGRITY'],
    licensingVerdicts: ['LICENSED'],
    minVersionCode: undefined,
    maxAgeSeconds: 120,
    maxFutureSeconds: 10,
    testResponses: 'refused',
    ...changes,
  }
}

export type Payload = Record<string, unknown>

/** As Google's "Integrity verdicts" shows it: a classic request, on a good device. */
export function payload(nonce: string, at: number, changes: Payload = {}): Payload {
  return {
    requestDetails: { requestPackageName: PACKAGE, nonce, timestampMillis: String(at) },
    appIntegrity: {
      appRecognitionVerdict: 'PLAY_RECOGNIZED',
      packageName: PACKAGE,
      certificateSha256Digest: [DIGEST],
      versionCode: '42',
    },
    deviceIntegrity: { deviceRecognitionVerdict: ['MEETS_BASIC_INTEGRITY', 'MEETS_DEVICE_INTEGRITY'] },
    accountDetails: { appLicensingVerdict: 'LICENSED' },
    ...changes,
  }
}

export interface SealWish {
  readonly signer?: Keys
  readonly key?: Uint8Array
  readonly jwe?: { readonly alg: string; readonly enc: string; readonly [name: string]: unknown }
  readonly jws?: { readonly alg: string; readonly [name: string]: unknown }
}

export async function seal(content: Payload | string, wish: SealWish = {}): Promise<string> {
  const plain = typeof content === 'string' ? content : JSON.stringify(content)
  const signed = await new CompactSign(text(plain))
    .setProtectedHeader(wish.jws ?? { alg: 'ES256' })
    .sign((wish.signer ?? google).pair.privateKey)
  return encrypt(signed, wish)
}

export async function encrypt(plain: string, { jwe, key }: SealWish = {}): Promise<string> {
  return new CompactEncrypt(text(plain))
    .setProtectedHeader(jwe ?? { alg: 'A256KW', enc: 'A256GCM' })
    .encrypt(key ?? DECRYPTION_KEY)
}
