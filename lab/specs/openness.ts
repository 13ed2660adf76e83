/** How much a document leaves open of what requests may bring (OWASP API4:2023): lists without `maxItems`, texts without any bound. */
import type { Openness } from '../../src/inventory/types.ts'
import type { Context } from './context.ts'
import { type At, below, entries, isNode, items, type Node } from './nodes.ts'
import { elementsOf, flatten } from './shapes.ts'

/** @param roots schemas of parameters and bodies */
export function opennessOf(context: Context, roots: readonly At[]): Openness {
  const seen = new Set<string>()
  const queue: (readonly At[])[] = roots.map((root) => [root])
  let [arrays, strings] = [0, 0]
  for (let places = queue.pop(); places !== undefined; places = queue.pop()) {
    const parts = flatten(context, places)
    const key = parts
      .map(({ pointer }) => pointer)
      .sort()
      .join(' ')
    if (parts.length === 0 || seen.has(key)) continue
    seen.add(key)
    if (may(parts, 'array') && !says(parts, ['maxItems', 'enum', 'const'])) arrays++
    if (may(parts, 'string') && !says(parts, TEXT_BOUNDS)) strings++
    queue.push(...inside(parts))
  }
  return { arrays, strings }
}

/** A pattern or a format says what a text may be, if not always how long. */
const TEXT_BOUNDS = ['maxLength', 'enum', 'const', 'pattern', 'format']

function may(parts: readonly At<Node>[], type: string): boolean {
  return parts.some(({ value }) => value.type === type || items(value.type).includes(type))
}

function says(parts: readonly At<Node>[], keywords: readonly string[]): boolean {
  return parts.some(({ value }) => keywords.some((keyword) => value[keyword] !== undefined))
}

/** What stands at each member, in each element, and behind names that are not listed. */
function inside(parts: readonly At<Node>[]): readonly (readonly At[])[] {
  const members = new Map<string, At[]>()
  const others: At[] = []
  for (const { value, pointer } of parts) {
    for (const [name, schema] of entries(value.properties)) {
      // The bank's to send: nobody may bring it.
      if (isNode(schema) && schema.readOnly === true) continue
      const place = { value: schema, pointer: below(pointer, 'properties', name) }
      members.set(name, [...(members.get(name) ?? []), place])
    }
    others.push(...elementsOf(value, pointer))
    if (isNode(value.additionalProperties)) {
      others.push({ value: value.additionalProperties, pointer: below(pointer, 'additionalProperties') })
    }
  }
  return [...members.values(), ...others.map((one) => [one])]
}
