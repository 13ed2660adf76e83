/** How checks say what they see. */
import type { Counted, Departure, Usage } from '../../learn/types.ts'
import { surely } from '../access.ts'
import type { Check, CheckContext, Evidence, GateSignal, Likelihood, Sighting, Subject } from '../types.ts'

export const NOTHING: readonly Sighting[] = []

/** A condition that holds: it is not counted, it is or is not. */
export function condition(
  likelihood: Likelihood,
  pointer = '',
  evidence: readonly Evidence[] = [],
): readonly Sighting[] {
  return [{ pointer, likelihood, count: 1, evidence }]
}

/** Something that was counted. */
export function counted(
  likelihood: Likelihood,
  count: number,
  more: Partial<Pick<Sighting, 'pointer' | 'evidence' | 'lastAt'>> = {},
): readonly Sighting[] {
  return count > 0 ? [{ pointer: '', likelihood, count, evidence: [], ...more }] : NOTHING
}

/** Names with how often each was surely seen; those that perhaps never were are left out. */
export function seen(list: readonly Counted[] | undefined): readonly Evidence[] {
  return (list ?? [])
    .map((one) => ({ what: one.name, count: surely(one) }))
    .filter(({ count }) => count > 0)
    .sort((left, right) => right.count - left.count)
}

export function total(evidence: readonly Evidence[]): number {
  return evidence.reduce((sum, { count }) => sum + count, 0)
}

/** Answers below 400: the bank did what it was asked. */
export function served({ statuses }: Usage): number {
  return (statuses[2] ?? 0) + (statuses[3] ?? 0)
}

export function threshold({ thresholds }: CheckContext, name: string): number {
  const value = thresholds[name]
  if (value === undefined) throw new Error(`Cannot evaluate check: no threshold ${name}`)
  return value
}

/** Departures as the inventory counts them: `side rule place field`. */
export function departuresOf(
  { entry }: Subject,
  side: Departure['side'],
): readonly (Evidence & { readonly rule: string; readonly place: string; readonly field: string })[] {
  return seen(entry?.usage.departures).flatMap(({ what, count }) => {
    const [from = '', rule = '', place = '', ...rest] = what.split(' ')
    return from === side ? [{ what, count, rule, place, field: rest.join(' ') }] : []
  })
}

/**
 * A check on what the gate itself saw. What the bank answered with 2xx is certain; what was refused is an attempt, and
 * worth a finding only where there are many.
 */
export function onSignals(...signals: readonly GateSignal[]): Check['evaluate'] {
  return (subject, context) =>
    signals.flatMap((signal) => {
      const count = subject.signals[signal]
      if (count === undefined) return NOTHING
      const { requests, accepted, lastAt } = count
      const evidence = [
        { what: 'accepted', count: accepted },
        { what: 'requests', count: requests },
      ]
      const pointer = signals.length > 1 ? signal : ''
      if (accepted >= threshold(context, 'accepted')) {
        return counted('certain', accepted, { pointer, evidence, lastAt })
      }
      return requests >= threshold(context, 'attempts')
        ? counted('likely', requests, { pointer, evidence, lastAt })
        : NOTHING
    })
}

/** One answered 2xx is one too many; twenty refused ones are an attempt. */
export const SIGNAL_THRESHOLDS = { accepted: 1, attempts: 20 } as const

/** A document says something of its own accord: nobody has to have called. */
export function whenPublished(
  evaluate: (operation: NonNullable<Subject['operation']>, subject: Subject) => readonly Sighting[],
): Check['evaluate'] {
  return (subject) => (subject.operation === undefined ? NOTHING : evaluate(subject.operation, subject))
}
