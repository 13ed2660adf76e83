/** What is wrong in a document is said with its place, and the rest of it is used. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compileSpecifications } from '../../lab/specs/compile.ts'
import { bodies, parameters } from './specs/judge.ts'
import { publishedSources, REAL, source } from './specs/shared-specs.ts'
import { SWAGGER_2 } from './specs/swagger.ts'

async function problemsOf(document: unknown): Promise<readonly string[]> {
  const { reports } = await compileSpecifications([source(document)])
  return (reports[0]?.problems ?? []).map(({ rule, pointer }) => `${rule} ${pointer}`)
}

const S = '/components/schemas/S'

describe('schemas that say what cannot be', () => {
  it.each<[string, unknown, string, string?]>([
    ['an enum with a value twice', { enum: ['a', 'b', 'a'] }, `enum_duplicate ${S}`],
    ['an enum of another type', { type: 'string', enum: [1, 'a'] }, `enum_impossible ${S}`],
    ['an empty enum', { enum: [] }, `keyword_invalid ${S}`],
    ['a pattern that is none', { type: 'string', pattern: '(' }, `pattern_invalid ${S}`],
    [
      'a pattern that is invalid under /u',
      { type: 'string', pattern: '\\+[0-9]\\-[0-9]' },
      `pattern_not_unicode ${S}`,
    ],
    ['a pattern escaped twice', { type: 'string', pattern: '^\\\\w{0,4}$' }, `pattern_double_escaped ${S}`],
    ['a catastrophic pattern', { type: 'string', pattern: '^(a+)+$' }, `pattern_catastrophic ${S}`],
    ['a quadratic pattern', { type: 'string', pattern: 'a+b$' }, `pattern_slow ${S}`],
    [
      'a catastrophic pattern that RE2 cannot run',
      { type: 'string', pattern: '^(a+)+\\1$' },
      `pattern_unchecked ${S}`,
    ],
    ['a pattern without anchors', { type: 'string', pattern: '[A-Z]{3}' }, `pattern_unanchored ${S}`],
    [
      'a format that nobody knows',
      { type: 'string', format: 'Array of patch operations' },
      `format_unknown ${S}`,
    ],
    ['a format of another type', { type: 'string', format: 'int32' }, `format_impossible ${S}`],
    ['a date that is a number', { type: 'integer', format: 'date-time' }, `format_impossible ${S}`],
    ['a type that is none', { type: 'strnig' }, `type_unknown ${S}`],
    ['a list of types before 3.1', { type: ['string', 'null'] }, `keyword_of_other_version ${S}`],
    [
      'exclusiveMinimum of JSON Schema 6',
      { type: 'integer', exclusiveMinimum: 5 },
      `exclusive_of_other_version ${S}`,
    ],
    [
      'exclusiveMinimum of draft 4 in 3.1',
      { type: 'integer', minimum: 5, exclusiveMinimum: true },
      `exclusive_of_other_version ${S}`,
      '3.1.0',
    ],
    ['nullable in 3.1', { type: 'string', nullable: true }, `keyword_of_other_version ${S}`, '3.1.0'],
    ['nullable without a type', { nullable: true }, `nullable_without_effect ${S}`],
    [
      'nullable with values and no null',
      { type: 'string', nullable: true, enum: ['a'] },
      `nullable_enum ${S}`,
    ],
    ['bounds the wrong way round', { type: 'string', minLength: 5, maxLength: 3 }, `bounds_impossible ${S}`],
    ['a negative length', { type: 'string', maxLength: -1 }, `keyword_invalid ${S}`],
    ['a length that is a text', { type: 'string', maxLength: '35' }, `keyword_invalid ${S}`],
    [
      'required as a flag',
      { type: 'object', properties: { a: { type: 'string', required: true } } },
      `keyword_invalid ${S}/properties/a`,
    ],
    [
      'a required member that may not be there',
      { type: 'object', properties: { a: {} }, required: ['b'], additionalProperties: false },
      `required_undeclared ${S}`,
    ],
    [
      'a member called __proto__',
      JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}'),
      `property_name_unsupported ${S}`,
    ],
    ['a keyword of nobody', { type: 'string', maxLenght: 5 }, `keyword_unknown ${S}`],
    ['a keyword of a later version', { const: 1 }, `keyword_of_other_version ${S}`],
    ['a keyword that names places', { $dynamicRef: '#x' }, `keyword_unsupported ${S}`, '3.1.0'],
    ['a reference to nowhere', { $ref: '#/components/schemas/Nowhere' }, `reference_unresolved ${S}`],
    [
      'a reference to itself',
      { $ref: S.replace('/', '#/') },
      'reference_unresolved /paths/~1S/post/requestBody/content/application~1json/schema',
    ],
    [
      'a reference with siblings',
      { type: 'object', properties: { a: { $ref: '#/components/schemas/S', minProperties: 1 } } },
      `reference_siblings ${S}/properties/a`,
    ],
    [
      'a schema that is a list',
      { type: 'object', properties: { a: [] } },
      `schema_malformed ${S}/properties/a`,
    ],
    [
      'a discriminator without a name',
      { discriminator: {}, oneOf: [{ $ref: S.replace('/', '#/') }] },
      `discriminator_invalid ${S}`,
    ],
  ])('%s', async (_name, schema, expected, openapi = '3.0.3') => {
    expect(await problemsOf(bodies({ S: schema }, openapi))).toContain(expected)
  })

  it('nothing is wrong with what only looks odd', async () => {
    const fine = {
      type: 'object',
      properties: {
        a: { type: 'number', minimum: 1, exclusiveMinimum: false, example: { $ref: '#/nowhere' } },
      },
      'x-any': 1,
    }
    const found = await problemsOf(bodies({ S: fine }))
    expect(found.filter((problem) => !problem.startsWith('reference_unresolved'))).toEqual([])
  })
})

describe('operations that cannot be told apart or reached', () => {
  const get = { responses: { 200: { description: 'ok' } } }
  const paths = (list: Readonly<Record<string, unknown>>) => ({
    openapi: '3.0.3',
    info: { title: 'T', version: '1' },
    paths: list,
  })
  it.each<[string, unknown, string]>([
    [
      'templates that differ in a name alone',
      paths({ '/a/{x}': { get }, '/a/{y}': { get } }),
      'path_ambiguous /paths/~1a~1{y}/get',
    ],
    ['a path with a query', paths({ '/a?b={c}': { get } }), 'path_with_query /paths/~1a?b={c}'],
    [
      'two parameters in one segment',
      paths({ '/{a}-{b}': { get } }),
      'path_parameters_joined /paths/~1{a}-{b}',
    ],
    ['a path without a slash', paths({ a: { get } }), 'path_malformed /paths/a'],
    ['a path with half a character', paths({ '/\ud800': { get } }), 'path_malformed /paths/~1\ud800'],
    [
      'two operations of one name',
      paths({ '/a': { get: { ...get, operationId: 'x' }, post: { ...get, operationId: 'x' } } }),
      'operation_id_duplicate /paths/~1a/post/operationId',
    ],
    [
      'an operation without answers',
      paths({ '/a': { get: {} } }),
      'operation_without_responses /paths/~1a/get',
    ],
    [
      'an answer 99',
      paths({ '/a': { get: { responses: { 99: { description: 'x' } } } } }),
      'status_invalid /paths/~1a/get/responses/99',
    ],
    [
      'a parameter that the path has and nobody declares',
      paths({ '/a/{id}': { get } }),
      'parameter_undeclared /paths/~1a~1{id}/get',
    ],
    [
      'a parameter twice',
      parameters('/a', { name: 'q', in: 'query' }, { name: 'q', in: 'query' }),
      'parameter_duplicate /paths/~1a/get/parameters/1',
    ],
    [
      'a parameter nowhere',
      parameters('/a', { name: 'q', in: 'fragment' }),
      'parameter_invalid /paths/~1a/get/parameters/0',
    ],
    [
      'a style for another place',
      parameters('/a', { name: 'q', in: 'query', style: 'matrix', schema: {} }),
      'style_unsupported /paths/~1a/get/parameters/0',
    ],
    [
      'Authorization as a parameter',
      parameters('/a', { name: 'Authorization', in: 'header', schema: {} }),
      'parameter_ignored /paths/~1a/get/parameters/0',
    ],
    [
      'a media type that is none',
      paths({ '/a': { post: { ...get, requestBody: { content: { json: {} } } } } }),
      'media_type_invalid /paths/~1a/post/requestBody/content/json',
    ],
    [
      'security of no scheme',
      paths({ '/a': { get: { ...get, security: [{ nobody: [] }] } } }),
      'security_undefined /paths/~1a/get/security/0',
    ],
    [
      'a server with a variable of no value',
      { ...paths({ '/a': { get } }), servers: [{ url: 'https://{host}/x' }] },
      'server_invalid /servers/0',
    ],
  ])('%s', async (_name, document, expected) => {
    expect(await problemsOf(document)).toContain(expected)
  })
})

describe('files that are no documents', () => {
  it.each<[string, string | Uint8Array, string, number]>([
    ['nothing', '', 'document_malformed ', 0],
    ['a text', 'hello', 'document_malformed ', 0],
    ['a list', '[1]', 'document_malformed ', 0],
    ['YAML that is none', 'openapi: 3.0.0\npaths: [', 'document_malformed ', 0],
    ['no version', '{"paths":{}}', 'version_unsupported ', 0],
    ['OpenAPI 4', '{"openapi":"4.0.0","info":{},"paths":{}}', 'version_unsupported ', 0],
    [
      'a version without quotes, which YAML takes for a number',
      'openapi: 3.0\ninfo: {title: a, version: 1}\npaths: {/a: {get: {responses: {200: {description: x}}}}}',
      'document_invalid /openapi',
      1,
    ],
    ['too many octets', new Uint8Array(16_777_217), 'file_too_large ', 0],
    [
      'too many levels',
      `{"openapi":"3.0.0","x":${'['.repeat(300)}${']'.repeat(300)}}`,
      'document_too_deep ',
      0,
    ],
    [
      'a member twice in JSON',
      '{"openapi":"3.0.0","info":{"title":"a","title":"b","version":"1"},"paths":{"/a":{"get":{"responses":{"200":{"description":"x"}}}}}}',
      'duplicate_member ',
      1,
    ],
    [
      'a member twice in YAML',
      'openapi: 3.0.0\ninfo: {title: a, title: b, version: "1"}\npaths: {/a: {get: {responses: {200: {description: x}}}}}',
      'duplicate_member ',
      1,
    ],
    [
      'a billion laughs',
      `openapi: 3.0.0\na0: &a0 [x]\n${Array.from({ length: 12 }, (_one, at) => `a${at + 1}: &a${at + 1} [${Array(10).fill(`*a${at}`).join(', ')}]`).join('\n')}`,
      'document_malformed ',
      0,
    ],
  ])('%s', async (_name, text, expected, operations) => {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
    const { reports } = await compileSpecifications([{ file: 'x.yaml', bytes }])
    expect(reports[0]?.problems.map(({ rule, pointer }) => `${rule} ${pointer}`)).toContain(expected)
    expect(reports[0]?.operations).toBe(operations)
    expect(reports[0]?.usable).toBe(operations > 0)
  })
})

describe('references to other files', () => {
  let folder = ''
  beforeAll(async () => {
    const outside = await mkdtemp(join(tmpdir(), 'specs-'))
    folder = join(outside, 'inside')
    await mkdir(folder)
    await writeFile(join(outside, 'secret.json'), '{"type":"string","const":"outside"}')
    await writeFile(
      join(folder, 'pet.yaml'),
      'Pet:\n  type: object\n  required: [name]\n  properties:\n    name: {$ref: "name.json"}\n',
    )
    await writeFile(join(folder, 'name.json'), '{"type":"string","maxLength":3}')
    await symlink(join(outside, 'secret.json'), join(folder, 'link.json'))
  })
  afterAll(() => rm(join(folder, '..'), { recursive: true }))

  async function judge(reference: string) {
    const file = join(folder, 'api.json')
    const bytes = new TextEncoder().encode(JSON.stringify(bodies({ S: { $ref: reference } })))
    const { reports, validators } = await compileSpecifications([{ file, bytes, path: file }])
    return { rules: reports[0]?.problems.map(({ rule }) => rule), validators }
  }

  it('beside the document are bundled', async () => {
    const { rules, validators } = await judge('pet.yaml#/Pet')
    expect(rules).toEqual([])
    expect(validators.at(0)({ name: 'abc' })).toBe(true)
    expect(validators.at(0)({ name: 'abcd' })).toBe(false)
  })

  it.each([
    'https://bank.example/pet.json',
    'http://127.0.0.1/x',
    '../secret.json',
    '/etc/passwd',
    'file:///etc/passwd',
    'link.json',
    'nowhere.json',
    '..\\secret.json',
  ])('%s is refused, and the rest of the document is used', async (reference) => {
    const { rules, validators } = await judge(reference)
    expect(rules).toContain('reference_refused')
    expect(validators.count).toBe(0)
  })
})

describe('several documents', () => {
  const versioned = (version: string, paths: readonly string[], base = '/api') => ({
    openapi: '3.0.3',
    info: { title: 'Payments', version },
    servers: [{ url: base }],
    paths: Object.fromEntries(
      paths.map((path) => [path, { get: { responses: { 200: { description: 'ok' } } } }]),
    ),
  })

  it('of one title: what only the older one has is older, the rest is the newer one’s', async () => {
    const { tables } = await compileSpecifications([
      source(versioned('3.1.11', ['/a', '/gone']), 'old.json'),
      source(versioned('4.0.0', ['/a', '/new']), 'new.json'),
    ])
    expect(tables.operations.map(({ id, standing, version }) => `${id} ${standing} ${version}`)).toEqual([
      'GET /api/a current 4.0.0',
      'GET /api/new current 4.0.0',
      'GET /api/gone older 3.1.11',
    ])
  })

  it('side by side: the operator says so', async () => {
    const old = { ...source(versioned('3.1.11', ['/a'], '/v3'), 'old.json'), standing: 'current' as const }
    const { tables } = await compileSpecifications([
      old,
      source(versioned('4.0.0', ['/a'], '/v4'), 'new.json'),
    ])
    expect(tables.operations.map(({ id, standing }) => `${id} ${standing}`)).toEqual([
      'GET /v3/a current',
      'GET /v4/a current',
    ])
  })

  it('that both have an operation: the first is matched, and the second says so', async () => {
    const other = { ...versioned('1', ['/a']), info: { title: 'Other', version: '1' } }
    const { reports } = await compileSpecifications([
      source(versioned('1', ['/a']), 'one.json'),
      source(other, 'two.json'),
    ])
    expect(reports[1]?.problems.map(({ rule }) => rule)).toEqual(['operation_duplicate'])
  })

  it('have bases of every server, with every value of their variables, unless the operator says where they are', async () => {
    const servers = [
      {
        url: 'https://{env}.bank.example/{v}/',
        variables: { env: { default: 'api' }, v: { default: 'v1', enum: ['v1', 'v2'] } },
      },
      { url: '/x/' },
    ]
    const document = { ...versioned('1', ['/a']), servers }
    const { tables } = await compileSpecifications([source(document)])
    expect(tables.operations.map(({ path }) => path)).toEqual(['/v1/a', '/v2/a', '/x/a'])
    expect(tables.documents[0]).toMatchObject({ bases: ['/v1', '/v2', '/x'], hosts: ['api.bank.example'] })
    const moved = await compileSpecifications([{ ...source(document), base: '/gate' }])
    expect(moved.tables.operations.map(({ path }) => path)).toEqual(['/gate/a'])
  })

  it('say what an operation asks for, who owns it and what it carries', async () => {
    const { tables } = await compileSpecifications([source({ ...SWAGGER_2, 'x-owner': 'pets@bank.example' })])
    const photo = tables.operations.find(({ id }) => id === 'POST /old/pets/{id}/photo')
    expect(photo?.owner).toBe('pets@bank.example')
    expect(
      photo?.security.map((needs) => needs.map(({ type, parameter, scheme }) => [type, parameter ?? scheme])),
    ).toEqual([[['apiKey', 'x-api-key']], [['http', 'basic']]])
    const card = await compileSpecifications([
      source(
        bodies({
          Card: {
            type: 'object',
            properties: {
              maskedPan: { type: 'string' },
              holderEmail: { type: 'string', format: 'email' },
              code: { type: 'string', 'x-data-class': 'credential' },
            },
          },
        }),
      ),
    ])
    expect(card.tables.operations[0]?.carries).toEqual(['credential', 'email', 'pan'])
  })
})

describe.runIf(REAL)('published specifications', () => {
  it('load with the faults that they are known for', async () => {
    const { reports } = await compileSpecifications(publishedSources())
    const told = reports.flatMap(({ file, problems }) =>
      problems.map(({ rule, pointer }) => `${file} ${rule} ${pointer}`),
    )
    expect(reports.map(({ operations }) => operations)).toEqual([38, 29, 4, 1, 41, 9])
    expect(told).toContain(
      'berlin-group-1.3.11.yaml pattern_not_unicode /components/schemas/cardAcceptorPhone',
    )
    expect(told).toContain(
      'obie-4.0.0-account-info.json pattern_double_escaped /components/schemas/OB_CodeMnemonic',
    )
    expect(told).toContain(
      'obie-4.0.0-payment-initiation.json enum_duplicate /components/schemas/OBFrequency6Code',
    )
    expect(told.some((one) => one.startsWith('obie-4.0.0-vrp.json format_unknown'))).toBe(true)
    // Nothing in them is left unchecked.
    const unchecked = reports
      .flatMap(({ problems }) => problems)
      .filter(({ rule }) => /uncompilable|unresolved|invalid|pattern_unchecked/.test(rule))
    expect(unchecked).toEqual([])
  })
})
