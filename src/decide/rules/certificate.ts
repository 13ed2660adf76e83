/**
 * Rules about who a client certificate proves, and what that holder may do. First what the certificate is, then what is
 * known of it today, then how old that knowledge is, and last the role that the operation needs. Where our own
 * knowledge is old or missing, nobody is guilty of it: a row each says for how long a bank goes on without it.
 */
import type { Evidence, Tpp } from '../../evidence.ts'
import { HOUR_MS, MINUTE_MS } from '../../lib/durations.ts'
import { known } from '../../lib/fact.ts'
import type { Reason } from '../reasons.ts'
import type { Finding, Rule } from '../rule.ts'

const requiresCertificate = ({ match }: Evidence): boolean => match.route.certificate === 'required'

function problem({ proof }: Evidence): Reason {
  return proof.certificate.state === 'invalid' ? proof.certificate.reason : 'unremarkable'
}

function holder({ proof }: Evidence): Tpp | undefined {
  return known(proof.certificate)
}

/** Those with a row of their own: what is wrong is not the certificate. */
const OF_TODAY: ReadonlySet<Reason> = new Set([
  'certificate_revoked',
  'certificate_blocked',
  'organisation_withdrawn',
])

const REFUSED: readonly Rule[] = [
  {
    id: 'certificate_missing',
    reason: 'certificate_missing',
    action: 'deny',
    applies: 'the route requires a client certificate and none came',
    when: ({ evidence }) => requiresCertificate(evidence) && evidence.proof.certificate.state === 'absent',
  },
  {
    id: 'certificate_refused',
    reason: ({ evidence }) => problem(evidence),
    action: 'deny',
    applies: 'the route requires a client certificate and the one that came proves nobody',
    when: ({ evidence }) =>
      requiresCertificate(evidence) &&
      evidence.proof.certificate.state === 'invalid' &&
      !OF_TODAY.has(problem(evidence)),
  },
  {
    id: 'certificate_blocked',
    reason: 'certificate_blocked',
    action: 'deny',
    applies:
      'the organisation, the certificate or an issuer above it is on the bank’s block list, on any route',
    when: ({ evidence }) => problem(evidence) === 'certificate_blocked',
  },
  {
    id: 'certificate_revoked',
    reason: 'certificate_revoked',
    action: 'deny',
    applies: 'the route requires a client certificate and its issuer, or one above, has revoked it',
    when: ({ evidence }) => requiresCertificate(evidence) && problem(evidence) === 'certificate_revoked',
  },
  {
    id: 'organisation_withdrawn',
    reason: 'organisation_withdrawn',
    action: 'deny',
    applies: 'the route requires a client certificate and the register has withdrawn its holder',
    when: ({ evidence }) => requiresCertificate(evidence) && problem(evidence) === 'organisation_withdrawn',
  },
  {
    id: 'organisation_unlisted',
    reason: 'organisation_unlisted',
    action: 'deny',
    applies:
      'the route requires a client certificate and its holder is not in a register that calls itself complete',
    when: ({ evidence }) =>
      requiresCertificate(evidence) &&
      holder(evidence) !== undefined &&
      known(evidence.proof.registration)?.status === 'unlisted',
  },
]

/** Longer ago than the limit, in its unit; the counterfactual says how long it was. */
function longer(
  since: number | undefined,
  now: number,
  limit: number,
  unit: readonly [name: string, ms: number],
): false | Finding {
  if (since === undefined) return false
  const [name, ms] = unit
  const passed = (now - since) / ms
  if (passed < limit) return false
  return { unless: `with knowledge under ${limit} ${name} old (it was ${passed.toFixed(1)})` }
}

const HOURS = ['hours', HOUR_MS] as const
const MINUTES = ['minutes', MINUTE_MS] as const

function unknownSince({ proof }: Evidence): number | undefined {
  return proof.certificate.state === 'valid' ? known(proof.revocation)?.unknownSince : undefined
}

/** A proven holder whose trust list is out of date. */
function staleSince({ proof }: Evidence): number | undefined {
  return proof.certificate.state === 'valid' ? known(proof.trust)?.staleSince : undefined
}

const STALE: readonly Rule[] = [
  {
    id: 'revocation_unknown',
    reason: 'revocation_unknown',
    action: 'deny',
    limit: 72,
    applies:
      'nobody has vouched for this many hours that the certificate that came is not revoked: the soft-fail window is over, on any route',
    when: ({ evidence }, limit) => longer(unknownSince(evidence), evidence.exchange.arrivedAt, limit, HOURS),
  },
  {
    id: 'trust_list_expired',
    reason: 'trust_list_stale',
    action: 'deny',
    limit: 168,
    applies:
      'the route requires a client certificate and the trusted list behind it has been out of date for this many hours',
    when: ({ evidence }, limit) =>
      requiresCertificate(evidence) &&
      longer(staleSince(evidence), evidence.exchange.arrivedAt, limit, HOURS),
  },
]

