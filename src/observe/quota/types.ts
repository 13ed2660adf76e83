/** How many requests a third party may make: exact, over all objects that share it. Types only. */

export interface Quota {
  /** As its certificate proves it; `*` for every organisation that has no quota of its own. */
  readonly organisation: string
  readonly requests: number
  readonly seconds: number
}

/** What a request is told. */
export interface QuotaState {
  readonly granted: boolean
  readonly limit: number
  /** Milliseconds since the epoch: when the window ends in which it was counted. */
  readonly endsAt: number
  /** Requests that the answering object was handed or has left: what is moved between objects. */
  readonly tokens: number
  /**
   * Why it was not granted: `borrow`, this request is to look for tokens elsewhere; `wait`, another does; `exhausted`, there are
   * none anywhere.
   */
  readonly next: 'borrow' | 'wait' | 'exhausted' | undefined
}

export interface Window {
  /** Counted from the epoch. */
  readonly window: number
  readonly limit: number
  readonly endsAt: number
}

export type QuotaAsk =
  /** Of the object that serves a request: one of its tokens. */
  | (Window & { readonly kind: 'spend' })
  /** Takes in tokens, and spends one. */
  | (Window & { readonly kind: 'refill'; readonly tokens: number })
  /** Gives up all tokens. */
  | (Window & { readonly kind: 'recall' })
  /** Nothing is left anywhere: not to be asked about for a moment. */
  | (Window & { readonly kind: 'exhausted'; readonly until: number })
  /** Of the one object that hands out the organisation's tokens: a share of the rest. `back`: what was recalled elsewhere. */
  | (Window & { readonly kind: 'take'; readonly parts: number; readonly back: number })

export interface QuotaRow {
  readonly window: number
  /** Tokens here; where they are handed out, all that were handed out and not given back. */
  readonly tokens: number
  readonly exhaustedUntil: number
  /** Somebody looks for tokens. */
  readonly borrowingUntil: number
}
