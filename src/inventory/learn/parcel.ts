/** What travels between an isolate and a shard of the inventory. */
import type { Visit } from './probation.ts'
import type { Counting } from './tally.ts'
import type { BodyFacts, SeenName, Usage } from './types.ts'

/** An exchange with something that no specification has. */
export interface Sighting {
  readonly method: string
  /** `templateOf` its path; the specification's own where only the method is undeclared. */
  readonly template: string
  readonly methodUndeclared: boolean
  /** The published operation that matched, and in whose parameter's place a word stands (`behind.ts`). */
  readonly behind?: string
  readonly visit: Visit
  readonly seen: Counting
  /** Of the query, where the bank accepted it. */
  readonly names: readonly string[]
}

/** What was found in the bodies of such an exchange. */
export interface Remark {
  readonly method: string
  readonly template: string
  readonly visit: Visit
  readonly host: string
  readonly body: BodyFacts
}

/** A name that a published operation does not declare, and the bank accepted. */
export interface NameSighting extends SeenName {
  readonly key: string
  readonly visit: Visit
}

export interface PublishedDelta {
  readonly key: string
  readonly method: string
  readonly path: string
  readonly usage: Usage
}

export interface Parcel {
  /** One that is sent twice is counted once. */
  readonly id: string
  /** Index of the shard it is for. */
  readonly shard: number
  readonly at: number
  readonly published: readonly PublishedDelta[]
  readonly names: readonly NameSighting[]
  readonly sightings: readonly Sighting[]
  readonly remarks: readonly Remark[]
  /** Exchanges about what does not exist. */
  readonly misses: number
  /** What the isolate had no room for. */
  readonly dropped: number
}

export interface Receipt {
  readonly id: string
  /** What all but one in a hundred callers of an operation stay below (`InventorySignals.usualObjects`). */
  readonly usualObjects: Readonly<Record<string, number>>
}
