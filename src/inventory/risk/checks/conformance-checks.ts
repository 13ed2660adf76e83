/** What requests and answers are, against what the specification says that they are (OWASP API3:2023, API4:2023, API8:2023). */
import { outranks } from '../exposure.ts'
import type { Check, CheckContext, Evidence, Sighting, Subject } from '../types.ts'
import {
  condition,
  counted,
  departuresOf,
  NOTHING,
  onSignals,
  SIGNAL_THRESHOLDS,
  seen,
  threshold,
  total,
  whenPublished,
} from './kit.ts'

const UNDECLARED_PROPERTY: ReadonlySet<string> = new Set(['property_undeclared', 'additional_properties'])
const UNDECLARED_ANSWER: ReadonlySet<string> = new Set([
  'status_undeclared',
  'media_type_undeclared',
  'media_type_missing',
  'body_undeclared',
])
const TOO_MUCH: ReadonlySet<string> = new Set(['body_too_large', 'body_too_deep', 'items', 'length'])

export const CONFORMANCE_CHECKS = [
  {
    id: 'request_property_undeclared',
    title: 'The bank accepts properties in requests that its specification does not have',
    owasp: ['API3'],
    remediation:
      'Have the bank bind only the properties that are declared, and set `additionalProperties: false` where the specification can. Whoever guesses the name of a property may otherwise set it.',
    sources: ['conformance'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '/requestBody',
    thresholds: { accepted: 1 },
    evaluate: (subject, context) => hidden(subject, context, ['request_property']),
  },
  {
    id: 'response_property_undeclared',
    title: 'Answers have properties that the specification does not have',
    owasp: ['API3'],
    remediation:
      'Take the property out of the answer, or declare it: what nobody has declared nobody has decided to give away.',
    sources: ['conformance'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '/responses',
    thresholds: { unnamed: 100 },
    evaluate: (subject, context) => {
      const departed = departuresOf(subject, 'response').filter(({ rule }) => UNDECLARED_PROPERTY.has(rule))
      const named = departed.filter(({ field }) => field !== '*')
      const others = (subject.entry?.hidden ?? []).filter(
        ({ place, name }) => place === 'response_property' && !named.some(({ field }) => field === name),
      )
      const found = [
        ...named.flatMap(({ field, count }) => counted('certain', count, { pointer: field })),
        ...others.flatMap(({ name, accepted, lastAt }) =>
          counted('certain', accepted, { pointer: name, lastAt }),
        ),
      ]
      // The inventory names what several callers have seen. What one alone is shown is told without its name.
      const unnamed = total(departed) - total(named)
      return found.length === 0 && unnamed >= threshold(context, 'unnamed')
        ? counted('certain', unnamed, { pointer: '*' })
        : found
    },
  },
  {
    id: 'response_undeclared',
    title: 'Answers have a status or media type that the specification does not have',
    owasp: ['API8'],
    remediation:
      'Declare the answer if it is meant; otherwise mend the bank, whose callers cannot expect it.',
    sources: ['conformance'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '/responses',
    thresholds: {},
    evaluate: (subject) =>
      departuresOf(subject, 'response')
        .filter(({ rule }) => UNDECLARED_ANSWER.has(rule))
        .flatMap(({ rule, field, count }) =>
          counted('certain', count, { pointer: `${rule} ${field}`.trim() }),
        ),
  },
  {
    id: 'response_nonconforming',
    title: 'Answers break their own schema',
    owasp: ['API8', 'API3'],
    remediation:
      'Mend the bank or the specification: one of them is wrong, and clients that trust the document break on it.',
    sources: ['conformance'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '/responses',
    thresholds: {},
    evaluate: (subject) =>
      departuresOf(subject, 'response')
        .filter(({ rule }) => !UNDECLARED_PROPERTY.has(rule) && !UNDECLARED_ANSWER.has(rule))
        .flatMap(({ rule, field, count }) =>
          counted('certain', count, { pointer: `${rule} ${field}`.trim() }),
        ),
  },
  {
    id: 'error_detail_leaked',
    title: 'Answers tell what software stands behind them',
    owasp: ['API8'],
    remediation:
      'Take versions out of Server and X-Powered-By, and stack traces out of error bodies: they tell an attacker which holes to try.',
    sources: ['inventory', 'error_detail'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '/responses',
    thresholds: SIGNAL_THRESHOLDS,
    evaluate: (subject, context) => [
      ...seen(subject.entry?.usage.weaknesses)
        .filter(({ what }) => what === 'server_version')
        .flatMap(({ count }) => counted('likely', count, { pointer: 'server_version' })),
      ...onSignals('error_detail')(subject, context),
    ],
  },
  {
    id: 'hidden_input',
    title: 'The bank accepts parameters, headers or cookies that its specification does not have',
    owasp: ['API8', 'API9'],
    remediation:
      'Find out what it does. Publish it, or have the bank ignore it: debug switches and forgotten filters are found this way.',
    sources: ['conformance'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '/parameters',
    thresholds: { accepted: 1 },
    evaluate: (subject, context) => hidden(subject, context, ['query', 'header', 'cookie']),
  },
  {
    id: 'request_nonconforming',
    title: 'Many requests break the schema of the operation',
    owasp: ['API8', 'API4'],
    remediation:
      'Set conformance to `enforce` on this route once its callers are mended: what the bank never gets it cannot mistake.',
    sources: ['conformance'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '/requestBody',
    thresholds: { requests: 20, share: 0.01 },
    evaluate: (subject, context) =>
      manyOf(subject, context, ({ rule }) => !rule.endsWith('_undeclared') && !TOO_MUCH.has(rule)),
  },
  {
    id: 'request_excessive',
    title: 'Requests ask for, or bring, more than the specification or the policy allows',
    owasp: ['API4'],
    remediation:
      'Set limits for sizes, pages and ranges in the specification, and enforce them at the gate and at the bank.',
    sources: ['conformance', 'page_too_large', 'date_range_too_wide'],
    ending: 'silence_in_use',
    about: 'traffic',
    part: '/requestBody',
    thresholds: { ...SIGNAL_THRESHOLDS, requests: 20, share: 0.01 },
    evaluate: (subject, context) => [
      ...manyOf(subject, context, ({ rule }) => TOO_MUCH.has(rule)),
      ...onSignals('page_too_large', 'date_range_too_wide')(subject, context),
    ],
  },
  {
    id: 'specification_without_limit',
    title: 'The specification sets no limit to what may be asked for',
    owasp: ['API4'],
    remediation: 'Declare `maxItems` and `maxLength`, and the 429 answer that callers have to be ready for.',
    sources: ['specification', 'openness'],
    ending: 'gone',
    about: 'document',
    part: '',
    thresholds: {},
    evaluate: whenPublished(({ responses, standing }, { openness }) => {
      if (standing === 'older') return NOTHING
      const declared = responses.some(({ status }) => ['429', '4XX', 'default'].includes(status))
      const evidence: Evidence[] = declared ? [] : [{ what: '429_undeclared', count: 1 }]
      if (openness !== undefined && openness.arrays > 0) {
        evidence.push({ what: 'arrays_without_maxItems', count: openness.arrays })
      }
      if (openness !== undefined && openness.strings > 0) {
        evidence.push({ what: 'strings_without_maxLength', count: openness.strings })
      }
      return evidence.length > 0 ? condition('possible', '', evidence) : NOTHING
    }),
  },
] as const satisfies readonly Check[]

type Hidden = NonNullable<Subject['entry']>['hidden'][number]

/** Each name by itself: a name that nobody knew is news, whatever else is hidden there. */
function hidden(
  { entry, exposure }: Subject,
  context: CheckContext,
  places: readonly Hidden['place'][],
): readonly Sighting[] {
  return (entry?.hidden ?? [])
    .filter((one) => places.includes(one.place) && one.accepted >= threshold(context, 'accepted'))
    .flatMap(({ place, name, accepted, lastAt }) => {
      const pointer = place === 'request_property' ? name : `${place} ${name}`
      // That the bank did not mind does not say that it did anything.
      return counted(outranks(exposure, 'plain') ? 'likely' : 'possible', accepted, { pointer, lastAt })
    })
}

/** One sighting for all: which field it was is evidence, and clients think up new ones every day. */
function manyOf(
  subject: Subject,
  context: CheckContext,
  wanted: (departure: { readonly rule: string }) => boolean,
): readonly Sighting[] {
  const departed = departuresOf(subject, 'request').filter(wanted)
  const count = total(departed)
  const share = count / Math.max(1, subject.entry?.usage.requests ?? 0)
  if (count < threshold(context, 'requests') || share < threshold(context, 'share')) return NOTHING
  return counted('likely', count, {
    evidence: departed.map(({ rule, place, field, count }) => ({
      what: `${rule} ${place} ${field}`.trim(),
      count,
    })),
  })
}
