/** Where a key id is the URL of a certificate. It is read and compared; nothing here or elsewhere follows it. */
export interface UrlKeyId {
  readonly url: string
  readonly host: string
  /** Hexadecimal digest at the end of the path, after the last underscore: SHA-1 or SHA-256 of the certificate. */
  readonly fingerprint: string | undefined
}

const MAX_URL = 2_048

/**
 * Undefined for what is no plain https URL: a user name, a port or a fragment in it is there to be read in two ways.
 * Whoever fetches what a stranger names fetches from inside the bank's network.
 */
export function readUrlKeyId(keyId: string): UrlKeyId | undefined {
  if (keyId.length > MAX_URL || !/^https:\/\/[a-z0-9.-]+(?:\/[\x21-\x7e]*)?$/i.test(keyId)) return undefined
  const url = URL.parse(keyId)
  if (url === null || url.port !== '' || url.username !== '' || url.hash !== '') return undefined
  // The parser turns numbers into IPv4 addresses.
  if (!/[a-z]/.test(url.hostname.split('.').at(-1) ?? '')) return undefined
  const digest = /_([0-9a-f]{40}|[0-9a-f]{64})(?:\.[a-z0-9]{1,8})?$/i.exec(url.pathname)?.[1]
  return { url: url.href, host: url.hostname, fingerprint: digest?.toLowerCase() }
}
