/** A third party against its own past: what is told of it. Types only. */

/** By what a third party is known apart from its name. */
export type Mark = 'network' | 'software' | 'certificate'

export type DriftSign =
  | 'consents_far_above_usual'
  | 'requests_far_above_usual'
  | 'errors_far_above_usual'
  | 'unattended_far_above_usual'
  | 'unknown_network'
  | 'unknown_software'
  | 'unknown_certificate'
  | 'consents_used_from_unknown_origin'

/** Undefined members could not be known: nobody has watched this third party for long enough. */
export interface ActorDrift {
  /** Milliseconds since this third party was first seen, and since this picture of it was brought up to date. */
  readonly age: number
  readonly staleness: number
  /** Earlier weeks in which this hour of the week was watched. */
  readonly weeks: number
  /** Different consents (tokens, where consents are not known) used in the last day, estimated: what could be lost. */
  readonly consents: number
  /** How many times twice the highest count of this hour in earlier weeks, in the window in which that stands out most. */
  readonly consentsAbove: number | undefined
  readonly requestsAbove: number | undefined
  /** The same of different accounts. This and the next are no part of `drift`: the model has not learnt of them. */
  readonly accountsAbove: number | undefined
  /** The same of accounts for each consent, within ten minutes: who read one of each customer's, and now reads all. */
  readonly breadthAbove: number | undefined
  /** Share of the last ten minutes' requests that the bank refused, less what is usual in this hour. */
  readonly errorsAbove: number | undefined
  /** The same of requests at which no customer was present. */
  readonly unattendedAbove: number | undefined
  /** Requests in the last ten minutes by a network, a software or a certificate that is not this third party's as we know it. */
  readonly unknown: Readonly<Record<Mark, number>> | undefined
  /** Different consents that these used in the last ten minutes, estimated. */
  readonly consentsFromUnknown: number | undefined
  /** This very request came so. */
  readonly newcomer: boolean | undefined
  /** From 0, as always, towards 1; 0.5 is what a human should look at. */
  readonly drift: number
  /** What it is made of, strongest first; empty where nothing stands out. */
  readonly because: readonly DriftSign[]
}
