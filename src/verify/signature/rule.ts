/**
 * A profile as one route has it: what its bank set differently is put in its place, and what could not be a rule is found
 * when the configuration is read and not at the first request.
 */
import type { KeyPlace, Scheme, SigningOverride, SigningProfile } from '../../dialects/signing/profile.ts'
import { fail, type Outcome, pass } from '../../lib/outcome.ts'
import {
  type CavagePolicy,
  cavagePolicy,
  type MessagePolicy,
  messagePolicy,
} from '../http-signatures/policy.ts'
import type { JadesPolicy } from '../jose/jades.ts'
import type { JwsPolicy } from '../jose/types.ts'

export type CheckedScheme =
  | Extract<Scheme, { kind: 'jws' | 'jades' }>
  | { readonly kind: 'cavage'; readonly policy: CavagePolicy }
  | { readonly kind: 'message'; readonly policy: MessagePolicy }

export interface SigningRule extends Omit<SigningProfile, 'scheme'> {
  readonly scheme: CheckedScheme
  readonly keys: KeyPlace
  /** How long after it was made a signature is taken, at the longest. */
  readonly lifeSeconds: number
}

export function signingRule(
  profile: SigningProfile,
  override: SigningOverride,
): Outcome<SigningRule, string> {
  const scheme = checked(profile.scheme, override)
  if (!scheme.ok) return scheme
  const { operations, idempotency } = profile
  const methods = override.methods ?? operations.methods
  return pass({
    ...profile,
    scheme: scheme.value,
    lifeSeconds: lifeOf(scheme.value),
    operations: override.everything
      ? { methods, signed: new Set(), unsigned: new Set() }
      : { ...operations, methods },
    idempotency: override.idempotency === false ? undefined : idempotency,
    memorySeconds: override.memorySeconds ?? profile.memorySeconds,
    body: bodyOf(profile.body, override),
  })
}

function checked(scheme: Scheme, override: SigningOverride): Outcome<CheckedScheme, string> {
  switch (scheme.kind) {
    case 'jws': {
      const unfit = ['covered', 'coveredIfPresent'] as const
      if (unfit.some((name) => override[name] !== undefined)) return fail('covered_is_the_body')
      return pass({ ...scheme, policy: jwsPolicy(scheme, override) })
    }
    case 'jades':
      return pass({ ...scheme, policy: jadesPolicy(scheme.policy, override) })
    case 'cavage': {
      const made = cavagePolicy({
        ...scheme.policy,
        ...common(scheme.policy, override),
        clock: override.clock ?? scheme.policy.clock,
      })
      return made.ok ? pass({ kind: 'cavage', policy: made.policy }) : fail(made.mistakes.join(' '))
    }
    case 'message': {
      const { label, tag, maxAgeSeconds } = override
      const made = messagePolicy({
        ...scheme.policy,
        ...common(scheme.policy, override),
        select: label === undefined ? (tag === undefined ? scheme.policy.select : { tag }) : { label },
        maxLifetimeSeconds: Math.max(scheme.policy.maxLifetimeSeconds, maxAgeSeconds ?? 0),
      })
      return made.ok ? pass({ kind: 'message', policy: made.policy }) : fail(made.mistakes.join(' '))
    }
  }
}

type Common = Pick<CavagePolicy, 'coverage' | 'algorithms' | 'time'>

function common({ coverage, algorithms, time }: Common, override: SigningOverride): Common {
  return {
    coverage: {
      ...coverage,
      required: override.covered ?? coverage.required,
      whenPresent: override.coveredIfPresent ?? coverage.whenPresent,
    },
    algorithms: override.algorithms ?? algorithms,
    time: {
      maxAgeSeconds: override.maxAgeSeconds ?? time.maxAgeSeconds,
      skewSeconds: override.maxFutureSeconds ?? time.skewSeconds,
    },
  }
}

function jwsPolicy(
  { policy, directory }: Extract<Scheme, { kind: 'jws' }>,
  override: SigningOverride,
): JwsPolicy {
  const { maxAgeSeconds, maxFutureSeconds, algorithms, directories } = override
  const members = Object.entries(policy.members).map(([name, rule]) => {
    if (name === directory && directories !== undefined) {
      return [name, { is: 'one_of', values: directories }] as const
    }
    if (rule.is !== 'numeric_date' && rule.is !== 'utc_time') return [name, rule] as const
    return [
      name,
      {
        ...rule,
        maxAgeSeconds: maxAgeSeconds ?? rule.maxAgeSeconds,
        maxFutureSeconds: maxFutureSeconds ?? rule.maxFutureSeconds,
      },
    ] as const
  })
  return { ...policy, algorithms: algorithms ?? policy.algorithms, members: Object.fromEntries(members) }
}

function jadesPolicy(policy: JadesPolicy, override: SigningOverride): JadesPolicy {
  const { freshness } = policy
  return {
    ...policy,
    algorithms: override.algorithms ?? policy.algorithms,
    required: override.covered ?? policy.required,
    whenPresent: override.coveredIfPresent ?? policy.whenPresent,
    trailingNewline: override.trailingNewline ?? policy.trailingNewline,
    freshness: {
      maxAgeSeconds: override.maxAgeSeconds ?? freshness.maxAgeSeconds,
      maxFutureSeconds: override.maxFutureSeconds ?? freshness.maxFutureSeconds,
    },
  }
}

function bodyOf(body: SigningProfile['body'], override: SigningOverride): SigningProfile['body'] {
  if (body === undefined) return undefined
  const { sentAt } = body
  return {
    ...body,
    sentAt: {
      ...sentAt,
      maxAgeSeconds: override.maxAgeSeconds ?? sentAt.maxAgeSeconds,
      maxFutureSeconds: override.maxFutureSeconds ?? sentAt.maxFutureSeconds,
    },
  }
}

function lifeOf(scheme: CheckedScheme): number {
  switch (scheme.kind) {
    case 'jws': {
      const ages = Object.values(scheme.policy.members).map((rule) =>
        'maxAgeSeconds' in rule ? rule.maxAgeSeconds : 0,
      )
      return Math.max(0, ...ages)
    }
    case 'jades':
      return scheme.policy.freshness.maxAgeSeconds
    case 'cavage':
    case 'message':
      return scheme.policy.time.maxAgeSeconds + 2 * scheme.policy.time.skewSeconds
  }
}
