/**
 * Addresses and keys of webhooks: an address is a secret too, since that of a chat room is all that one needs to write
 * there. They come by `wrangler secret put NOTIFY_SECRETS`, and are written nowhere else.
 */
import { readKey } from './signature.ts'
import type { Secret, Target } from './types.ts'

/** `{"security": {"url": "https://hooks.example/…", "keys": ["whsec_…"]}}`; a target without a good one is left out. */
export function readSecrets(text: string | undefined): ReadonlyMap<string, Secret> {
  const secrets = new Map<string, Secret>()
  for (const [name, value] of Object.entries(parse(text))) {
    const secret = secretFrom(value)
    if (secret !== undefined) secrets.set(name, secret)
  }
  return secrets
}

function parse(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined || text === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    // What JSON.parse makes of an object has string keys.
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
  } catch {
    return {}
  }
}

function secretFrom(value: unknown): Secret | undefined {
  if (typeof value !== 'object' || value === null || !('url' in value) || !('keys' in value)) return undefined
  const { url, keys } = value
  if (typeof url !== 'string' || !Array.isArray(keys) || keys.length === 0) return undefined
  const read = keys.map((key) => (typeof key === 'string' ? readKey(key) : undefined))
  const good = read.filter((key) => key !== undefined)
  // One bad key among good ones would go unnoticed until the good one is taken away.
  return good.length === keys.length ? { url, keys: good } : undefined
}

/** An address that may be written to: https, the host that the configuration names, and nothing that hides another. */
export function addressFor({ host }: Target, { url }: Secret): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, hostname, port, username, password, hash } = new URL(url)
  const plain = username === '' && password === '' && hash === ''
  return protocol === 'https:' && hostname === host && port === '' && plain ? url : undefined
}
