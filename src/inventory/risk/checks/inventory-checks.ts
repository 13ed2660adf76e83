/** What exists, against what is published (OWASP API9:2023). */
import { DAY_MS } from '../../../lib/durations.ts'
import type { Check, CheckContext } from '../types.ts'
import { condition, counted, NOTHING, seen, served, threshold } from './kit.ts'

export const INVENTORY_CHECKS = [
  {
    id: 'shadow_operation',
    title: 'An operation is served that no specification has',
    owasp: ['API9'],
    remediation:
      'Find its owner. Publish it in the specification if it is meant to be there, and hold it to the same rules as the rest; otherwise take it down, or block its path at the gate.',
    sources: ['inventory'],
    ending: 'silence',
    about: 'traffic',
    part: '',
    thresholds: {},
    evaluate: ({ operation, entry }) => {
      if (operation !== undefined || entry === undefined || entry.methodUndeclared) return NOTHING
      const { usage } = entry
      const answered = served(usage)
      const evidence = seen(usage.codes)
      const found = { evidence, lastAt: usage.lastServedAt }
      // 401, 403 and 5xx prove that it exists; nobody has got anything from it yet.
      return answered > 0
        ? counted('certain', answered, found)
        : counted('likely', usage.requests, { evidence })
    },
  },
  {
    id: 'zombie_operation',
    title: 'A deprecated or superseded operation is still served',
    owasp: ['API9'],
    remediation:
      'Tell the callers that the evidence names when it ends (RFC 8594 Sunset, RFC 9745 Deprecation), move them to the current version, and take it down on that day.',
    sources: ['inventory', 'specification'],
    needsAll: true,
    ending: 'silence',
    about: 'traffic',
    part: '/deprecated',
    thresholds: {},
    evaluate: ({ operation, entry }, { at }) => {
      if (operation === undefined || entry === undefined) return NOTHING
      const ended = operation.sunset !== undefined && Date.parse(operation.sunset) <= at
      if (!operation.deprecated && operation.standing === 'current' && !ended) return NOTHING
      const { usage } = entry
      return counted(ended ? 'certain' : 'likely', served(usage), {
        evidence: seen(usage.organisations),
        lastAt: usage.lastServedAt,
      })
    },
  },
  {
    id: 'orphan_operation',
    title: 'A published operation has never been called',
    owasp: ['API9'],
    remediation:
      'Ask its owner whether it is served at all. What nobody uses nobody watches: take it out of the specification and down, or accept this until it is launched.',
    sources: ['inventory', 'specification'],
    needsAll: true,
    ending: 'gone',
    about: 'traffic',
    part: '',
    thresholds: { days: 30 },
    evaluate: ({ operation, entry }, context) => {
      if (operation === undefined || operation.standing === 'older' || entry !== undefined) return NOTHING
      return watchedFor(context) >= threshold(context, 'days') ? condition('possible') : NOTHING
    },
  },
  {
    id: 'dormant_operation',
    title: 'An operation has not been called for a long time',
    owasp: ['API9'],
    remediation: 'Ask its owner whether it is still needed, and take it down if it is not.',
    sources: ['inventory'],
    ending: 'gone',
    about: 'traffic',
    part: '',
    thresholds: { days: 60 },
    evaluate: ({ entry }, context) => {
      if (entry === undefined) return NOTHING
      const quiet = (context.at - entry.usage.lastSeenAt) / DAY_MS
      return quiet >= threshold(context, 'days') ? condition('possible') : NOTHING
    },
  },
  {
    id: 'non_production_reachable',
    title: 'A host or path that is not for production is served',
    owasp: ['API9'],
    remediation:
      'Take the environment off the public route. Test systems have weaker data, weaker keys and the same code: what is learnt there is used here.',
    sources: ['inventory'],
    ending: 'silence',
    about: 'traffic',
    part: '',
    thresholds: {},
    evaluate: ({ entry }, { settings }) => {
      if (entry === undefined || served(entry.usage) === 0) return NOTHING
      const { usage } = entry
      const words = new Set(settings.nonProduction)
      const path = entry.path.split('/').find((segment) => words.has(segment.toLowerCase()))
      if (path !== undefined) {
        return counted('certain', served(usage), { pointer: `path ${path}`, lastAt: usage.lastServedAt })
      }
      return seen(usage.hosts)
        .filter(({ what }) => what.split(/[.-]/).some((label) => words.has(label)))
        .flatMap(({ what, count }) => counted('certain', count, { pointer: `host ${what}` }))
    },
  },
  {
    id: 'host_undeclared',
    title: 'A published operation is served on a host that its document does not name',
    owasp: ['API9', 'API8'],
    remediation: 'Add the host to `servers`, or close the way in: a second name is often a second policy.',
    sources: ['inventory', 'specification'],
    needsAll: true,
    ending: 'silence',
    about: 'traffic',
    part: '',
    thresholds: {},
    evaluate: ({ document, entry }) => {
      const declared = document?.hosts ?? []
      if (entry === undefined || declared.length === 0 || served(entry.usage) === 0) return NOTHING
      return seen(entry.usage.hosts)
        .filter(({ what }) => !declared.some((host) => hostMatches(host, what)))
        .flatMap(({ what, count }) => counted('likely', count, { pointer: what }))
    },
  },
  {
    id: 'method_undeclared',
    title: 'A method that the specification does not have is answered below 400',
    owasp: ['API5', 'API8'],
    remediation:
      'Refuse the method at the bank (405) and at the gate. If it is meant to be there, publish it with its security requirements.',
    sources: ['inventory', 'specification'],
    needsAll: true,
    ending: 'silence',
    about: 'traffic',
    part: '',
    thresholds: {},
    evaluate: ({ entry }) => {
      // Asking what is allowed changes nothing, and HEAD is a GET without its body (RFC 9110 section 9.3.2).
      if (entry?.methodUndeclared !== true || ['OPTIONS', 'HEAD'].includes(entry.method)) return NOTHING
      const { usage } = entry
      return counted('certain', served(usage), { evidence: seen(usage.codes), lastAt: usage.lastServedAt })
    },
  },
  {
    id: 'inventory_pressure',
    title: 'Somebody makes up paths faster than the inventory can judge them',
    owasp: ['API9', 'API4'],
    remediation:
      'Look for the network behind it in the decisions, and have the origin answer unknown paths with 404. While it lasts a new operation needs more evidence before it is listed.',
    sources: ['inventory'],
    ending: 'gone',
    about: 'traffic',
    part: '',
    thresholds: { pressure: 1 },
    evaluate: ({ key }, context) => {
      const { overflow } = context.landscape
      if (key !== '' || overflow === undefined) return NOTHING
      if (overflow.pressure < threshold(context, 'pressure')) return NOTHING
      return condition('likely', '', [{ what: 'turned_away', count: overflow.turnedAway }])
    },
  },
] as const satisfies readonly Check[]

/** Days since the first observation. On the first day nothing has been called for a month, and that means nothing. */
function watchedFor({ at, since }: CheckContext): number {
  return since === undefined ? 0 : (at - since) / DAY_MS
}

/** `{tenant}.bank.example` of a server with variables, and plain names. */
function hostMatches(declared: string, host: string): boolean {
  if (!declared.includes('{')) return declared === host
  const suffix = declared.slice(declared.lastIndexOf('}') + 1)
  return suffix.length > 1 && host.endsWith(suffix)
}
