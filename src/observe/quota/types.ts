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
   * none anywhere. Undefined where it was; and, of an object of the version before, where nothing was handed out.
   */
  readonly next: 'borrow' | 'wait' | 'exhausted' | undefined
  /** With `borrow`, of the object that hands out: which of the organisation's objects is the first to be called back from. */
  readonly from?: number
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
  /** Nobody looks for tokens any more, and until then there are none. */
  | (Window & { readonly kind: 'exhausted'; readonly until: number })
  | (Window & Take)

/** Of the one object that hands out the organisation's tokens: a share of the rest. */
export interface Take {
  readonly kind: 'take'
  /** The share is one part of so many. */
  readonly parts: number
  /** What was called back elsewhere. */
  readonly back: number
  /** Of whoever was told to call back, once that is done: as far as which object, or that it was the last one. */
  readonly searched?: number | 'all'
}

export interface QuotaRow {
  readonly window: number
  /** Tokens here; where they are handed out, all that were handed out and not given back. */
  readonly tokens: number
  /** There are no tokens anywhere until then; 0 in a window in which that was not found yet, or where some were found since. */
  readonly exhaustedUntil: number
  /** Somebody looks for tokens. */
  readonly borrowingUntil: number
  /** Where tokens are handed out: in so many of the organisation's objects, from the first, nothing lies unused. Below 1,024. */
  readonly searched: number
}
