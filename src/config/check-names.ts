/** A misspelt binding would be ignored, and the default would stand where the operator believes to have set something. */
import type { Mistake } from '../config.ts'

/** Two letters wrong, missing or too many: further away it is somebody else's name. */
const MAX_DISTANCE = 2

export function checkNames(
  env: Readonly<Record<string, unknown>>,
  known: readonly string[],
  mistakes: Mistake[],
): void {
  for (const [binding, value] of Object.entries(env)) {
    if (known.includes(binding) || !isPlain(value)) continue
    const meant = known.find((name) => distance(name, binding) <= MAX_DISTANCE)
    if (meant !== undefined) mistakes.push({ binding, found: 'an unknown name', allowed: meant })
  }
}

/** Text or JSON. A namespace, a service or a bucket of another tool is none of the gate's settings. */
function isPlain(value: unknown): boolean {
  if (typeof value !== 'object') return typeof value === 'string' || typeof value === 'number'
  if (value === null || Array.isArray(value)) return value !== null
  return (
    Object.getPrototypeOf(value) === Object.prototype &&
    !Object.values(value).some((member) => typeof member === 'function')
  )
}

/** Levenshtein's: letters to add, to take away or to change. */
function distance(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > MAX_DISTANCE) return MAX_DISTANCE + 1
  let row = Array.from({ length: right.length + 1 }, (_, at) => at)
  for (const [above, letter] of [...left].entries()) {
    const next = [above + 1]
    for (const [at, other] of [...right].entries()) {
      const changed = (row[at] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(changed, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
