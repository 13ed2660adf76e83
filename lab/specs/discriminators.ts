/**
 * Discriminators (OpenAPI 3.0.3 section 4.7.25, 3.1 section 4.8.25) as schemas beside what is written anyway: the value has
 * to name a schema ("otherwise validation SHOULD fail"), and the message has to be what that schema says.
 */

import type { Context } from './context.ts'
import { type At, below, entries, isNode, items, type Node } from './nodes.ts'
import { quote } from './problem.ts'
import type { JsonSchema, Scope, Translator } from './schemas.ts'

export function dispatchesOf(translator: Translator, at: At<Node>, scope: Scope): readonly JsonSchema[] {
  const { discriminator } = at.value
  if (discriminator === undefined) return []
  const { problems, version } = translator.context
  // Swagger 2 has the bare name.
  const property =
    version === '2.0' ? discriminator : isNode(discriminator) ? discriminator.propertyName : undefined
  if (typeof property !== 'string') {
    problems.add('discriminator_invalid', at.pointer, `${quote(discriminator)} names no property`)
    return []
  }
  const alternatives = alternativesOf(at)
  // A parent that its children name in their allOf: only where the message as a whole is the parent's.
  if (alternatives.length === 0 && scope.base) return []
  const targets = alternatives.length > 0 ? alternatives : childrenOf(translator.context, at)
  const named = namesOf(translator, at, targets)
  if (named.size === 0) return []
  // A message may be the parent's own.
  const own = alternatives.length > 0 ? [] : [lastToken(at.pointer)]
  if (isContradicted(translator, property, named)) {
    problems.add(
      'discriminator_contradicted',
      at.pointer,
      `no schema takes its own name as ${quote(property)}: not followed`,
    )
    return []
  }
  const known: JsonSchema = { discriminated: { property, names: [...named.keys(), ...own] } }
  return [known, ...branchesOf(translator, property, named, { ...scope, base: alternatives.length === 0 })]
}

function branchesOf(
  translator: Translator,
  property: string,
  named: ReadonlyMap<string, At>,
  scope: Scope,
): readonly JsonSchema[] {
  return [...named].map(
    ([name, target]): JsonSchema => ({
      if: { type: 'object', required: [property], properties: { [property]: { const: name } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: translator.schema(target, scope),
    }),
  )
}

/** References among the alternatives; inline ones have no name and are not considered. */
function alternativesOf({ value, pointer }: At<Node>): readonly At[] {
  return (['oneOf', 'anyOf'] as const).flatMap((keyword) =>
    items(value[keyword])
      .map((one, index): At => ({ value: one, pointer: below(pointer, keyword, index) }))
      .filter((one) => isNode(one.value) && typeof one.value.$ref === 'string'),
  )
}

/** Schemas whose allOf refers to this one, or to a child of it, under their names. */
export function childrenOf(context: Context, parent: At<Node>): readonly At[] {
  const place = context.version === '2.0' ? ['definitions'] : ['components', 'schemas']
  let schemas: unknown = context.root
  for (const token of place) schemas = isNode(schemas) ? schemas[token] : undefined
  return entries(schemas)
    .filter(([, schema]) => isNode(schema) && refersTo(context, schema, parent.pointer))
    .map(([name]): At => ({ value: { $ref: `#${below('', ...place, name)}` }, pointer: parent.pointer }))
}

/** Generations of one family. */
const MAX_GENERATIONS = 8

function refersTo(
  { references, ...context }: Translator['context'],
  schema: Node,
  pointer: string,
  depth = 0,
): boolean {
  if (depth > MAX_GENERATIONS) return false
  return items(schema.allOf).some((part) => {
    if (!isNode(part) || typeof part.$ref !== 'string') return false
    const target = references.follow({ value: part, pointer: '' })
    if (target?.pointer === pointer) return true
    return isNode(target?.value) && refersTo({ references, ...context }, target.value, pointer, depth + 1)
  })
}

function namesOf(translator: Translator, at: At<Node>, targets: readonly At[]): ReadonlyMap<string, At> {
  const named = new Map<string, At>()
  const mapped = new Set<string>()
  const { discriminator } = at.value
  for (const [value, reference] of entries(isNode(discriminator) ? discriminator.mapping : undefined)) {
    const target = mappedTo(translator, at, reference)
    if (target === undefined) continue
    named.set(value, target)
    mapped.add(translator.context.references.follow(target)?.pointer ?? '')
  }
  for (const target of targets) {
    const pointer = translator.context.references.follow(target)?.pointer
    if (pointer === undefined || mapped.has(pointer)) continue
    named.set(lastToken(pointer), target)
  }
  return named
}

function lastToken(pointer: string): string {
  return pointer
    .slice(pointer.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~')
}

function mappedTo({ context }: Translator, { pointer }: At<Node>, reference: unknown): At | undefined {
  if (typeof reference !== 'string') return undefined
  const $ref = reference.startsWith('#') ? reference : `#/components/schemas/${reference}`
  const target: At = { value: { $ref }, pointer: below(pointer, 'discriminator', 'mapping') }
  return context.references.follow(target) === undefined ? undefined : target
}

/** Documents exist whose schemas list other values for the property than the names that it is said to hold. */
function isContradicted({ context }: Translator, property: string, named: ReadonlyMap<string, At>): boolean {
  return [...named].every(([name, target]) => {
    const schema = context.references.object(target)
    const properties = schema?.value.properties
    const declared = isNode(properties)
      ? context.references.object({ value: properties[property], pointer: '' })
      : undefined
    const values =
      declared?.value.enum ?? (declared?.value.const === undefined ? undefined : [declared.value.const])
    return Array.isArray(values) && !values.includes(name)
  })
}
