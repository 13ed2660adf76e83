/**
 * A customer's consent: how often it was used while the customer was away, and what the bank's own answers have told of
 * it. Types only. What was not learnt is undefined, and never a violation.
 */

/** What the bank's answers rule out. Found in what was learnt, and only for reading data. */
export type ConsentProblem =
  | 'consent_expired'
  | 'consent_ended' // rejected, revoked or withdrawn, as the bank said
  | 'consent_of_another' // the bank gave it to another organisation
  | 'consent_account_outside' // not on the complete list of accounts that the bank gave under it

export interface ConsentState {
  /** Undefined where the request uses up nothing: the customer is there, or no data is read. */
  readonly quota: ConsentQuota | undefined
  /** Until when the consent holds, milliseconds since the epoch, and its accesses a day, as the bank said. */
  readonly until: number | undefined
  readonly perDay: number | undefined
  /** This organisation has never been heard of under it: nothing was learnt, and nobody was asked whose it is. */
  readonly unknown: boolean
  /** Nothing was learnt, and it is time to ask whose it is: for the first time, or again. */
  readonly due: boolean
  /** The bank has answered this organisation about it. */
  readonly learnt: boolean
}

/** Accesses to one resource of one consent while the customer is away (RTS Art. 36(5)(b)). */
export interface ConsentQuota {
  readonly limit: number
  /** Those that count at this moment; this one is not among them. */
  readonly used: number
  /** This one was written down, or goes on with one that was. False: it is over the limit. */
  readonly granted: boolean
  /** Goes on with an access that was counted: the next page of an answer. */
  readonly page: boolean
  /** Milliseconds until one is over; undefined where this one was granted. */
  readonly retryAfter: number | undefined
}

/** What a request says of the consent that it comes under, before anybody was asked about it. */
export interface ConsentClaim {
  readonly presence: Presence
  /** Reads data while the customer is away, as far as it counts: one of so many accesses a day. */
  readonly counted: boolean
}

/** How a request says that the customer asks for it (`presence.ts`). */
export interface Presence {
  readonly claimed: boolean
  readonly doubts: readonly PresenceDoubt[]
}

/** What makes the claim implausible. One says little: it is evidence, and counts only where the policy says so. */
export type PresenceDoubt =
  | 'presence_malformed' // no address
  | 'presence_not_public' // an address that nobody has on the internet
  | 'presence_of_caller' // the third party's own
  | 'presence_stale' // the customer signed in to the third party long ago, or in the future

// ---------------------------------------------------------------------------------- gate and Ledger object

export type ConsentAsk = UseAsk | OwnerAsk

/** A request under the consent. */
export interface UseAsk {
  readonly kind: 'use'
  /** Reads data: what was learnt of the consent applies. */
  readonly data: boolean
  /** Collection and keyed names of the account that is read, the current key's first; undefined where none is named. */
  readonly account: { readonly collection: string; readonly names: readonly string[] } | undefined
  /** The collection whose list is asked for. */
  readonly listing: string | undefined
  /** Undefined where nothing is used up. */
  readonly unattended: UnattendedAsk | undefined
}

export interface UnattendedAsk {
  /** Keyed names of what is read, the current key's first. */
  readonly resources: readonly string[]
  /** Asks for the next page of something. */
  readonly page: boolean
  /** So many of them belong to one access. */
  readonly pages: number
  /** Where the bank has told no other. */
  readonly limit: number
  /** What a limit that the third party asked for is worth, where the bank took it without saying more. */
  readonly accepted: 'up_to_limit' | 'agreed'
  /** Accesses before this are over, milliseconds since the epoch. */
  readonly since: number
  /** When the period ends for all of them; undefined where each has its own 24 hours. */
  readonly endsAt: number | undefined
}

/** Who owns the consent: asked where all organisations' claims on it meet. */
export interface OwnerAsk {
  readonly kind: 'owner'
  readonly organisation: string
}

/** What the object answers. */
export interface ConsentTold {
  readonly quota: ConsentQuota | undefined
  readonly problem: ConsentProblem | undefined
  readonly until: number | undefined
  readonly perDay: number | undefined
  readonly unknown: boolean
  readonly due: boolean
  readonly learnt: boolean
  /** Whom the bank gave it to; told to who asked that alone. */
  readonly owner?: string
}

/** What was read in the bank's answer. */
export interface ConsentNews {
  /** The consent never becomes valid again. */
  readonly ended?: boolean
  readonly until?: number
  /** Accesses a day, as the bank says. */
  readonly agreed?: number
  /** As the third party asked, of a bank that took it. */
  readonly asked?: number
  /** Whom the bank gave it to; `another` where it is not known under which name. */
  readonly owner?: string
  /** Nothing of the bank's: where all organisations' claims on it meet, nobody knows yet whose it is. */
  readonly looked?: true
  readonly list?: ListNews
}

export interface ListNews {
  readonly collection: string
  /** Of the key under which the accounts are named. */
  readonly keyId: string
  /** Undefined where the answer was no complete list: what was known before is not known any more. */
  readonly accounts: readonly string[] | undefined
}

// --------------------------------------------------------------------------------------------------- stored

export interface Access {
  readonly resource: string
  readonly requestId: string
  readonly at: number
  /** Next pages that were asked for since. */
  readonly pages: number
}

export interface KnownList {
  readonly collection: string
  readonly keyId: string
  readonly accounts: readonly string[]
  readonly at: number
  /** A newer list is on its way to whoever asks: until then nobody knows. Milliseconds since the epoch. */
  readonly pendingUntil: number
}

export interface ConsentRow {
  readonly accesses: readonly Access[]
  readonly ended: boolean
  readonly until: number | undefined
  readonly agreed: number | undefined
  readonly asked: number | undefined
  readonly owner: string | undefined
  readonly lists: readonly KnownList[]
  /** How long what was learnt is kept, milliseconds since the epoch; 0 where nothing was. */
  readonly keepUntil: number
  /** When it was asked last in vain whose it is, milliseconds since the epoch, and how often it was. */
  readonly lookedAt: number
  readonly looks: number
}
