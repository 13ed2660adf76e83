/** By which names a way of signing is called: its own, and that of the API standard whose first it is. */
import type { SigningProfile } from '../../src/dialects/signing/profile.ts'
import { SIGNING } from '../../src/dialects/signing/table.ts'
import { DIALECTS } from '../../src/dialects/table.ts'
import { fail, type Outcome, pass } from '../../src/lib/outcome.ts'
import { listOf } from './algorithms.ts'

export function profileCalled(name: string): Outcome<SigningProfile, string> {
  const profile = Object.hasOwn(SIGNING, name) ? SIGNING[name] : undefined
  const dialect = Object.hasOwn(DIALECTS, name) ? DIALECTS[name] : undefined
  const found = profile ?? dialect?.signing[0]
  if (found !== undefined) return pass(found)
  if (dialect !== undefined) return fail(`requests of ${name} are not signed`)
  return fail(`there is no dialect ${JSON.stringify(name.slice(0, 64))}, but ${listOf(Object.keys(SIGNING))}`)
}

/** One line for each. */
export function listed(): string {
  const width = Math.max(...Object.keys(SIGNING).map((name) => name.length))
  const lines = Object.values(SIGNING).map((profile) => `${profile.name.padEnd(width)}  ${about(profile)}`)
  return `${lines.join('\n')}\n`
}

const WAYS = {
  jws: 'detached JWS of the body',
  jades: 'JAdES over header fields and the digest of the body',
  cavage: 'draft-cavage and Digest',
  message: 'RFC 9421 and Content-Digest',
} as const

const PLACES = {
  directory: 'a key that you publish',
  certificate: 'a seal (QSealC)',
  registered_url: 'a seal, by its URL (--kid)',
} as const

function about({ name, scheme, keys }: SigningProfile): string {
  const used = Object.values(DIALECTS)
    .filter(({ signing }) => signing.some((one) => one.name === name))
    .map((dialect) => dialect.name)
  return `${WAYS[scheme.kind]}; ${scheme.policy.algorithms.join(' ')}; ${PLACES[keys]}; of ${used.join(', ')}`
}
