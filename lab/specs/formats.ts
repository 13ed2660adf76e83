/** Formats of documents, held against those that are checked. */
import { FORMATS } from '../../src/inventory/specs/formats.ts'
import { type Problems, quote } from './problem.ts'

const OF_NUMBERS: ReadonlySet<string> = new Set(['int32', 'int64', 'float', 'double'])

/** The format where it is checked; undefined, and reported, where it says nothing. */
export function readFormat(
  format: unknown,
  types: readonly string[],
  pointer: string,
  problems: Problems,
): string | undefined {
  if (typeof format !== 'string') {
    problems.add('keyword_invalid', pointer, `format: ${quote(format)} is no text`)
    return undefined
  }
  const isNumeric = OF_NUMBERS.has(format)
  const known = Object.hasOwn(FORMATS, format)
  const fits =
    types.length === 0 ||
    types.some((type) =>
      type === 'number' || type === 'integer' ? isNumeric : type === 'string' && !isNumeric,
    )
  if (known && fits) return format
  if (known)
    problems.add(
      'format_impossible',
      pointer,
      `no ${types.join(' or ')} is in the format ${quote(format)}: nothing is checked`,
    )
  else problems.add('format_unknown', pointer, `${quote(format)} names no format: nothing is checked`)
  return undefined
}
