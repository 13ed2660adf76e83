/** What an assessment makes of all findings at once. Pure: what is known comes in, what has changed goes out. */
import { absorb, raise, type Step, settle } from './finding.ts'
import type { Assessment, Finding } from './finding-types.ts'
import type { RiskSettings } from './types.ts'

export interface Changed {
  readonly finding: Finding
  readonly steps: readonly Step[]
}

export interface Reckoning {
  /** Findings to be written. */
  readonly changed: readonly Changed[]
  /** All of them, as they are now. */
  readonly findings: readonly Finding[]
  /** New ones for which there was no room. */
  readonly refused: number
}

/** About 2 kB each. */
const MAX_FINDINGS = 10_000

export function reckon(
  known: ReadonlyMap<string, Finding>,
  { at, sightings, requests, blind }: Assessment,
  endings: RiskSettings['endings'],
): Reckoning {
  const blinded = new Set(blind.filter(({ wholly }) => wholly).map(({ check }) => check))
  const results = new Map<string, Changed>()
  let room = MAX_FINDINGS - known.size
  let refused = 0
  // Gravest first: where there is no room, it is the least that is left out.
  for (const seen of sightings) {
    const before = known.get(seen.id)
    const asked = requests[seen.operation] ?? 0
    if (before !== undefined) results.set(seen.id, absorb(before, seen, at, asked))
    else if (room-- > 0) results.set(seen.id, raise(seen, at, asked))
    else refused++
  }
  for (const [id, before] of known) {
    const seen = results.get(id)
    // Nobody has looked: that is not to have seen nothing.
    if (seen === undefined && blinded.has(before.check)) continue
    const after = settle(seen?.finding ?? before, at, requests[before.operation] ?? 0, endings)
    const steps = [...(seen?.steps ?? []), ...after.steps]
    results.set(id, { finding: after.finding, steps })
  }
  return { ...changesIn(results, known, endings), refused }
}

function changesIn(
  results: ReadonlyMap<string, Changed>,
  known: ReadonlyMap<string, Finding>,
  endings: RiskSettings['endings'],
): Omit<Reckoning, 'refused'> {
  const changed = Array.from(results.values()).filter(({ finding, steps }) => {
    const before = known.get(finding.id)
    return before === undefined || steps.length > 0 || isWorthWriting(before, finding, endings)
  })
  const findings = [
    ...Array.from(known.values(), (before) => results.get(before.id)?.finding ?? before),
    ...Array.from(results.values(), ({ finding }) => finding).filter(({ id }) => !known.has(id)),
  ]
  return { changed, findings }
}

/** That it was seen once more is written now and then: as often as its end has to be known. */
function isWorthWriting(before: Finding, after: Finding, { goneMs }: RiskSettings['endings']): boolean {
  if (before.count !== after.count || before.severity !== after.severity) return true
  if (before.mark.count !== after.mark.count) return true
  if (before.specification !== after.specification || before.owner !== after.owner) return true
  return after.mark.seenAt - before.mark.seenAt >= goneMs / 4
}
