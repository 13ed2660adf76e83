/**
 * How a consent is used: what is claimed of the customer's presence, how much is left, and what the bank itself has told. A
 * licensed third party within its rights has nothing here that moves; what is not known is missing.
 */
import type { Evidence } from '../../evidence.ts'
import { known } from '../../lib/fact.ts'
import type { ConsentProblem } from '../../observe/consent/types.ts'
import { type Feature, flag, flagWhere } from '../measures.ts'

export const CONSENT_FEATURES = {
  /** To say that the customer is there is how a quota is evaded: more is read so than by the timetable. */
  consentPresenceClaimed: ({ consent }) =>
    flagWhere(consent !== undefined, consent?.presence.claimed === true),
  /** An address that no customer has, or the reader's own: made up by whoever has no customer. */
  consentPresenceDoubts: ({ consent }) =>
    consent?.presence.claimed === true ? consent.presence.doubts.length : Number.NaN,
  /** Customers who ask come as people do; one who comes every sixty seconds is a timer that lies. */
  consentPresenceRegularity: (evidence) =>
    evidence.consent?.presence.claimed === true ? rhythm(evidence) : Number.NaN,
  /** A reader with a timetable uses what it may; a thief has used it up at once. */
  consentQuotaShare: ({ conduct }) => {
    const quota = known(conduct.consent)?.quota
    return quota === undefined ? Number.NaN : Math.min(1, quota.used / quota.limit)
  },
  /** Over it, and asking on. */
  consentOverQuota: ({ conduct }) => {
    const quota = known(conduct.consent)?.quota
    return flagWhere(quota !== undefined, quota?.granted === false)
  },
  /** Somebody else's consent, or accounts that are in no list of its own: identifiers that were tried. */
  consentForeign: ruledOut('consent_of_another', 'consent_account_outside'),
  /** Its end was told, and it is used on: a stolen copy does not know. */
  consentOver: ruledOut('consent_expired', 'consent_ended'),
} as const satisfies Record<string, Feature>

function rhythm({ conduct }: Evidence): number {
  const { consent, token } = conduct.keys
  return (known(consent) ?? known(token))?.regularity ?? Number.NaN
}

/** 0 where the bank has told of the consent, and not this. */
function ruledOut(...problems: readonly ConsentProblem[]): Feature {
  return ({ conduct: { consent } }) => {
    if (consent.state === 'invalid') return flag(problems.includes(consent.reason))
    return flagWhere(consent.state === 'valid' && !consent.value.unknown, false)
  }
}
