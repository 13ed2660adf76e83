/**
 * What only a day shows. A campaign of a few tries an hour is nothing within any hour, and at a small bank nothing has enough
 * attempts in one; and all the rest must know whether a gate has seen a day at all. Append only: a model knows features by position.
 */
import { type CompanyMeasure, inCompany, surge } from '../company.ts'
import { accountsPerAttempt, type Feature, failureRatio, support, unresolvedShare } from '../measures.ts'

const over =
  (measure: typeof failureRatio): CompanyMeasure =>
  ({ behaviour }, evidence) =>
    measure('day')(behaviour, evidence)

export const DAY_FEATURES = {
  /** On a gate's first morning one mistyped password is everybody failing. */
  routeSupportDay: inCompany('route', over(support)),
  /** The weather of a whole day, against which an hour of few attempts is seen. */
  routeFailureRatioDay: inCompany('route', over(failureRatio)),
  /** How much is known of all who look alike, where an hour knows of three. */
  cohortSupportDay: inCompany('cohort', over(support)),
  /** Low and slow: all day, and nearly always in vain. */
  cohortFailureRatioDay: inCompany('cohort', over(failureRatio)),
  /** As above, while it is being stopped. */
  cohortUnresolvedShareDay: inCompany('cohort', over(unresolvedShare)),
  /** People come back to their own account within a day; a list does not. */
  cohortAccountsPerAttemptDay: inCompany('cohort', over(accountsPerAttempt)),
  /** As for all who look alike. */
  networkSupportDay: inCompany('network', over(support)),
  /** A few machines of one provider, a try an hour from each. */
  networkFailureRatioDay: inCompany('network', over(failureRatio)),
  /** As above, while it is being stopped. */
  networkUnresolvedShareDay: inCompany('network', over(unresolvedShare)),
  /** Spraying waits for hours between two rounds. */
  passwordSupportDay: inCompany('password', over(support)),
  /** As above: one password of the day, over all accounts. */
  passwordAccountsPerAttemptDay: inCompany('password', over(accountsPerAttempt)),
  /** Cards are tested in drips, where bursts are noticed. */
  binSupportDay: inCompany('bin', over(support)),
  /** As above. */
  binFailureRatioDay: inCompany('bin', over(failureRatio)),
  /** As above: every number another one. */
  binCardsPerAttemptDay: inCompany('bin', over(accountsPerAttempt)),
  /** A flood tries no secret: it shows in the requests of those who look alike. */
  cohortRequestSurge: inCompany('cohort', surge('requests')),
  /** As above, in those of a network. */
  networkRequestSurge: inCompany('network', surge('requests')),
} as const satisfies Record<string, Feature>
