/**
 * `npm run agreement -- FILE… [--bodies 5000] [--seed 1] [--json]`: generated bodies, valid and changed, held against the
 * schemas of OpenAPI documents by our compiled validators and by Hyperjump. Exits with 1 where the two disagree.
 */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Agreement, agreementOn } from './specs/agreement/agree.ts'
import { withoutEscapedHyphens } from './specs/agreement/exceptions.ts'
import { isNode } from './specs/nodes.ts'
import { newProblems } from './specs/problem.ts'
import { readDocument } from './specs/read-document.ts'

const { values, positionals } = parseArgs({
  options: {
    bodies: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})

const agreements: Agreement[] = []
for (const file of positionals) {
  const document = readDocument(await readFile(resolve(process.env.INIT_CWD ?? '.', file)), newProblems())
  if (!isNode(document)) throw new Error(`Cannot read ${file}: no document`)
  agreements.push(
    await agreementOn(file, document, {
      bodies: Number(values.bodies),
      seed: Number(values.seed),
      patch: withoutEscapedHyphens,
    }),
  )
}
process.stdout.write(
  values.json ? `${JSON.stringify({ agreements }, undefined, 2)}\n` : agreements.map(tell).join(''),
)
process.exitCode = agreements.some(({ disagreements }) => disagreements.length > 0) ? 1 : 0

function tell({ file, bodies, valid, schemas, disagreements }: Agreement): string {
  const lines = disagreements
    .slice(0, 5)
    .map(
      ({ schema, ours, body }) =>
        `  ${ours ? 'only we' : 'only Hyperjump'}: ${schema} ${JSON.stringify(body).slice(0, 300)}`,
    )
  return `${[`${file}: ${bodies} bodies for ${schemas} schemas, ${valid} of them valid, ${disagreements.length} disagreements`, ...lines].join('\n')}\n`
}
