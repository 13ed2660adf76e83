/** Where data of customers goes (OWASP API3:2023), and which objects callers reach for (API1:2023). */
import type { DataSeen } from '../../learn/types.ts'
import { exposureOfClass, outranks } from '../exposure.ts'
import type { Check, Sighting, Subject } from '../types.ts'
import { counted, NOTHING, onSignals, SIGNAL_THRESHOLDS, threshold } from './kit.ts'
import { enumerated } from './objects.ts'

/** Names of query parameters that carry what must not stand in an address. */
const SECRET_NAMES =
  /^(?:access_?token|id_?token|refresh_?token|token|api_?key|key|secret|client_?secret|password|passwd|pwd|pin|otp|session(?:_?id)?|sid|jwt|authorization)$/i

export const DATA_CHECKS = [
  {
    id: 'secret_in_url',
    title: 'A credential or data of a customer stands in addresses',
    owasp: ['API2', 'API8'],
    remediation:
      'Move it into a header or the body. Addresses are kept in logs, caches, histories and referrers of others.',
    sources: ['scanner', 'inventory'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '/parameters',
    thresholds: {},
    evaluate: (subject) => [
      ...dataOf(subject, ({ place, standing, class: found }) => {
        if (place !== 'path' && place !== 'query') return false
        return standing !== 'expected' || exposureOfClass(found) === 'secret'
      }),
      ...(subject.entry?.hidden ?? [])
        .filter(({ place, name }) => place === 'query' && SECRET_NAMES.test(name))
        .flatMap(({ name, accepted, lastAt }) =>
          counted('certain', accepted, { pointer: `query ${name}`, lastAt }),
        ),
    ],
  },
  {
    id: 'sensitive_data_unexpected',
    title: 'The bank gives away data that the specification does not have there, or that no consent covers',
    owasp: ['API3'],
    remediation:
      'Take the property out of the answer. If it belongs there, declare it and its class in the specification, and ask for the consent that covers it.',
    sources: ['scanner'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '/responses',
    thresholds: { values: 1, nearRatio: 4 },
    evaluate: (subject, context) =>
      dataOf(subject, (seen) => {
        if (seen.place !== 'response_body' || seen.standing === 'expected') return false
        // Without a document nothing is expected: only what never belongs into an answer is told.
        if (seen.standing === 'unknown' && exposureOfClass(seen.class) !== 'secret') return false
        if (!outranks(exposureOfClass(seen.class), 'plain')) return false
        // Of random digits one in ten passes a check digit: a place that holds many that fail holds something else.
        const chance = seen.near > seen.values * threshold(context, 'nearRatio')
        return seen.values >= threshold(context, 'values') && !chance
      }),
  },
  {
    id: 'sensitive_data_plaintext',
    title: 'Data of customers travels unencrypted',
    owasp: ['API8'],
    remediation: 'Use TLS on this hop, from the client to the gate and from the gate to the bank.',
    sources: ['scanner'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '',
    thresholds: {},
    atLeast: 'high',
    evaluate: (subject) =>
      dataOf(
        subject,
        ({ plaintext, class: found }) => plaintext && outranks(exposureOfClass(found), 'plain'),
      ),
  },
  {
    id: 'object_enumeration',
    title: 'A caller asks for far more different objects than others do',
    owasp: ['API1'],
    remediation:
      'Have the bank check for each object that it belongs to the caller’s consent, use identifiers that cannot be guessed, and set a limit of different objects for a caller.',
    sources: ['inventory'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '',
    thresholds: { callers: 20, objects: 256, factor: 32, missShare: 0.2 },
    evaluate: enumerated,
  },
  {
    id: 'object_pollution',
    title: 'An identifier of an object stands in a second place of the request',
    owasp: ['API1'],
    remediation:
      'Have the bank read the identifier from one place alone, and refuse a request in which two differ.',
    sources: ['object_elsewhere'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '/parameters',
    thresholds: SIGNAL_THRESHOLDS,
    evaluate: onSignals('object_elsewhere'),
  },
  {
    id: 'object_of_another',
    title: 'A caller is served objects that were never given out under its consent',
    owasp: ['API1'],
    remediation:
      'Have the bank check that the object belongs to the consent in every operation that takes its identifier.',
    sources: ['object_never_issued'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '',
    thresholds: SIGNAL_THRESHOLDS,
    atLeast: 'high',
    evaluate: onSignals('object_never_issued'),
  },
] as const satisfies readonly Check[]

/** One sighting for each class and place, whatever its standings and hops. */
function dataOf({ entry }: Subject, wanted: (seen: DataSeen) => boolean): readonly Sighting[] {
  const places = new Map<string, Sighting>()
  for (const one of entry?.usage.data ?? []) {
    if (one.values === 0 || !wanted(one)) continue
    const pointer = [one.class, one.place, one.pointer].join(' ').trim()
    const before = places.get(pointer)
    places.set(pointer, {
      pointer,
      likelihood: 'certain',
      count: one.exchanges + (before?.count ?? 0),
      evidence: [...(before?.evidence ?? []), { what: one.standing, count: one.values }],
      lastAt: Math.max(one.lastAt, before?.lastAt ?? 0),
    })
  }
  return places.size === 0 ? NOTHING : Array.from(places.values())
}
