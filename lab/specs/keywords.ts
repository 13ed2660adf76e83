/** What each keyword of a schema may hold, and in which version of OpenAPI it means anything. */
import type { OpenApiVersion } from '../../src/inventory/types.ts'

type Check = (value: unknown) => boolean

const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value)
const isFlag: Check = (value) => typeof value === 'boolean'

/** Taken over as they are. */
export const PLAIN: Readonly<Record<string, Check>> = {
  minLength: isCount,
  maxLength: isCount,
  minItems: isCount,
  maxItems: isCount,
  minProperties: isCount,
  maxProperties: isCount,
  minimum: isNumber,
  maximum: isNumber,
  multipleOf: (value) => isNumber(value) && Number(value) > 0,
  uniqueItems: isFlag,
}

/** JSON Schema 2020-12, which OpenAPI 3.1 has and the versions before it do not. */
export const PLAIN_OF_31: Readonly<Record<string, Check>> = {
  minContains: isCount,
  maxContains: isCount,
}

/** Pairs that no value satisfies when the first is larger. */
export const BOUNDS = [
  ['minLength', 'maxLength'],
  ['minItems', 'maxItems'],
  ['minProperties', 'maxProperties'],
  ['minimum', 'maximum'],
] as const

export const TYPES: ReadonlySet<string> = new Set([
  'string',
  'number',
  'integer',
  'boolean',
  'array',
  'object',
  'null',
])

/** Keywords with schemas inside, besides `properties`, `items` and `additionalProperties`. */
export const LISTS_OF_SCHEMAS = ['allOf', 'oneOf', 'anyOf'] as const
export const SCHEMAS_OF_31 = [
  'if',
  'then',
  'else',
  'contains',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
] as const
export const MAPS_OF_SCHEMAS_OF_31 = ['patternProperties', 'dependentSchemas'] as const

const ANNOTATIONS =
  'title description default example examples deprecated readOnly writeOnly xml externalDocs discriminator format type enum ' +
  'pattern required properties items additionalProperties exclusiveMinimum exclusiveMaximum not'
const COMMON = new Set([...ANNOTATIONS.split(' '), ...Object.keys(PLAIN), ...LISTS_OF_SCHEMAS])
const OF_31 = new Set([
  ...Object.keys(PLAIN_OF_31),
  ...SCHEMAS_OF_31,
  ...MAPS_OF_SCHEMAS_OF_31,
  ...[
    'const',
    'prefixItems',
    'dependentRequired',
    '$defs',
    '$comment',
    '$schema',
    'contentEncoding',
    'contentMediaType',
  ],
  ...['contentSchema'],
])
/** They name places or dialects, and would need a resolver of their own. */
const UNSUPPORTED = new Set([
  '$id',
  '$anchor',
  '$dynamicRef',
  '$dynamicAnchor',
  '$recursiveRef',
  '$vocabulary',
])

export type Standing = 'known' | 'extension' | 'unsupported' | 'of_other_version' | 'unknown'

export function standingOf(keyword: string, version: OpenApiVersion): Standing {
  if (COMMON.has(keyword)) return 'known'
  if (keyword.startsWith('x-')) return 'extension'
  if (keyword === 'nullable') return version === '3.0' ? 'known' : 'of_other_version'
  if (version === '3.1')
    return OF_31.has(keyword) ? 'known' : UNSUPPORTED.has(keyword) ? 'unsupported' : 'unknown'
  return OF_31.has(keyword) || UNSUPPORTED.has(keyword) ? 'of_other_version' : 'unknown'
}
