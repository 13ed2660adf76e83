/** Whether what Apple says of an app is what the bank takes. */
import { sameBytes } from '../../lib/bytes.ts'
import { remember } from '../../lib/remember.ts'
import { hashOf } from './hash.ts'
import type { AppleBuild, AppleEnvironment, ApplePolicy, AppRefused } from './types.ts'

/** The app whose identifier has this hash (the RP ID hash of the authenticator data), if it is one of the bank's. */
export function appWithHash(hash: Uint8Array, { apps }: ApplePolicy): string | undefined {
  return apps.find((app) => sameBytes(appHash(app), hash))
}

/** A bank has a handful of apps, and every request asks for one of them. */
export const appHash = remember(64, (app: string) => hashOf(new TextEncoder().encode(app)))

/**
 * The AAGUID of App Attest names the environment. Apple has documented the second as `appattestdevelop` and as
 * `appattestsandbox`.
 */
const ENVIRONMENTS: Readonly<Record<string, AppleEnvironment>> = {
  'appattest\0\0\0\0\0\0\0': 'production',
  appattestdevelop: 'development',
  appattestsandbox: 'development',
}

export function environmentOf(aaguid: Uint8Array): AppleEnvironment | undefined {
  const name = String.fromCharCode(...aaguid)
  return Object.hasOwn(ENVIRONMENTS, name) ? ENVIRONMENTS[name] : undefined
}

/** A copy signed anew says so by its category, or by a version that nobody released. */
export function buildFault(
  { category, bundleVersion }: AppleBuild,
  { categories, withoutCategory, bundleVersions }: ApplePolicy,
): AppRefused | undefined {
  if (category === undefined ? withoutCategory === 'refused' : !categories.includes(category)) {
    return 'app_category_refused'
  }
  if (bundleVersion === undefined || bundleVersions === undefined) return undefined
  return bundleVersions.includes(bundleVersion) ? undefined : 'app_version_refused'
}
