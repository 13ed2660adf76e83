/** Which model scores which request: one for all, others for routes, and one that only watches. */
import type { Outcome } from '../lib/outcome.ts'
import type { Forest, ModelReason } from './forest.ts'

export interface Models {
  /** Undefined: this gate has none. */
  readonly main: Outcome<Forest, ModelReason> | undefined
  /** By id of the route. */
  readonly routes: ReadonlyMap<string, Forest>
  /** Scores what the others score, and decides nothing. */
  readonly shadow: Forest | undefined
}

export function modelsOf(main: Models['main']): Models {
  return { main, routes: new Map(), shadow: undefined }
}
