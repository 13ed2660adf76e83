/** The bank's mobile apps, from configuration: what an isolate keeps of them. */
import type { AppleSettings, Config, Mistake, PlayKeys, PlaySettings, Secrets } from './config.ts'
import { toBase64url } from './lib/base64.ts'
import { hashOf } from './verify/attestation/hash.ts'
import { type KeyMemory, keyMemory } from './verify/attestation/key-memory.ts'
import type { ApplePolicy, AppPolicy, PlayApp } from './verify/attestation/types.ts'
import { readCertificates } from './verify/x509/pem.ts'

/** What all requests of one isolate share. */
export interface AppPremises {
  readonly policy: AppPolicy
  readonly keys: KeyMemory
}

type Made =
  | { readonly ok: true; readonly value: AppPremises | undefined }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] }

/** Shown without what stands there: a private key that was put there by mistake must not reach the log. */
const UNREADABLE_ROOT: Mistake = {
  binding: 'APPLE_APP_ATTEST_ROOT',
  found: 'something that is no certificate of an authority',
  allowed: 'Apple’s App Attestation Root CA in PEM',
}

export function appPremises({ apps }: Pick<Config, 'apps'>, { playKeys }: Pick<Secrets, 'playKeys'>): Made {
  if (apps === undefined) return { ok: true, value: undefined }
  const apple = apps.apple === undefined ? undefined : applePolicy(apps.apple)
  if (apps.apple !== undefined && apple === undefined) return { ok: false, mistakes: [UNREADABLE_ROOT] }
  const google = apps.play.flatMap((app) => {
    const keys = playKeys.get(app.packageName)
    return keys === undefined ? [] : [playApp(app, keys)]
  })
  const { headers, freshness } = apps
  return { ok: true, value: { policy: { headers, freshness, apple, google }, keys: keyMemory() } }
}

function applePolicy({ root, ...settings }: AppleSettings): ApplePolicy | undefined {
  const read = readCertificates(new TextEncoder().encode(root))
  if (read.state !== 'valid' || !read.value.every(({ basicConstraints }) => basicConstraints?.ca === true)) {
    return undefined
  }
  const anchors = read.value.map((certificate) => ({ certificate, name: 'App Attestation Root CA' }))
  return { ...settings, anchors }
}

function playApp(settings: PlaySettings, { decryption, verification: der }: PlayKeys): PlayApp {
  return {
    ...settings,
    decryptionKey: decryption,
    verificationKey: {
      material: { kind: 'spki', der },
      algorithms: ['ES256'],
      thumbprint: toBase64url(hashOf(der)),
    },
  }
}
