/**
 * The specifications that are deployed with the gate: what `npm run specs -- FILE… --out dist/specifications.js` made, the
 * demo bank's own where nobody did. The one file that imports them.
 */
import { specification } from '../../../dist/specifications.js'
import type { CompiledSpecification } from '../types.ts'

export function embeddedSpecification(): CompiledSpecification {
  return specification
}
