import type { Config } from '../config.ts'
import { defined } from './defined.ts'
import type { Vars } from './schema.ts'

/** RFC 9068 section 2.2. */
const CLAIMS_OF_RFC_9068 = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti']

export function buildSigning(vars: Vars): Pick<Config, 'signing' | 'tokens' | 'agents'> {
  return {
    signing: {
      signers: vars.SIGNERS.map((signer) => ({ ...signer, keys: signer.keys })),
      directory: vars.KEY_DIRECTORY === '' ? undefined : vars.KEY_DIRECTORY,
      overrides: Object.fromEntries(
        [...vars.ROUTES, vars.FALLBACK].map(({ id, signing: { profile: _named, ...rest } }) => [
          id,
          defined(rest),
        ]),
      ),
    },
    tokens: {
      issuers: vars.TOKEN_ISSUERS.map(({ claims, ...issuer }) => ({
        ...issuer,
        claims: claims ?? (issuer.type === 'at+jwt' ? CLAIMS_OF_RFC_9068 : []),
      })),
      introspection: vars.INTROSPECTION,
    },
    agents: new Map(vars.AGENTS.map(({ host, name }) => [host, name])),
  }
}
