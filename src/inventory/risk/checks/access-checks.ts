/** Who may call, what they have to show, and what they showed (OWASP API2:2023, API5:2023). */
import {
  allowsAnonymous,
  declaresSignature,
  required,
  strengthDeclared,
  strengthSeen,
  weaker,
} from '../access.ts'
import { outranks } from '../exposure.ts'
import type { Check, Evidence, Subject } from '../types.ts'
import {
  condition,
  counted,
  NOTHING,
  onSignals,
  SIGNAL_THRESHOLDS,
  seen,
  total,
  whenPublished,
} from './kit.ts'

const accepted = ({ entry }: Subject): readonly Evidence[] => seen(entry?.usage.authenticationAccepted)

export const ACCESS_CHECKS = [
  {
    id: 'credential_missing',
    title: 'The bank answered a request without the credential that its specification asks for',
    owasp: ['API2'],
    remediation:
      'Have the bank check the credential before anything else on this operation, and let the gate require it on the route (`token`, `certificate`).',
    sources: ['inventory', 'specification'],
    needsAll: true,
    ending: 'silence_in_use',
    about: 'traffic',
    part: '/security',
    thresholds: {},
    atLeast: 'high',
    evaluate: (subject) => {
      const { operation } = subject
      if (operation === undefined || allowsAnonymous(operation)) return NOTHING
      const evidence = accepted(subject)
      return counted('certain', total(evidence.filter(({ what }) => what === 'none')), { evidence })
    },
  },
  {
    id: 'sensitive_without_credential',
    title: 'Data of customers is served to callers who show no credential',
    owasp: ['API2', 'API1'],
    remediation:
      'Require a token or certificate for this operation, and say so in its `security`. Nothing else stands between this data and everybody.',
    sources: ['inventory'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '/security',
    thresholds: {},
    evaluate: (subject) => {
      const { operation, guards } = subject
      if (!outranks(guards, 'plain') || (operation !== undefined && !allowsAnonymous(operation)))
        return NOTHING
      const evidence = accepted(subject)
      return counted('certain', total(evidence.filter(({ what }) => what === 'none')), { evidence })
    },
  },
  {
    id: 'authentication_weak',
    title: 'Callers are served with weaker authentication than the data asks for',
    owasp: ['API2', 'API8'],
    remediation:
      'Bind tokens to the caller’s certificate or key (RFC 8705, RFC 9449) and refuse the weaker ways on this operation; the organisation’s table of requirements says what each class of data needs.',
    sources: ['inventory'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '/security',
    thresholds: {},
    evaluate: (subject, { settings }) => {
      const least = required(subject, settings.access)
      return accepted(subject)
        .filter(({ what }) => what !== 'none' && weaker(strengthSeen(what), least))
        .flatMap(({ what, count }) => counted('certain', count, { pointer: what }))
    },
  },
  {
    id: 'authentication_declared_weak',
    title: 'The specification asks for less authentication than the data needs',
    owasp: ['API2', 'API8'],
    remediation: 'Give the operation a `security` requirement that fits what it carries.',
    sources: ['specification'],
    ending: 'gone',
    about: 'document',
    part: '/security',
    thresholds: {},
    evaluate: (subject, { settings }) => {
      const { operation, guards } = subject
      if (operation === undefined) return NOTHING
      // What is really asked of callers outweighs what a document forgets to say.
      const least = required(subject, settings.access)
      const used = accepted(subject)
      if (used.length > 0 && used.every(({ what }) => !weaker(strengthSeen(what), least))) return NOTHING
      const declared = strengthDeclared(operation)
      if (!weaker(declared, settings.access.declared[guards])) return NOTHING
      return condition('possible', '', [{ what: declared, count: 1 }])
    },
  },
  {
    id: 'basic_authentication',
    title: 'Callers sign in with HTTP Basic',
    owasp: ['API2'],
    remediation:
      'Replace Basic by tokens: it sends a password that never expires with every request. At a token endpoint use private_key_jwt or mutual TLS (RFC 7523, RFC 8705).',
    sources: ['inventory'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '/security',
    thresholds: {},
    evaluate: (subject) => {
      const evidence = accepted(subject).filter(({ what }) => what.split('+').includes('basic'))
      return counted('likely', total(evidence), { evidence })
    },
  },
  {
    id: 'api_key_in_query',
    title: 'The specification puts a credential into the address',
    owasp: ['API2', 'API8'],
    remediation: 'Move the key into a header. Addresses are written into logs, histories and referrers.',
    sources: ['specification'],
    ending: 'gone',
    about: 'document',
    part: '/security',
    thresholds: {},
    evaluate: whenPublished(({ security }) =>
      security
        .flat()
        .filter((need) => need.in === 'query')
        .slice(0, 1)
        .flatMap(({ parameter, name }) => condition('likely', parameter ?? name)),
    ),
  },
  {
    id: 'role_mismatch',
    title: 'A caller without the role or scope for it calls the operation',
    owasp: ['API5'],
    remediation:
      'Set the rule `role_missing` to enforce on this route, and have the bank check the scope of the token against the operation.',
    sources: ['role_missing', 'scope_missing'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '/security',
    thresholds: SIGNAL_THRESHOLDS,
    evaluate: onSignals('role_missing', 'scope_missing'),
  },
  {
    id: 'credential_unbound',
    title: 'A token or certificate is used that does not prove its holder',
    owasp: ['API2'],
    remediation:
      'Require bound tokens (RFC 8705, RFC 9449) and enforce the certificate rules on this route: a token that anybody may use, or a certificate that its issuer has taken back, proves nobody.',
    sources: [
      'token_unbound',
      'token_of_another',
      'certificate_revoked',
      'certificate_expired',
      'certificate_untrusted',
    ],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '/security',
    thresholds: SIGNAL_THRESHOLDS,
    evaluate: onSignals(
      'token_unbound',
      'token_of_another',
      'certificate_revoked',
      'certificate_expired',
      'certificate_untrusted',
    ),
  },
  {
    id: 'signature_missing',
    title: 'Requests that have to be signed are not, or their signature does not hold',
    owasp: ['API2', 'API6'],
    remediation:
      'Set `signature = "required"` and posture `enforce` on the route, and tell the callers that the decisions name.',
    sources: ['signature_missing', 'signature_invalid', 'inventory'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '/parameters',
    thresholds: SIGNAL_THRESHOLDS,
    evaluate: (subject, context) => {
      const said = onSignals('signature_missing', 'signature_invalid')(subject, context)
      if (said.length > 0 || subject.operation === undefined || !declaresSignature(subject.operation))
        return said
      const bare = accepted(subject).filter(({ what }) => !what.split('+').includes('message_signature'))
      return counted('certain', total(bare), { pointer: 'signature_missing', evidence: bare })
    },
  },
  {
    id: 'token_weak',
    title: 'Tokens are accepted whose signature or lifetime proves nothing',
    owasp: ['API2'],
    remediation:
      'Refuse `alg: none` and shared-secret algorithms where keys are published (RFC 8725 section 3.1), and tokens without `exp`.',
    sources: ['token_algorithm_weak', 'token_without_expiry'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '/security',
    thresholds: SIGNAL_THRESHOLDS,
    evaluate: onSignals('token_algorithm_weak', 'token_without_expiry'),
  },
] as const satisfies readonly Check[]
