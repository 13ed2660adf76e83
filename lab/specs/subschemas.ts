/** Schemas inside a schema, but for its members: elements, alternatives, conditions. */
import { dispatchesOf } from './discriminators.ts'
import { LISTS_OF_SCHEMAS, MAPS_OF_SCHEMAS_OF_31, SCHEMAS_OF_31 } from './keywords.ts'
import { type At, below, entries, isNode, items, type Node } from './nodes.ts'
import { codePattern } from './patterns.ts'
import type { JsonSchema, Scope, Translator } from './schemas.ts'

export function itemsOf(translator: Translator, { value, pointer }: At<Node>, scope: Scope): Node {
  const { items: inner } = value
  if (inner === undefined) return {}
  const inside = { ...scope, base: false }
  const place = below(pointer, 'items')
  if (!Array.isArray(inner)) return { items: translator.schema({ value: inner, pointer: place }, inside) }
  translator.context.problems.add('keyword_of_other_version', pointer, 'items is a list: read as prefixItems')
  return {
    prefixItems: inner.map((one, index) =>
      translator.schema({ value: one, pointer: below(place, index) }, inside),
    ),
  }
}

export function compositionOf(translator: Translator, at: At<Node>, scope: Scope): Node {
  const { value, pointer } = at
  const composed: Record<string, unknown> = {}
  for (const keyword of LISTS_OF_SCHEMAS) {
    if (value[keyword] === undefined) continue
    const parts = items(value[keyword])
    if (parts.length === 0) {
      translator.context.problems.add('keyword_invalid', pointer, `${keyword} is no list of schemas`)
      continue
    }
    const inner = keyword === 'allOf' ? { ...scope, base: true } : scope
    composed[keyword] = parts.map((part, index) =>
      translator.schema({ value: part, pointer: below(pointer, keyword, index) }, inner),
    )
  }
  if (value.not !== undefined)
    composed.not = translator.schema({ value: value.not, pointer: below(pointer, 'not') }, scope)
  const dispatches = dispatchesOf(translator, at, scope)
  if (dispatches.length === 0) return composed
  // First: what is wrong with the one that it says it is tells more than that it is none of them.
  const { allOf, ...others } = composed
  return { allOf: [...dispatches, ...items(allOf), ...(Object.keys(others).length > 0 ? [others] : [])] }
}

export function newerOf(translator: Translator, at: At<Node>, scope: Scope): Node {
  const { value, pointer } = at
  const inside = { ...scope, base: false }
  const newer: Record<string, unknown> = {}
  for (const keyword of SCHEMAS_OF_31) {
    if (value[keyword] !== undefined)
      newer[keyword] = translator.schema({ value: value[keyword], pointer: below(pointer, keyword) }, inside)
  }
  for (const keyword of MAPS_OF_SCHEMAS_OF_31) {
    const schemas = entries(value[keyword]).flatMap(([name, schema]): [string, JsonSchema][] => {
      const place = { value: schema, pointer: below(pointer, keyword, name) }
      const key =
        keyword === 'patternProperties'
          ? codePattern(name, pointer, undefined, translator.context.problems)
          : name
      return key === undefined ? [] : [[key, translator.schema(place, inside)]]
    })
    if (schemas.length > 0) newer[keyword] = Object.fromEntries(schemas)
  }
  if (Array.isArray(value.prefixItems))
    newer.prefixItems = value.prefixItems.map((one, index) =>
      translator.schema({ value: one, pointer: below(pointer, 'prefixItems', index) }, inside),
    )
  if (isNode(value.dependentRequired)) newer.dependentRequired = value.dependentRequired
  if (Object.hasOwn(value, 'const')) newer.const = value.const
  return newer
}
