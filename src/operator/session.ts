/** Who may read records: a bearer token for programs, and a cookie made from the same token for a browser. */
import { createHash } from 'node:crypto'
import { fromBase64url, toBase64url } from '../lib/base64.ts'
import { equalSecrets } from '../lib/equal.ts'
import type { Keys } from '../ports.ts'

/** Not `__Host-`, which would want the path of the whole host: the session is sent to the console and to no page of the bank. */
export const COOKIE = '__Secure-portcullis-operator'
const SCOPED = 'Path=/_portcullis'
/** A working day. The token itself is never put into a cookie. */
const LIFETIME_SECONDS = 8 * 3_600
const SCOPE = 'session'

/** Set-Cookie value for an operator who has shown the token. `now` is milliseconds since the epoch. */
export function openSession(keys: Keys, token: string, now: number): string {
  const expires = String(Math.floor(now / 1000) + LIFETIME_SECONDS)
  const { keyId, mac } = keys.mac('operator', SCOPE, signed(expires, token))
  const value = `${keyId}.${expires}.${toBase64url(mac)}`
  return `${COOKIE}=${value}; ${SCOPED}; Max-Age=${LIFETIME_SECONDS}; Secure; HttpOnly; SameSite=Strict`
}

export function closeSession(): string {
  return `${COOKIE}=; ${SCOPED}; Max-Age=0; Secure; HttpOnly; SameSite=Strict`
}

export function holdsSession(keys: Keys, token: string, cookie: string | undefined, now: number): boolean {
  const [, keyId, expires, text] = /^([a-z0-9]{1,16})\.(\d{1,12})\.([\w-]{43})$/.exec(cookie ?? '') ?? []
  if (keyId === undefined || expires === undefined || text === undefined) return false
  if (Number(expires) * 1000 <= now || fromBase64url(text) === undefined) return false
  const made = keys.macWith(keyId, 'operator', SCOPE, signed(expires, token))
  return made !== undefined && equalSecrets(toBase64url(made.mac), text)
}

/** The token's digest is in it: who changes the token, because somebody has left, means the sessions too. */
function signed(expires: string, token: string): string {
  return `${expires} ${createHash('sha256').update(token).digest('base64url')}`
}

export function holdsToken(token: string, authorization: string | undefined): boolean {
  const [, shown] = /^Bearer ([\w.~+/=-]{1,512})$/i.exec(authorization ?? '') ?? []
  return shown !== undefined && equalSecrets(shown, token)
}
