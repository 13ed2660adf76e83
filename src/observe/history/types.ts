/** What an account that the bank has confirmed has done before. Types only. */

/** How well an account knows one thing about a caller. All undefined or zero: it has never signed in with it. */
export interface Familiarity {
  /** Days (UTC) on which somebody signed in with it; counts no further than 255. */
  readonly days: number
  /** Milliseconds since the first sign-in with it, and since the last one. */
  readonly since: number | undefined
  readonly last: number | undefined
}

/** What a caller shows of itself that an account may know; undefined where the request does not show it. */
export type Trait =
  | 'device' // an attested installation, or the gate's own pass
  | 'software'
  | 'prefix'
  | 'network' // autonomous system
  | 'country'

/**
 * Seen before this request. Only accounts that the bank has confirmed, by letting somebody in, have a history: to be
 * unknown is no guilt, and tells nobody whether a user name exists.
 */
export interface AccountHistory {
  /** A card, where the request names no account. */
  readonly subject: 'account' | 'card'
  /** Milliseconds since the bank first let somebody in, and since it last did. */
  readonly confirmed: number
  readonly sinceSuccess: number
  /** Sign-ins remembered, and the days on which they were; neither counts beyond its bound. */
  readonly successes: number
  readonly days: number
  readonly traits: Readonly<Record<Trait, Familiarity | undefined>>
  /** A device of the account's, or its software where the account has been before: known for a day, or from the beginning. */
  readonly familiar: boolean
  /** Failures of callers whom the account does not know, since one whom it knows signed in; an old one counts less every day. */
  readonly strangerFailures: number
  /** Different networks that these came from, estimated. */
  readonly strangers: number
  /** Milliseconds since the last of these; undefined where there was none. */
  readonly sinceStranger: number | undefined
  /** Milliseconds since a stranger got in after many failures of strangers; undefined where none did, or the owner has been back since. */
  readonly sinceTakeover: number | undefined
}
