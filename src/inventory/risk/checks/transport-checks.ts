/** How messages travel, and who else may keep or read them (OWASP API8:2023). */
import { outranks } from '../exposure.ts'
import type { Check, CheckContext, Likelihood, Subject } from '../types.ts'
import { counted, NOTHING, seen } from './kit.ts'

/** Oldest first. */
const VERSIONS: readonly string[] = [
  '',
  'SSLv2',
  'SSLv3',
  'TLSv1',
  'TLSv1.0',
  'TLSv1.1',
  'TLSv1.2',
  'TLSv1.3',
]

export const TRANSPORT_CHECKS = [
  {
    id: 'transport_weak',
    title: 'Requests come without TLS, or with a version or cipher that is broken',
    owasp: ['API8'],
    remediation:
      'Set the lowest TLS version of the zone to 1.2 (RFC 8996), turn plain HTTP off, and use https between the gate and the bank.',
    sources: ['inventory'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '',
    thresholds: {},
    evaluate: (subject, context) => [
      ...seen(subject.entry?.usage.tls)
        .filter(({ what }) => isWeak(what, context))
        .flatMap(({ what, count }) =>
          counted('certain', count, { pointer: what === '' ? 'plaintext' : what }),
        ),
      ...weaknesses(subject, ['plaintext_origin'], 'certain'),
    ],
  },
  {
    id: 'hsts_missing',
    title: 'Answers with data of customers lack Strict-Transport-Security',
    owasp: ['API8'],
    remediation:
      'Send Strict-Transport-Security with at least a year (RFC 6797) on every answer of this host.',
    sources: ['inventory'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '/responses',
    thresholds: {},
    evaluate: (subject) => onlySensitive(subject, ['hsts_missing'], 'possible'),
  },
  {
    id: 'cors_open',
    title: 'Pages of any origin may read answers',
    owasp: ['API8'],
    remediation:
      'Name the origins that may read, and never echo the one that asks. With credentials it hands the session to every page that the customer opens.',
    sources: ['inventory'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '/responses',
    thresholds: {},
    evaluate: (subject) => [
      ...weaknesses(subject, ['cors_any_origin_with_credentials'], 'certain'),
      ...onlySensitive(subject, ['cors_any_origin'], 'likely'),
    ],
  },
  {
    id: 'personal_data_cacheable',
    title: 'Shared caches may keep answers with data of customers',
    owasp: ['API8'],
    remediation: 'Send `Cache-Control: no-store` (RFC 9111 section 5.2.2.5) on this operation.',
    sources: ['inventory'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '/responses',
    thresholds: {},
    evaluate: (subject) => onlySensitive(subject, ['cacheable'], 'likely'),
  },
] as const satisfies readonly Check[]

/** `TLSv1.3 AEAD-AES128-GCM-SHA256`; empty for plain HTTP. A version that nobody has heard of is not called weak. */
function isWeak(tls: string, { settings }: CheckContext): boolean {
  const [version = '', cipher = ''] = tls.split(' ')
  const at = VERSIONS.indexOf(version)
  const { weakestTls, refusedCiphers } = settings.transport
  if (at >= 0 && at < VERSIONS.indexOf(weakestTls)) return true
  return refusedCiphers.some((part) => cipher.split(/[-_]/).some((word) => word === part))
}

function onlySensitive(subject: Subject, names: readonly string[], likelihood: Likelihood) {
  return outranks(subject.guards, 'plain') ? weaknesses(subject, names, likelihood) : NOTHING
}

function weaknesses({ entry }: Subject, names: readonly string[], likelihood: Likelihood) {
  return seen(entry?.usage.weaknesses)
    .filter(({ what }) => names.includes(what))
    .flatMap(({ what, count }) => counted(likelihood, count, { pointer: what }))
}
