import type { TimePolicy } from './policy.ts'

/** Seconds since the epoch, as both specifications count. */
export interface SignedTimes {
  readonly created: number | undefined
  readonly expires: number | undefined
}
export type FreshnessFault =
  | 'signature_from_future'
  | 'signature_stale'
  | 'signature_expired'
  | 'signature_lives_too_long'

/**
 * Whether a signature is of now (RFC 9421 section 3.2). An age limit holds whatever the signer wishes: `expires` can
 * only make it shorter, so that a replay memory knows for how long it has to remember.
 *
 * @param now milliseconds since the epoch
 */
export function staleness(
  { created, expires }: SignedTimes,
  { maxAgeSeconds, skewSeconds }: TimePolicy,
  maxLifetimeSeconds: number,
  now: number,
): FreshnessFault | undefined {
  const seconds = now / 1_000
  if (created !== undefined) {
    if (created > seconds + skewSeconds) return 'signature_from_future'
    if (created < seconds - maxAgeSeconds - skewSeconds) return 'signature_stale'
  }
  if (expires === undefined) return undefined
  if (expires <= seconds - skewSeconds) return 'signature_expired'
  // Without a time of signing the longest life counts from now.
  const from = created ?? seconds + skewSeconds
  return expires > from + maxLifetimeSeconds ? 'signature_lives_too_long' : undefined
}
