/**
 * Documents and messages made wrong at random (seeded): nothing throws, nothing hangs, and nothing that Hyperjump refuses
 * passes. Inputs are counted, and time is the test's own limit.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mutate } from '../../lab/specs/agreement/mutate.ts'
import { compileSpecifications } from '../../lab/specs/compile.ts'
import { moduleOf } from '../../lab/specs/module.ts'
import { type Conformance, conformanceOf, DEFAULT_SETTINGS } from '../../src/inventory/specs/conformance.ts'
import { DIALECT_30, DIALECT_31 } from './specs/dialects.ts'
import { importModule, load, source } from './specs/shared-specs.ts'
import { SWAGGER_2 } from './specs/swagger.ts'

const DOCUMENTS = [DIALECT_30, DIALECT_31, SWAGGER_2]
const NASTY = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    '#',
    '#/',
    { $ref: '#' },
    { $ref: '#/components/schemas/Tree' },
    { $ref: '#/definitions/Pet' },
    { $ref: '#/nowhere' },
    { $ref: 'other.json#/x' },
    { $ref: 7 },
    {
      type: 'object',
      properties: { __proto__x: {}, constructor: { type: 'string' } },
      required: ['constructor'],
    },
    { pattern: '^(a+)+$' },
    { pattern: '(' },
    { type: 'strnig' },
    { oneOf: [] },
    {
      discriminator: { propertyName: 'a', mapping: { x: '#/nowhere', y: 3 } },
      oneOf: [{ $ref: '#/components/schemas/Small' }],
    },
    { allOf: [{ $ref: '#/components/schemas/Both' }] },
  ),
)
const MUTATION = fc.record({ where: fc.nat(), how: fc.nat(), foreign: NASTY })

describe('documents changed at random', () => {
  it('are compiled, whatever is in them, and the module runs', async () => {
    const plans = fc.sample(
      fc.tuple(fc.nat({ max: 2 }), fc.array(MUTATION, { minLength: 1, maxLength: 6 })),
      { seed: 3, numRuns: 240 },
    )
    let usable = 0
    for (const [at, [which, mutations]] of plans.entries()) {
      const document = mutations.reduce<unknown>(
        (value, mutation) => mutate(value, mutation) ?? value,
        DOCUMENTS[which],
      )
      const compiled = await compileSpecifications([source(document)])
      expect(compiled.reports).toHaveLength(1)
      if (compiled.tables.operations.length > 0) usable++
      if (at % 8 !== 0) continue
      const specification = await importModule(await moduleOf(compiled, 'fuzz'))
      for (const validate of specification.validators) {
        for (const value of [null, {}, [], '', 0, { kind: 'Cat', a: 1, b: 'x' }, [{}, {}]])
          expect(typeof validate(value)).toBe('boolean')
      }
    }
    expect(usable).toBeGreaterThan(100)
  })

  it('are read from any octets', async () => {
    const texts = [
      JSON.stringify(DIALECT_30),
      'openapi: 3.0.0\ninfo: {title: a, version: "1"}\npaths:\n  /a: {get: {responses: {200: {description: x}}}}\n',
    ]
    const cuts = fc.sample(
      fc.tuple(fc.nat({ max: 1 }), fc.nat({ max: 5_000 }), fc.uint8Array({ maxLength: 6 })),
      { seed: 4, numRuns: 2_000 },
    )
    for (const [which, at, octets] of cuts) {
      const text = new TextEncoder().encode(texts[which])
      const place = at % text.length
      const bytes = new Uint8Array([
        ...text.subarray(0, place),
        ...octets,
        ...text.subarray(place + octets.length),
      ])
      const { reports } = await compileSpecifications([
        { file: 'cut', bytes: which === 0 && at % 16 !== 0 ? bytes.subarray(0, 60) : bytes },
      ])
      expect(reports).toHaveLength(1)
    }
  })
})

const HOSTILE_HEADERS = [
  '',
  ';',
  'application/json;;;',
  'application/json; charset="',
  'a/b, c/d',
  'multipart/form-data; boundary=x',
  'é/x',
]

describe('messages changed at random', () => {
  let conformance: Conformance
  it('are judged without a throw', async () => {
    conformance = conformanceOf(
      (await load(DOCUMENTS.map((document, at) => ({ ...source(document, `${at}.json`), base: `/${at}` }))))
        .specification,
    )
    const paths = conformance.specification.operations.map(({ path }) => path)
    const message = fc.record({
      path: fc.oneof(
        fc.constantFrom(...paths),
        fc.string({ unit: 'binary', maxLength: 30 }).map((text) => `/${text}`),
      ),
      method: fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'x'),
      query: fc.oneof(
        fc.string({ maxLength: 40 }),
        fc.constantFrom('limit=5&ids=1&ids=x', 'tags=a|b&limit=%zz', '&&&=&', 'limit=1+2', 'a[b]=1&a[]='),
      ),
      type: fc.oneof(
        fc.constantFrom(
          'application/json',
          'application/json; charset=UTF-8',
          ...HOSTILE_HEADERS.slice(0, 6),
        ),
        fc.constant('text/plain'),
      ),
      body: fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        fc.json().map((text) => new TextEncoder().encode(text)),
      ),
      status: fc.constantFrom(200, 201, 204, 404, 599),
    })
    let judged = 0
    for (const { path, method, query, type, body, status } of fc.sample(message, {
      seed: 5,
      numRuns: 60_000,
    })) {
      const match = conformance.match(method, path.replace(/\{[^{}]*\}/g, '7'))
      const headers = new Headers(type === '' ? {} : { 'content-type': type })
      const request = conformance.request(match, { method, query, headers, body }, DEFAULT_SETTINGS)
      const response = conformance.response(match, { method, status, headers, body }, DEFAULT_SETTINGS)
      expect(request.findings.length + response.findings.length).toBeLessThanOrEqual(16)
      judged += 2
    }
    expect(judged).toBe(120_000)
  })
})

describe('what could take forever', () => {
  const LONG = 'a'.repeat(200_000)

  /** Asks for the next level before it says no. */
  function branch(name: string) {
    return {
      allOf: [
        { type: 'object', properties: { n: { $ref: '#/components/schemas/Double' } } },
        { required: [name] },
      ],
    }
  }

  it('does not: a catastrophic pattern, a list of eighty thousand unique items, a schema that doubles at every level', async () => {
    const schemas = {
      Pattern: { type: 'string', pattern: '^(a+)+$' },
      Square: { type: 'string', pattern: 'a+b' },
      Unique: { type: 'array', uniqueItems: true, items: { type: 'object' } },
      Double: { anyOf: [branch('x'), branch('y')] },
      NotDouble: { not: { $ref: '#/components/schemas/Double' } },
    }
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
    const document = {
      openapi: '3.0.3',
      info: { title: 'Slow', version: '1' },
      paths: Object.fromEntries(paths),
      components: { schemas },
    }
    const { specification } = await load([source(document)])
    const slow = conformanceOf(specification)
    const rules = (path: string, text: string) =>
      slow
        .request(
          slow.match('POST', path),
          {
            method: 'POST',
            query: '',
            headers: new Headers({ 'content-type': 'application/json' }),
            body: new TextEncoder().encode(text),
          },
          DEFAULT_SETTINGS,
        )
        .findings.filter(({ strength }) => strength === 'refused')
        .map(({ rule }) => rule)
    expect(rules('/Pattern', JSON.stringify(LONG))).toEqual([])
    expect(rules('/Pattern', JSON.stringify(`${LONG}!`))).toEqual(['pattern'])
    expect(rules('/Square', JSON.stringify(LONG))).toEqual(['pattern'])
    const items = Array.from({ length: 80_000 }, (_one, at) => `{"a":${at}}`)
    expect(rules('/Unique', `[${items.join()}]`)).toEqual([])
    expect(rules('/Unique', `[${items.join()},{"a":7}]`)).toEqual(['unique_items'])
    const deep = `${'{"n":'.repeat(31)}{}${'}'.repeat(31)}`
    expect(rules('/Double', deep)).toEqual(['schema'])
    expect(rules('/NotDouble', deep)).toEqual(['schema'])
    expect(rules('/Double', '{"n":{"x":1},"y":1}')).toEqual([])
    expect(rules('/NotDouble', '{"n":{"x":1}}')).toEqual([])
  }, 20_000)
})
