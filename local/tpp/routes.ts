/** The project's own routes, as they are for whoever wants to try how requests are signed. */
import { fileURLToPath } from 'node:url'
import { unstable_readConfig as readConfig } from 'wrangler'
import { SIGNING } from '../../src/dialects/signing/table.ts'
import { DIALECTS } from '../../src/dialects/table.ts'
import type { Json } from '../workerd.ts'

const CONFIG = fileURLToPath(new URL('../../wrangler.toml', import.meta.url))

type Route = Readonly<Record<string, Json>>

/**
 * Third parties' routes verify what comes signed. Beside them stands one for every profile, which takes nothing unsigned, and
 * behind which the demo bank tells what has reached it.
 *
 * @param payments whether they have to be signed
 */
export function routesWithSignatures(payments: 'required' | 'optional' = 'optional'): Json[] {
  const own = configured().map((route) => {
    if (!STANDARDS.test(String(route.dialect))) return route
    return { ...route, signature: route.sensitivity === 'payment' ? payments : 'optional' }
  })
  return [...own, ...Object.keys(SIGNING).map(signedEcho)]
}

/** Of the demo bank's APIs. */
const STANDARDS = /^(?:obie|berlin-group)-/

export function echoPath(profile: string): string {
  return `/demo/echo/signed/${profile}`
}

function signedEcho(profile: string): Route {
  const dialect = Object.values(DIALECTS).find(({ signing }) => signing.some(({ name }) => name === profile))
  return {
    id: `signed-${profile.replaceAll('.', '-')}`,
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    pattern: `${echoPath(profile)}/*`,
    dialect: dialect?.name ?? 'problem',
    channel: 'tpp',
    certificate: 'required',
    roles: [],
    signature: 'required',
    // These paths are no standard's: every request to them is signed.
    signing: { profile, everything: true, methods: [] },
  }
}

function configured(): readonly Route[] {
  // Wrangler has parsed the file; what stands under ROUTES is the gate's own to check.
  return (readConfig({ config: CONFIG }).vars as { readonly ROUTES: readonly Route[] }).ROUTES
}
