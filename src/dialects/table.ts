import { berlinGroup13 } from './berlin-group.ts'
import type { Dialect } from './dialect.ts'
import { obie31, obie40 } from './obie.ts'
import { page } from './page.ts'
import { problem } from './problem.ts'

/** Every dialect that a route may be configured with, by name. */
export const DIALECTS: Readonly<Record<string, Dialect>> = Object.fromEntries(
  [obie40, obie31, berlinGroup13, problem, page].map((dialect) => [dialect.name, dialect]),
)
