/** Reads criteria of an anchor set's document (TS 119 612 clause 5.5.9.2.2). */
import type { JsonValue } from '../../lib/json.ts'
import { KEY_USAGES } from '../x509/extensions.ts'
import type { KeyUsage } from '../x509/types.ts'
import { fields, list, type Mistakes, member, mistake, oneOf, text } from './set-checks.ts'
import type { Assertion, Criterion } from './types.ts'

const ASSERTIONS = ['all', 'atLeastOne', 'none'] as const satisfies readonly Assertion[]
const MAX_PARTS = 256

/** Depth is bounded by the JSON parser, breadth by the document's size. */
export function criterion(
  value: JsonValue | undefined,
  where: string,
  mistakes: Mistakes,
): Criterion | undefined {
  const all = fields(value, ['kind', 'all', 'bits', 'assert', 'of'], where, mistakes)
  if (all === undefined) return undefined
  const kind = member(all, 'kind')
  switch (kind) {
    case 'policies':
    case 'extendedKeyUsage':
    case 'subjectAttributes': {
      const oids = list(member(all, 'all'), MAX_PARTS, `${where}.all`, mistakes, (one, at) =>
        text(one, /^[0-2](\.\d{1,39}){1,32}$/, 'an object identifier', at, mistakes),
      )
      return oids === undefined ? undefined : { kind, all: oids }
    }
    case 'keyUsage': {
      const bits = list(member(all, 'bits'), 9, `${where}.bits`, mistakes, (one, at) =>
        bit(one, at, mistakes),
      )
      return bits === undefined ? undefined : { kind, bits }
    }
    case 'criteria': {
      const assert = oneOf(member(all, 'assert'), ASSERTIONS, `${where}.assert`, mistakes)
      const of = list(member(all, 'of'), MAX_PARTS, `${where}.of`, mistakes, (one, at) =>
        criterion(one, at, mistakes),
      )
      return assert === undefined || of === undefined ? undefined : { kind, assert, of }
    }
    default:
      return mistake(mistakes, `${where}.kind`, 'a kind of criterion')
  }
}

function bit(value: JsonValue, where: string, mistakes: Mistakes): readonly [KeyUsage, boolean] | undefined {
  const [name, set, more] = Array.isArray(value) ? value : []
  const usage = KEY_USAGES.find((one) => one === name)
  return usage === undefined || typeof set !== 'boolean' || more !== undefined
    ? mistake(mistakes, where, 'a key usage and whether it is set')
    : [usage, set]
}
