import { describe, expect, it } from 'vitest'
import { parsePointer, resolvePointer } from '../../src/lib/json-pointer.ts'

/** RFC 6901 section 5. */
const EXAMPLE = {
  foo: ['bar', 'baz'],
  '': 0,
  'a/b': 1,
  'c%d': 2,
  'e^f': 3,
  'g|h': 4,
  'i\\j': 5,
  'k"l': 6,
  ' ': 7,
  'm~n': 8,
}

function at(document: Parameters<typeof resolvePointer>[0], pointer: string): unknown {
  const tokens = parsePointer(pointer)
  if (tokens === undefined) return 'no pointer'
  const found = resolvePointer(document, tokens)
  return found.ok ? found.value : found.reason
}

describe('resolvePointer()', () => {
  it.each([
    ['', EXAMPLE],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/e^f', 3],
    ['/g|h', 4],
    ['/i\\j', 5],
    ['/k"l', 6],
    ['/ ', 7],
    ['/m~0n', 8],
  ])('finds the value at "%s" of the RFC example', (pointer, value) => {
    expect(at(EXAMPLE, pointer)).toEqual(value)
  })

  it.each(['/foo/2', '/foo/-', '/foo/00', '/foo/length', '/nothing', '/foo/0/x', '/toString', '/__proto__'])(
    'finds nothing at "%s"',
    (pointer) => {
      expect(at(EXAMPLE, pointer)).toBeUndefined()
    },
  )

  it.each(['foo', '/m~n', '/~', '/~2'])('takes "%s" for no pointer', (pointer) => {
    expect(at(EXAMPLE, pointer)).toBe('no pointer')
  })

  it('unescapes ~01 to ~1 and not to a slash', () => {
    expect(parsePointer('/~01')).toEqual(['~1'])
  })

  it('finds a member in another case, as lenient servers do', () => {
    expect(at({ UserName: 'alice' }, '/username')).toBe('alice')
  })

  it('does not choose between two members that differ in case alone', () => {
    expect(at({ username: 'decoy', USERNAME: 'alice' }, '/username')).toBe('ambiguous')
  })
})
