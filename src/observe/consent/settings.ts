/** How a bank counts its consents. Types only: configuration makes it. */
export interface ConsentSettings {
  /** Accesses a day to one resource of one consent while the customer is away; 0 counts none. */
  readonly perDay: number
  /** `day`: until the bank's midnight. `rolling`: each access for 24 hours. */
  readonly period: 'day' | 'rolling'
  /** IANA name: where the bank's midnight is, and its dates. */
  readonly timeZone: string
  /** Query parameters that ask for the next page of an answer, lower case. None: each page is an access. */
  readonly pageParameters: readonly string[]
  /** Where a standard names the consent nowhere: what of a token that somebody vouches for names it. */
  readonly tokenClaim: string
  /** Next pages that one access may have; the one after them is another access. */
  readonly pagesPerAccess: number
  /** What a limit that a third party asked for is worth, where the bank took it without a word about it. */
  readonly accepted: 'up_to_limit' | 'agreed'
  /** What a claim of the customer's presence counts for that is implausible. */
  readonly implausiblePresence: 'attended' | 'unattended'
}
