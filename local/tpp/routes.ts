/** The project's own routes, on which whoever comes as a third party must prove who it is. */
import { fileURLToPath } from 'node:url'
import { unstable_readConfig as readConfig } from 'wrangler'
import type { Json } from '../workerd.ts'

const CONFIG = fileURLToPath(new URL('../../wrangler.toml', import.meta.url))

export function routesWithCertificates(): Json[] {
  // Wrangler has parsed the file; what stands under ROUTES is the gate's own to check.
  const { ROUTES } = readConfig({ config: CONFIG }).vars as {
    readonly ROUTES: readonly Record<string, Json>[]
  }
  return ROUTES.map((route) => (route.channel === 'tpp' ? { ...route, certificate: 'required' } : route))
}
