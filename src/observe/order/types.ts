/** Where a caller stands in the usual order of operations. Types only. */

/** What a request is a step of. */
export type Operation = 'navigation' | 'login' | 'consent' | 'authorisation' | 'read' | 'payment' | 'other'

export interface Order {
  readonly operation: Operation
  /** The step before this one that was another; undefined while there was none. */
  readonly previous: Operation | undefined
  /** Milliseconds since the first request of the step that the caller stood at until now; undefined on its first request. */
  readonly sincePrevious: number | undefined
  /** Steps taken before, in any order. */
  readonly seen: readonly Operation[]
  /**
   * The step that comes before this one and was not taken. Undefined where none is missing, and where nobody can know, because
   * what the caller did before was not watched from its beginning.
   */
  readonly missing: Operation | undefined
  /** Times that a step was missing: halved every day. */
  readonly skips: number
}

export interface OrderAsk {
  readonly operation: Operation
  /** When the key was made, where that is known: what was done under it since then was done before our eyes. */
  readonly bornAt: number | undefined
  /** The access token that the request shows, hashed; left out where it shows none. */
  readonly token?: number
}

/** What the bank's answer tells of a consent: made now, still to be authorised, authorised. */
export interface OrderNews {
  readonly step: 'made' | 'pending' | 'authorised'
  /** As in `OrderAsk`, of the request that was answered. */
  readonly token?: number
}

export interface OrderRow {
  /** When the row was begun, and whether everything under its key came after that. */
  readonly firstAt: number
  readonly whole: boolean
  readonly step: Operation
  readonly steppedAt: number
  readonly previous: Operation | undefined
  /** When each step was taken first; zero where it was not. */
  readonly taken: Readonly<Record<Operation, number>>
  /** The bank says that the customer has not agreed yet. */
  readonly pending: boolean
  /** Under which token it said so last, as in `OrderAsk`; 0 for none. */
  readonly token: number
  /** Halved every day, as it stood at `skippedAt`. */
  readonly skips: number
  readonly skippedAt: number
}
