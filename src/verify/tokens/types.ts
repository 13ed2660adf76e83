/** What access tokens and proofs of possession are held against. Types only. */

import type { DpopPolicy } from '../jose/dpop.ts'
import type { IntrospectionOptions } from '../jose/introspection.ts'
import type { JwtPolicy } from '../jose/jwt.ts'
import type { KeyResolver } from '../signed/types.ts'

/** One authorization server whose tokens are JWTs (RFC 9068). */
export interface TrustedIssuer {
  readonly policy: JwtPolicy
  /** Whether a token that is bound to nothing is refused. */
  readonly bound: 'required' | 'optional'
  keys(): KeyResolver
}

export interface TokenTools {
  /** By `iss`. */
  readonly issuers: ReadonlyMap<string, TrustedIssuer>
  /** Who is asked about opaque tokens (RFC 7662); undefined: nobody. */
  readonly introspection:
    | (Omit<IntrospectionOptions, 'now'> & { readonly bound: 'required' | 'optional' })
    | undefined
  readonly dpop: DpopPolicy
  /** Member of a token, or of what its server says of it, that names the consent that it stands for. */
  readonly consentClaim: string
}
