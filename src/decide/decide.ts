/** Evidence to verdict: pure, so that any verdict can be made again from its record. */
import type { Action, Evidence, Posture, Score, ScorerOutage, Verdict } from '../evidence.ts'
import type { Fact } from '../lib/fact.ts'
import type { Policy } from './policy.ts'
import type { Reason } from './reasons.ts'
import type { Case, Rule } from './rule.ts'
import { RULES } from './rules.ts'
import { hasCleared, isGenuineApp, isProven } from './subject.ts'

/** One rule that applied, and what it asks for. */
interface Hit {
  readonly rule: Rule
  readonly action: Action
  readonly posture: Posture
  readonly reason: Reason
  readonly unless: string | undefined
  readonly limit: number | undefined
  /** What the other rules are asked about, if this one had not applied. */
  readonly supposing: Case
}

/**
 * Decides one request.
 *
 * The first rule that stops it decides. A rule whose posture is `observe` never shields a request from the rules
 * after it: it is named in the verdict only when none of them enforces anything.
 */
export function decide(evidence: Evidence, score: Fact<Score, never, ScorerOutage>, policy: Policy): Verdict {
  const from: Case = {
    evidence,
    score,
    policy,
    proven: isProven(evidence),
    genuine: isGenuineApp(evidence),
  }
  const orders = ordersFrom(policy)
  let observed: { readonly hit: Hit; readonly at: number } | undefined
  let noted: { readonly hit: Hit; readonly at: number } | undefined
  let at = -1
  for (const order of orders) {
    at += 1
    const hit = apply(order, from)
    if (hit === undefined || hit.action === 'allow') continue
    if (hit.action === 'flag') noted ??= { hit, at }
    else if (hit.posture === 'enforce')
      return verdict(hit, hit.action, from, { start: at + 1, noted: (noted ?? observed) !== undefined })
    else observed ??= { hit, at }
  }
  if (observed !== undefined)
    return verdict(observed.hit, 'flag', from, { start: observed.at + 1, noted: noted !== undefined })
  if (noted !== undefined) return verdict(noted.hit, 'flag', from, { start: noted.at + 1, noted: false })
  return { ...NOTHING, posture: evidence.match.route.posture }
}

const NOTHING: Omit<Verdict, 'posture'> = {
  action: 'allow',
  intended: 'allow',
  rule: 'default',
  reason: 'unremarkable' satisfies Reason,
  retryAfterSeconds: undefined,
  counterfactual: undefined,
  limit: undefined,
}

/** A rule as the policy wants it. Those that are switched off are not here. */
interface Order {
  readonly rule: Rule
  readonly action: Action
  readonly limit: number
  readonly posture: Posture
}

const ordered = new WeakMap<Policy, readonly Order[]>()

/** Once for each policy: to look up a setting for every rule would cost a request more than the rules themselves. */
function ordersFrom(policy: Policy): readonly Order[] {
  const known = ordered.get(policy)
  if (known !== undefined) return known
  const orders = RULES.flatMap((rule) => orderFrom(rule, policy))
  ordered.set(policy, orders)
  return orders
}

function orderFrom(rule: Rule, policy: Policy): readonly Order[] {
  const setting = policy.rules[rule.id]
  const limit = setting?.limit ?? rule.limit ?? 0
  if (rule.always) return [{ rule, action: rule.action, limit, posture: 'enforce' }]
  const { posture = 'enforce', action = rule.action } = setting ?? {}
  return posture === 'off' ? [] : [{ rule, action, limit, posture }]
}

function apply(order: Order, from: Case): Hit | undefined {
  const { rule, limit } = order
  if ((rule.sparesProven && from.proven) || (rule.sparesApp && from.genuine)) return undefined
  const finding = rule.when(from, limit)
  if (finding === false) return undefined
  return {
    rule,
    action: actionOf(order, from),
    posture: postureOf(order, from),
    reason: typeof rule.reason === 'function' ? rule.reason(from) : rule.reason,
    unless: finding === true ? undefined : finding.unless,
    limit: finding === true ? undefined : finding.limit,
    supposing: (finding === true ? undefined : finding.supposing) ?? from,
  }
}

/** A rule enforces only where both its route and the rule do; what always holds, holds in every posture. */
function postureOf({ rule, posture }: Order, { evidence }: Case): Posture {
  return !rule.always && evidence.match.route.posture === 'observe' ? 'observe' : posture
}

function actionOf({ rule, action }: Order, { evidence }: Case): Action {
  if (action !== 'challenge') return action
  if (evidence.match.route.channel !== 'browser') return rule.elsewhere ?? 'throttle'
  // Who has met a challenge is not asked again and again; the rules after this one still hold.
  return hasCleared(evidence) ? 'flag' : 'challenge'
}

/** What is asked for a counterfactual: the rules from here on, and whether something else was noted already. */
interface Remainder {
  readonly start: number
  readonly noted: boolean
}

function verdict(hit: Hit, action: Action, from: Case, rest: Remainder): Verdict {
  return {
    action,
    intended: hit.action,
    posture: hit.posture,
    rule: hit.rule.id,
    reason: hit.reason,
    retryAfterSeconds: action === 'throttle' ? retryAfter(hit.rule, from) : undefined,
    counterfactual: hit.unless === undefined ? undefined : `${hit.unless}, ${otherwise(hit, rest)}`,
    limit: hit.limit,
  }
}

function retryAfter({ retryAfterSeconds: own }: Rule, from: Case): number {
  return (typeof own === 'function' ? own(from) : own) ?? from.policy.retryAfterSeconds
}

const WOULD_HAVE_BEEN = {
  allow: 'allowed',
  flag: 'allowed with a flag',
  throttle: 'throttled',
  challenge: 'challenged',
  deny: 'denied',
} as const satisfies Record<Action, string>

/** What the remaining rules would have made of it: not a guess, they are asked. */
function otherwise(decided: Hit, { start, noted: before }: Remainder): string {
  const from = decided.supposing
  let noted = before
  for (const order of ordersFrom(from.policy).slice(start)) {
    const hit = apply(order, from)
    if (hit === undefined || hit.action === 'allow') continue
    // A rule that only observes would not have stopped what another one stopped.
    const stops = hit.action !== 'flag' && (hit.posture === 'enforce' || decided.posture === 'observe')
    if (stops) return `this would have been ${WOULD_HAVE_BEEN[hit.action]} (${hit.rule.id})`
    noted = true
  }
  return `this would have been ${WOULD_HAVE_BEEN[noted ? 'flag' : 'allow']}`
}
