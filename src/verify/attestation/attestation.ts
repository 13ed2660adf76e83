/**
 * The attestation port over Attestation objects. Made per request, because stubs are. Keys are spread over a fixed number
 * of objects by hash: a key id is what a stranger wrote, and must not create an object.
 */
import { type Fact, invalid, unavailable, valid } from '../../lib/fact.ts'
import { faultIn } from '../../lib/fault.ts'
import { hash32 } from '../../lib/hash32.ts'
import { within } from '../../lib/within.ts'
import type { KeyMemory } from './key-memory.ts'
import type { Attestation, AttestationOutage, AttestedKey } from './types.ts'

/** What we call of an Attestation object (`attestation-object.ts`). Answers are checked: they crossed a version boundary. */
export interface AttestationObject {
  keep(key: AttestedKey): Promise<unknown>
  find(keyId: string): Promise<unknown>
  raise(keyId: string, counter: number): Promise<unknown>
  erase(keyIds: readonly string[]): Promise<unknown>
}

export interface AttestationNamespace {
  getByName(name: string): AttestationObject
}

export interface AttestationOptions {
  readonly shards: number
  readonly budgetMs: number
  /** Of this isolate. */
  readonly memory: KeyMemory
  waitUntil(work: Promise<unknown>): void
  /** A bug of ours inside an object: for the log. */
  report(fault: string): void
}

type Asked = Fact<unknown, never, AttestationOutage>

export function attestationFrom(namespace: AttestationNamespace, options: AttestationOptions): Attestation {
  const { shards, budgetMs, memory, waitUntil, report } = options

  async function ask(keyId: string, call: (object: AttestationObject) => Promise<unknown>): Promise<Asked> {
    const object = `attestation-${(hash32(keyId) % shards).toString(36)}-of-${shards}`
    const answer = await within(() => call(namespace.getByName(object)), budgetMs, waitUntil)
    if (!answer.ok) {
      return unavailable(answer.reason === 'late' ? 'attestation_store_timeout' : 'attestation_store_failed')
    }
    const fault = faultIn(answer.value)
    if (fault === undefined) return valid(answer.value)
    report(fault)
    return unavailable('attestation_store_failed')
  }

  return {
    async keep(key) {
      const asked = await ask(key.keyId, (object) => object.keep(key))
      if (asked.state !== 'valid') return asked
      if (asked.value === 'full') return unavailable('attestation_store_full')
      return keyIn(asked.value, key.keyId) ?? unavailable('attestation_store_failed')
    },
    async find(keyId) {
      const remembered = memory.find(keyId)
      if (remembered !== undefined) return valid(remembered)
      const asked = await ask(keyId, (object) => object.find(keyId))
      if (asked.state !== 'valid') return asked
      if (asked.value === 'unknown') return invalid('app_key_unknown')
      const found = keyIn(asked.value, keyId)
      if (found === undefined) return unavailable('attestation_store_failed')
      memory.remember(found.value)
      return found
    },
    async forget(keyId) {
      const asked = await ask(keyId, (object) => object.erase([keyId]))
      memory.forget(keyId)
      if (asked.state !== 'valid') return asked
      return typeof asked.value === 'number' ? valid(asked.value) : unavailable('attestation_store_failed')
    },
    async raise(keyId, counter) {
      const asked = await ask(keyId, (object) => object.raise(keyId, counter))
      if (asked.state !== 'valid') return asked
      if (typeof asked.value === 'number') return valid({ previous: asked.value })
      if (asked.value === 'replayed') return invalid('assertion_replayed')
      if (asked.value !== 'unknown') return unavailable('attestation_store_failed')
      // Erased since this isolate learnt of it.
      memory.forget(keyId)
      return invalid('app_key_unknown')
    },
  }
}

function keyIn(
  value: unknown,
  keyId: string,
): { readonly state: 'valid'; readonly value: AttestedKey } | undefined {
  if (typeof value !== 'object' || value === null || !('keyId' in value) || value.keyId !== keyId)
    return undefined
  if (!('publicKey' in value) || !(value.publicKey instanceof Uint8Array)) return undefined
  // An object of ours answered under this very name.
  return valid(value as AttestedKey)
}
