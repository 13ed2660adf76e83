/**
 * Our compiled validators and Hyperjump's interpreter on the same bodies. A share of what `npm run agreement` does in full
 * (5,000 bodies for each document), with another seed.
 */
import { describe, expect, it } from 'vitest'
import { agreementOn } from '../../lab/specs/agreement/agree.ts'
import { withoutEscapedHyphens } from '../../lab/specs/agreement/exceptions.ts'
import { isNode } from '../../lab/specs/nodes.ts'
import { newProblems } from '../../lab/specs/problem.ts'
import { readDocument } from '../../lab/specs/read-document.ts'
import { DIALECT_30, DIALECT_31 } from './specs/dialects.ts'
import { publishedSources, REAL } from './specs/shared-specs.ts'

const BODIES = 500

describe.runIf(REAL)('published specifications', () => {
  it.each(publishedSources().map(({ file, bytes }) => [file, bytes] as const))(
    '%s: no body is judged in two ways',
    async (file, bytes) => {
      const document = readDocument(bytes, newProblems())
      if (!isNode(document)) throw new Error(`Cannot read ${file}`)
      const agreement = await agreementOn(file, document, {
        bodies: BODIES,
        seed: 20_261_121,
        patch: withoutEscapedHyphens,
      })
      expect(agreement.disagreements).toEqual([])
      expect(agreement.bodies).toBeGreaterThanOrEqual(BODIES)
      // Bodies of one kind alone would prove nothing.
      expect(agreement.valid).toBeGreaterThan(agreement.bodies / 20)
      expect(agreement.valid).toBeLessThan(agreement.bodies * 0.9)
    },
  )
})

describe('what the published specifications do not have', () => {
  it.each([
    ['OpenAPI 3.0: nullable, exclusive bounds, discriminators', DIALECT_30],
    ['OpenAPI 3.1: JSON Schema 2020-12', DIALECT_31],
  ])('%s: no body is judged in two ways', async (_name, document) => {
    const agreement = await agreementOn('dialect.json', document, { bodies: 3_000, seed: 7 })
    expect(agreement.disagreements).toEqual([])
    expect(agreement.valid).toBeGreaterThan(300)
  })
})
