/**
 * What is wrong in most of a document is one thing to mend and not forty: sightings of a document's own faults become
 * one for the document, where there are several.
 */
import { rank } from './exposure.ts'
import { findingId } from './finding-id.ts'
import type { Assessed } from './finding-types.ts'
import { WHOLE } from './subject.ts'
import type { Evidence } from './types.ts'

/** Operations that are told one by one. */
const SINGLY = 3

export function byDocument(sightings: readonly Assessed[]): readonly Assessed[] {
  const groups = new Map<string, Assessed[]>()
  for (const one of sightings) {
    const file = fileOf(one)
    if (file === undefined) continue
    const name = `${one.check} ${file}`
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [one])
    else group.push(one)
  }
  const many = Array.from(groups.values()).filter((group) => group.length > SINGLY)
  const together = new Set(many.flat())
  return [...sightings.filter((one) => !together.has(one)), ...many.flatMap(asOne)]
}

function fileOf({ about, specification }: Assessed): string | undefined {
  return about === 'document' ? specification?.slice(0, specification.indexOf('#')) : undefined
}

function asOne(group: readonly Assessed[]): readonly Assessed[] {
  const [gravest] = group.toSorted((left, right) => rank(right.severity) - rank(left.severity))
  const file = gravest === undefined ? undefined : fileOf(gravest)
  if (gravest === undefined || file === undefined) return []
  return [
    {
      ...gravest,
      id: findingId(gravest.check, WHOLE, file),
      operation: WHOLE,
      pointer: file,
      specification: `${file}#`,
      owner: group.every(({ owner }) => owner === gravest.owner) ? gravest.owner : undefined,
      tags: [],
      count: 1,
      evidence: [{ what: 'operations', count: group.length }, ...wordsOf(group)],
    },
  ]
}

/** Each word with the operations of which it was said. */
function wordsOf(group: readonly Assessed[]): readonly Evidence[] {
  const counts = new Map<string, number>()
  for (const { what } of group.flatMap(({ evidence }) => evidence))
    counts.set(what, (counts.get(what) ?? 0) + 1)
  return Array.from(counts, ([what, count]) => ({ what, count })).slice(0, 7)
}
