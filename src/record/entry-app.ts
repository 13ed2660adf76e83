/** What an entry keeps of an app's proof: what the vendor says of app and device, and not which device it is. */
import type { Proof } from '../evidence.ts'
import { known } from '../lib/fact.ts'

export interface JournalApp {
  readonly platform: string
  readonly app: string
  readonly version: string
  /** Apple: environment and category. Google: the labels of the device, and the licence. */
  readonly verdict: string
  /** Milliseconds between what the request says of its time, and its arrival. */
  readonly ageMs: number
  /** Since its key was attested; null for Google, whose apps have none. */
  readonly keyAgeMs: number | null
  /** By how much its counter rose: 1, but for assertions that never arrived. */
  readonly counted: number | null
}

export function appOf({ app: fact }: Proof, arrivedAt: number): JournalApp | null {
  const app = known(fact)
  if (app === undefined) return null
  const who = { platform: app.platform, app: cut(app.app, 170), ageMs: arrivedAt - app.madeAt }
  if (app.platform === 'google') {
    const { device, licensing = '', versionCode } = app.verdicts
    return {
      ...who,
      version: cut(String(versionCode ?? ''), 32),
      verdict: cut([...device, licensing].join(' ').trim(), 160),
      keyAgeMs: null,
      counted: null,
    }
  }
  const { environment, build, keyFirstSeenAt, counter, previousCounter } = app
  return {
    ...who,
    version: cut(build.bundleVersion ?? '', 32),
    verdict: build.category === undefined ? environment : `${environment} category ${build.category}`,
    keyAgeMs: arrivedAt - keyFirstSeenAt,
    counted: counter - previousCounter,
  }
}

function cut(text: string, length: number): string {
  return text.length > length ? text.slice(0, length) : text
}
