/** The gate's keys: one master key from the operator, one derived key for each purpose, and the key that signs towards the bank. */
import { hkdf } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Secrets } from './config.ts'
import type { KeyPurpose, Keys, Mac } from './ports.ts'

type Hmac = ReturnType<typeof hmac.create>

const KEY_BYTES = 32
const encoder = new TextEncoder()

/**
 * Makes the keys of one isolate.
 *
 * HKDF-SHA-256 (RFC 5869) separates the purposes: who learns the pass key cannot name an account. HMAC is computed in
 * JavaScript from a state that has already taken in the key: measured in workerd, that costs a third of node:crypto's,
 * whose object is made anew for every MAC, and needs no promise, as WebCrypto's does.
 */
export function keysFrom(secrets: Pick<Secrets, 'gateKeys' | 'signatureKey'>): Keys {
  const started = new Map<string, Hmac>()
  /** Taken over by one MAC after the other: making a state anew costs as much as computing with it. */
  let scratch: Parameters<Hmac['_cloneInto']>[0]
  const current = secrets.gateKeys[0]
  if (current === undefined)
    throw new Error('Cannot make keys: no master key, which parseConfig should have refused')

  function start(keyId: string, purpose: KeyPurpose): Hmac | undefined {
    const name = `${keyId} ${purpose}`
    const known = started.get(name)
    if (known !== undefined) return known
    const master = secrets.gateKeys.find((key) => key.id === keyId)
    if (master === undefined) return undefined
    const info = encoder.encode(`portcullis ${purpose}`)
    const state = hmac.create(sha256, hkdf(sha256, master.bytes, undefined, info, KEY_BYTES))
    started.set(name, state)
    return state
  }

  function macWith(
    keyId: string,
    purpose: KeyPurpose,
    scope: string,
    value: string | Uint8Array,
  ): Mac | undefined {
    const state = start(keyId, purpose)
    if (state === undefined) return undefined
    const taken = state._cloneInto(scratch)
    scratch = taken
    // A NUL ends the scope, so that no scope and value run together into another pair.
    taken.update(encoder.encode(typeof value === 'string' ? `${scope}\0${value}` : `${scope}\0`))
    if (typeof value !== 'string') taken.update(value)
    return { keyId, mac: taken.digest() }
  }

  return {
    formerIds: secrets.gateKeys.slice(1).map(({ id }) => id),
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
