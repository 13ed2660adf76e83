/** How an operation is used, and how it answers, against how it was (OWASP API4:2023, API6:2023, API7:2023, API10:2023). */
import { anomalies } from '../anomaly.ts'
import type { Check } from '../types.ts'
import { onSignals, SIGNAL_THRESHOLDS } from './kit.ts'

export const BEHAVIOUR_CHECKS = [
  {
    id: 'rate_above_quota',
    title: 'Callers go beyond the accesses that a consent or a limit allows',
    owasp: ['API4', 'API6'],
    remediation:
      'Enforce the limit at the gate: four accesses a day without the customer (Delegated Regulation 2018/389 article 36(5)), and a rate for each third party.',
    sources: ['rate_exceeded', 'consent_quota_exceeded'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '',
    thresholds: { ...SIGNAL_THRESHOLDS, accepted: 20 },
    evaluate: onSignals('rate_exceeded', 'consent_quota_exceeded'),
  },
  {
    id: 'flow_out_of_order',
    title: 'An operation is served before the steps that have to come before it',
    owasp: ['API6'],
    remediation:
      'Have the bank check the state of the consent in every step: a payment without its authorisation must not be there to be called.',
    sources: ['flow_out_of_order'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '',
    thresholds: SIGNAL_THRESHOLDS,
    atLeast: 'high',
    evaluate: onSignals('flow_out_of_order'),
  },
  {
    id: 'url_target',
    title: 'Requests name addresses for the bank to fetch, outside the list or inside its network',
    owasp: ['API7'],
    remediation:
      'Allow named hosts only, resolve before the check, refuse private and link-local addresses, and follow no redirect.',
    sources: ['url_target_refused'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '/requestBody',
    thresholds: { accepted: 1, attempts: 1 },
    evaluate: onSignals('url_target_refused'),
  },
  {
    id: 'caller_listed',
    title: 'Callers from addresses that are known to be bad are served',
    owasp: ['API6', 'API2'],
    remediation: 'Set the rules for listed addresses and networks to enforce on this route.',
    sources: ['caller_listed'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '',
    thresholds: SIGNAL_THRESHOLDS,
    evaluate: onSignals('caller_listed'),
  },
  {
    id: 'operation_anomaly',
    title: 'An operation fails, slows down or answers at length as it never did before',
    owasp: ['API4', 'API8'],
    remediation:
      'Look at what changed at that time: a release, a caller, an attack. Accept the finding with a date if the change is meant.',
    sources: ['inventory'],
    ending: 'gone',
    about: 'traffic',
    part: '',
    thresholds: { requests: 100, errorShare: 0.05, errorFactor: 4, latencyCells: 2, sizeCells: 3 },
    evaluate: anomalies,
  },
  {
    id: 'third_party_answer',
    title: 'What a third party answers breaks its own schema, or leads elsewhere',
    owasp: ['API10'],
    remediation:
      'Hold callbacks, key sets and other answers of third parties to a schema, bound their size, and follow no redirect.',
    sources: ['third_party_answer_invalid', 'third_party_redirected'],
    // No operation of the bank's is used meanwhile.
    ending: 'silence',
    about: 'traffic',
    part: '',
    thresholds: { accepted: 1, attempts: 5 },
    evaluate: onSignals('third_party_answer_invalid', 'third_party_redirected'),
  },
] as const satisfies readonly Check[]
