/**
 * What becomes of a finding: pure steps from one state to the next. A finding is raised once; what is seen again makes
 * it grow, what is not seen any more ends it, and what comes back opens it again, by itself.
 */
import { rank } from './exposure.ts'
import type { Acceptance, Assessed, Finding, TransitionKind } from './finding-types.ts'
import type { RiskSettings } from './types.ts'

/** What happened, before it has a number. */
export interface Step {
  readonly kind: TransitionKind
  readonly by: string
  readonly why: string
}

export interface Stepped {
  readonly finding: Finding
  readonly steps: readonly Step[]
}

/** Who changes findings when nobody does. No person may call itself so. */
export const GATE = 'gate'

/** @param requests of the operation so far */
export function raise(seen: Assessed, at: number, requests: number): Stepped {
  const { count, lastAt, ...described } = seen
  const finding: Finding = {
    ...described,
    state: 'open',
    count,
    firstSeenAt: at,
    lastSeenAt: lastAt ?? at,
    acceptance: undefined,
    fixed: undefined,
    reopened: 0,
    mark: { count, requests, at, seenAt: at },
  }
  return { finding, steps: [{ kind: 'raised', by: GATE, why: seen.check }] }
}

/** A check has seen again what it had seen before. */
export function absorb(known: Finding, seen: Assessed, at: number, requests: number): Stepped {
  const { count, lastAt, ...described } = seen
  const grown = growth(known, count)
  const happened = grown > 0 || seen.ending === 'gone'
  const finding: Finding = {
    ...known,
    ...described,
    count: known.count + grown,
    lastSeenAt: happened ? Math.max(known.lastSeenAt, lastAt ?? at) : known.lastSeenAt,
    mark: happened ? { count, requests, at, seenAt: at } : { ...known.mark, seenAt: at },
  }
  if (known.state === 'fixed')
    return happened && isNews(known, seen, at) ? reopen(finding, 'seen_again') : same(finding)
  if (known.state === 'accepted') return stillAccepted(finding, at)
  const worse = rank(seen.severity) > rank(known.severity)
  return worse ? { finding, steps: [{ kind: 'worsened', by: GATE, why: seen.severity }] } : same(finding)
}

/** Counters start anew when the inventory forgets; whatever they then say is new. */
function growth({ mark, ending }: Finding, count: number): number {
  if (ending === 'gone') return 0
  return count >= mark.count ? count - mark.count : count
}

/** What was counted before somebody mended it, and is only now reported, is no relapse. */
function isNews({ fixed, mark }: Finding, { lastAt, ending }: Assessed, at: number): boolean {
  if (fixed === undefined || fixed.by === GATE) return true
  if (lastAt !== undefined) return lastAt > fixed.at
  return ending === 'gone' ? at > fixed.at : mark.seenAt > fixed.at
}

function stillAccepted(finding: Finding, at: number): Stepped {
  const { acceptance, severity } = finding
  if (acceptance === undefined || at >= acceptance.until) return reopen(finding, 'acceptance_expired')
  return rank(severity) > rank(acceptance.severity) ? reopen(finding, 'worse_than_accepted') : same(finding)
}

function reopen(finding: Finding, why: string, by = GATE): Stepped {
  const reopened = finding.reopened + 1
  return {
    finding: { ...finding, state: 'open', acceptance: undefined, fixed: undefined, reopened },
    steps: [{ kind: 'reopened', by, why }],
  }
}

/** An assessment is over: has enough time passed without this one? */
export function settle(
  finding: Finding,
  at: number,
  requests: number,
  endings: RiskSettings['endings'],
): Stepped {
  if (finding.state === 'fixed') return same(finding)
  const why = whyOver(finding, at, requests, endings)
  if (why !== undefined) {
    const fixed = { by: GATE, why, at }
    return {
      finding: { ...finding, state: 'fixed', acceptance: undefined, fixed },
      steps: [{ kind: 'fixed', by: GATE, why }],
    }
  }
  // Also what was not seen this time: an acceptance ends on its day.
  return finding.state === 'accepted' ? stillAccepted(finding, at) : same(finding)
}

function whyOver(
  { ending, mark }: Finding,
  at: number,
  requests: number,
  { goneMs, silenceMs, silenceRequests }: RiskSettings['endings'],
): string | undefined {
  // A check that still sees it marks it in this very assessment. Of `silence_in_use` a counter may have lost its place
  // to others, so that not to be seen is no more than silence.
  if (ending !== 'silence_in_use' && at - mark.seenAt >= goneMs) return 'condition_gone'
  if (ending === 'gone' || at - mark.at < silenceMs) return undefined
  const used = requests >= mark.requests ? requests - mark.requests : requests
  return ending === 'silence' || used >= silenceRequests ? 'not_seen_again' : undefined
}

export function accept(finding: Finding, acceptance: Omit<Acceptance, 'severity'>): Stepped {
  return {
    finding: { ...finding, state: 'accepted', acceptance: { ...acceptance, severity: finding.severity } },
    steps: [{ kind: 'accepted', by: acceptance.by, why: acceptance.why }],
  }
}

export function fix(finding: Finding, by: string, why: string, at: number): Stepped {
  return {
    finding: { ...finding, state: 'fixed', acceptance: undefined, fixed: { by, why, at } },
    steps: [{ kind: 'fixed', by, why }],
  }
}

export function reopenBy(finding: Finding, by: string, why: string): Stepped {
  return reopen(finding, why, by)
}

function same(finding: Finding): Stepped {
  return { finding, steps: [] }
}
