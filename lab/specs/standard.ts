/** A document held against the schema that the OpenAPI Initiative publishes for its version. */
import { Validator } from '@seriousme/openapi-schema-validator'
import type { Node } from './nodes.ts'
import type { Problems } from './problem.ts'

/** One mistake breaks every alternative of the published schema: the deepest places tell most. */
const MAX_NAMED = 20

/** Keeps the published schemas compiled. */
const CHECKER = new Validator()

export async function checkAgainstStandard(root: Node, problems: Problems): Promise<void> {
  try {
    const result = await CHECKER.validate(structuredClone(root))
    if (result.valid) return
    // A text where a reference leads nowhere. That is reported by what follows references, with its place.
    const errors = Array.isArray(result.errors) ? result.errors : []
    const places = new Map<string, string>()
    for (const { instancePath, message } of errors)
      if (!places.has(instancePath)) places.set(instancePath, message ?? '')
    const deepest = [...places].sort(([a], [b]) => b.split('/').length - a.split('/').length)
    for (const [pointer, message] of deepest.slice(0, MAX_NAMED))
      problems.add('document_invalid', pointer, message)
  } catch (error) {
    // The checker resolves references itself and gives up where they lead nowhere; that is reported elsewhere.
    problems.add(
      'document_invalid',
      '',
      `not held against the standard: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
