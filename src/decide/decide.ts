/** Evidence to verdict: pure, so that any verdict can be made again from its record. */
import type { Action, Evidence, Posture, Score, ScorerOutage, Verdict } from '../evidence.ts'
import type { Fact } from '../lib/fact.ts'
import type { Policy } from './policy.ts'
import type { Reason } from './reasons.ts'
import type { Case, Rule } from './rule.ts'
import { RULES } from './rules.ts'
import { hasCleared, isProven } from './subject.ts'

/** One rule that applied, and what it asks for. */
interface Hit {
  readonly rule: Rule
  readonly action: Action
  readonly posture: Posture
  readonly reason: Reason
  readonly unless: string | undefined
}

/**
 * Decides one request.
 *
 * The first rule that stops it decides. A rule whose posture is `observe` never shields a request from the rules
 * after it: it is named in the verdict only when none of them enforces anything.
 */
export function decide(evidence: Evidence, score: Fact<Score, never, ScorerOutage>, policy: Policy): Verdict {
  const from: Case = { evidence, score, policy, proven: isProven(evidence) }
  let observed: { readonly hit: Hit; readonly at: number } | undefined
  let noted: Hit | undefined
  for (const [at, rule] of RULES.entries()) {
    const hit = apply(rule, from)
    if (hit === undefined || hit.action === 'allow') continue
    if (hit.action === 'flag') noted ??= hit
    else if (hit.posture === 'enforce') return verdict(hit, hit.action, from, at)
    else observed ??= { hit, at }
  }
  if (observed !== undefined) return verdict(observed.hit, 'flag', from, observed.at)
  if (noted !== undefined) return verdict(noted, 'flag', from, RULES.length)
  return { ...NOTHING, posture: evidence.match.route.posture }
}

const NOTHING: Omit<Verdict, 'posture'> = {
  action: 'allow',
  intended: 'allow',
  rule: 'default',
  reason: 'unremarkable' satisfies Reason,
  retryAfterSeconds: undefined,
  counterfactual: undefined,
}

function apply(rule: Rule, from: Case): Hit | undefined {
  const setting = from.policy.rules[rule.id]
  const posture = postureOf(rule, from)
  if (posture === 'off' || (rule.sparesProven && from.proven)) return undefined
  const finding = rule.when(from, setting?.limit ?? rule.limit ?? 0)
  if (finding === false) return undefined
  return {
    rule,
    action: actionOf(rule, from),
    posture,
    reason: typeof rule.reason === 'function' ? rule.reason(from) : rule.reason,
    unless: finding === true ? undefined : finding.unless,
  }
}

/** A rule enforces only where both its route and the rule do. */
function postureOf(rule: Rule, { evidence, policy }: Case): Posture | 'off' {
  if (rule.always) return 'enforce'
  const own = policy.rules[rule.id]?.posture
  if (own === 'off') return 'off'
  return own === 'observe' || evidence.match.route.posture === 'observe' ? 'observe' : 'enforce'
}

function actionOf(rule: Rule, { evidence, policy }: Case): Action {
  const wanted = rule.always ? rule.action : (policy.rules[rule.id]?.action ?? rule.action)
  if (wanted !== 'challenge') return wanted
  if (evidence.match.route.channel !== 'browser') return rule.elsewhere ?? 'throttle'
  // Who has met a challenge is not asked again and again; the rules after this one still hold.
  return hasCleared(evidence) ? 'flag' : 'challenge'
}

function verdict(hit: Hit, action: Action, from: Case, at: number): Verdict {
  return {
    action,
    intended: hit.action,
    posture: hit.posture,
    rule: hit.rule.id,
    reason: hit.reason,
    retryAfterSeconds: action === 'throttle' ? from.policy.retryAfterSeconds : undefined,
    counterfactual: hit.unless === undefined ? undefined : `${hit.unless}, ${otherwise(hit, from, at + 1)}`,
  }
}

const WOULD_HAVE_BEEN = {
  allow: 'allowed',
  flag: 'allowed with a flag',
  throttle: 'throttled',
  challenge: 'challenged',
  deny: 'denied',
} as const satisfies Record<Action, string>

/** What the remaining rules would have made of it: not a guess, they are asked. */
function otherwise(decided: Hit, from: Case, start: number): string {
  let noted = false
  for (const rule of RULES.slice(start)) {
    const hit = apply(rule, from)
    if (hit === undefined || hit.action === 'allow') continue
    // A rule that only observes would not have stopped what another one stopped.
    const stops = hit.action !== 'flag' && (hit.posture === 'enforce' || decided.posture === 'observe')
    if (stops) return `this would have been ${WOULD_HAVE_BEEN[hit.action]} (${rule.id})`
    noted = true
  }
  return `this would have been ${WOULD_HAVE_BEEN[noted ? 'flag' : 'allow']}`
}
