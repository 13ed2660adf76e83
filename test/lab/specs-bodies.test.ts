/** Bodies: what only OpenAPI's dialect of JSON Schema has, and what stands around a body. */
import { beforeAll, describe, expect, it } from 'vitest'
import { bodies, type Judge, judgeOf } from './specs/judge.ts'

function post(judge: Judge, path: string, value: unknown): readonly string[] {
  return judge.request('POST', path, { body: JSON.stringify(value) })
}
function answer(judge: Judge, path: string, value: unknown): readonly string[] {
  return judge.response('POST', path, 200, { body: JSON.stringify(value) })
}

describe('members that travel one way', () => {
  const schemas = {
    Account: {
      type: 'object',
      required: ['id', 'name', 'secret'],
      properties: {
        id: { type: 'string', readOnly: true },
        name: { type: 'string' },
        secret: { $ref: '#/components/schemas/Secret' },
      },
      additionalProperties: false,
    },
    Secret: { type: 'string', writeOnly: true },
    Composed: { allOf: [{ $ref: '#/components/schemas/Account' }] },
  }
  it.each(['/Account', '/Composed'])(
    '%s: a read-only member is not required in a request and not taken, a write-only one not given',
    async (path) => {
      const judge = await judgeOf(bodies(schemas))
      expect(post(judge, path, { name: 'a', secret: 's' })).toEqual([])
      expect(post(judge, path, { id: '1', name: 'a', secret: 's' })).toEqual(['read_only body /id'])
      expect(post(judge, path, { name: 'a' })).toEqual(['required body /secret'])
      expect(answer(judge, path, { id: '1', name: 'a' })).toEqual([])
      expect(answer(judge, path, { id: '1', name: 'a', secret: 's' })).toEqual(['write_only body /secret'])
    },
  )
})

describe('discriminators', () => {
  const schemas = {
    Animal: {
      oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }],
      discriminator: { propertyName: 'kind', mapping: { cat: '#/components/schemas/Cat', hound: 'Dog' } },
    },
    Cat: {
      type: 'object',
      required: ['kind', 'lives'],
      properties: { kind: { type: 'string' }, lives: { type: 'integer' } },
    },
    Dog: {
      type: 'object',
      required: ['kind', 'bark'],
      properties: { kind: { type: 'string' }, bark: { type: 'boolean' } },
    },
    Parent: {
      type: 'object',
      discriminator: { propertyName: 'type' },
      required: ['type'],
      properties: { type: { type: 'string' } },
    },
    Child: {
      allOf: [
        { $ref: '#/components/schemas/Parent' },
        { type: 'object', required: ['size'], properties: { size: { type: 'integer' } } },
      ],
    },
    Grandchild: {
      allOf: [
        { $ref: '#/components/schemas/Child' },
        { type: 'object', required: ['toy'], properties: { toy: { type: 'string' } } },
      ],
    },
    Family: { type: 'array', items: { $ref: '#/components/schemas/Parent' } },
  }

  it('name the schema that the body has to be', async () => {
    const judge = await judgeOf(bodies(schemas))
    expect(post(judge, '/Animal', { kind: 'cat', lives: 9 })).toEqual([])
    expect(post(judge, '/Animal', { kind: 'hound', bark: true })).toEqual([])
    expect(post(judge, '/Animal', { kind: 'cat', bark: true })).toEqual(['required body /lives'])
    expect(post(judge, '/Animal', { kind: 'Dog', bark: true })).toEqual(['discriminator body '])
    expect(post(judge, '/Animal', { lives: 9 })).toEqual(['one_of body '])
  })

  it('reach children and grandchildren of a parent, in lists too', async () => {
    const judge = await judgeOf(bodies(schemas))
    expect(post(judge, '/Parent', { type: 'Parent' })).toEqual([])
    expect(post(judge, '/Parent', { type: 'Child', size: 1 })).toEqual([])
    expect(post(judge, '/Parent', { type: 'Grandchild', size: 1, toy: 'x' })).toEqual([])
    expect(post(judge, '/Parent', { type: 'Grandchild', size: 1 })).toEqual(['required body /toy'])
    expect(post(judge, '/Family', [{ type: 'Child', size: 1 }, { type: 'Child' }])).toEqual([
      'required body /1/size',
    ])
    expect(post(judge, '/Family', [{ type: 'Stranger' }])).toEqual(['discriminator body /0'])
  })

  it('that the schemas themselves contradict are reported, and not followed', async () => {
    const kind = (value: string) => ({
      type: 'object',
      required: ['kind'],
      properties: { kind: { type: 'string', enum: [value] } },
    })
    const judge = await judgeOf(
      bodies({
        Any: {
          oneOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }],
          discriminator: { propertyName: 'kind' },
        },
        A: kind('a-1'),
        B: kind('b-1'),
      }),
    )
    expect(post(judge, '/Any', { kind: 'a-1' })).toEqual([])
    expect(post(judge, '/Any', { kind: 'A' })).toEqual(['one_of body '])
  })
})

