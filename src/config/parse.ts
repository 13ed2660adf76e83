/**
 * Reads every binding of the Worker once and reports all mistakes together, so that an operator mends them in
 * one go. A broken configuration serves nothing: half a gate is worse than none, because it looks like one.
 */
import * as v from 'valibot'
import type { Config, Mistake, ParsedConfig, Vocabulary } from '../config.ts'
import type { Policy } from '../decide/policy.ts'
import type { Route } from '../evidence.ts'
import { buildApps } from './build-apps.ts'
import { buildSigning } from './build-signing.ts'
import { checkAll, checkBindings, shorten } from './checks.ts'
import { defined } from './defined.ts'
import { type Vars, varsSchema } from './schema.ts'
import { readSecrets } from './secrets.ts'

/**
 * Reads bindings into a configuration.
 *
 * @param env the Worker's bindings, as they came
 * @param vocabulary names of dialects and rules, and the policy that stands where the operator says nothing
 * @returns the configuration with its secrets, or every mistake that was found
 */
export function parseConfig(env: Readonly<Record<string, unknown>>, vocabulary: Vocabulary): ParsedConfig {
  const parsed = v.safeParse(varsSchema, fromText(env))
  const mistakes: Mistake[] = parsed.success ? [] : parsed.issues.map(asMistake)
  const secrets = readSecrets(env, mistakes)
  checkBindings(env, mistakes)
  if (!parsed.success) return { ok: false, mistakes }
  const vars = parsed.output
  checkAll(vars, env, vocabulary, mistakes)
  if (mistakes.length > 0) return { ok: false, mistakes }
  return { ok: true, config: build(vars, vocabulary), secrets }
}

const STRUCTURED = [
  ...[
    'ROUTES',
    'FALLBACK',
    'POLICY',
    'ANCHOR_KEYS',
    'LEDGER_SHARDS_BEFORE',
    'LEDGER_ORGANISATION_SHARDS_BEFORE',
    'JOURNAL_SHARDS_BEFORE',
  ],
  ...['SIGNERS', 'TOKEN_ISSUERS', 'INTROSPECTION', 'AGENTS', 'APPS', 'CONSENTS', 'QUOTAS', 'RISK'],
]

/** `wrangler secret` and the dashboard know only text: a structured binding may arrive as JSON text. */
function fromText(env: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const values: Record<string, unknown> = { ...env }
  for (const binding of STRUCTURED) {
    const text = values[binding]
    if (typeof text !== 'string') continue
    try {
      values[binding] = JSON.parse(text)
    } catch {
      // Left as text: the schema then says what was found and what is allowed.
    }
  }
  return values
}

function asMistake(issue: v.BaseIssue<unknown>): Mistake {
  const path = issue.path?.map((part) => String(part.key)) ?? []
  const [binding = 'bindings', ...rest] = path
  const where = rest.length > 0 ? ` at ${rest.join('.')}` : ''
  const allowed =
    issue.kind === 'validation' && !issue.message.startsWith('Invalid') ? issue.message : issue.expected
  return { binding, found: `${shorten(issue.received)}${where}`, allowed: allowed ?? issue.message }
}

/** Who denies later than we do is certain no earlier. */
function thresholdsOf(
  set: NonNullable<Vars['POLICY']['thresholds']>,
  standing: Config['policy']['thresholds'],
): Config['policy']['thresholds'] {
  const thresholds = { ...standing, ...defined(set) }
  return set.certain === undefined
    ? { ...thresholds, certain: Math.max(thresholds.certain, thresholds.deny) }
    : thresholds
}

function build(vars: Vars, vocabulary: Vocabulary): Config {
  const { POLICY: policy } = vars
  return {
    routes: vars.ROUTES.map((route) => asRoute(route, route.methods, route.pattern, true)),
    fallback: asRoute(vars.FALLBACK, [], '/*', false),
    policy: {
      rules: { ...vocabulary.policy.rules, ...definedRules(policy.rules ?? {}) },
      thresholds: thresholdsOf(policy.thresholds ?? {}, vocabulary.policy.thresholds),
      retryAfterSeconds: policy.retryAfterSeconds ?? vocabulary.policy.retryAfterSeconds,
    },
    origin: {
      url: vars.ORIGIN_URL === '' ? undefined : new URL(vars.ORIGIN_URL).origin,
      proof: vars.ORIGIN_PROOF,
      timeoutMs: vars.ORIGIN_TIMEOUT_MS,
    },
    certificates: {
      source: vars.CERTIFICATE_SOURCE,
      proxyThumbprints: vars.PROXY_THUMBPRINTS,
      trustAnchors: vars.TRUST_ANCHORS,
      anchorKeys: vars.ANCHOR_KEYS,
      revocationWaitMs: vars.REVOCATION_WAIT_MS,
      revocationHosts: vars.REVOCATION_HOSTS.length === 0 ? undefined : vars.REVOCATION_HOSTS,
    },
    ...buildSigning(vars),
    apps: buildApps(vars),
    consents: vars.CONSENTS,
    quotas: vars.QUOTAS,
    visibility: { risk: vars.RISK, sample: vars.CONFORMANCE_SAMPLE },
    ledger: {
      jurisdiction: vars.JURISDICTION,
      shards: vars.LEDGER_SHARDS,
      shardsBefore: vars.LEDGER_SHARDS_BEFORE,
      organisationShards: vars.LEDGER_ORGANISATION_SHARDS,
      organisationShardsBefore: vars.LEDGER_ORGANISATION_SHARDS_BEFORE,
      budgetMs: vars.LEDGER_BUDGET_MS,
    },
    estate: { shards: vars.ESTATE_SHARDS, leaves: vars.ESTATE_LEAVES },
    replay: { shards: vars.REPLAY_SHARDS },
    journal: {
      retentionHours: vars.JOURNAL_RETENTION_HOURS,
      maxEntries: vars.JOURNAL_MAX_ENTRIES,
      shards: vars.JOURNAL_SHARDS,
      shardsBefore: vars.JOURNAL_SHARDS_BEFORE,
    },
  }
}

function asRoute(
  entry: Vars['FALLBACK'],
  methods: readonly string[],
  pattern: string,
  documented: boolean,
): Route {
  const { user, password, card, failureStatuses, failureLocations, ...rest } = entry
  return {
    id: rest.id,
    methods,
    pattern,
    dialect: rest.dialect,
    channel: rest.channel,
    sensitivity: rest.sensitivity,
    posture: rest.posture,
    fields: { user, password, card },
    failure: { statuses: failureStatuses, locations: failureLocations },
    mediaTypes: rest.mediaTypes.map((type) => type.toLowerCase()),
    maxBodyBytes: rest.maxBodyBytes,
    streamed: rest.streamed,
    certificate: rest.certificate,
    token: rest.token,
    roles: rest.roles,
    signature: rest.signature,
    signing: rest.signing.profile,
    app: rest.app,
    ...(rest.conformance === 'off'
      ? {}
      : { conformance: rest.conformance, refuseUndeclared: rest.refuseUndeclared }),
    ...(rest.withhold.length === 0 ? {} : { withhold: rest.withhold }),
    ...(rest.unattendedPerDay === undefined ? {} : { unattendedPerDay: rest.unattendedPerDay }),
    documented,
  }
}

function definedRules(rules: NonNullable<Vars['POLICY']['rules']>): Policy['rules'] {
  return Object.fromEntries(Object.entries(rules).map(([id, setting]) => [id, defined(setting)]))
}
