/** The project's own routes for journeys that are about something else than who a third party is. */
import { fileURLToPath } from 'node:url'
import { unstable_readConfig as readConfig } from 'wrangler'
import type { Json } from '../../local/workerd.ts'

const CONFIG = fileURLToPath(new URL('../../wrangler.toml', import.meta.url))

/** As they are, but that nobody needs a certificate. */
export function openRoutes(): Json[] {
  return configured().map((route) => ({ ...route, certificate: 'optional' }))
}

/** As they are, and held against the bank's specification. */
export function watchedRoutes(conformance: 'observe' | 'enforce'): Record<string, Json>[] {
  return configured().map((route) => ({ ...route, conformance }))
}

function configured(): readonly Record<string, Json>[] {
  // Wrangler has parsed the file; what stands under ROUTES is the gate's own to check.
  const { ROUTES } = readConfig({ config: CONFIG }).vars as {
    readonly ROUTES: readonly Record<string, Json>[]
  }
  return ROUTES
}
