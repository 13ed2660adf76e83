/** application/x-www-form-urlencoded (WHATWG URL section 5.1), without its leniency. */
import { fail, type Outcome, pass } from './outcome.ts'

export type FormProblem = 'malformed' | 'too_many_fields'
export type FormField = readonly [name: string, value: string]

/** Browsers send what a page's form has; a login has three fields, a long application form some sixty. */
const MAX_FIELDS = 256

/**
 * Names and values in order, decoded. The standard's parser never fails: it keeps a stray `%` and turns octets that
 * are no UTF-8 into U+FFFD. Here both are malformed, because the next reader may do something else with them. So is
 * a bare `;`, which HTML 4 recommended as a separator and some readers still split on; every encoder writes `%3B`.
 *
 * @param text whoever has read it has set its bound: of a body, its route's; of a query, the platform's
 */
export function parseForm(text: string, maxFields = MAX_FIELDS): Outcome<readonly FormField[], FormProblem> {
  if (text.includes(';')) return fail('malformed')
  const fields: FormField[] = []
  for (const pair of text.split('&', maxFields + 1)) {
    if (pair === '') continue
    if (fields.length === maxFields) return fail('too_many_fields')
    const equals = pair.indexOf('=')
    const name = decode(equals < 0 ? pair : pair.slice(0, equals))
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1))
    if (name === undefined || value === undefined) return fail('malformed')
    fields.push([name, value])
  }
  return pass(fields)
}

function decode(text: string): string | undefined {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    // Strict in both respects: ECMA-262 section 19.2.6.5 throws on a bad triplet and on octets that are no UTF-8.
    return decodeURIComponent(spaced)
  } catch {
    return undefined
  }
}
