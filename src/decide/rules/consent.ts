/**
 * Rules about the consent under which a third party reads. Each rests on what was counted under a proven key, or on what the
 * bank itself has told: what nobody has told yet stops nobody.
 */
import type { Evidence } from '../../evidence.ts'
import { ABSENT, known } from '../../lib/fact.ts'
import type { ConsentProblem, ConsentQuota } from '../../observe/consent/types.ts'
import type { Finding, Rule } from '../rule.ts'

function toldOf(problem: ConsentProblem, applies: string): Rule {
  return {
    id: problem,
    reason: problem,
    action: 'deny',
    applies,
    when: ({ evidence: { conduct } }) =>
      conduct.consent.state === 'invalid' && conduct.consent.reason === problem,
  }
}

function quotaOf({ conduct }: Evidence): ConsentQuota | undefined {
  const { consent } = conduct
  return consent.state === 'valid' ? consent.value.quota : consent.quota
}

function exceeded(evidence: Evidence): Finding | false {
  const quota = quotaOf(evidence)
  if (quota === undefined || quota.granted) return false
  const unless = `under ${quota.limit} accesses to this resource while the customer was away (there were ${quota.used})`
  return { unless }
}

/** Nobody's score: what the bank has set, counted exactly. */
const QUOTA_RULE: Rule = {
  id: 'tpp_quota',
  reason: 'third_party_quota_exceeded',
  action: 'throttle',
  retryAfterSeconds: ({ evidence }) => {
    const endsAt = known(evidence.conduct.quota ?? ABSENT)?.endsAt
    const left = (endsAt ?? 0) - evidence.exchange.arrivedAt
    return left > 0 ? Math.ceil(left / 1_000) : undefined
  },
  applies:
    'the third party has a quota in QUOTAS, and has made as many requests in its window as that allows',
  when: ({ evidence }) => {
    const quota = known(evidence.conduct.quota ?? ABSENT)
    if (quota === undefined || quota.granted) return false
    return { unless: `under ${quota.limit} requests in this window` }
  },
}

export const CONSENT_RULES: readonly Rule[] = [
  QUOTA_RULE,
  toldOf('consent_of_another', 'the bank gave the consent to another organisation, as the gate saw'),
  toldOf(
    'consent_ended',
    'data is read, and the bank told that the consent is rejected, revoked or withdrawn',
  ),
  toldOf('consent_expired', 'data is read, and the consent has expired by the time that the bank told'),
  toldOf(
    'consent_account_outside',
    'the account is not on the complete list of accounts that the bank gave under this consent within the last day',
  ),
  {
    id: 'consent_quota',
    reason: 'consent_quota_exceeded',
    action: 'throttle',
    retryAfterSeconds: ({ evidence }) => {
      const milliseconds = quotaOf(evidence)?.retryAfter
      return milliseconds === undefined ? undefined : Math.ceil(milliseconds / 1_000)
    },
    applies:
      'data is read while the customer is away, and as many accesses to this resource of the consent were counted as are agreed for a day',
    when: ({ evidence }) => exceeded(evidence),
  },
  {
    id: 'consent_unavailable',
    reason: ({ evidence: { conduct } }) =>
      conduct.consent.state === 'unavailable' ? conduct.consent.reason : 'unremarkable',
    // Nobody waits for this answer, and what is let through uncounted cannot be counted afterwards.
    action: 'deny',
    applies:
      'data is read while the customer is away, and we cannot tell within eight times LEDGER_BUDGET_MS whether the consent has accesses left',
    when: ({ evidence }) =>
      evidence.consent?.counted === true && evidence.conduct.consent.state === 'unavailable',
  },
]

export const CONSENT_NOTES: readonly Rule[] = [
  {
    id: 'presence_implausible',
    reason: 'presence_implausible',
    action: 'flag',
    applies:
      'the request says that the customer is there, and gives an address that is none, is not public or is the third party’s own, or a sign-in of more than a day ago',
    when: ({ evidence }) => {
      const doubts = evidence.consent?.presence.doubts ?? []
      return doubts.length > 0 && { unless: `without ${doubts.join(' and ')}` }
    },
  },
]
