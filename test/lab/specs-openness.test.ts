/** What a document leaves open of what requests may bring: each place once, bounded by whatever part of a schema says it. */
import { describe, expect, it } from 'vitest'
import { load, publishedSources, REAL, source } from './specs/shared-specs.ts'

async function openness(schema: unknown, schemas: Readonly<Record<string, unknown>> = {}) {
  const { specification } = await load([
    source({
      openapi: '3.0.3',
      info: { title: 'T', version: '1' },
      paths: {
        '/a': {
          post: {
            requestBody: { content: { 'application/json': { schema } } },
            responses: { 200: { description: 'ok' } },
          },
        },
      },
      components: { schemas },
    }),
  ])
  const { arrays, strings } = specification.operations[0]?.openness ?? { arrays: -1, strings: -1 }
  return `${arrays} arrays, ${strings} strings`
}

const text = { type: 'string' }
const list = (items: unknown, more = {}) => ({ type: 'array', items, ...more })

describe('a request', () => {
  it.each<[string, unknown, string]>([
    ['a text without a length', text, '0 arrays, 1 strings'],
    ['a text with one', { ...text, maxLength: 9 }, '0 arrays, 0 strings'],
    ['a text of few values', { ...text, enum: ['a'] }, '0 arrays, 0 strings'],
    ['a time', { ...text, format: 'date-time' }, '0 arrays, 0 strings'],
    ['a length that another part says', { allOf: [text, { maxLength: 9 }] }, '0 arrays, 0 strings'],
    ['a list without an end, of texts without one', list(text), '1 arrays, 1 strings'],
    ['a list that ends', list({ type: 'integer' }, { maxItems: 3 }), '0 arrays, 0 strings'],
    [
      'members and theirs',
      { properties: { a: text, b: { properties: { c: text } } } },
      '0 arrays, 2 strings',
    ],
    ['a map', { type: 'object', additionalProperties: text }, '0 arrays, 1 strings'],
    ['what only answers have', { properties: { a: { ...text, readOnly: true } } }, '0 arrays, 0 strings'],
  ])('%s', async (_name, schema, expected) => {
    expect(await openness(schema)).toBe(expected)
  })

  it('that contains itself is counted once', async () => {
    const tree = {
      type: 'object',
      properties: { name: text, below: list({ $ref: '#/components/schemas/T' }) },
    }
    expect(await openness({ $ref: '#/components/schemas/T' }, { T: tree })).toBe('1 arrays, 1 strings')
  })
})

describe.runIf(REAL)('published specifications', () => {
  it('leave much open, and are counted all the same', async () => {
    const { specification } = await load(publishedSources())
    const counted = specification.operations.filter(({ openness: one }) => one !== undefined)
    expect(counted).toHaveLength(specification.operations.length)
    expect(counted.some(({ openness: one }) => (one?.strings ?? 0) > 0)).toBe(true)
  })
})
