/** As much as must be known of a request, in the shapes of `evidence.ts`: this folder imports nothing of ours. */
interface Seen {
  readonly exchange: { readonly method: string }
  readonly match: { readonly route: { readonly sensitivity: string } }
  readonly claims: { readonly card?: string }
}

/**
 * A secret is being tried: what a guessing attack must do and everything else need not. A GET of the login page tries
 * none; anything that can carry a body on a login route does. Said once: what the rules judge is what the ledger counts.
 */
export function isAttempt({ exchange, match, claims }: Seen): boolean {
  if (claims.card !== undefined) return true
  return match.route.sensitivity === 'login' && !['GET', 'HEAD', 'OPTIONS'].includes(exchange.method)
}
