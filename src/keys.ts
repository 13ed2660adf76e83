/** The gate's keys: one master key from the operator, one derived key for each purpose, and the key that signs towards the bank. */
import { createHmac, hkdfSync } from 'node:crypto'
import type { Secrets } from './config.ts'
import type { KeyPurpose, Keys, Mac } from './ports.ts'

/**
 * Makes the keys of one isolate.
 *
 * HKDF-SHA-256 (RFC 5869) separates the purposes: who learns the pass key cannot name an account. HMAC is
 * synchronous here, because a request makes several and each promise would cost more than the hash.
 */
export function keysFrom(secrets: Pick<Secrets, 'gateKeys' | 'signatureKey'>): Keys {
  const derived = new Map<string, Uint8Array>()
  const current = secrets.gateKeys[0]
  if (current === undefined)
    throw new Error('Cannot make keys: no master key, which parseConfig should have refused')

  function derive(keyId: string, purpose: KeyPurpose): Uint8Array | undefined {
    const name = `${keyId} ${purpose}`
    const known = derived.get(name)
    if (known !== undefined) return known
    const master = secrets.gateKeys.find((key) => key.id === keyId)
    if (master === undefined) return undefined
    const key = new Uint8Array(hkdfSync('sha256', master.bytes, '', `portcullis ${purpose}`, 32))
    derived.set(name, key)
    return key
  }

  function macWith(
    keyId: string,
    purpose: KeyPurpose,
    scope: string,
    value: string | Uint8Array,
  ): Mac | undefined {
    const key = derive(keyId, purpose)
    if (key === undefined) return undefined
    // A NUL ends the scope, so that no scope and value run together into another pair.
    const mac = createHmac('sha256', key).update(`${scope}\0`).update(value).digest()
    return { keyId, mac: new Uint8Array(mac) }
  }

  return {
    mac(purpose, scope, value) {
      const mac = macWith(current.id, purpose, scope, value)
      if (mac === undefined) throw new Error('Cannot make a MAC: the current key vanished')
      return mac
    },
    macWith,
    signatureKeyId: secrets.signatureKey?.kid,
    sign: signer(secrets.signatureKey),
  }
}

function signer(jwk: Secrets['signatureKey']): Keys['sign'] {
  if (jwk === undefined) return () => Promise.resolve(undefined)
  // Imported once for each isolate: a CryptoKey, unlike a stream or a stub, may be shared between requests.
  let imported: CryptoKey | undefined
  return async (base) => {
    imported ??= await crypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['sign'])
    const signature = await crypto.subtle.sign('Ed25519', imported, base)
    return { keyId: jwk.kid, signature: new Uint8Array(signature) }
  }
}
