/** How a parameter or field is written, from its style and its schema. */
import type { Primitive, Serialisation } from '../../src/inventory/types.ts'
import type { Context } from './context.ts'
import { TYPES } from './keywords.ts'
import { type At, below, entries, isNode, items, type Node } from './nodes.ts'

export interface Styling {
  readonly style: Serialisation['style']
  readonly explode: boolean
  readonly delimiter: string
}

const COMPOSING = ['allOf', 'oneOf', 'anyOf'] as const
const MAX_PARTS = 256

export function serialisationOf(context: Context, schema: At | undefined, styling: Styling): Serialisation {
  const parts = schema === undefined ? [] : partsOf(context, schema)
  const types = typesIn(parts)
  const shape = shapeOf(types, parts)
  return {
    ...styling,
    shape,
    types:
      shape === 'array' ? itemTypes(context, parts) : primitives(shape === 'primitive' ? types : new Set()),
    members: shape === 'object' ? membersOf(context, parts) : {},
  }
}

function partsOf(context: Context, schema: At): readonly At<Node>[] {
  const parts = new Map<string, At<Node>>()
  const queue = [schema]
  for (let at = queue.pop(); at !== undefined && parts.size < MAX_PARTS; at = queue.pop()) {
    const node = context.references.object(at)
    if (node === undefined || parts.has(node.pointer)) continue
    parts.set(node.pointer, node)
    for (const keyword of COMPOSING)
      for (const [index, part] of items(node.value[keyword]).entries())
        queue.push({ value: part, pointer: below(node.pointer, keyword, index) })
  }
  return [...parts.values()]
}

function typesIn(parts: readonly At<Node>[]): ReadonlySet<string> {
  const types = new Set<string>()
  for (const { value } of parts) {
    for (const type of Array.isArray(value.type) ? value.type : [value.type]) {
      if (typeof type === 'string' && TYPES.has(type)) types.add(type)
    }
    if (value.nullable === true || value['x-nullable'] === true) types.add('null')
    // No type, and values that are all of one: the document means that one.
    if (value.type === undefined) for (const one of [...items(value.enum), value.const]) addTypeOf(one, types)
  }
  return types
}

function addTypeOf(value: unknown, types: Set<string>): void {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    types.add(typeof value)
}

function shapeOf(types: ReadonlySet<string>, parts: readonly At<Node>[]): Serialisation['shape'] {
  const isBare = types.size === 0
  if (types.has('array') || (isBare && parts.some(({ value }) => value.items !== undefined))) return 'array'
  if (types.has('object') || (isBare && parts.some(({ value }) => value.properties !== undefined)))
    return 'object'
  return 'primitive'
}

function primitives(types: ReadonlySet<string>): readonly Primitive[] {
  const found = (['string', 'number', 'integer', 'boolean', 'null'] as const).filter((type) =>
    types.has(type),
  )
  return found.length === 0 ? ['string'] : found
}

function itemTypes(context: Context, parts: readonly At<Node>[]): readonly Primitive[] {
  const inner = parts.filter(({ value }) => isNode(value.items))
  const types = inner.flatMap(({ value, pointer }) => [
    ...typesIn(partsOf(context, { value: value.items, pointer: below(pointer, 'items') })),
  ])
  return primitives(new Set(types))
}

function membersOf(
  context: Context,
  parts: readonly At<Node>[],
): Readonly<Record<string, readonly Primitive[]>> {
  const members = parts.flatMap(({ value, pointer }) =>
    entries(value.properties).map(([name, schema]) => {
      const inner = partsOf(context, { value: schema, pointer: below(pointer, 'properties', name) })
      return [name, primitives(typesIn(inner))] as const
    }),
  )
  return Object.fromEntries(members)
}
