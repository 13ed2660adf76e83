/**
 * One look at everything: every check on every operation. Pure; the time comes in. Bounded in what it says, and what it
 * leaves out it names: of one check on one operation only so many places, because whoever chooses names chooses how many.
 */
import { fail } from '../../lib/outcome.ts'
import { byDocument } from './by-document.ts'
import { blindnessOf, CHECKS } from './checks.ts'
import { rank, severityOf } from './exposure.ts'
import { findingId } from './finding-id.ts'
import type { Assessed, Assessment } from './finding-types.ts'
import { compileOwnCheck } from './own-checks.ts'
import { placesOf } from './places.ts'
import { placeOf, subjectsOf, wholeOf } from './subject.ts'
import type { Check, CheckContext, Landscape, RiskSettings, Severity, Sighting, Subject } from './types.ts'

export const MAX_SIGHTINGS = 10_000

export function assess(landscape: Landscape, settings: RiskSettings): Assessment {
  const { checks, problems } = checksOf(settings)
  const subjects = subjectsOf(landscape)
  const planned = checks.map((check) => ({ check, context: contextOf(check, landscape, settings) }))
  const sightings: Assessed[] = []
  for (const subject of [...subjects.values(), wholeOf(landscape)]) {
    for (const { check, context } of planned) {
      for (const sighting of placesOf(look(check, subject, context, problems))) {
        sightings.push(assessed(check, subject, sighting, settings))
      }
    }
  }
  const told = byDocument(sightings)
  if (told.length > MAX_SIGHTINGS) problems.add(`sightings_left_out ${told.length - MAX_SIGHTINGS}`)
  return {
    at: landscape.at,
    // Gravest first: what is left out is what matters least.
    sightings: told.toSorted(byGravity).slice(0, MAX_SIGHTINGS),
    requests: Object.fromEntries(landscape.entries.map(({ key, usage }) => [key, usage.requests])),
    operations: operationsByApi(subjects),
    blind: blindnessOf(checks, landscape),
    problems: Array.from(problems),
  }
}

function checksOf(settings: RiskSettings): { checks: readonly Check[]; problems: Set<string> } {
  const problems = new Set<string>()
  const own = settings.own.flatMap((one) => {
    const taken = CHECKS.some(({ id }) => id === one.id)
    const compiled = taken ? fail('id_taken') : compileOwnCheck(one)
    if (!compiled.ok) problems.add(`own_check_refused ${one.id} ${compiled.reason}`)
    return compiled.ok ? [compiled.value] : []
  })
  const checks = [...CHECKS, ...own].filter(({ id }) => settings.checks[id]?.off !== true)
  return { checks, problems }
}

function contextOf(check: Check, landscape: Landscape, settings: RiskSettings): CheckContext {
  const thresholds = { ...check.thresholds, ...settings.checks[check.id]?.thresholds }
  return { at: landscape.at, since: landscape.since, thresholds, settings, landscape }
}

/** An own check may divide by zero, or ask a map for what it has not. That is its author's to know, and stops nothing. */
function look(
  check: Check,
  subject: Subject,
  context: CheckContext,
  problems: Set<string>,
): readonly Sighting[] {
  if (!context.settings.own.some(({ id }) => id === check.id)) return check.evaluate(subject, context)
  try {
    return check.evaluate(subject, context)
  } catch {
    problems.add(`own_check_failed ${check.id}`)
    return []
  }
}

function assessed(check: Check, subject: Subject, sighting: Sighting, settings: RiskSettings): Assessed {
  const setting = settings.checks[check.id]
  return {
    ...sighting,
    id: findingId(check.id, subject.key, sighting.pointer),
    check: check.id,
    title: check.title,
    owasp: check.owasp,
    about: check.about,
    ending: check.ending,
    remediation: check.remediation,
    policies: setting?.policies ?? [],
    severity: severityFor(check, sighting, subject, settings),
    exposure: subject.exposure,
    operation: subject.key,
    api: subject.api,
    owner: subject.operation?.owner,
    tags: subject.operation?.tags ?? [],
    specification: placeOf(subject, check.part),
  }
}

function severityFor(check: Check, sighting: Sighting, subject: Subject, settings: RiskSettings): Severity {
  const own = settings.own.find(({ id }) => id === check.id)?.severity
  const fixed = settings.checks[check.id]?.severity ?? own
  if (fixed !== undefined) return fixed
  const severity = severityOf(settings, sighting.likelihood, subject.exposure)
  return check.atLeast !== undefined && rank(check.atLeast) > rank(severity) ? check.atLeast : severity
}

function byGravity(left: Assessed, right: Assessed): number {
  return rank(right.severity) - rank(left.severity) || right.count - left.count
}

function operationsByApi(subjects: ReadonlyMap<string, Subject>): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { api } of subjects.values()) counts[api] = (counts[api] ?? 0) + 1
  return counts
}
