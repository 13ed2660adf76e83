import { fail, type Outcome, pass } from '../../lib/outcome.ts'

/**
 * A field's combined value (RFC 9421 section 2.1): lines joined by a comma and a space, ends trimmed, which is how the
 * platform gives it to us. A field that is no list and came twice cannot be told from one with a comma in it, so a comma
 * is refused where the field's definition has none: the bank would read the first, or the last.
 */
export function fieldValue(
  headers: Headers,
  name: string,
  singletons: readonly string[],
): Outcome<string, 'component_absent' | 'component_repeated' | 'component_unsupported'> {
  const value = headers.get(name)
  if (value === null) return fail('component_absent')
  const single = SINGLETONS.get(name) ?? (singletons.includes(name) ? WITHOUT_COMMA : undefined)
  if (single !== undefined && !single.test(value)) return fail('component_repeated')
  // Signer and verifier would have to agree on an encoding that no RFC names.
  return /^[\x20-\x7e\t]*$/.test(value) ? pass(value.trim()) : fail('component_unsupported')
}

const WITHOUT_COMMA = /^[^,]*$/
/** RFC 9110 section 5.6.7: a date has one comma in its preferred form, and none or one in the obsolete ones. */
const ONE_DATE = /^[^,]*(?:,[^,]*)?$/

/** Fields of RFC 9110 that are no lists (section 5.3), as far as requests carry them and signers sign them. */
const SINGLETONS: ReadonlyMap<string, RegExp> = new Map([
  ['authorization', WITHOUT_COMMA],
  ['content-length', WITHOUT_COMMA],
  ['content-location', WITHOUT_COMMA],
  ['content-type', WITHOUT_COMMA],
  ['date', ONE_DATE],
  ['from', WITHOUT_COMMA],
  ['host', WITHOUT_COMMA],
  ['origin', WITHOUT_COMMA],
])