describe('numbers', () => {
  it.each([
    [2_147_483_647, []],
    [2_147_483_648, ['format body ']],
    [-2_147_483_649, ['format body ']],
    [1.5, ['type body ']],
    [1e2, []],
  ])('int32 %d', async (value, expected) => {
    expect(post(await judgeOf(bodies({ N: { type: 'integer', format: 'int32' } })), '/N', value)).toEqual(
      expected,
    )
  })

  it('are multiples as people count, and float is no double', async () => {
    const judge = await judgeOf(
      bodies({
        M: { type: 'number', multipleOf: 0.01 },
        F: { type: 'number', format: 'float' },
        L: { type: 'integer', format: 'int64' },
      }),
    )
    for (const amount of [0.07, 19.99, 1_000_000.01, 4.35, 0]) expect(post(judge, '/M', amount)).toEqual([])
    expect(post(judge, '/M', 0.015)).toEqual(['multiple_of body '])
    expect(post(judge, '/F', 3.5e38)).toEqual(['format body '])
    expect(post(judge, '/L', 9.3e18)).toEqual(['format body '])
  })
})

describe('members that nobody declared', () => {
  const schemas = {
    Silent: {
      type: 'object',
      properties: {
        a: { type: 'object', properties: { b: { type: 'string' } } },
        list: { type: 'array', items: { $ref: '#/components/schemas/Item' } },
      },
    },
    Item: { type: 'object', properties: { id: { type: 'integer' } } },
    Open: { type: 'object', properties: { id: { type: 'integer' } }, additionalProperties: true },
    Free: { type: 'object' },
    Map: { type: 'object', additionalProperties: { $ref: '#/components/schemas/Item' } },
    Either: {
      oneOf: [
        { type: 'object', required: ['x'], properties: { x: { type: 'string' } } },
        { type: 'object', required: ['y'], properties: { y: { type: 'string' } } },
      ],
    },
  }
  it('are found at every depth, and named without what may be data', async () => {
    const { conformance, ...judge } = await judgeOf(bodies(schemas))
    expect(
      post({ conformance, ...judge }, '/Silent', {
        a: { b: '', c: 1 },
        list: [{ id: 1 }, { id: 2, isAdmin: true }],
        d: 0,
      }),
    ).toEqual([
      'property_undeclared body /a/c',
      'property_undeclared body /list/1/isAdmin',
      'property_undeclared body /d',
    ])
    expect(answer({ conformance, ...judge }, '/Open', { id: 1, x: 2 })).toEqual([])
    expect(answer({ conformance, ...judge }, '/Free', { x: 2 })).toEqual([])
    expect(answer({ conformance, ...judge }, '/Either', { x: '', y: '' })).toEqual(['one_of body '])
    expect(answer({ conformance, ...judge }, '/Either', { x: '', z: '' })).toEqual([
      'property_undeclared body /z',
    ])
    const match = conformance.match('POST', '/Map')
    const body = new TextEncoder().encode('{"GB29NWBK60161331926819":{"id":1,"note":2,"12345678":3}}')
    const headers = new Headers({ 'content-type': 'application/json' })
    const settings = {
      mode: 'observe',
      refuseUndeclared: [],
      limits: { maxFindings: 8, maxDepth: 9, maxBodyBytes: 999 },
      responses: { sample: 1, maxBytes: 1, withhold: [] },
    } as const
    const { findings } = conformance.request(match, { method: 'POST', query: '', headers, body }, settings)
    expect(findings.map(({ field }) => field)).toEqual(['/*/*', '/*/note'])
  })
})

