import type { JsonValue } from '../../lib/json.ts'
import { refuse } from './refuse.ts'
import type { Expected, Freshness, JoseHeader, JwsFault, JwsPolicy, MemberRule, Refusal } from './types.ts'

/** Members that bring a key or say where to fetch one: whoever wrote the message would choose what judges it. */
const KEY_BRINGING = new Set(['jwk', 'jku', 'x5u'])

/**
 * Holds a header against a policy, before any key is looked for.
 *
 * @param now milliseconds since the epoch
 * @returns when the header says it was made, in milliseconds; undefined where the policy does not ask for that
 */
export function checkHeader(
  header: JoseHeader,
  policy: JwsPolicy,
  expected: Expected,
  now: number,
): { readonly createdAt: number | undefined } | Refusal<JwsFault> {
  const { members, names } = header
  for (const name of policy.required) {
    if (!Object.hasOwn(members, name)) return refuse('header_member_missing', name)
  }
  for (const name of names) {
    const allowed = policy.allowed?.includes(name) ?? !KEY_BRINGING.has(name)
    if (!allowed) return refuse('header_member_refused', name)
  }
  const extension = checkExtensions(header, policy)
  if (extension !== undefined) return extension
  let createdAt: number | undefined
  for (const name in policy.members) {
    const rule = policy.members[name]
    if (rule === undefined || !Object.hasOwn(members, name)) continue
    const outcome = checkMember(name, members[name], rule, expected, now)
    if (typeof outcome === 'object') return outcome
    createdAt ??= outcome
  }
  return { createdAt }
}

function checkExtensions({ crit, b64, names }: JoseHeader, policy: JwsPolicy): Refusal<JwsFault> | undefined {
  const unknown = crit.find((name) => !policy.understood.includes(name))
  if (unknown !== undefined) return refuse('critical_unknown', unknown)
  if (policy.crit !== undefined && !policy.crit.some((set) => sameNames(set, crit))) {
    return refuse(crit.length === 0 ? 'header_member_missing' : 'header_member_invalid', 'crit')
  }
  const there = names.includes('b64')
  if (policy.b64 === 'absent' && there) return refuse('header_member_refused', 'b64')
  if (policy.b64 === 'false' && b64)
    return refuse(there ? 'header_member_invalid' : 'header_member_missing', 'b64')
  return undefined
}

/** Both without repetitions: `readHeader` has seen to that. */
function sameNames(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name) => right.includes(name))
}

function checkMember(
  name: string,
  value: JsonValue | undefined,
  rule: MemberRule,
  expected: Expected,
  now: number,
): number | Refusal<JwsFault> | undefined {
  switch (rule.is) {
    case 'numeric_date':
      return checkTime(name, readNumericDate(value, rule.decimals), rule, now)
    case 'utc_time':
      return checkTime(name, readUtcTime(value), rule, now)
    case 'expected':
      return typeof value === 'string' && value === expected[name]
        ? undefined
        : refuse('header_member_mismatch', name)
    default:
      return typeof value === 'string' && matches(value, rule)
        ? undefined
        : refuse('header_member_invalid', name)
  }
}

function matches(
  value: string,
  rule: Extract<MemberRule, { is: 'one_of' | 'media_type' | 'pattern' }>,
): boolean {
  switch (rule.is) {
    case 'one_of':
      return rule.values.includes(value)
    case 'media_type':
      return rule.values.includes(value.toLowerCase().replace(/^application\//, ''))
    case 'pattern':
      return rule.pattern.test(value)
  }
}

/** Seconds of the year 9999: what is beyond is a value in milliseconds, or nonsense. */
const MAX_SECONDS = 253_402_300_799

/** RFC 7519 section 2 NumericDate, in milliseconds. */
export function readNumericDate(value: JsonValue | undefined, decimals: boolean): number | undefined {
  if (typeof value !== 'number' || !(value >= 0 && value <= MAX_SECONDS)) return undefined
  return decimals || Number.isInteger(value) ? value * 1_000 : undefined
}

const UTC_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/

function readUtcTime(value: JsonValue | undefined): number | undefined {
  if (typeof value !== 'string' || !UTC_TIME.test(value)) return undefined
  const at = Date.parse(value)
  // The 31st of February becomes a day in March in some readers: what does not come back as it went in is no date.
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 19) === value.slice(0, 19) ? at : undefined
}

function checkTime(
  name: string,
  at: number | undefined,
  { maxAgeSeconds, maxFutureSeconds }: Freshness,
  now: number,
): number | Refusal<JwsFault> {
  if (at === undefined) return refuse('header_member_invalid', name)
  if (at > now + maxFutureSeconds * 1_000) return refuse('signature_from_future', name)
  if (at < now - maxAgeSeconds * 1_000) return refuse('signature_stale', name)
  return at
}
