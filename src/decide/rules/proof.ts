/** Rules about what a caller must prove, and about our own failure to find out: fail-open or fail-closed, row by row. */
import type { Evidence, Sensitivity } from '../../evidence.ts'
import type { Reason } from '../reasons.ts'
import type { Rule } from '../rule.ts'
import { ledgerOutage } from '../subject.ts'

type Proven = 'certificate' | 'token'

const problem = ({ proof }: Evidence, what: Proven): Reason => {
  const fact = proof[what]
  return fact.state === 'invalid' || fact.state === 'unavailable' ? fact.reason : 'unremarkable'
}
const requires = ({ match }: Evidence, what: Proven): boolean => match.route[what] === 'required'

function required(what: Proven, noun: string): readonly Rule[] {
  return [
    {
      id: `${what}_missing`,
      reason: `${what}_missing`,
      action: 'deny',
      applies: `the route requires a ${noun} and none came`,
      when: ({ evidence }) => requires(evidence, what) && evidence.proof[what].state === 'absent',
    },
    {
      id: `${what}_refused`,
      reason: ({ evidence }) => problem(evidence, what),
      action: 'deny',
      applies: `the route requires a ${noun} and the one that came does not hold`,
      when: ({ evidence }) => requires(evidence, what) && evidence.proof[what].state === 'invalid',
    },
  ]
}

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
  ...required('certificate', 'client certificate'),
  ...verifierOutage('certificate', 'client certificate'),
  ...required('token', 'bearer token'),
  ...verifierOutage('token', 'bearer token'),
  ...LEDGER_OUTAGE,
]

/** Noted, never stopped: the route does not ask for these. */
export const PROOF_NOTES: readonly Rule[] = [
  {
    id: 'certificate_noted',
    reason: ({ evidence }) => problem(evidence, 'certificate'),
    action: 'flag',
    applies:
      'a client certificate came that does not hold or could not be checked, on a route that asks for none',
    when: ({ evidence: { proof } }) =>
      proof.certificate.state === 'invalid' || proof.certificate.state === 'unavailable',
  },
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
