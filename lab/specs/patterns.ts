/**
 * Which engine runs a document's pattern. The platform's own is quick and backtracks: it gets what can be proven cheap for
 * every text that a body may hold. Everything else goes to RE2, and what that cannot run is not checked, and said so.
 */
import { RE2JS } from 're2js'
import { type Problems, quote } from './problem.ts'
import { type Work, workOf } from './regexp/cost.ts'
import { parseRegExp, type Tree } from './regexp/parse.ts'
import { printRe2 } from './regexp/print.ts'

/** Characters of the largest body. */
const MAX_TEXT = 1_048_576
/** Steps for each character of a body, at worst: some seconds of an isolate for the largest, by a bound that is never met. */
const MAX_STEPS = 2_000

/** The pattern as `src/inventory/specs/patterns.ts` takes it; undefined where it is not checked. */
export function codePattern(
  source: string,
  pointer: string,
  maxLength: number | undefined,
  problems: Problems,
): string | undefined {
  const flags = flagsFor(source)
  if (flags === undefined) {
    problems.add('pattern_invalid', pointer, `${quote(source)} is no regular expression: nothing is checked`)
    return undefined
  }
  if (flags === '')
    problems.add('pattern_not_unicode', pointer, `${quote(source)} is valid without the u flag only`)
  if (/\\\\[dwsDWS]/.test(source))
    problems.add(
      'pattern_double_escaped',
      pointer,
      `${quote(source)} asks for a backslash: escaped once too often?`,
    )
  if (!/[\^$]/.test(source))
    problems.add('pattern_unanchored', pointer, `${quote(source)} holds wherever a part of the text fits`)
  const tree = parseRegExp(source)
  if (tree !== undefined && isCheap(workOf(tree), maxLength ?? MAX_TEXT))
    return `${flags === 'u' ? 'u' : 'n'}:${source}`
  return linear(tree, source, pointer, problems)
}

/** JSON Schema 2020-12 core section 6.4 wants `u`; many documents were never tried with it. */
function flagsFor(source: string): 'u' | '' | undefined {
  return isRegExp(source, 'u') ? 'u' : isRegExp(source, '') ? '' : undefined
}

function isRegExp(source: string, flags: string): boolean {
  try {
    return new RegExp(source, flags) instanceof RegExp
  } catch {
    return false
  }
}

function isCheap(work: Work | undefined, length: number): boolean {
  if (work === undefined) return false
  return (
    work.factor * length ** Math.max(0, work.degree - 1) <= (work.degree === 0 ? MAX_STEPS * 10 : MAX_STEPS)
  )
}

function linear(
  tree: Tree | undefined,
  source: string,
  pointer: string,
  problems: Problems,
): string | undefined {
  const expression = tree === undefined ? undefined : printRe2(tree)
  if (expression === undefined || !isRe2(expression)) {
    problems.add(
      'pattern_unchecked',
      pointer,
      `${quote(source)} may take forever, and RE2 cannot run it: nothing is checked`,
    )
    return undefined
  }
  if (tree === undefined || workOf(tree) === undefined)
    problems.add('pattern_catastrophic', pointer, `${quote(source)} may take forever: run by RE2 instead`)
  else
    problems.add(
      'pattern_slow',
      pointer,
      `${quote(source)} takes the square of the text's length or more: run by RE2 instead`,
    )
  return `r:${expression}`
}

function isRe2(expression: string): boolean {
  try {
    return RE2JS.compile(expression) instanceof RE2JS
  } catch {
    return false
  }
}
