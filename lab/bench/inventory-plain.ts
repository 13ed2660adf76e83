/** The same schemas by ajv alone: its own class, its own formats, its own defaults. */
import { Ajv } from 'ajv'
import standalone from 'ajv/dist/standalone/index.js'
import formats from 'ajv-formats'
import { interop } from '../specs/interop.ts'
import type { Node } from '../specs/nodes.ts'
import { SCHEMA } from './inventory-bodies.ts'

/** One ES module that exports `plain`: a validator for each document's payment. */
export function plainModule(documents: Readonly<Record<string, Node>>): string {
  const ajv = new Ajv({ strict: false, code: { source: true, esm: true } })
  interop(formats)(ajv)
  const names = Object.keys(documents)
  for (const [name, { components }] of Object.entries(documents))
    ajv.addSchema({ $ref: `#/components/schemas/${SCHEMA}`, components }, name)
  const code = interop(standalone)(ajv, Object.fromEntries(names.map((name) => [name, name])))
  return `${code}\nexport const plain = { ${names.join()} }`
}
