/** How a standard names consents, says that the customer is there, and answers about both. */
import type { JsonValue } from '../../lib/json.ts'

/** What a request has to do with a consent. */
export type ConsentUse =
  /** Reads the customer's data. `resource` names what is read, without prefix, version and query. */
  | {
      readonly kind: 'data'
      readonly resource: string
      /** As the path spells it, decoded; undefined where the path names none. */
      readonly account: string | undefined
      /** Reads the list of all accounts of the consent. */
      readonly listing: boolean
    }
  | { readonly kind: 'create' }
  /** About one consent, which the path names. */
  | { readonly kind: 'manage'; readonly consent: string; readonly ends: boolean }

/** What the bank's answer says of a consent; left out what it does not say. */
export interface ToldTerms {
  readonly consent?: string
  /** `over`: in a state that never ends. `pending`: the customer has not agreed yet. */
  readonly status?: 'pending' | 'authorised' | 'over'
  /** A date is inclusive and in the bank's own time zone; a time is milliseconds since the epoch. */
  readonly until?: { readonly date: string } | { readonly time: number }
  readonly perDay?: number
}

export interface AccountList {
  readonly ids: readonly string[]
  /** False where the answer says that it goes on elsewhere. */
  readonly complete: boolean
}

export interface ConsentRules {
  /** Header that names the consent when data is read, lower case; undefined where the access token stands for it. */
  readonly header: string | undefined
  /** Header that carries the customer's address, if and only if the customer asks for this very request. */
  readonly presence: string
  /** Header with the time at which the customer last signed in to the third party. */
  readonly signedIn: string | undefined
  /** Undefined: no consent's business. */
  use(method: string, path: string): ConsentUse | undefined
  /** What the third party asked for when it proposed the consent: accesses a day without the customer. */
  asked(body: JsonValue): number | undefined
  terms(body: JsonValue): ToldTerms
  /** Undefined where the body is no list. */
  accounts(body: JsonValue): AccountList | undefined
}