const ROLES: readonly Rule[] = [
  {
    id: 'role_missing',
    reason: 'role_missing',
    action: 'deny',
    applies:
      'a proven third party lacks the role that the operation needs, and is no account-servicing institution either',
    when: ({ evidence }) => lacksRole(evidence) && !isInstitution(evidence),
  },
  {
    id: 'role_missing_institution',
    reason: 'role_missing',
    action: 'deny',
    applies:
      'as above, for a holder of PSP_AS: a bank that lets other banks act in every role sets this to `flag`',
    when: ({ evidence }) => lacksRole(evidence) && isInstitution(evidence),
  },
]

function lacksRole(evidence: Evidence): boolean {
  const tpp = holder(evidence)
  if (tpp === undefined) return false
  return evidence.match.roles.some((group) => !group.some((role) => tpp.roles.includes(role)))
}

function isInstitution(evidence: Evidence): boolean {
  return holder(evidence)?.roles.includes('PSP_AS') === true
}

const NOTES: readonly Rule[] = [
  {
    id: 'certificate_noted',
    reason: ({ evidence }) =>
      evidence.proof.certificate.state === 'unavailable'
        ? evidence.proof.certificate.reason
        : problem(evidence),
    action: 'flag',
    applies:
      'a client certificate came that does not hold or could not be checked, on a route that asks for none',
    when: ({ evidence: { proof } }) =>
      proof.certificate.state === 'invalid' || proof.certificate.state === 'unavailable',
  },
  {
    id: 'revocation_overdue',
    reason: 'revocation_unknown',
    action: 'flag',
    applies:
      'nobody vouches at this moment that the certificate is not revoked: it is new, or the last answer is out of date',
    when: ({ evidence }) => unknownSince(evidence) !== undefined,
  },
  {
    id: 'revocation_unavailable',
    reason: 'revocation_unknown',
    action: 'flag',
    applies: 'our own memory of revocations did not answer',
    when: ({ evidence: { proof } }) =>
      proof.certificate.state === 'valid' && proof.revocation.state === 'unavailable',
  },
  {
    id: 'trust_list_stale',
    reason: 'trust_list_stale',
    action: 'flag',
    applies: 'the trusted list behind the certificate is out of date',
    when: ({ evidence }) => staleSince(evidence) !== undefined,
  },
  {
    id: 'service_withdrawn',
    reason: 'service_withdrawn',
    action: 'flag',
    applies: 'the trust service that issued the certificate has lost its status since',
    when: ({ evidence: { proof } }) =>
      proof.certificate.state === 'valid' && known(proof.trust)?.withdrawnAt !== undefined,
  },
  {
    id: 'register_unavailable',
    reason: 'register_unavailable',
    action: 'flag',
    applies: 'a certificate holds and it is not known whether there is a register',
    when: ({ evidence: { proof } }) =>
      proof.certificate.state === 'valid' && proof.registration.state === 'unavailable',
  },
  {
    id: 'register_stale',
    reason: 'register_stale',
    action: 'flag',
    limit: 48,
    applies: 'a certificate holds and the register’s extract was drawn up this many hours ago',
    when: ({ evidence: { proof, exchange } }, limit) =>
      proof.certificate.state === 'valid' &&
      aged(known(proof.registration)?.age, exchange.arrivedAt, limit, HOURS),
  },
  {
    id: 'block_list_unavailable',
    reason: 'block_list_unavailable',
    action: 'flag',
    applies: 'a certificate holds and the block list has never been read',
    when: ({ evidence: { proof } }) =>
      proof.certificate.state === 'valid' && proof.blocking.state === 'unavailable',
  },
  {
    id: 'block_list_stale',
    reason: 'block_list_stale',
    action: 'flag',
    limit: 15,
    applies: 'a certificate holds and the block list was last read this many minutes ago',
    when: ({ evidence: { proof, exchange } }, limit) =>
      proof.certificate.state === 'valid' &&
      aged(known(proof.blocking)?.age, exchange.arrivedAt, limit, MINUTES),
  },
]

function aged(
  age: number | undefined,
  now: number,
  limit: number,
  unit: readonly [name: string, ms: number],
): false | Finding {
  return longer(age === undefined ? undefined : now - age, now, limit, unit)
}

export const CERTIFICATE_REFUSALS = REFUSED
export const CERTIFICATE_STANDING: readonly Rule[] = [...STALE, ...ROLES]
export const CERTIFICATE_NOTES = NOTES
