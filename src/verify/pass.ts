/**
 * The gate's own cookie. It proves that this client fetched a page of ours before (or met a challenge), and names the
 * visit under which behaviour is remembered; it names nobody. Value:
 *
 *   v1.<key id>.<shard>.<random>.<issued at, seconds, base 36>.<cleared 0|1>.<mac, base64url>
 *
 * The MAC has two halves of 128 bits: one over the value, one over the value and the client's fingerprint. The first
 * tells an invented pass from one that another client carries about, and those are different stories.
 */
import { timingSafeEqual } from 'node:crypto'
import type { Client, Exchange, Pass, PassProblem, VerifierOutage } from '../evidence.ts'
import { fromBase64url, toBase64url } from '../lib/base64.ts'
import { cookiesNamed } from '../lib/cookie.ts'
import { ABSENT, type Fact, invalid, valid } from '../lib/fact.ts'
import { fieldIn } from '../lib/header-fields.ts'
import type { Keys } from '../ports.ts'

/** The prefix binds it to this host, https and the root path (RFC 6265bis section 4.1.3.2). */
export const PASS_COOKIE = '__Host-portcullis'
/** A working day. Longer and a stolen pass is worth more; shorter and people meet challenges at night. */
const TTL_SECONDS = 12 * 60 * 60
/** Two machines of the edge may disagree by this much about the time. */
const SKEW_SECONDS = 60
const HALF_MAC_BYTES = 16

const SHAPE =
  /^v1\.([a-z0-9]{1,16})\.([0-9a-z]{1,4}\.[A-Za-z0-9_-]{8,64})\.([0-9a-z]{1,8})\.([01])\.([A-Za-z0-9_-]{43})$/

/** @returns the cookie's value. `pass.id` must be `<shard, base 36>.<random>`. */
export function mintPass(pass: Pass, fingerprint: string, keys: Keys): string {
  const at = Math.floor(pass.issuedAt / 1_000).toString(36)
  const signed = `${pass.id}.${at}.${pass.cleared ? '1' : '0'}`
  const own = keys.mac('pass', OWN, signed)
  const bound = keys.mac('pass', BOUND, `${signed} ${fingerprint}`)
  const mac = new Uint8Array(2 * HALF_MAC_BYTES)
  mac.set(own.mac.subarray(0, HALF_MAC_BYTES))
  mac.set(bound.mac.subarray(0, HALF_MAC_BYTES), HALF_MAC_BYTES)
  return `v1.${own.keyId}.${signed}.${toBase64url(mac)}`
}

/** A Set-Cookie value. Lax: the pass must come along when somebody follows a link to the bank. */
export function passCookie(value: string): string {
  return `${PASS_COOKIE}=${value}; Max-Age=${TTL_SECONDS}; Path=/; Secure; HttpOnly; SameSite=Lax`
}

const OWN = 'value'
const BOUND = 'value and client'

export function verifyPass(
  exchange: Exchange,
  client: Client,
  keys: Keys,
): Fact<Pass, PassProblem, VerifierOutage> {
  const [value, ...more] = cookiesNamed(fieldIn(exchange.headers, 'cookie'), PASS_COOKIE)
  if (value === undefined) return ABSENT
  const [, keyId, id, at, cleared, text] = SHAPE.exec(value) ?? []
  const mac = fromBase64url(text ?? '')
  if (more.length > 0 || keyId === undefined || id === undefined || at === undefined || !mac?.length) {
    return invalid('pass_malformed')
  }
  const signed = `${id}.${at}.${cleared}`
  const bound = keys.macWith(keyId, 'pass', BOUND, `${signed} ${client.fingerprint}`)
  // A key that is no longer configured: whoever holds such a pass may be honest, and its time is over.
  if (bound === undefined) return invalid('pass_expired')
  if (!equal(bound.mac, mac.subarray(HALF_MAC_BYTES))) {
    // Only now does it matter whether the value is ours at all.
    const own = keys.macWith(keyId, 'pass', OWN, signed)
    const ours = own !== undefined && equal(own.mac, mac.subarray(0, HALF_MAC_BYTES))
    return invalid(ours ? 'pass_of_another_client' : 'pass_forged')
  }
  const issuedAt = Number.parseInt(at, 36) * 1_000
  const ageSeconds = (exchange.arrivedAt - issuedAt) / 1_000
  if (ageSeconds > TTL_SECONDS || ageSeconds < -SKEW_SECONDS) return invalid('pass_expired')
  return valid({ id, issuedAt, cleared: cleared === '1' })
}

function equal(full: Uint8Array, half: Uint8Array): boolean {
  return timingSafeEqual(full.subarray(0, HALF_MAC_BYTES), half)
}
