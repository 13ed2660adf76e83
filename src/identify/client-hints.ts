/** Sec-CH-UA, Sec-CH-UA-Mobile, Sec-CH-UA-Platform (User-Agent Client Hints), which Chromium sends unasked over TLS. */
import type { AgentClaim } from '../evidence.ts'
import { remember } from '../lib/remember.ts'
import type { Agent } from './agent.ts'

/** RFC 9651 list of strings with a `v` parameter; brands may hold any character, `"Not(A:Brand"` on purpose. */
const BRAND = /"((?:[^"\\]|\\.)*)";\s*v="(\d{1,4})[\d.]*"/g
const MAX_LENGTH = 512

const PLATFORMS: Readonly<Record<string, AgentClaim['platform']>> = {
  '"Windows"': 'windows',
  '"macOS"': 'macos',
  '"Linux"': 'linux',
  '"Android"': 'android',
  '"Chrome OS"': 'chromeos',
  '"Chromium OS"': 'chromeos',
  '"iOS"': 'ios',
}

/**
 * Whether the hints name another browser, version, form or platform than the user agent does. Both are written by the
 * same code in a browser; a tool that sets one by hand forgets the other, or updates only one of them.
 */
export function hintsDisagree(header: ReadonlyMap<string, string>, agent: Agent): boolean {
  const { claim } = agent
  const brands = brandsOf((header.get('sec-ch-ua') ?? '').slice(0, MAX_LENGTH))
  if (brands.get('Chromium') !== agent.engineVersion) return true
  if (claim.family === 'edge' && !brands.has('Microsoft Edge')) return true
  if (brands.has('HeadlessChrome') && !claim.declaresAutomation) return true
  const mobile = header.get('sec-ch-ua-mobile')
  // Not on Android: among the captures is a Chrome whose user agent says Mobile and whose hint does not.
  if (claim.platform !== 'android' && mobile !== undefined && mobile !== (claim.mobile ? '?1' : '?0'))
    return true
  const platform = header.get('sec-ch-ua-platform')
  return platform !== undefined && !platformAgrees(PLATFORMS[platform], claim.platform)
}

function platformAgrees(
  hinted: AgentClaim['platform'] | undefined,
  claimed: AgentClaim['platform'],
): boolean {
  // Other names ("Fuchsia", "Unknown", an empty string) are real and tell nothing.
  return hinted === undefined || claimed === 'unknown' || hinted === claimed
}

const brandsOf = remember(256, (header: string): ReadonlyMap<string, number> => {
  const brands = new Map<string, number>()
  for (const [, brand = '', version] of header.matchAll(BRAND)) {
    brands.set(brand, Number(version))
  }
  return brands
})
