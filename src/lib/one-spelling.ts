/**
 * One identifier, one name: whoever spells it otherwise must not be somebody else, with everything counted from nought.
 *
 * A UUID is read in any case (RFC 9562 section 4), and by several frameworks with braces or without hyphens; many databases
 * compare every text without case. Two long identifiers that differ in nothing but case are one to us: chance makes no such
 * pairs. Two short ones may be two numbers.
 */
const UUID = /^(?:urn:uuid:)?[{(]?[0-9a-f]{8}(-?)(?:[0-9a-f]{4}\1){3}[0-9a-f]{12}[)}]?$/i
const LONG = 16

export function oneSpelling(identifier: string): string {
  if (UUID.test(identifier)) {
    return identifier
      .toLowerCase()
      .replace('urn:uuid:', '')
      .replace(/[^0-9a-f]/g, '')
  }
  return identifier.length < LONG ? identifier : identifier.toLowerCase()
}
