/** What schemas declare, all alternatives of one place taken together (`Shape` in `src/inventory/types.ts`). */
import type { DataHint, Shape } from '../../src/inventory/types.ts'
import type { Context } from './context.ts'
import { childrenOf } from './discriminators.ts'
import { hintFor } from './hints.ts'
import { type At, below, entries, isNode, items, type Node } from './nodes.ts'

export interface Shapes {
  /** Index of the shape of a schema; undefined where it declares nothing that has members. */
  of(context: Context, at: At): number | undefined
  readonly list: readonly Shape[]
  /** Data classes in and below a shape. */
  hints(index: number | undefined): readonly DataHint[]
}

export function newShapes(): Shapes {
  const list: Shape[] = []
  // Places of two documents are two places.
  const known = new WeakMap<Context, Map<string, number>>()
  function shapeOf(context: Context, places: readonly At[], hint: DataHint | undefined): number {
    const parts = flatten(context, places)
    const key = [hint ?? '', ...parts.map(({ pointer }) => pointer).sort()].join(' ')
    const own = known.get(context) ?? new Map<string, number>()
    known.set(context, own)
    const found = own.get(key)
    if (found !== undefined) return found
    const index = list.length
    own.set(key, index)
    // There before its members are: a schema may contain itself.
    list.push({ members: {}, items: undefined, others: 'declared', hint })
    const below = (inner: readonly At[], name = ''): number =>
      shapeOf(context, inner, name === '' ? undefined : hintOf(context, inner, name))
    list[index] = build(parts, hint, below)
    return index
  }
  return {
    list,
    of: (context, at) => (at.value === undefined ? undefined : shapeOf(context, [at], undefined)),
    hints: (index) => collectHints(list, index),
  }
}

const COMPOSING = ['allOf', 'oneOf', 'anyOf'] as const
const BRANCHES = ['if', 'then', 'else'] as const

interface Speaker {
  readonly at: At
  /** Reached through an `allOf`: children of a parent with a discriminator are then no alternatives of it. */
  readonly base: boolean
}

/** The schemas that speak about one value: alternatives and parts, references followed, each once. */
export function flatten(context: Context, places: readonly At[]): readonly At<Node>[] {
  const parts = new Map<string, At<Node>>()
  const queue: Speaker[] = places.map((at) => ({ at, base: false }))
  for (let speaker = queue.pop(); speaker !== undefined; speaker = queue.pop()) {
    const node = context.references.object(speaker.at)
    if (node === undefined || parts.has(node.pointer)) continue
    parts.set(node.pointer, node)
    queue.push(...partsOf(node), ...besideReference(context, speaker))
    if (node.value.discriminator !== undefined && !speaker.base)
      queue.push(...childrenOf(context, node).map((at) => ({ at, base: false })))
  }
  return [...parts.values()]
}

function partsOf({ value, pointer }: At<Node>): readonly Speaker[] {
  const composed = COMPOSING.flatMap((keyword) =>
    items(value[keyword]).map((part, index) => ({
      at: { value: part, pointer: below(pointer, keyword, index) },
      base: keyword === 'allOf',
    })),
  )
  const branches = BRANCHES.filter((keyword) => value[keyword] !== undefined).map((keyword) => ({
    at: { value: value[keyword], pointer: below(pointer, keyword) },
    base: false,
  }))
  const dependent = entries(value.dependentSchemas).map(([name, part]) => ({
    at: { value: part, pointer: below(pointer, 'dependentSchemas', name) },
    base: false,
  }))
  return [...composed, ...branches, ...dependent]
}

/** OpenAPI 3.1: what stands beside a reference counts. */
function besideReference({ version }: Context, { at, base }: Speaker): readonly Speaker[] {
  if (version !== '3.1' || !isNode(at.value) || typeof at.value.$ref !== 'string') return []
  const { $ref: _, ...beside } = at.value
  return Object.keys(beside).length === 0 ? [] : [{ at: { value: beside, pointer: at.pointer }, base }]
}

function build(
  parts: readonly At<Node>[],
  hint: DataHint | undefined,
  shapeOf: (inner: readonly At[], name?: string) => number,
): Shape {
  const named = new Map<string, At[]>()
  const elements: At[] = []
  const others: At[] = []
  for (const { value, pointer } of parts) {
    for (const [name, schema] of entries(value.properties))
      named.set(name, [
        ...(named.get(name) ?? []),
        { value: schema, pointer: below(pointer, 'properties', name) },
      ])
    elements.push(...elementsOf(value, pointer))
    for (const keyword of ['additionalProperties', 'unevaluatedProperties'])
      if (isNode(value[keyword])) others.push({ value: value[keyword], pointer: below(pointer, keyword) })
  }
  const members = [...named].map(([name, inner]) => [name, shapeOf(inner, name)] as const)
  return {
    members: Object.fromEntries(members),
    items: elements.length === 0 ? undefined : shapeOf(elements),
    others: othersOf(parts) ?? (others.length > 0 ? shapeOf(others) : 'silent'),
    hint,
  }
}

export function elementsOf(value: Node, pointer: string): readonly At[] {
  const lists = [value.prefixItems, Array.isArray(value.items) ? value.items : []].flatMap((list, which) =>
    items(list).map((one, index) => ({
      value: one,
      pointer: below(pointer, which === 0 ? 'prefixItems' : 'items', index),
    })),
  )
  return isNode(value.items) ? [...lists, { value: value.items, pointer: below(pointer, 'items') }] : lists
}

/** Undefined where it is a schema, or nothing is said. */
function othersOf(parts: readonly At<Node>[]): 'declared' | 'refused' | undefined {
  const said = parts.flatMap(({ value }) => [value.additionalProperties, value.unevaluatedProperties])
  const isOpen = said.some((one) => one === true || (isNode(one) && Object.keys(one).length === 0))
  if (isOpen || parts.some(({ value }) => value.patternProperties !== undefined)) return 'declared'
  return said.includes(false) ? 'refused' : undefined
}

function hintOf(context: Context, inner: readonly At[], name: string): DataHint | undefined {
  const [first] = inner
  return hintFor(name, first === undefined ? undefined : context.references.follow(first)?.value)
}

function collectHints(list: readonly Shape[], root: number | undefined): readonly DataHint[] {
  const hints = new Set<DataHint>()
  const seen = new Set<number>()
  const queue = root === undefined ? [] : [root]
  for (let index = queue.pop(); index !== undefined; index = queue.pop()) {
    const shape = list[index]
    if (shape === undefined || seen.has(index)) continue
    seen.add(index)
    if (shape.hint !== undefined) hints.add(shape.hint)
    queue.push(...Object.values(shape.members))
    if (shape.items !== undefined) queue.push(shape.items)
    if (typeof shape.others === 'number') queue.push(shape.others)
  }
  return [...hints].sort()
}
