/**
 * Challenges for apps. Nothing is stored when one is given out, or whoever asks for a million fills the memory:
 *
 *   a1.<key id>.<issued at, seconds, base 36>.<random>.<mac, base64url>
 *
 * A registration uses its challenge up (`enrol.ts`); on a request it says only that the evidence is no older than the
 * challenge, and the counter sees to copies.
 */
import { timingSafeEqual } from 'node:crypto'
import { fromBase64url, toBase64url } from '../../lib/base64.ts'
import { type Fact, invalid, valid } from '../../lib/fact.ts'
import type { Keys } from '../../ports.ts'
import type { ChallengeProblem } from './types.ts'

/** Apple's servers are asked in between, and are slow on their bad days. */
export const CHALLENGE_TTL_SECONDS = 5 * 60
/** Two machines of the edge may disagree by this much about the time. */
const SKEW_SECONDS = 60
const MAC_BYTES = 16
const SCOPE = 'challenge'

const SHAPE = /^a1\.([a-z0-9]{1,16})\.([0-9a-z]{1,8})\.([A-Za-z0-9-]{16,64})\.([A-Za-z0-9_-]{22})$/

/**
 * @param random unguessable, of letters, digits and hyphens
 * @param now milliseconds since the epoch
 */
export function issueChallenge(random: string, now: number, keys: Pick<Keys, 'mac'>): string {
  const signed = `${Math.floor(now / 1_000).toString(36)}.${random}`
  const { keyId, mac } = keys.mac('attestation', SCOPE, signed)
  return `a1.${keyId}.${signed}.${toBase64url(mac.subarray(0, MAC_BYTES))}`
}

export interface Challenge {
  /** Milliseconds since the epoch. */
  readonly issuedAt: number
  readonly expiresAt: number
}

export function verifyChallenge(
  text: string,
  now: number,
  keys: Pick<Keys, 'macWith'>,
): Fact<Challenge, ChallengeProblem> {
  const [, keyId, at, random, sent] = SHAPE.exec(text) ?? []
  const mac = fromBase64url(sent ?? '')
  if (keyId === undefined || at === undefined || mac?.length !== MAC_BYTES)
    return invalid('challenge_malformed')
  const own = keys.macWith(keyId, 'attestation', SCOPE, `${at}.${random}`)
  // A key that is no longer configured: an honest challenge under it is over by now.
  if (own === undefined) return invalid('challenge_expired')
  if (!timingSafeEqual(own.mac.subarray(0, MAC_BYTES), mac)) return invalid('challenge_forged')
  const issuedAt = Number.parseInt(at, 36) * 1_000
  const expiresAt = issuedAt + CHALLENGE_TTL_SECONDS * 1_000
  if (now > expiresAt || now < issuedAt - SKEW_SECONDS * 1_000) return invalid('challenge_expired')
  return valid({ issuedAt, expiresAt })
}
