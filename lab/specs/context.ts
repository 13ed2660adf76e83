/** What every reader of one document needs at hand. */
import type { OpenApiVersion } from '../../src/inventory/types.ts'
import type { Node } from './nodes.ts'
import type { Problems } from './problem.ts'
import type { References } from './references.ts'

export interface Context {
  readonly root: Node
  readonly version: OpenApiVersion
  readonly problems: Problems
  readonly references: References
}

/** Which way a schema's value travels: `readOnly` and `writeOnly` hang on it. */
export type Direction = 'request' | 'response'
