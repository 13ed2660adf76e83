/**
 * Schemas of a document as JSON Schema 2020-12 for ajv: OpenAPI 3.0's and Swagger 2's dialect translated, what is wrong
 * reported and left out, references kept so that recursive ones stay small. One compiler for all documents.
 */
import type { Context, Direction } from './context.ts'
import { BOUNDS, PLAIN, PLAIN_OF_31, standingOf } from './keywords.ts'
import { type At, isNode, member, type Node } from './nodes.ts'
import { codePattern } from './patterns.ts'
import { quote } from './problem.ts'
import { propertiesOf } from './properties.ts'
import { compositionOf, itemsOf, newerOf } from './subschemas.ts'
import { enumOf, exclusivesOf, formatOf, typesOf } from './values.ts'

export type JsonSchema = boolean | { readonly [keyword: string]: unknown }

export interface Schemas {
  /** By id: those that references lead to. */
  readonly definitions: ReadonlyMap<string, JsonSchema>
  /** The schema at a place, for values that travel one way. */
  translate(at: At, direction: Direction): JsonSchema
}

/** `base`: reached from a child's `allOf`, where the parent's discriminator must not lead back to the child. */
export interface Scope {
  readonly direction: Direction | 'either'
  readonly base: boolean
}

export interface Translator {
  readonly context: Context
  schema(at: At, scope: Scope): JsonSchema
}

export function schemasOf(context: Context, prefix: string): Schemas {
  const definitions = new Map<string, JsonSchema>()
  const ids = new Map<string, string>()
  const isDirected = mentionsDirection(context.root)
  const translator: Translator = {
    context,
    schema(at, scope) {
      if (!isNode(at.value) || typeof at.value.$ref !== 'string') return translateHere(translator, at, scope)
      const target = context.references.follow(at)
      if (target === undefined) return true
      const reference = { $ref: define(target, scope) }
      return withSiblings(translator, reference, at as At<Node>, scope)
    },
  }
  function define(target: At, scope: Scope): string {
    const key = `${scope.direction} ${scope.base} ${target.pointer}`
    const known = ids.get(key)
    if (known !== undefined) return known
    const id = `${prefix}${ids.size}`
    ids.set(key, id)
    // The id is there before the schema is: it may refer to itself.
    definitions.set(id, translateHere(translator, target, scope))
    return id
  }
  return {
    definitions,
    translate: (at, direction) =>
      translator.schema(at, { direction: isDirected ? direction : 'either', base: false }),
  }
}

function mentionsDirection(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(mentionsDirection)
  if (!isNode(value)) return false
  return value.readOnly === true || value.writeOnly === true || Object.values(value).some(mentionsDirection)
}

/** OpenAPI 3.1 section 4.8.24: siblings count. Before it, they do not. */
function withSiblings(translator: Translator, reference: JsonSchema, at: At<Node>, scope: Scope): JsonSchema {
  const { version, problems } = translator.context
  const { $ref: _, ...rest } = at.value
  const telling = Object.keys(rest).filter(
    (name) =>
      !/^(?:x-.*|title|description|summary|default|example|examples|deprecated|readOnly|writeOnly|externalDocs|xml)$/.test(
        name,
      ),
  )
  if (telling.length === 0) return reference
  if (version === '3.1')
    return { allOf: [reference, translateHere(translator, { value: rest, pointer: at.pointer }, scope)] }
  problems.add(
    'reference_siblings',
    at.pointer,
    `${telling.join(', ')} beside $ref: not looked at in OpenAPI ${version}`,
  )
  return reference
}

function translateHere(translator: Translator, at: At, scope: Scope): JsonSchema {
  const { version, problems } = translator.context
  const { value, pointer } = at
  if (typeof value === 'boolean' && version === '3.1') return value
  if (!isNode(value)) {
    problems.add('schema_malformed', pointer, `${quote(value)} is no schema: anything passes`)
    return true
  }
  const node: At<Node> = { value, pointer }
  reportKeywords(translator.context, node)
  const types = typesOf(translator.context, node)
  return {
    ...(types.length === 0 ? {} : { type: types.length === 1 ? types[0] : types }),
    ...plainOf(translator.context, node),
    ...exclusivesOf(translator.context, node),
    ...enumOf(translator.context, node, types),
    ...formatOf(translator.context, node, types),
    ...patternOf(translator.context, node),
    ...propertiesOf(translator, node, scope),
    ...itemsOf(translator, node, scope),
    ...compositionOf(translator, node, scope),
    ...(version === '3.1' ? newerOf(translator, node, scope) : {}),
  }
}

function reportKeywords({ version, problems }: Context, { value, pointer }: At<Node>): void {
  for (const keyword of Object.keys(value)) {
    switch (standingOf(keyword, version)) {
      case 'unsupported':
        problems.add('keyword_unsupported', pointer, `${keyword} is not followed`)
        break
      case 'of_other_version':
        problems.add('keyword_of_other_version', pointer, `${keyword} means nothing in OpenAPI ${version}`)
        break
      case 'unknown':
        problems.add('keyword_unknown', pointer, `${quote(keyword)} means nothing`)
        break
    }
  }
}

function plainOf({ version, problems }: Context, { value, pointer }: At<Node>): Node {
  const plain: Record<string, unknown> = {}
  for (const [keyword, check] of Object.entries(version === '3.1' ? { ...PLAIN, ...PLAIN_OF_31 } : PLAIN)) {
    const found = member(value, keyword)
    if (found === undefined) continue
    if (check(found)) plain[keyword] = found
    else problems.add('keyword_invalid', pointer, `${keyword}: ${quote(found)}`)
  }
  for (const [least, most] of BOUNDS) {
    if (Number(plain[least]) > Number(plain[most]))
      problems.add(
        'bounds_impossible',
        pointer,
        `${least} ${plain[least]} is above ${most} ${plain[most]}: nothing passes`,
      )
  }
  return plain
}

function patternOf({ problems }: Context, { value, pointer }: At<Node>): Node {
  const { pattern, maxLength } = value
  if (pattern === undefined) return {}
  if (typeof pattern !== 'string') {
    problems.add('keyword_invalid', pointer, `pattern: ${quote(pattern)} is no text`)
    return {}
  }
  const coded = codePattern(pattern, pointer, typeof maxLength === 'number' ? maxLength : undefined, problems)
  return coded === undefined ? {} : { pattern: coded }
}
