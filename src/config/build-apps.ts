import type { AppSettings } from '../config.ts'
import type { Vars } from './schema.ts'

/** Undefined where the bank has no apps that prove themselves. */
export function buildApps({ APPS, APPLE_APP_ATTEST_ROOT: root }: Vars): AppSettings | undefined {
  const { apple, play, headers, accepts, maxAgeSeconds, maxFutureSeconds } = APPS
  if (apple === undefined && play.length === 0) return undefined
  return {
    headers,
    freshness: { accepts, maxAgeSeconds, maxFutureSeconds },
    apple: apple === undefined ? undefined : { ...apple, bundleVersions: apple.bundleVersions, root },
    play: play.map(
      ({ package: packageName, certificates, licensingVerdicts, minVersionCode, ...others }) => ({
        ...others,
        packageName,
        certificateDigests: certificates,
        licensingVerdicts,
        minVersionCode,
      }),
    ),
  }
}
