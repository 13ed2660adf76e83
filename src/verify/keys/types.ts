/** Key sets that organisations publish, and where the gate keeps what it read of them. Types only. */
import type { Fetch } from '../fetching.ts'
import type { VerificationKey } from '../signed/types.ts'

/** One key of a published set, with what the set says of its life. Times in milliseconds since the epoch. */
export interface PublishedKey {
  readonly kid: string | undefined
  readonly key: VerificationKey
  readonly notBefore: number | undefined
  readonly notAfter: number | undefined
  readonly revokedAt: number | undefined
}

export type RefusedKeyReason =
  | 'key_use_refused'
  | 'key_revoked'
  | 'key_weak'
  | 'key_malformed'
  | 'key_algorithm_refused'

export interface PublishedSet {
  readonly keys: readonly PublishedKey[]
  /** Keys that are there and may not be used, so that a message which names one gets the true reason. */
  readonly refused: ReadonlyMap<string, RefusedKeyReason>
}

/** Where keys come from. Made from configuration alone (`sources.ts`): never from a message. */
export interface KeySource {
  readonly url: string
  readonly mediaTypes: readonly string[]
  /** What a message's key id is: the `kid` that the publisher chose, or the key's RFC 7638 thumbprint. */
  readonly namedBy: 'kid' | 'thumbprint'
  /** Thumbprints of the keys that count, where the set has to prove more than that it came from this URL. */
  readonly admit?: (answer: SetAnswer, set: PublishedSet) => Promise<ReadonlySet<string>>
}

/** The answer that brought a set. */
export interface SetAnswer {
  readonly url: string
  readonly status: number
  readonly headers: Headers
  /** Milliseconds since the epoch at which the request arrived that asked. */
  readonly at: number
}

/** What outlives an isolate: plain data, so that it can be JSON. */
export interface StoredSet {
  readonly text: string
  readonly fetchedAt: number
  /** When this source was first read: keys of that day are of unknown age. */
  readonly since: number
  /** Thumbprint to the time at which it was first seen. */
  readonly firstSeen: Readonly<Record<string, number>>
  /** Thumbprints of keys in the text that were not admitted. */
  readonly withheld: readonly string[]
}

/** KV or a Durable Object; may be a minute behind. A failure to read is "nothing stored". */
export interface KeyStore {
  get(url: string): Promise<StoredSet | undefined>
  put(url: string, set: StoredSet): Promise<void>
}

export interface KeyPorts {
  readonly fetch: Fetch
  readonly store: KeyStore
  /** Work that outlives the answer. */
  readonly outlive: (work: Promise<unknown>) => void
  readonly sleep: (milliseconds: number) => Promise<void>
}
