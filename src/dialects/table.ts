import { berlinGroup13 } from './berlin-group.ts'
import type { Dialect } from './dialect.ts'
import { fdx } from './fdx.ts'
import { fapi1, fapi2 } from './oauth.ts'
import { obie31, obie40 } from './obie.ts'
import { page } from './page.ts'
import { polishApi } from './polish-api.ts'
import { problem } from './problem.ts'
import { stet } from './stet.ts'

/** Every dialect that a route may be configured with, by name. */
export const DIALECTS: Readonly<Record<string, Dialect>> = Object.fromEntries(
  [obie40, obie31, berlinGroup13, stet, polishApi, fapi1, fapi2, fdx, problem, page].map((dialect) => [
    dialect.name,
    dialect,
  ]),
)