describe('what stands around a body', () => {
  const document = {
    openapi: '3.0.3',
    info: { title: 'Around', version: '1' },
    paths: {
      '/json': {
        post: {
          requestBody: {
            required: true,
            content: { 'application/json; charset=utf-8': { schema: { type: 'object', required: ['a'] } } },
          },
          responses: {
            200: {
              description: 'ok',
              content: { 'application/json': { schema: { type: 'object', required: ['ok'] } } },
            },
            '4XX': { description: 'no', content: { 'application/problem+json': {} } },
            204: { description: 'none' },
          },
        },
        get: { responses: { 200: { description: 'ok' } } },
      },
      '/any': {
        post: {
          requestBody: { content: { 'application/*': { schema: { type: 'object', required: ['a'] } } } },
          responses: { default: { description: 'x' } },
        },
      },
      '/text': {
        post: {
          requestBody: { content: { 'text/plain': { schema: { type: 'string', maxLength: 3 } } } },
          responses: { default: { description: 'x' } },
        },
      },
    },
  }
  let judge: Judge
  beforeAll(async () => {
    judge = await judgeOf(document)
  })
  const type = (contentType: string) => ({ 'content-type': contentType })

  it.each([
    ['POST', '/json', { headers: type('application/json; charset=UTF-8'), body: '{}' }, ['required body /a']],
    ['POST', '/json', { headers: type('APPLICATION/JSON'), body: '{}' }, ['required body /a']],
    ['POST', '/json', { headers: type('application/json;charset="utf-8"'), body: '{"a":1}' }, []],
    [
      'POST',
      '/json',
      { headers: type('application/json;charset=utf-16'), body: '{"a":1}' },
      ['charset_undeclared body '],
    ],
    [
      'POST',
      '/json',
      { headers: type('application/json;charset=utf-8;charset=utf-7'), body: '{"a":1}' },
      ['media_type_malformed media_type '],
    ],
    [
      'POST',
      '/json',
      { headers: type('application/json, text/plain'), body: '{"a":1}' },
      ['media_type_malformed media_type '],
    ],
    [
      'POST',
      '/json',
      { headers: type('text/plain'), body: '{"a":1}' },
      ['media_type_undeclared media_type '],
    ],
    [
      'POST',
      '/json',
      { headers: type('application/xml'), body: '<a/>' },
      ['media_type_undeclared media_type '],
    ],
    ['POST', '/json', { headers: {}, body: '{"a":1}' }, ['media_type_missing media_type ']],
    ['POST', '/json', {}, ['body_missing body ']],
    ['POST', '/json', { body: '{"a":1,"a":2}' }, ['body_duplicate_member body ']],
    ['POST', '/json', { body: '{"a":1,}' }, ['body_malformed body ']],
    ['POST', '/json', { body: `{"a":${'['.repeat(40)}${']'.repeat(40)}}` }, ['body_too_deep body ']],
    ['POST', '/json', { body: `{"a":"${'x'.repeat(1_048_576)}"}` }, ['body_too_large body ']],
    ['POST', '/json', { body: new Uint8Array([0x22, 0xff, 0x22]) }, ['body_malformed body ']],
    ['POST', '/json', { body: '\uFEFF{"a":1}' }, ['body_malformed body ']],
    [
      'POST',
      '/json',
      { headers: { ...type('application/json'), 'content-encoding': 'gzip' }, body: 'x' },
      ['content_encoding_undeclared header content-encoding'],
    ],
    ['GET', '/json', { body: '{}' }, ['body_undeclared body ']],
    ['HEAD', '/json', {}, []],
    ['GET', '/json/', {}, []],
    ['GET', '/JSON', {}, []],
    ['DELETE', '/json', {}, ['method_undeclared method ']],
    ['OPTIONS', '/json', {}, ['method_undeclared method ']],
    [
      'OPTIONS',
      '/json',
      { headers: { origin: 'https://bank.example', 'access-control-request-method': 'POST' } },
      [],
    ],
    ['GET', '/other', {}, ['path_undeclared path ']],
    ['POST', '/any', { headers: type('application/vnd.api+json'), body: '{}' }, ['required body /a']],
    ['POST', '/any', { headers: type('application/octet-stream'), body: '\0' }, []],
    ['POST', '/any', { headers: type('text/plain'), body: 'x' }, ['media_type_undeclared media_type ']],
    ['POST', '/text', { headers: type('text/plain; charset=utf-8'), body: 'abcd' }, ['length body ']],
  ] as const)('%s %s %j', (method, path, message, expected) => {
    expect(judge.request(method, path, message)).toEqual(expected)
  })

  it.each([
    [200, { body: '{"ok":1}' }, []],
    [200, { body: '{}' }, ['required body /ok']],
    [200, { headers: {} }, ['body_missing body ']],
    [200, { headers: type('text/html'), body: '<h1>stack trace' }, ['media_type_undeclared media_type ']],
    [204, {}, []],
    [404, { headers: type('application/problem+json'), body: '{}' }, []],
    [404, { body: '{}' }, ['media_type_undeclared media_type ']],
    [500, { body: '{}' }, ['status_undeclared status 500']],
    [
      200,
      { headers: { ...type('application/json'), 'x-powered-by': 'x' }, body: '{"ok":1}' },
      ['header_undeclared header x-powered-by'],
    ],
  ] as const)('an answer %d %j', (status, message, expected) => {
    expect(judge.response('POST', '/json', status, message)).toEqual(expected)
  })
})
