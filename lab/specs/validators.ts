/** Schemas as JavaScript, by ajv's standalone code: a Worker has no eval. */
import { _, type CodeKeywordDefinition } from 'ajv'
import type { Code } from 'ajv/dist/compile/codegen/code.js'
import Core from 'ajv/dist/core.js'
import standalone from 'ajv/dist/standalone/index.js'
import vocabularies from 'ajv/dist/vocabularies/draft2020.js'
import { FORMATS } from '../../src/inventory/specs/formats.ts'
import { compilePattern } from '../../src/inventory/specs/patterns.ts'
import { isUnique } from '../../src/inventory/specs/unique.ts'
import { interop } from './interop.ts'
import { canonical } from './nodes.ts'
import type { Problems } from './problem.ts'
import type { JsonSchema } from './schemas.ts'

export interface Validators {
  /** Index of the schema's validator; equal schemas have one. Undefined where anything passes. */
  add(schema: JsonSchema, pointer: string, problems: Problems): number | undefined
  readonly count: number
  /** Where the schema of each stands, in the first document that has it. */
  readonly pointers: readonly string[]
  /** One ES module that exports `v0`, `v1` and so on; what it needs is still to be bundled. */
  code(): string
  /** The same validator, in this process. */
  at(index: number): (value: unknown) => boolean
}

// What the code refers to is named from the project's folder, where the bundler runs.

export interface Needs {
  /** Members may be called as what every object has: `constructor`. */
  readonly ownProperties: boolean
  /** `unevaluatedProperties` is among the keywords: every schema then keeps account of what it has seen. */
  readonly unevaluated: boolean
}

type Ajv = InstanceType<typeof Core>

export function newValidators(
  definitions: () => Iterable<readonly [string, JsonSchema]>,
  needs: Needs,
): Validators {
  const ajv = newAjv(needs)
  const indexes = new Map<string, number | undefined>()
  const defined = new Set<string>()
  const pointers: string[] = []
  function define(): void {
    for (const [id, schema] of definitions()) {
      if (defined.has(id)) continue
      defined.add(id)
      // A name of its own in every case: a schema may be `true`.
      ajv.addSchema(typeof schema === 'boolean' ? { allOf: [schema] } : schema, id)
    }
  }
  return {
    get count() {
      return pointers.length
    },
    pointers,
    add(schema, pointer, problems) {
      if (schema === true || (typeof schema === 'object' && Object.keys(schema).length === 0))
        return undefined
      const key = canonical(schema)
      if (indexes.has(key)) return indexes.get(key)
      define()
      const index = pointers.length
      if (!compile(ajv, schema, `v${index}`, pointer, problems)) {
        indexes.set(key, undefined)
        return undefined
      }
      pointers.push(pointer)
      indexes.set(key, index)
      return index
    },
    code: () =>
      interop(standalone)(ajv, Object.fromEntries(pointers.map((_one, at) => [`v${at}`, `v${at}`]))),
    at: (index) => {
      const validate = ajv.getSchema(`v${index}`)
      if (validate === undefined) throw new Error(`Cannot find validator ${index}`)
      return (value) => validate(value) === true
    },
  }
}

function compile(ajv: Ajv, schema: JsonSchema, id: string, pointer: string, problems: Problems): boolean {
  try {
    ajv.addSchema(typeof schema === 'boolean' ? { allOf: [schema] } : schema, id)
    return ajv.getSchema(id) !== undefined
  } catch (error) {
    ajv.removeSchema(id)
    problems.add(
      'schema_uncompilable',
      pointer,
      `${error instanceof Error ? error.message : String(error)}: anything passes`,
    )
    return false
  }
}

function newAjv({ ownProperties, unevaluated }: Needs): Ajv {
  const regExp = Object.assign(engineFor, {
    code: 'require("./src/inventory/specs/patterns.ts").compilePattern',
  })
  const ajv = new (interop(Core))({
    next: true,
    dynamicRef: false,
    unevaluated,
    // Documents are checked by what reads them; what is not understood was left out before.
    strict: false,
    validateSchema: false,
    meta: false,
    logger: false,
    allErrors: false,
    messages: false,
    ownProperties,
    // 0.07 / 0.01 is 7.000000000000001 in binary.
    multipleOfPrecision: 9,
    code: {
      source: true,
      esm: true,
      lines: false,
      optimize: 1,
      formats: _`require("./src/inventory/specs/formats.ts").FORMATS`,
      regExp,
    },
    formats: FORMATS,
  })
  for (const vocabulary of interop(vocabularies)) ajv.addVocabulary(vocabulary)
  ajv.removeKeyword('uniqueItems')
  for (const keyword of KEYWORDS) ajv.addKeyword(keyword)
  return ajv
}

/** ajv knows equal expressions by their text. */
function engineFor(coded: string) {
  const pattern = compilePattern(coded)
  return { test: (text: string) => pattern.test(text), toString: () => coded }
}

const KEYWORDS: readonly CodeKeywordDefinition[] = [
  {
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    code(context) {
      if (context.schema !== true) return
      const code = _`require("./src/inventory/specs/unique.ts").isUnique`
      const name = context.gen.scopeValue('func', { ref: isUnique, code })
      context.fail(_`!${name}(${context.data})`)
    },
  },
  refuse('readOnlyHere'),
  refuse('writeOnlyHere'),
  {
    keyword: 'discriminated',
    type: 'object',
    schemaType: 'object',
    code(context) {
      // Written by discriminators.ts.
      const { property, names } = context.schema as { property: string; names: readonly string[] }
      const value = context.gen.const('tag', _`${context.data}[${property}]`)
      const known = names.map((name) => _`${value} !== ${name}`)
      const [first = _`true`, ...more] = known
      context.fail(
        more.reduce((all: Code, one) => _`${all} && ${one}`, _`${value} !== undefined && ${first}`),
      )
    },
  },
]

/** A property that may not be there at all: its schema is asked only where it is. */
function refuse(keyword: string): CodeKeywordDefinition {
  return { keyword, schemaType: 'boolean', code: (context) => context.fail(_`true`) }
}
