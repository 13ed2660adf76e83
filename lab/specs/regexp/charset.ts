/** Sets of code points, as sorted ranges that do not touch. */
export type CharSet = readonly (readonly [from: number, to: number])[]

export const MAX_CODE_POINT = 0x10ffff
export const EVERYTHING: CharSet = [[0, MAX_CODE_POINT]]

export function setOf(...ranges: readonly (readonly [number, number])[]): CharSet {
  const sorted = [...ranges].filter(([from, to]) => from <= to).sort((a, b) => a[0] - b[0])
  const merged: [number, number][] = []
  for (const [from, to] of sorted) {
    const last = merged.at(-1)
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else merged.push([from, to])
  }
  return merged
}

export function union(...sets: readonly CharSet[]): CharSet {
  return setOf(...sets.flat())
}

export function negate(set: CharSet): CharSet {
  const ranges: [number, number][] = []
  let from = 0
  for (const [start, end] of set) {
    if (start > from) ranges.push([from, start - 1])
    from = end + 1
  }
  if (from <= MAX_CODE_POINT) ranges.push([from, MAX_CODE_POINT])
  return ranges
}

export function overlaps(a: CharSet, b: CharSet): boolean {
  return a.some(([from, to]) => b.some(([start, end]) => from <= end && start <= to))
}

/** ECMA-262 section 22.2.2.9: what \d, \w, \s and the dot stand for. */
export const DIGIT = setOf([0x30, 0x39])
export const WORD = setOf([0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a])
export const SPACE = setOf(
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
)
export const NOT_LINE_END = negate(setOf([0x0a, 0x0a], [0x0d, 0x0d], [0x2028, 0x2029]))
