/** Where one check saw something in one operation: each place once, and so many of them. */
import type { Sighting } from './types.ts'
import { LIKELIHOODS } from './vocabulary.ts'

/** Whoever chooses names chooses how many. The rest is one place more, `*`. */
export const MAX_PLACES = 16
const MAX_WORD = 256
const MAX_EVIDENCE = 8

export function placesOf(sightings: readonly Sighting[]): readonly Sighting[] {
  const places = new Map<string, Sighting>()
  for (const sighting of sightings) {
    const cut = bounded(sighting)
    const before = places.get(cut.pointer)
    places.set(cut.pointer, before === undefined ? cut : together(before, cut))
  }
  // A place that is called so already goes with the rest.
  const named = Array.from(places.values()).filter(({ pointer }) => pointer !== '*')
  const rest = [
    ...named.slice(MAX_PLACES),
    ...Array.from(places.values()).filter(({ pointer }) => pointer === '*'),
  ]
  const [first, ...others] = rest
  if (first === undefined) return named
  const all = others.reduce(together, first)
  const evidence = rest.length === 1 ? first.evidence : [{ what: 'places', count: rest.length }]
  return [...named.slice(0, MAX_PLACES), { ...all, pointer: '*', evidence }]
}

function bounded({ pointer, evidence, ...rest }: Sighting): Sighting {
  return {
    ...rest,
    pointer: pointer.slice(0, MAX_WORD),
    evidence: evidence
      .slice(0, MAX_EVIDENCE)
      .map(({ what, count }) => ({ what: what.slice(0, MAX_WORD), count })),
  }
}

function together(left: Sighting, right: Sighting): Sighting {
  const likelier = LIKELIHOODS.indexOf(right.likelihood) > LIKELIHOODS.indexOf(left.likelihood)
  const lastAt = Math.max(left.lastAt ?? 0, right.lastAt ?? 0)
  return {
    ...left,
    likelihood: likelier ? right.likelihood : left.likelihood,
    count: left.count + right.count,
    ...(lastAt === 0 ? {} : { lastAt }),
  }
}
