/** Reads the binding RISK over what holds where the organisation says nothing, and reports all mistakes together. */
import * as v from 'valibot'
import type { Mistake } from '../config.ts'
import type { Target } from '../inventory/notify/types.ts'
import type { Check, OwnCheck, RiskSettings } from '../inventory/risk/types.ts'
import type { Outcome } from '../lib/outcome.ts'
import { defined } from './defined.ts'
import { type RiskVars, riskSchema } from './risk-schema.ts'

/** What lives in the inventory's room. */
export interface RiskVocabulary {
  readonly checks: readonly Pick<Check, 'id' | 'thresholds'>[]
  readonly standard: RiskSettings
  /** Whether an own check can be one. */
  compile(own: OwnCheck): Outcome<unknown, string>
}

export type ReadRisk =
  | { readonly ok: true; readonly settings: RiskSettings; readonly targets: readonly Target[] }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] }

const BINDING = 'RISK'

/** @param value the binding, or the same as a file has it; undefined where there is none */
export function readRisk(value: unknown, vocabulary: RiskVocabulary): ReadRisk {
  const parsed = v.safeParse(riskSchema, value ?? {})
  if (!parsed.success) return { ok: false, mistakes: parsed.issues.map(asMistake) }
  const mistakes = [...mistakesInChecks(parsed.output, vocabulary), ...mistakesInTargets(parsed.output)]
  if (mistakes.length > 0) return { ok: false, mistakes }
  return {
    ok: true,
    settings: settingsOf(parsed.output, vocabulary),
    targets: parsed.output.targets.map(plain),
  }
}

function asMistake(issue: v.BaseIssue<unknown>): Mistake {
  const where = issue.path?.map((part) => String(part.key)).join('.') ?? ''
  const allowed = issue.message.startsWith('Invalid') ? (issue.expected ?? issue.message) : issue.message
  return { binding: BINDING, found: `${issue.received.slice(0, 80)} at ${where}`, allowed }
}

function mistakesInChecks(vars: RiskVars, { checks, compile }: RiskVocabulary): readonly Mistake[] {
  const known = new Map(checks.map((check) => [check.id, check]))
  const own = new Set(vars.own.map(({ id }) => id))
  const settings = Object.entries(vars.checks).flatMap(([id, { thresholds }]): readonly Mistake[] => {
    const check = known.get(id)
    if (check === undefined && !own.has(id)) {
      return [{ binding: BINDING, found: `check ${id}`, allowed: `one of ${[...known.keys()].join(', ')}` }]
    }
    return Object.keys(thresholds ?? {})
      .filter((name) => check === undefined || !Object.hasOwn(check.thresholds, name))
      .map((name) => ({
        binding: BINDING,
        found: `threshold ${name} of ${id}`,
        allowed: Object.keys(check?.thresholds ?? {}).join(', ') || 'none',
      }))
  })
  const expressions = vars.own.flatMap((one): readonly Mistake[] => {
    if (known.has(one.id))
      return [{ binding: BINDING, found: `own check ${one.id}`, allowed: 'a name of its own' }]
    const compiled = compile(ownCheck(one))
    return compiled.ok
      ? []
      : [
          {
            binding: BINDING,
            found: `${compiled.reason} in own check ${one.id}`,
            allowed: 'a CEL expression of type bool over operation',
          },
        ]
  })
  return own.size === vars.own.length
    ? [...settings, ...expressions]
    : [
        ...settings,
        ...expressions,
        { binding: BINDING, found: 'two own checks of one name', allowed: 'each once' },
      ]
}

function mistakesInTargets({ targets }: RiskVars): readonly Mistake[] {
  const names = new Set(targets.map(({ name }) => name))
  return names.size === targets.length
    ? []
    : [{ binding: BINDING, found: 'two targets of one name', allowed: 'each once' }]
}

function settingsOf(vars: RiskVars, { standard }: RiskVocabulary): RiskSettings {
  const { severities, access, transport, endings } = standard
  return {
    checks: Object.fromEntries(Object.entries(vars.checks).map(([id, setting]) => [id, defined(setting)])),
    own: vars.own.map(ownCheck),
    severities: {
      possible: { ...severities.possible, ...defined(vars.severities.possible ?? {}) },
      likely: { ...severities.likely, ...defined(vars.severities.likely ?? {}) },
      certain: { ...severities.certain, ...defined(vars.severities.certain ?? {}) },
    },
    access: {
      tpp: { ...access.tpp, ...defined(vars.access.tpp ?? {}) },
      own: { ...access.own, ...defined(vars.access.own ?? {}) },
      declared: { ...access.declared, ...defined(vars.access.declared ?? {}) },
    },
    transport: {
      weakestTls: vars.weakestTls ?? transport.weakestTls,
      refusedCiphers: vars.refusedCiphers ?? transport.refusedCiphers,
    },
    requests: { ...standard.requests, ...defined(vars.requests) },
    nonProduction: vars.nonProduction ?? standard.nonProduction,
    endings: {
      goneMs: vars.goneHours,
      silenceMs: vars.silenceHours,
      silenceRequests: vars.silenceRequests ?? endings.silenceRequests,
    },
  }
}

function ownCheck({ severity, ...rest }: RiskVars['own'][number]): OwnCheck {
  return severity === undefined ? rest : { ...rest, severity }
}

function plain({ rules, digestHours, ...rest }: RiskVars['targets'][number]): Target {
  const target = { ...rest, rules: rules.map((rule) => defined(rule)) }
  return digestHours === undefined ? target : { ...target, digestHours }
}
