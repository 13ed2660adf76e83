/** The same language in RE2's notation, with every class written out: the two disagree on what `\s` and the dot are. */
import type { CharSet } from './charset.ts'
import type { Tree } from './parse.ts'

/** RE2 takes no more (re2/regexp: maxRepeat). */
const MAX_REPEAT = 1_000

/** Undefined where RE2 has no such thing. */
export function printRe2(tree: Tree): string | undefined {
  switch (tree.kind) {
    case 'set':
      return tree.vague ? undefined : printSet(tree.set)
    case 'start':
      return '\\A'
    case 'end':
      return '\\z'
    case 'sequence':
      return join(tree.parts, '')
    case 'choice':
      return join(tree.parts, '|')
    case 'repeat': {
      const body = printRe2(tree.body)
      const largest = tree.max === Number.POSITIVE_INFINITY ? tree.min : tree.max
      return body === undefined || largest > MAX_REPEAT
        ? undefined
        : `(?:${body})${printCount(tree.min, tree.max)}`
    }
    default:
      return undefined
  }
}

function join(parts: readonly Tree[], between: string): string | undefined {
  const texts = parts.map(printRe2)
  return texts.includes(undefined) ? undefined : `(?:${texts.join(between)})`
}

function printCount(min: number, max: number): string {
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`
  return `{${min},${max}}`
}

function printSet(set: CharSet): string {
  // A class that nothing is in: RE2 has no empty one.
  if (set.length === 0) return '[^\\x{0}-\\x{10FFFF}]'
  const ranges = set.map(([from, to]) => (from === to ? hex(from) : `${hex(from)}-${hex(to)}`))
  return `[${ranges.join('')}]`
}

function hex(point: number): string {
  return `\\x{${point.toString(16)}}`
}
