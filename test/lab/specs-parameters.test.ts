/** Parameters in every style of OpenAPI, as real clients write them and as attackers do. */
import { beforeAll, describe, expect, it } from 'vitest'
import { type Judge, judgeOf, parameters } from './specs/judge.ts'
import { SWAGGER_2 } from './specs/swagger.ts'

const integers = { type: 'array', items: { type: 'integer' }, maxItems: 3 }
const point = {
  type: 'object',
  properties: { x: { type: 'integer' }, y: { type: 'integer' } },
  required: ['x'],
  additionalProperties: false,
}

describe('query parameters', () => {
  let judge: Judge
  beforeAll(async () => {
    judge = await judgeOf(
      parameters(
        '/q',
        { name: 'n', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 10 } },
        { name: 'flag', in: 'query', schema: { type: 'boolean' } },
        { name: 'at', in: 'query', schema: { type: 'string', format: 'date-time' } },
        { name: 'ids', in: 'query', schema: integers },
        { name: 'csv', in: 'query', explode: false, schema: integers },
        { name: 'pipes', in: 'query', style: 'pipeDelimited', explode: false, schema: integers },
        { name: 'spaces', in: 'query', style: 'spaceDelimited', explode: false, schema: integers },
        { name: 'deep', in: 'query', style: 'deepObject', schema: point },
        { name: 'flat', in: 'query', explode: false, schema: point },
        { name: 'json', in: 'query', content: { 'application/json': { schema: point } } },
        { name: 'empty', in: 'query', allowEmptyValue: true, schema: { type: 'integer' } },
        { name: 'either', in: 'query', schema: { type: 'string', nullable: true, maxLength: 3 } },
      ),
    )
  })

  it.each([
    ['', []],
    ['n=5', []],
    ['n=5&n=6', ['parameter_repeated query n']],
    ['n=0', ['range query n']],
    ['n=five', ['type query n']],
    ['n=5.0', []],
    ['n=5.5', ['type query n']],
    ['n=0x5', ['type query n']],
    ['n=', ['type query n']],
    ['n=%35', []],
    ['n=%zz', ['parameter_malformed query n']],
    ['n=%C0%AF', ['parameter_malformed query n']],
    ['N=5', ['query_undeclared query N']],
    ['flag=true', []],
    ['flag=TRUE', ['type query flag']],
    ['at=2026-11-21T10:00:00Z', []],
    ['at=2026-11-21T10:00:00%2B01:00', []],
    // What most clients send: a plus that nobody encoded.
    ['at=2026-11-21T10:00:00+01:00', []],
    ['at=yesterday', ['format query at']],
    ['ids=1&ids=2', []],
    ['ids=1&ids=x', ['type query ids/1']],
    ['ids=1&ids=2&ids=3&ids=4', ['items query ids']],
    ['csv=1,2,3', []],
    ['csv=1,2,3,4', ['items query csv']],
    ['csv=1,b', ['type query csv/1']],
    ['csv=', []],
    ['pipes=1|2', []],
    ['pipes=1%7C2', []],
    ['pipes=1%7c2', []],
    ['pipes=1,2', ['type query pipes/0']],
    ['spaces=1%202', []],
    ['spaces=1+2', []],
    ['deep[x]=1&deep[y]=2', []],
    ['deep%5Bx%5D=1', []],
    ['deep[y]=2', ['required query deep/x']],
    ['deep[x]=1&deep[z]=2', ['additional_properties query deep/z']],
    ['deep[x]=1&deep[x]=2', ['parameter_malformed query deep']],
    ['flat=x,1,y,2', []],
    ['flat=x,1,y', ['parameter_malformed query flat']],
    ['json=%7B%22x%22%3A1%7D', []],
    ['json=%7B%22x%22%3A1%2C%22x%22%3A2%7D', ['parameter_malformed query json']],
    ['json=1', ['type query json']],
    ['empty=', []],
    ['empty', []],
    ['empty=x', ['type query empty']],
    ['either=abcd', ['length query either']],
    ['hidden=1', ['query_undeclared query hidden']],
    ['__proto__=1', ['query_undeclared query __proto__']],
  ])('%s', (query, expected) => {
    expect(judge.request('GET', '/q', { query })).toEqual(expected)
  })
})

