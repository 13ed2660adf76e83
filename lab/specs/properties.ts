/** Members of objects: `properties`, `required`, `additionalProperties`, and which of them travel which way. */
import { LISTS_OF_SCHEMAS } from './keywords.ts'
import { type At, below, entries, isNode, items, type Node } from './nodes.ts'
import { quote } from './problem.ts'
import type { JsonSchema, Scope, Translator } from './schemas.ts'

/** Names that ajv's code cannot have as members, or that every object has. */
const UNUSABLE_NAMES: ReadonlySet<string> = new Set(['__proto__'])

export function propertiesOf(translator: Translator, at: At<Node>, scope: Scope): Node {
  const { problems } = translator.context
  const { value, pointer } = at
  const schemas: [string, JsonSchema][] = []
  for (const [name, schema] of entries(value.properties)) {
    if (UNUSABLE_NAMES.has(name)) problems.add('property_name_unsupported', pointer, `${name} is not checked`)
    else {
      const place = { value: schema, pointer: below(pointer, 'properties', name) }
      schemas.push([
        name,
        hiddenIn(translator, place, scope) ?? translator.schema(place, { ...scope, base: false }),
      ])
    }
  }
  const required = requiredOf(translator, at, scope)
  const { additionalProperties } = value
  const others = additionalProperties === undefined ? undefined : additionalOf(translator, at, scope)
  return {
    ...(schemas.length === 0 ? {} : { properties: Object.fromEntries(schemas) }),
    ...(required.length === 0 ? {} : { required }),
    ...(others === undefined ? {} : { additionalProperties: others }),
  }
}

function additionalOf(translator: Translator, { value, pointer }: At<Node>, scope: Scope): JsonSchema {
  const { additionalProperties } = value
  if (typeof additionalProperties === 'boolean') return additionalProperties
  const place = { value: additionalProperties, pointer: below(pointer, 'additionalProperties') }
  return translator.schema(place, { ...scope, base: false })
}

/** A property that does not belong into a message that travels this way. */
function hiddenIn(translator: Translator, at: At, { direction }: Scope): JsonSchema | undefined {
  if (direction === 'request' && isMarked(translator, at, 'readOnly')) return { readOnlyHere: true }
  return direction === 'response' && isMarked(translator, at, 'writeOnly')
    ? { writeOnlyHere: true }
    : undefined
}

function isMarked({ context }: Translator, at: At, mark: 'readOnly' | 'writeOnly'): boolean {
  const target = context.references.follow(at)
  const marks = [at.value, target?.value]
  return marks.some((value) => isNode(value) && value[mark] === true)
}

function requiredOf(translator: Translator, { value, pointer }: At<Node>, scope: Scope): readonly string[] {
  const { problems } = translator.context
  const { required } = value
  if (required === undefined) return []
  if (!Array.isArray(required)) {
    problems.add('keyword_invalid', pointer, `required: ${quote(required)} is no list of names`)
    return []
  }
  const names = [...new Set(required.filter((name) => typeof name === 'string'))]
  const composed = LISTS_OF_SCHEMAS.some((keyword) => value[keyword] !== undefined)
  return names.filter((name) => {
    const found = propertyNamed(translator, { value, pointer }, name, 0)
    if (found === undefined) {
      if (!composed && value.properties !== undefined && value.additionalProperties === false)
        problems.add('required_undeclared', pointer, `${quote(name)} is required and may not be there`)
      return true
    }
    return hiddenIn(translator, found, scope) === undefined
  })
}

/** A property of the schema, or of what it is composed of. */
function propertyNamed(translator: Translator, at: At, name: string, depth: number): At | undefined {
  const node = translator.context.references.object(at)
  if (node === undefined || depth > 8) return undefined
  const { properties } = node.value
  if (isNode(properties) && Object.hasOwn(properties, name))
    return { value: properties[name], pointer: below(node.pointer, 'properties', name) }
  for (const [index, part] of items(node.value.allOf).entries()) {
    const found = propertyNamed(
      translator,
      { value: part, pointer: below(node.pointer, 'allOf', index) },
      name,
      depth + 1,
    )
    if (found !== undefined) return found
  }
  return undefined
}
