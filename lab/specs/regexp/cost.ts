/**
 * How many steps a backtracking engine may need, as c * n^d for a text of n characters: an upper bound, or nothing where
 * there is none that is polynomial. The argument is the usual one: a loop whose next round and whose exit begin with
 * different characters has one way to go at each place, any other has as many as the text has places.
 */
import { type CharSet, overlaps, union } from './charset.ts'
import type { Tree } from './parse.ts'

export interface Work {
  readonly degree: number
  readonly factor: number
}

/** What comes after a part: the work of it, and the characters that it may begin with. `accepts`: it cannot fail. */
interface Rest {
  readonly work: Work
  readonly first: CharSet
  readonly accepts: boolean
}

const ONE: Work = { degree: 0, factor: 1 }
const NONE: CharSet = []
/** Rounds of a bounded loop that are followed one by one. */
const MAX_UNROLLED = 32
const MAX_FACTOR = 1e15

/** Work of one test of the whole expression, at every place where it may begin. */
export function workOf(tree: Tree): Work | undefined {
  const work = workBefore(tree, { work: ONE, first: NONE, accepts: true })
  if (work === undefined || isAnchored(tree)) return work
  return { degree: work.degree + 1, factor: work.factor }
}

function isAnchored(tree: Tree): boolean {
  if (tree.kind === 'start') return true
  if (tree.kind === 'choice') return tree.parts.every(isAnchored)
  return tree.kind === 'sequence' && tree.parts[0] !== undefined && isAnchored(tree.parts[0])
}

/** Of the tree and all that follows it. */
function workBefore(tree: Tree, rest: Rest): Work | undefined {
  switch (tree.kind) {
    case 'sequence': {
      const before = sequenceBefore(tree.parts, rest)
      return before?.work
    }
    case 'choice':
      return choiceBefore(tree.parts, rest)
    case 'repeat':
      return repeatBefore(tree, rest)
    case 'look': {
      const look = workBefore(tree.body, { work: ONE, first: NONE, accepts: true })
      return look === undefined ? undefined : sum(look, rest.work)
    }
    default:
      return sum(ONE, rest.work)
  }
}

function sequenceBefore(parts: readonly Tree[], rest: Rest): Rest | undefined {
  let after: Rest | undefined = rest
  for (const part of parts.toReversed()) {
    if (after === undefined) return undefined
    const work = workBefore(part, after)
    const first: CharSet = isNullable(part) ? union(firstOf(part), after.first) : firstOf(part)
    after = work === undefined ? undefined : { work, first, accepts: after.accepts && cannotFail(part) }
  }
  return after
}

/** An optional part at the end: whatever it does, the match is made. */
function cannotFail(tree: Tree): boolean {
  if (tree.kind === 'sequence') return tree.parts.every(cannotFail)
  return tree.kind === 'repeat' && tree.min === 0
}

function choiceBefore(parts: readonly Tree[], rest: Rest): Work | undefined {
  const works = parts.map((part) => workBefore(part, rest))
  let total: Work | undefined = ONE
  for (const work of works) {
    if (work === undefined || total === undefined) return undefined
    total = areApart(parts) ? larger(total, work) : sum(total, work)
  }
  return total
}

function repeatBefore(tree: Extract<Tree, { kind: 'repeat' }>, rest: Rest): Work | undefined {
  const { body, min, max } = tree
  // At the end of the expression no more than the first rounds can make it fail.
  const most = rest.accepts ? min : max
  const canExit = min !== most
  const apart = !isNullable(body) && (!canExit || !overlaps(firstOf(body), rest.first))
  const isSteady = isDeterministic(body, union(firstOf(body), rest.first))
  if (isSteady && !isNullable(body)) {
    const rounds: Work =
      most === Number.POSITIVE_INFINITY
        ? { degree: 1, factor: sizeOf(body) }
        : { degree: 0, factor: most * sizeOf(body) }
    if (apart) return sum(rounds, rest.work)
    const exits: Work =
      most === Number.POSITIVE_INFINITY ? { degree: 1, factor: 1 } : { degree: 0, factor: most - min + 1 }
    return sum(rounds, product(exits, rest.work))
  }
  if (most > MAX_UNROLLED) return undefined
  let work: Work | undefined = rest.work
  for (let round = most; round > 0 && work !== undefined; round--) {
    const first: CharSet = union(firstOf(body), rest.first)
    const inner: Work | undefined = workBefore(body, { work, first, accepts: false })
    work = inner === undefined ? undefined : round > min ? sum(inner, rest.work) : inner
  }
  return work
}

/** At every place there is one way to go, whatever the text. */
function isDeterministic(tree: Tree, follow: CharSet): boolean {
  switch (tree.kind) {
    case 'sequence':
      return tree.parts.every((part, index) => isDeterministic(part, followIn(tree.parts, index, follow)))
    case 'choice':
      return areApart(tree.parts) && tree.parts.every((part) => isDeterministic(part, follow))
    case 'repeat': {
      if (isNullable(tree.body) || !isDeterministic(tree.body, union(firstOf(tree.body), follow)))
        return false
      return tree.min === tree.max || !overlaps(firstOf(tree.body), follow)
    }
    case 'look':
      return false
    default:
      return true
  }
}

function followIn(parts: readonly Tree[], index: number, follow: CharSet): CharSet {
  let set: CharSet = NONE
  for (const part of parts.slice(index + 1)) {
    set = union(set, firstOf(part))
    if (!isNullable(part)) return set
  }
  return union(set, follow)
}

function areApart(parts: readonly Tree[]): boolean {
  return parts.every(
    (part, index) =>
      !isNullable(part) && parts.slice(index + 1).every((other) => !overlaps(firstOf(part), firstOf(other))),
  )
}

function isNullable(tree: Tree): boolean {
  switch (tree.kind) {
    case 'sequence':
      return tree.parts.every(isNullable)
    case 'choice':
      return tree.parts.some(isNullable)
    case 'repeat':
      return tree.min === 0 || isNullable(tree.body)
    // At the end of a text nothing more can be read: `$` is as good as a character that is nowhere else.
    case 'set':
    case 'end':
      return false
    default:
      return true
  }
}

function firstOf(tree: Tree): CharSet {
  switch (tree.kind) {
    case 'set':
      return tree.set
    case 'sequence': {
      const upTo = tree.parts.findIndex((part) => !isNullable(part))
      return union(...tree.parts.slice(0, upTo < 0 ? undefined : upTo + 1).map(firstOf))
    }
    case 'choice':
      return union(...tree.parts.map(firstOf))
    case 'repeat':
      return tree.max === 0 ? NONE : firstOf(tree.body)
    default:
      return NONE
  }
}

function sizeOf(tree: Tree): number {
  if (tree.kind === 'sequence' || tree.kind === 'choice')
    return tree.parts.reduce((size, part) => size + sizeOf(part), 1)
  return tree.kind === 'repeat' ? sizeOf(tree.body) * Math.max(1, Math.min(tree.max, 1_000)) : 1
}

function larger(a: Work, b: Work): Work {
  return { degree: Math.max(a.degree, b.degree), factor: Math.max(a.factor, b.factor) }
}

function sum(a: Work, b: Work): Work {
  return { degree: Math.max(a.degree, b.degree), factor: Math.min(a.factor + b.factor, MAX_FACTOR) }
}

function product(a: Work, b: Work): Work {
  return { degree: a.degree + b.degree, factor: Math.min(a.factor * b.factor, MAX_FACTOR) }
}
