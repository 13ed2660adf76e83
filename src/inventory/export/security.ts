/** What callers showed, as OpenAPI's security schemes. An API key's place is not known, so that it has none. */
import type { Usage } from '../learn/types.ts'

export const SCHEMES = {
  basic: { type: 'http', scheme: 'basic' },
  bearer: { type: 'http', scheme: 'bearer' },
  client_certificate: { type: 'mutualTLS' },
} as const

/** `bound_token` is a bearer token too, and its binding the certificate's. */
const MEANS: Readonly<Record<string, keyof typeof SCHEMES>> = {
  basic: 'basic',
  bearer: 'bearer',
  bound_token: 'bearer',
  client_certificate: 'client_certificate',
}

/** Alternatives that were accepted; `{}` where nothing was asked (OpenAPI 3.1.0 section 4.8.30). */
export function securityOf({
  authenticationAccepted,
}: Usage): readonly Readonly<Record<string, readonly []>>[] {
  const alternatives = new Map<string, Record<string, readonly []>>()
  for (const { name } of authenticationAccepted) {
    const schemes = [...new Set(name.split('+').flatMap((one) => MEANS[one] ?? []))].sort()
    alternatives.set(schemes.join(), Object.fromEntries(schemes.map((scheme) => [scheme, [] as const])))
  }
  return Array.from(alternatives.values())
}
