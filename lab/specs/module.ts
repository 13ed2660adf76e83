/** A compiled specification as one ES module that a Worker can import: no imports of its own, no eval. */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Compiled } from './compile.ts'

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))

/** Functions that one validation may enter. A schema may refer to itself twice in one place, which doubles at each level. */
const MAX_ENTERED = 250_000

export async function moduleOf({ tables, validators }: Compiled, about: string): Promise<string> {
  const names = Array.from({ length: validators.count }, (_one, at) => `v${at}`)
  const code = withEngine(bounded(validators.code()))
  const contents = [
    code,
    `let entered = 0`,
    `const enter = () => ++entered > ${MAX_ENTERED}`,
    `const spent = [{ instancePath: '', keyword: 'spent', params: {} }]`,
    // A validator that has run too long says no, whatever a `not` on the way made of it.
    `const bounded = (validate) => { const run = (value) => { entered = 0; if (validate(value) && entered <= ${MAX_ENTERED}) return true; run.errors = entered > ${MAX_ENTERED} ? spent : validate.errors; return false }; return run }`,
    `export const specification = { ...JSON.parse(${JSON.stringify(JSON.stringify(tables))}), validators: [${names.join()}].map(bounded) }`,
  ].join('\n')
  const result = await build({
    stdin: { contents, resolveDir: PROJECT, sourcefile: 'specifications.js', loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    minify: true,
    legalComments: 'none',
    conditions: ['workerd', 'worker', 'browser'],
    banner: { js: `// ${about.replaceAll('\n', ' ')}` },
    logLevel: 'silent',
  })
  const output = result.outputFiles[0]
  if (output === undefined) throw new Error('Cannot bundle the specification: no output')
  return output.text
}

/** RE2 is large: it comes along where a pattern needs it. */
function withEngine(code: string): string {
  return code.includes('"r:') ? code : code.replaceAll('specs/patterns.ts', 'specs/native-patterns.ts')
}

/** Counts each validating function that is entered, and leaves with "no" beyond the bound. */
function bounded(code: string): string {
  return (
    code
      // Where in the schema a rule stands is nobody's business but the compiler's, and a tenth of the code.
      .replaceAll(/schemaPath:(?:"(?:[^"\\]|\\.)*"|schemaPath),/g, '')
      .replaceAll(/^export const v\d+ = /gm, (found) => found.replace('export ', ''))
      .replaceAll(
        /function (validate\d+)\(data, \{[^{}]*\}\s*=\s*\{\}\)\s*\{/g,
        (found, name: string) => `${found}if(enter()){${name}.errors=spent;return false}`,
      )
  )
}
