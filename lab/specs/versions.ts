/** Of several versions of one API, which is the one that is published now. */
import type { Standing } from '../../src/inventory/types.ts'

interface Versioned {
  readonly title: string
  readonly version: string
  /** What the operator says, whatever the version. */
  readonly standing: Standing | undefined
}

export function standingsOf(documents: readonly Versioned[]): readonly Standing[] {
  const newest = new Map<string, string>()
  for (const { title, version, standing } of documents) {
    if (standing === 'older') continue
    const api = title.trim().toLowerCase()
    const best = newest.get(api)
    if (best === undefined || compareVersions(version, best) > 0) newest.set(api, version)
  }
  return documents.map(({ title, version, standing }) => {
    if (standing !== undefined) return standing
    const best = newest.get(title.trim().toLowerCase())
    return best !== undefined && compareVersions(version, best) < 0 ? 'older' : 'current'
  })
}

/** `4.0.0` after `3.1.11`, `1.3.11_2021-09-24` after `1.3.8`; a pre-release before its release (semver.org section 11). */
export function compareVersions(a: string, b: string): number {
  const [one, other] = [partsOf(a), partsOf(b)]
  for (let at = 0; at < Math.max(one.numbers.length, other.numbers.length); at++) {
    const difference = (one.numbers[at] ?? 0) - (other.numbers[at] ?? 0)
    if (difference !== 0) return difference
  }
  if (one.rest === other.rest) return 0
  if (one.isPre !== other.isPre) return one.isPre ? -1 : 1
  return one.rest < other.rest ? -1 : 1
}

function partsOf(version: string) {
  const match = /^\D*(\d+(?:\.\d+)*)(.*)$/s.exec(version)
  const rest = match?.[2] ?? version
  return { numbers: (match?.[1] ?? '0').split('.').map(Number), rest, isPre: rest.startsWith('-') }
}
