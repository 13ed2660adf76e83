/** Every path of the published specifications leads to its own operation, in whatever order they are registered. */
import { addRoute, createRouter, findRoute } from 'rou3'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Matcher, matcherFor } from '../../src/inventory/specs/match.ts'
import type { Operation } from '../../src/inventory/types.ts'
import { load, publishedSources, REAL } from './specs/shared-specs.ts'

/** Values that are ids, and values that are also the names of resources beside them. */
const VALUES = [
  '22289',
  'aac-1234-5678',
  'balances',
  'consents',
  'GB29NWBK60161331926819',
  'a%20b',
  '...',
  'v1',
]

function pathsOf({ path }: Operation): readonly string[] {
  return VALUES.map((value) => path.replace(/\{[^{}]*\}/g, value))
}

/** rou3 wants every parameter of a path to have a name of its own. */
function named(path: string): string {
  let count = 0
  return path.replace(/\{[^{}]*\}/g, () => `:p${count++}`)
}

describe.runIf(REAL)('paths of OBIE 4.0.0 and NextGenPSD2 1.3.11', () => {
  let operations: readonly Operation[] = []
  let match: Matcher = () => ({ kind: 'path_undeclared' })
  beforeAll(async () => {
    operations = (await load(publishedSources())).specification.operations
    match = matcherFor({ operations })
  })

  it('are all there', () => {
    expect(operations.length).toBeGreaterThanOrEqual(121)
  })

  it('lead to their own operation', () => {
    const wrong = operations
      .map((operation) => [operation.id, match(operation.method, pathsOf(operation)[0] ?? '')] as const)
      .filter(([id, found]) => found.kind !== 'operation' || found.operation.id !== id)
    expect(wrong.map(([id]) => id)).toEqual([])
  })

  it('lead there too when the operations are registered the other way round', () => {
    const reversed = matcherFor({ operations: operations.toReversed() })
    for (const operation of operations) {
      for (const path of pathsOf(operation)) {
        expect(reversed(operation.method, path)).toEqual(match(operation.method, path))
      }
    }
  })

  it('lead where rou3 leads, whatever the parameters are called', () => {
    const router = createRouter<string>()
    for (const { method, path, id } of operations) addRoute(router, method, named(path), id)
    const other = operations.flatMap((operation) =>
      pathsOf(operation).map((path) => {
        const found = match(operation.method, path)
        return [
          path,
          found.kind === 'operation' ? found.operation.id : undefined,
          findRoute(router, operation.method, path)?.data,
        ]
      }),
    )
    expect(other.length).toBeGreaterThan(900)
    expect(other.filter(([, ours, theirs]) => ours !== theirs)).toEqual([])
  })

  it('are known with a method that they do not have', () => {
    for (const operation of operations) {
      const found = match('TRACE', pathsOf(operation)[0] ?? '')
      expect(found.kind).toBe('method_undeclared')
    }
  })

  it('are not known with one more segment', () => {
    for (const operation of operations) {
      expect(match(operation.method, `${operation.path.replace(/\{[^{}]*\}/g, '1')}/x/y/z`).kind).toBe(
        'path_undeclared',
      )
    }
  })
})
