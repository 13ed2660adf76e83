/** Turns what a body claims into keyed pseudonyms, so that nothing after this line knows a user name, a card or a password. */
import type { Claims, Credentials } from './evidence.ts'
import { toBase64url } from './lib/base64.ts'
import type { Keys } from './ports.ts'

const DAY_MS = 86_400_000
/** 96 bits: a billion names and still no two alike. */
const NAME_BYTES = 12
/**
 * 16 bits: one password over many accounts can show, and 65,536 buckets hold thousands of different passwords
 * each, so that none can be told from its sketch.
 */
const SKETCH_BYTES = 2

/** `now` is milliseconds since the epoch: the password sketch changes its key with the day (UTC). */
export function claimsFrom(credentials: Credentials, keys: Keys, now: number): Claims {
  const { user, card, password } = credentials
  const day = String(Math.floor(now / DAY_MS))
  return {
    ...(user === undefined ? {} : { account: pseudonym(keys, 'account', '', user, NAME_BYTES) }),
    ...(card === undefined ? {} : { card: pseudonym(keys, 'card', '', card, NAME_BYTES) }),
    ...(password === undefined ? {} : { password: pseudonym(keys, 'password', day, password, SKETCH_BYTES) }),
  }
}

function pseudonym(
  keys: Keys,
  purpose: 'account' | 'card' | 'password',
  scope: string,
  value: string,
  bytes: number,
): string {
  const { keyId, mac } = keys.mac(purpose, scope, value)
  return `${keyId}.${toBase64url(mac.subarray(0, bytes))}`
}
