/** Rules about what a caller must prove, and about our own failure to find out: fail-open or fail-closed, row by row. */
import type { Evidence, Sensitivity } from '../../evidence.ts'
import type { Reason } from '../reasons.ts'
import type { Rule } from '../rule.ts'
import { ledgerOutage } from '../subject.ts'
import { APP_NOTES, APP_RULES } from './app.ts'
import { CERTIFICATE_NOTES, CERTIFICATE_REFUSALS, CERTIFICATE_STANDING } from './certificate.ts'
import { SIGNATURE_NOTES, SIGNATURE_RULES } from './signature.ts'

type Proven = 'certificate' | 'token' | 'app'

const problem = ({ proof }: Evidence, what: Proven): Reason => {
  const fact = proof[what]
  return fact.state === 'invalid' || fact.state === 'unavailable' ? fact.reason : 'unremarkable'
}
const requires = ({ match }: Evidence, what: Proven): boolean => match.route[what] === 'required'

const TOKEN_RULES: readonly Rule[] = [
  {
    id: 'token_missing',
    reason: 'token_missing',
    action: 'deny',
    applies: 'the route requires a bearer token and none came',
    when: ({ evidence }) => requires(evidence, 'token') && evidence.proof.token.state === 'absent',
  },
  {
    id: 'token_refused',
    reason: ({ evidence }) => problem(evidence, 'token'),
    action: 'deny',
    applies: 'the route requires a bearer token and the one that came does not hold',
    when: ({ evidence }) => requires(evidence, 'token') && evidence.proof.token.state === 'invalid',
  },
]

const SENSITIVITIES: readonly Sensitivity[] = ['login', 'payment', 'account', 'other']

/** A verifier of ours that fails must not open the door that it guards. */
function verifierOutage(what: Proven, noun: string): readonly Rule[] {
  return SENSITIVITIES.map((sensitivity) => ({
    id: `${what}_unavailable_${sensitivity}`,
    reason: ({ evidence }) => problem(evidence, what),
    action: 'deny',
    applies: `a ${sensitivity} route requires a ${noun} and we cannot tell whether the one that came holds`,
    when: ({ evidence }) =>
      evidence.match.route.sensitivity === sensitivity &&
      requires(evidence, what) &&
      evidence.proof[what].state === 'unavailable',
  }))
}

/** Memory that fails makes us blind and makes nobody guilty: a bank does not close because its doorman forgot a face. */
const LEDGER_OUTAGE: readonly Rule[] = SENSITIVITIES.map((sensitivity) => ({
  id: `ledger_unavailable_${sensitivity}`,
  reason: ({ evidence }) => ledgerOutage(evidence) ?? 'unremarkable',
  action: 'flag',
  applies: `the memory of behaviour does not answer, on a ${sensitivity} route`,
  when: ({ evidence }) =>
    evidence.match.route.sensitivity === sensitivity && ledgerOutage(evidence) !== undefined,
}))

export const PROOF_RULES: readonly Rule[] = [
  ...CERTIFICATE_REFUSALS,
  ...verifierOutage('certificate', 'client certificate'),
  ...CERTIFICATE_STANDING,
  ...TOKEN_RULES,
  ...verifierOutage('token', 'bearer token'),
  ...SIGNATURE_RULES,
  ...APP_RULES,
  ...verifierOutage('app', 'proof of the app'),
  ...LEDGER_OUTAGE,
]

/** Noted, never stopped: the route does not ask for these. */
export const PROOF_NOTES: readonly Rule[] = [
  ...CERTIFICATE_NOTES,
  ...SIGNATURE_NOTES,
  ...APP_NOTES,
  {
    id: 'pass_noted',
    reason: ({ evidence }) =>
      evidence.proof.pass.state === 'invalid' ? evidence.proof.pass.reason : 'unremarkable',
    action: 'flag',
    applies: 'a pass came that is malformed or was issued to another client',
    // An expired one is what everybody has on the next morning.
    when: ({ evidence: { proof } }) => proof.pass.state === 'invalid' && proof.pass.reason !== 'pass_expired',
  },
]