describe('parameters in paths, headers and cookies', () => {
  it.each([
    ['simple', '/p/1,2', []],
    ['simple', '/p/1,x', ['type path v/1']],
    ['simple', '/p/%31', []],
    ['simple', '/p/1%2C2', ['type path v/0']],
    ['label', '/p/.1,2', []],
    ['label', '/p/1,2', ['parameter_malformed path v']],
    ['matrix', '/p/;v=1,2', []],
    ['matrix', '/p/;w=1,2', ['parameter_malformed path v']],
  ])('%s %s', async (style, path, expected) => {
    const judge = await judgeOf(
      parameters('/p/{v}', { name: 'v', in: 'path', required: true, style, schema: integers }),
    )
    expect(judge.request('GET', path)).toEqual(expected)
  })

  it('are exploded', async () => {
    const judge = await judgeOf(
      parameters('/l/{v}', {
        name: 'v',
        in: 'path',
        required: true,
        style: 'label',
        explode: true,
        schema: integers,
      }),
      parameters('/m/{v}', {
        name: 'v',
        in: 'path',
        required: true,
        style: 'matrix',
        explode: true,
        schema: point,
      }),
      parameters('/s/{v}', { name: 'v', in: 'path', required: true, explode: true, schema: point }),
    )
    expect(judge.request('GET', '/l/.1.2.3')).toEqual([])
    expect(judge.request('GET', '/m/;x=1;y=2')).toEqual([])
    expect(judge.request('GET', '/m/;y=2')).toEqual(['required path v/x'])
    expect(judge.request('GET', '/s/x=1,y=2')).toEqual([])
    expect(judge.request('GET', '/s/x=1,y=no')).toEqual(['type path v/y'])
  })

  it('stand inside a segment', async () => {
    const judge = await judgeOf(
      parameters('/report-{id}.csv', { name: 'id', in: 'path', required: true, schema: { type: 'integer' } }),
    )
    expect(judge.request('GET', '/report-17.csv')).toEqual([])
    expect(judge.request('GET', '/report-x.csv')).toEqual(['type path id'])
    expect(judge.request('GET', '/report-17.pdf')).toEqual(['path_undeclared path '])
  })

  it('are headers, whatever their case, and cookies', async () => {
    const judge = await judgeOf(
      parameters(
        '/h',
        { name: 'X-Request-ID', in: 'header', required: true, schema: { type: 'string', format: 'uuid' } },
        { name: 'X-List', in: 'header', schema: integers },
        { name: 'session', in: 'cookie', required: true, schema: { type: 'string', minLength: 4 } },
      ),
    )
    const id = '99391c7e-ad88-49ec-a2ad-99ddcb1f7721'
    expect(
      judge.request('GET', '/h', { headers: { 'x-request-id': id, cookie: 'a=b; session=abcd' } }),
    ).toEqual([])
    expect(
      judge.request('GET', '/h', {
        headers: { 'x-request-id': id, 'x-list': '1 , 2', cookie: 'session=abcd' },
      }),
    ).toEqual([])
    expect(judge.request('GET', '/h')).toEqual([
      'header_missing header x-request-id',
      'parameter_missing cookie session',
    ])
    expect(
      judge.request('GET', '/h', {
        headers: {
          'x-request-id': 'x',
          cookie: 'session=abc; session=abcd',
          'x-debug': '1',
          'user-agent': 'x',
        },
      }),
    ).toEqual([
      'format header x-request-id',
      'parameter_repeated cookie session',
      'header_undeclared header x-debug',
    ])
  })
})

describe('Swagger 2.0', () => {
  let judge: Judge
  beforeAll(async () => {
    judge = await judgeOf(SWAGGER_2)
  })

  it.each([
    ['limit=5', []],
    ['', ['parameter_missing query limit']],
    ['limit=100', ['range query limit']],
    ['limit=5&tags=a|b', []],
    ['limit=5&tags=a|c', ['enum query tags/1']],
    ['limit=5&ids=1&ids=2', []],
    ['limit=5&tabs=1%092.5', []],
    ['limit=5&tabs=1%09x', ['type query tabs/1']],
  ])('GET /old/pets?%s', (query, expected) => {
    expect(judge.request('GET', '/old/pets', { query })).toEqual(expected)
  })

  it('has bodies, forms and files as parameters', () => {
    const boundary = 'xYzZY'
    const part = (name: string, value: string, more = '') =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}`, 'x-api-key': 'k' }
    const file = part('file', 'any octets', '; filename="a.jpg"')
    expect(
      judge.request('POST', '/old/pets/7/photo', { headers, body: `${file}--${boundary}--\r\n` }),
    ).toEqual([])
    expect(
      judge.request('POST', '/old/pets/7/photo', {
        headers,
        body: `${file}${part('note', 'too long')}--${boundary}--`,
      }),
    ).toEqual(['length body /note'])
    expect(
      judge.request('POST', '/old/pets/x/photo', { headers, body: `${part('note', 'x')}--${boundary}--` }),
    ).toEqual(['type path id', 'required body /file'])
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expect(judge.request('PUT', '/old/pets/7/photo', { headers: form, body: 'size=3' })).toEqual([])
    expect(judge.request('PUT', '/old/pets/7/photo', { headers: form, body: 'size=3&size=4' })).toEqual([
      'body_malformed body ',
    ])
    expect(judge.request('POST', '/old/pets', { body: '{"kind":"Cat","name":null,"lives":9}' })).toEqual([])
    expect(judge.request('POST', '/old/pets', { body: '{"kind":"Cat","name":"x"}' })).toEqual([
      'required body /lives',
    ])
    expect(judge.request('POST', '/old/pets', { body: '{"kind":"Dog","name":"x"}' })).toEqual([
      'discriminator body ',
    ])
    expect(judge.request('POST', '/old/pets', { body: '{"kind":"Pet","name":"x","id":3}' })).toEqual([
      'read_only body /id',
    ])
  })

  it('answers with what it produces, and lets everything else be its default', () => {
    expect(
      judge.response('GET', '/old/pets', 200, {
        headers: { 'content-type': 'application/json', 'x-total': '1' },
        body: '[{"kind":"Pet","name":"a","id":3}]',
      }),
    ).toEqual([])
    expect(judge.response('GET', '/old/pets', 500, { body: '{"code":"x","stack":"at Main"}' })).toEqual([
      'additional_properties body /stack',
    ])
    expect(judge.response('POST', '/old/pets', 500, { body: '{}' })).toEqual(['status_undeclared status 500'])
  })
})
