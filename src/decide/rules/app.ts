/**
 * Rules about a request's proof that it comes from a genuine copy of the bank's app. They refuse for want of it. What it
 * spares a request is in `subject.ts`: nothing that rests on what somebody did.
 */
import type { Evidence } from '../../evidence.ts'
import type { Reason } from '../reasons.ts'
import type { Rule } from '../rule.ts'

function problem({ proof: { app } }: Evidence): Reason {
  return app.state === 'invalid' || app.state === 'unavailable' ? app.reason : 'unremarkable'
}

/** Refuted, on a route that requires the proof. */
function refuted(evidence: Evidence): Reason | undefined {
  const { match, proof } = evidence
  return match.route.app === 'required' && proof.app.state === 'invalid' ? proof.app.reason : undefined
}

const USED: ReadonlySet<Reason | undefined> = new Set<Reason>([
  'assertion_replayed',
  'integrity_token_replayed',
])

export const APP_RULES: readonly Rule[] = [
  {
    id: 'app_missing',
    reason: 'app_missing',
    action: 'deny',
    applies: 'the route requires a proof of the app and none came',
    when: ({ evidence: { match, proof } }) => match.route.app === 'required' && proof.app.state === 'absent',
  },
  {
    id: 'app_key_unknown',
    reason: 'app_key_unknown',
    action: 'deny',
    applies:
      'the route requires a proof of the app and the key that signed is not known: the app is told to attest a new one',
    when: ({ evidence }) => refuted(evidence) === 'app_key_unknown',
  },
  {
    id: 'app_replayed',
    reason: ({ evidence }) => problem(evidence),
    action: 'deny',
    applies:
      'the route requires a proof of the app and the one that came was used before, or one that was made after it',
    when: ({ evidence }) => USED.has(refuted(evidence)),
  },
  {
    id: 'app_refused',
    reason: ({ evidence }) => problem(evidence),
    action: 'deny',
    applies: 'the route requires a proof of the app and the one that came does not hold',
    when: ({ evidence }) => {
      const reason = refuted(evidence)
      return reason !== undefined && reason !== 'app_key_unknown' && !USED.has(reason)
    },
  },
]

/** An app that proves nothing could as well have said nothing, where the route does not insist. */
export const APP_NOTES: readonly Rule[] = [
  {
    id: 'app_noted',
    reason: ({ evidence }) => problem(evidence),
    action: 'flag',
    applies:
      'a proof of the app came that does not hold or could not be checked, on a route that does not insist on one',
    when: ({ evidence: { match, proof } }) =>
      match.route.app !== 'required' && (proof.app.state === 'invalid' || proof.app.state === 'unavailable'),
  },
]
