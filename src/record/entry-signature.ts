/** What an entry keeps of a request's signature: no name of a person, and nothing of what was signed. */
import type { Evidence, Proof } from '../evidence.ts'
import { known } from '../lib/fact.ts'

export interface JournalSignature {
  readonly profile: string
  /** Why it was refused, in the word of the engine that found it. */
  readonly fault: string
  readonly place: string
  readonly keyId: string
  readonly algorithm: string
  /** RFC 7638, or SHA-256 of the key; empty where it does not hold. */
  readonly key: string
  readonly keyAgeMs: number | null
  readonly skewMs: number | null
  /** Of the same signer in the last hour, before this one. */
  readonly failures: number
}

export function signatureOf({ signing, signature }: Proof): JournalSignature | null {
  if (signing === undefined) return null
  const held = known(signature)
  return {
    profile: cut(signing.profile, 32),
    fault: cut(signing.fault, 48),
    place: cut(signing.place, 64),
    keyId: cut(held?.keyId, 128),
    algorithm: cut(held?.algorithm, 16),
    key: cut(held?.keyThumbprint, 48),
    keyAgeMs: held?.keyAge ?? null,
    skewMs: held?.skew ?? null,
    failures: signing.failures,
  }
}

/** Whether the request was used before; `absent` where it uses nothing up. */
export function replayOf(fact: Evidence['replay']): string {
  if (fact.state === 'valid') return fact.value.retry ? 'valid:retry' : 'valid'
  return 'reason' in fact ? `${fact.state}:${fact.reason}` : fact.state
}

function cut(text = '', length: number): string {
  return text.length > length ? text.slice(0, length) : text
}
