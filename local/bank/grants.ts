/** Sessions and tokens: random, opaque, expiring, kept only as their SHA-256. */
import { type Bank, SECOND_MS } from './bank.ts'
import { base64url, sha256 } from './bytes.ts'

export type Grant =
  /** A browser's cookie. */
  | { readonly kind: 'session'; readonly customerId: string }
  /** The bank's own mobile application. */
  | { readonly kind: 'mobile'; readonly customerId: string }
  /** A third party for itself (RFC 6749 section 4.4): may ask for consents, reads nobody's data. */
  | { readonly kind: 'client'; readonly clientId: string }
  /** A third party for one customer, within one consent. */
  | {
      readonly kind: 'consent'
      readonly clientId: string
      readonly customerId: string
      readonly consentId: string
    }

export const LIFETIME_SECONDS = {
  session: 1800,
  mobile: 3600,
  client: 3600,
  consent: 3600,
} as const satisfies Record<Grant['kind'], number>

const TOKEN_BYTES = 32
/** Bound before hashing: 32 bytes in base64url are 43 characters. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/

export async function issue(bank: Bank, grant: Grant): Promise<string> {
  const token = base64url(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)))
  const expiresAt = bank.now() + LIFETIME_SECONDS[grant.kind] * SECOND_MS
  bank.store.put('grant', await nameOf(token), grant, expiresAt)
  return token
}

export async function redeem(bank: Bank, token: string | undefined): Promise<Grant | undefined> {
  if (token === undefined || !TOKEN.test(token)) return undefined
  return bank.store.get('grant', await nameOf(token))
}

export async function revoke(bank: Bank, token: string | undefined): Promise<void> {
  if (token !== undefined && TOKEN.test(token)) bank.store.remove('grant', await nameOf(token))
}

/** RFC 6750 section 2.1. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1]
}

/** A copy of the store must not be a bunch of keys. */
async function nameOf(token: string): Promise<string> {
  return base64url(await sha256(token))
}
