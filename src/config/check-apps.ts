/** A route that asks apps for a proof that nobody could verify, and an app whose proofs nobody could. */
import type { Mistake } from '../config.ts'
import type { Vars } from './schema.ts'

type Report = (binding: string, found: string, allowed: string) => void

export function checkApps(vars: Vars, env: Readonly<Record<string, unknown>>, mistakes: Mistake[]): void {
  const report: Report = (binding, found, allowed) => void mistakes.push({ binding, found, allowed })
  checkNames(vars, report)
  checkRoot(vars, report)
  checkKeys(vars, env.PLAY_KEYS, report)
  for (const route of vars.ROUTES) checkRoute(route, `ROUTES (${route.id})`, vars, report)
  checkRoute(vars.FALLBACK, 'FALLBACK', vars, report)
}

function checkRoute({ app, streamed }: Vars['FALLBACK'], binding: string, vars: Vars, report: Report): void {
  if (app === 'ignored') return
  if (streamed) {
    report(binding, `streamed with app "${app}"`, 'streamed = false: what is not read cannot be compared')
  }
  if (vars.APPS.apple === undefined && vars.APPS.play.length === 0) {
    report(binding, `app "${app}" without APPS`, 'ignored, or APPS with the bank’s apps')
  }
}

function checkNames({ APPS: { apple, play, headers } }: Vars, report: Report): void {
  const ids = [...(apple?.apps ?? []), ...play.map((app) => app.package)]
  for (const id of repeated(ids)) report('APPS', `${id} twice`, 'each app once')
  for (const name of repeated(Object.values(headers))) {
    report('APPS', `header ${name} twice`, 'a header of its own for each')
  }
}

function repeated(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.filter((name, at) => names.indexOf(name) !== at))
}

/** Never repeated: a private key that was put there by mistake must not reach the log. */
const PEM = /^(?:\s*-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----)+\s*$/
const ROOT = 'Apple’s App Attestation Root CA in PEM, where APPS has an app on iOS, and nowhere else'

function checkRoot({ APPS: { apple }, APPLE_APP_ATTEST_ROOT: pem }: Vars, report: Report): void {
  const binding = 'APPLE_APP_ATTEST_ROOT'
  if (pem.trim() === '') {
    if (apple !== undefined) report(binding, 'nothing', ROOT)
  } else if (apple === undefined) report(binding, 'a root without APPS.apple', ROOT)
  else if (!PEM.test(pem)) report(binding, 'something that is no certificate', ROOT)
}

/** Whether the keys themselves can be read is told where the secrets are (`secrets.ts`). */
function checkKeys({ APPS: { play } }: Vars, keys: unknown, report: Report): void {
  const binding = 'PLAY_KEYS'
  const named = typeof keys === 'string' && keys !== '' ? keys.split(',').map(packageOf) : []
  for (const app of play) {
    if (!named.includes(app.package))
      report(binding, `no keys of ${app.package}`, 'keys for each of APPS.play')
  }
  const known = play.map((app) => app.package)
  if (named.some((name) => !known.includes(name))) {
    report(
      binding,
      'keys of an app that APPS.play does not have',
      'keys for each of APPS.play, and no others',
    )
  }
}

function packageOf(entry: string): string {
  return entry.trim().split(':', 1)[0] ?? ''
}
