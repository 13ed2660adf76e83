// The tale: a reconstructed specification that no tool could read, because texts of bodies had become names in it.
import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { openApiOf } from '../../src/inventory/export/openapi.ts'
import { memoryInventory } from '../../src/inventory/learn/memory-inventory.ts'
import { operationsOf } from '../../src/inventory/learn/operations.ts'
import type { HiddenPlace } from '../../src/inventory/learn/types.ts'
import { answer, BANK, exchange, numbers, START } from '../inventory/learn/scene.ts'

const PIECES = [
  'v1',
  'accounts',
  '{x}',
  '{',
  '}',
  '%7B',
  'a b',
  '"',
  "'",
  '../',
  '$ref',
  '#/x',
  'é',
  '42',
  '~1',
  '{id}.csv',
  'alice@bank.example',
]
const MEDIA = [
  'application/json',
  'text/html',
  'application/json; charset=utf-8',
  '*/*',
  '',
  'x',
  'application/vnd.a+json',
  '{"a":1}',
]
const METHODS = ['GET', 'POST', 'QUERY', 'TRACE', 'PROPFIND', 'HEAD', 'OPTIONS']
const PLACES: readonly HiddenPlace[] = ['query', 'header', 'cookie', 'request_property', 'response_property']
const STATUSES = [200, 204, 301, 401, 418, 500, 599]

describe('an OpenAPI document of whatever was seen', () => {
  it('is valid', { timeout: 60_000 }, async () => {
    for (let seed = 0; seed < 40; seed++) {
      const random = numbers(seed)
      const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] ?? (list[0] as T)
      const inventory = memoryInventory(BANK, { every: 50 })
      for (let path = 0; path < 12; path++) {
        const target = `/${Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(PIECES)).join('/')}`
        const method = pick(METHODS)
        const name = {
          place: pick(PLACES),
          name: pick(['debug', 'Accept', 'x-y', '/Data/*/Name', '{', 'a[b]']),
        }
        for (let at = 0; at < 8; at++) {
          const scene = { at: START + at, method, path: random() < 0.2 ? '/v1/accounts' : target }
          const facts = exchange({
            ...scene,
            caller: `10.${at}.0.0/24`,
            asn: 64_500 + at,
            query: 'q=1&a%20b=2',
          })
          const told = answer(pick(STATUSES), { mediaType: pick(MEDIA) })
          inventory.observe({ ...facts, requestMediaType: pick(MEDIA) }, told)
          inventory.remark(facts, answer(), { departures: [], names: [name], data: [] })
        }
      }
      const operations = operationsOf(BANK, inventory.snapshots(START), { at: START })
      const document = openApiOf(operations, { at: START })
      const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(document)))
      expect(errors, `seed ${seed}`).toBeUndefined()
      expect(valid).toBe(true)
    }
  })
})
