/** Our compiled validators and Hyperjump, asked about the same bodies. */
import fc from 'fast-check'
import { generateSync } from 'json-schema-faker'
import { compileSpecifications } from '../compile.ts'
import { isNode, type Node } from '../nodes.ts'
import { newProblems } from '../problem.ts'
import { referencesIn } from '../references.ts'
import { judgesFor } from './hyperjump.ts'
import { type Mutation, mutate } from './mutate.ts'

export interface Disagreement {
  readonly schema: string
  readonly body: unknown
  readonly ours: boolean
  readonly hyperjump: boolean
}

export interface Agreement {
  readonly file: string
  readonly bodies: number
  /** Of them, as Hyperjump sees it. */
  readonly valid: number
  readonly schemas: number
  readonly disagreements: readonly Disagreement[]
}

/** `patch` makes the document one that Hyperjump takes: each change is an exception to be named. */
export async function agreementOn(
  file: string,
  document: Node,
  options: { readonly bodies: number; readonly seed: number; readonly patch?: (document: Node) => Node },
): Promise<Agreement> {
  const bytes = new TextEncoder().encode(JSON.stringify(document))
  const { validators } = await compileSpecifications([{ file, bytes }])
  const patched = options.patch?.(document) ?? document
  const judges = await judgesFor(patched, validators.pointers)
  const perSchema = Math.max(1, Math.ceil(options.bodies / validators.count))
  const disagreements: Disagreement[] = []
  let [bodies, valid] = [0, 0]
  for (const [index, schema] of validators.pointers.entries()) {
    const [ours, judge] = [validators.at(index), judges[index]]
    for (const body of bodiesFor(patched, schema, perSchema, options.seed + index)) {
      const [mine, other] = [ours(body), judge?.(body) ?? false]
      bodies++
      if (other) valid++
      if (mine !== other) disagreements.push({ schema, body, ours: mine, hyperjump: other })
    }
  }
  return { file, bodies, valid, schemas: validators.count, disagreements }
}

const MUTATION = fc.record({ where: fc.nat(), how: fc.nat(), foreign: fc.jsonValue({ maxDepth: 2 }) })
/** As generated, and changed in one to three places. */
const PLAN = fc.tuple(fc.nat({ max: 7 }), fc.array(MUTATION, { maxLength: 3 }))
const FRESH = 8

function* bodiesFor(root: Node, pointer: string, count: number, seed: number): Generator<unknown> {
  const bases = Array.from({ length: FRESH }, (_one, at) => generated(root, pointer, seed * 1_000 + at))
  for (const [which, mutations] of fc.sample(PLAN, { seed, numRuns: count }))
    yield mutations.reduce(changed, bases[which])
}

function changed(value: unknown, mutation: Mutation): unknown {
  const result = mutate(value, mutation)
  return result === undefined ? value : result
}

/** A value that the schema was made for; null where the generator gives up. */
function generated(root: Node, pointer: string, seed: number): unknown {
  const references = referencesIn(root, newProblems())
  const schema = references.object({ value: { $ref: `#${pointer}` }, pointer: '' })
  try {
    const { components, definitions } = root
    const value = generateSync(
      { ...schema?.value, components, definitions },
      { seed, maxDefaultItems: 2, optionalsProbability: 0.6 },
    )
    // As a message would carry it.
    return JSON.parse(JSON.stringify(value ?? null))
  } catch {
    return isNode(schema?.value) ? {} : null
  }
}
