/**
 * Signs a webhook as Standard Webhooks 1.0.0 does (standard-webhooks/standard-webhooks, spec/standard-webhooks.md):
 * HMAC-SHA-256 over id, time and body, so that a captured message neither changes nor comes again later. Receivers
 * find libraries for it in every language.
 */
import { createHmac } from 'node:crypto'
import { fromBase64, toBase64 } from '../../lib/base64.ts'

/** "Random. At least 24 bytes (192 bits, 512 maximum)": 512 bits are 64 bytes. */
const MIN_KEY_BYTES = 24
const MAX_KEY_BYTES = 64
const PREFIX = 'whsec_'

export interface Signing {
  readonly id: string
  readonly at: number
  readonly body: string
}

/** One signature for each key, so that a receiver may change its own at leisure. */
export function signedHeaders(
  { id, at, body }: Signing,
  keys: readonly Uint8Array[],
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1_000))
  const signatures = keys.map((key) => {
    const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest()
    return `v1,${toBase64(mac)}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}

/** A key as it is written down: `whsec_` and base64. */
export function readKey(text: string): Uint8Array | undefined {
  const key = text.startsWith(PREFIX) ? fromBase64(text.slice(PREFIX.length)) : undefined
  return key !== undefined && key.length >= MIN_KEY_BYTES && key.length <= MAX_KEY_BYTES ? key : undefined
}
