/** Whether a token is good for the operation (OWASP API5:2023), by the scopes that its specification asks for. */
import type { Operation, SecurityNeed } from '../types.ts'

/** @param scopes undefined where nobody knows them: that accuses nobody */
export function lacksScope({ security }: Operation, scopes: readonly string[] | undefined): boolean {
  if (scopes === undefined || security.length === 0) return false
  // Of several ways in, one that asks for no scope, or for what the token has, is enough.
  return security.every((needs) => needs.some((need) => isUnmet(need, scopes)))
}

/** OpenAPI 3.1 section 4.8.30: scopes are those of OAuth and OpenID Connect; elsewhere they are roles that no token tells. */
function isUnmet({ type, scopes: needed }: SecurityNeed, scopes: readonly string[]): boolean {
  return (type === 'oauth2' || type === 'openIdConnect') && needed.some((scope) => !scopes.includes(scope))
}
