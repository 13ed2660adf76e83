/** Turns what a body claims into keyed pseudonyms, so that nothing after this line knows a user name, a card or a password. */
import type { ClaimKind, Claims, Credentials } from './evidence.ts'
import { toBase64url } from './lib/base64.ts'
import { DAY_MS } from './lib/durations.ts'
import type { Keys, Mac } from './ports.ts'

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
    ...(user === undefined ? {} : { account: nameOf(keys, 'account', user) }),
    ...(card === undefined ? {} : { card: nameOf(keys, 'card', card) }),
    ...binOf(card),
    ...(password === undefined
      ? {}
      : { password: pseudonym(keys.mac('password', day, password), SKETCH_BYTES) }),
    ...formerly(credentials, keys),
  }
}

/** ISO/IEC 7812-1:2017 names the issuer in eight digits. */
const BIN_DIGITS = 8
/** PANs have 12 digits and more; less is no card, and eight digits of it would be too much of it. */
const MIN_PAN_DIGITS = 12

function binOf(card: string | undefined): Pick<Claims, 'bin'> {
  const digits = card?.replace(/\D/g, '') ?? ''
  return digits.length < MIN_PAN_DIGITS ? {} : { bin: digits.slice(0, BIN_DIGITS) }
}

/** The keyed name of a person's account, a card or a consent: under the current key, so that it can be found again. */
export function nameOf(keys: Keys, kind: ClaimKind, value: string): string {
  return pseudonym(keys.mac(kind, '', value), NAME_BYTES)
}

/** The same under the other configured keys: what was counted before a rotation is found by these. */
export function formerNamesOf(keys: Keys, kind: ClaimKind, value: string): readonly string[] {
  return keys.formerIds.flatMap((keyId) => {
    const mac = keys.macWith(keyId, kind, '', value)
    return mac === undefined ? [] : [pseudonym(mac, NAME_BYTES)]
  })
}

/** Nothing where one key is configured, as it is but for the days of a rotation. */
function formerly({ user, card }: Credentials, keys: Keys): Pick<Claims, 'formerly'> {
  if (keys.formerIds.length === 0 || (user === undefined && card === undefined)) return {}
  return {
    formerly: {
      ...(user === undefined ? {} : { account: formerNamesOf(keys, 'account', user) }),
      ...(card === undefined ? {} : { card: formerNamesOf(keys, 'card', card) }),
    },
  }
}

function pseudonym({ keyId, mac }: Mac, bytes: number): string {
  return `${keyId}.${toBase64url(mac.subarray(0, bytes))}`
}
