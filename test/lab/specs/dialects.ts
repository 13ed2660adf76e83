/** Two documents with one schema for each keyword and each odd combination, as an interpreter and a compiler must both read it. */

function documentWith(openapi: string, schemas: Readonly<Record<string, unknown>>) {
  const paths = Object.keys(schemas).map((name) => [
    `/${name}`,
    {
      post: {
        requestBody: {
          content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
        },
        responses: { 200: { description: 'ok' } },
      },
    },
  ])
  return {
    openapi,
    info: { title: openapi, version: '1' },
    paths: Object.fromEntries(paths),
    components: { schemas },
  }
}

const SHARED = {
  Text: { type: 'string', minLength: 2, maxLength: 5, pattern: '^[a-c]+$' },
  Number: { type: 'number', minimum: -3, maximum: 12.5, multipleOf: 0.5 },
  Integer: { type: 'integer', format: 'int32' },
  Large: { type: 'integer', format: 'int64' },
  Float: { type: 'number', format: 'float' },
  List: {
    type: 'array',
    minItems: 1,
    maxItems: 3,
    uniqueItems: true,
    items: { $ref: '#/components/schemas/Small' },
  },
  Small: { type: 'object', required: ['a'], properties: { a: { type: 'integer' }, b: { type: 'string' } } },
  Closed: { type: 'object', properties: { a: { type: 'boolean' } }, additionalProperties: false },
  Map: { type: 'object', additionalProperties: { type: 'integer' }, minProperties: 1, maxProperties: 3 },
  Enum: { enum: ['a', 'b', 1, null, { x: [1] }] },
  Both: { allOf: [{ $ref: '#/components/schemas/Small' }, { type: 'object', required: ['b'] }] },
  OneOf: {
    oneOf: [{ type: 'object', required: ['a'] }, { type: 'object', required: ['b'] }, { type: 'string' }],
  },
  AnyOf: {
    anyOf: [{ type: 'integer' }, { type: 'object', required: ['b'], properties: { b: { type: 'boolean' } } }],
  },
  Not: { not: { type: 'object', required: ['a'] } },
  Tree: {
    type: 'object',
    required: ['value'],
    properties: {
      value: { type: 'integer' },
      children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } },
    },
    additionalProperties: false,
  },
  Dates: {
    type: 'object',
    properties: {
      date: { type: 'string', format: 'date' },
      at: { type: 'string', format: 'date-time' },
      id: { type: 'string', format: 'uuid' },
      mail: { type: 'string', format: 'email' },
      host: { type: 'string', format: 'ipv4' },
      where: { type: 'string', format: 'uri' },
    },
  },
}

export const DIALECT_30 = documentWith('3.0.3', {
  ...SHARED,
  Nullable: { type: 'string', nullable: true, maxLength: 3 },
  NullableObject: {
    type: 'object',
    nullable: true,
    properties: { a: { type: 'integer', nullable: true } },
    required: ['a'],
  },
  NullableEnum: { type: 'string', nullable: true, enum: ['a', 'b'] },
  NullableNothing: { nullable: true, allOf: [{ $ref: '#/components/schemas/Small' }] },
  Above: { type: 'number', minimum: 5, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false },
  Siblings: { type: 'object', properties: { a: { $ref: '#/components/schemas/Text', maxLength: 1 } } },
  Untyped: { properties: { a: { type: 'integer' } }, required: ['a'], minLength: 3, minItems: 2 },
})

export const DIALECT_31 = documentWith('3.1.0', {
  ...SHARED,
  Types: { type: ['string', 'null', 'integer'], minLength: 2, minimum: 3 },
  Const: { const: { a: [1, 2] } },
  Above: { type: 'number', exclusiveMinimum: 5, exclusiveMaximum: 9 },
  Siblings: { type: 'object', properties: { a: { $ref: '#/components/schemas/Text', maxLength: 3 } } },
  Tuple: {
    type: 'array',
    prefixItems: [{ type: 'string' }, { type: 'integer' }],
    items: { type: 'boolean' },
  },
  Contains: { type: 'array', contains: { type: 'integer' }, minContains: 1, maxContains: 2 },
  Conditional: {
    type: 'object',
    properties: { kind: { enum: ['a', 'b'] } },
    if: { properties: { kind: { const: 'a' } }, required: ['kind'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { required: ['forA'] },
    else: { required: ['forB'] },
  },
  Patterns: {
    type: 'object',
    patternProperties: { '^x-': { type: 'string' } },
    additionalProperties: { type: 'integer' },
  },
  Names: { type: 'object', propertyNames: { maxLength: 3 } },
  Dependent: {
    type: 'object',
    dependentRequired: { a: ['b'] },
    dependentSchemas: { b: { required: ['c'] } },
  },
  Unevaluated: {
    allOf: [{ $ref: '#/components/schemas/Small' }],
    properties: { c: { type: 'string' } },
    unevaluatedProperties: false,
  },
  Booleans: { type: 'object', properties: { never: false, always: true } },
})
