/** Keywords about single values, in the words of JSON Schema 2020-12. */
import type { Context } from './context.ts'
import { readFormat } from './formats.ts'
import { TYPES } from './keywords.ts'
import { type At, canonical, type Node } from './nodes.ts'
import { quote } from './problem.ts'

/** Empty where any type will do. */
export function typesOf({ version, problems }: Context, { value, pointer }: At<Node>): readonly string[] {
  const { type } = value
  const named = type === undefined ? [] : Array.isArray(type) ? type : [type]
  if (Array.isArray(type) && version !== '3.1')
    problems.add('keyword_of_other_version', pointer, `type: ${quote(type)} is a list: taken as one`)
  const known = named.filter((one): one is string => typeof one === 'string' && TYPES.has(one))
  // Swagger 2 section "Parameter Object": a file is any octets.
  const isFile = version === '2.0' && named.length === 1 && named[0] === 'file'
  if (known.length < named.length && !isFile)
    problems.add('type_unknown', pointer, `${quote(type)}: any type passes`)
  if (known.length < named.length) return []
  return isNullable(version, value) ? withNull(problems, { value, pointer }, known) : known
}

function isNullable(version: Context['version'], value: Node): boolean {
  return (version === '3.0' && value.nullable === true) || (version === '2.0' && value['x-nullable'] === true)
}

/** OpenAPI 3.0.3 section 4.7.24.1: `nullable` adds null to a type that stands beside it, and does nothing else. */
function withNull(
  problems: Context['problems'],
  { value, pointer }: At<Node>,
  types: readonly string[],
): readonly string[] {
  if (types.length === 0) {
    problems.add(
      'nullable_without_effect',
      pointer,
      'nullable without a type beside it: null is what the rest says',
    )
    return types
  }
  if (Array.isArray(value.enum) && !value.enum.includes(null))
    problems.add('nullable_enum', pointer, 'nullable, and null is not among the values: null is refused')
  return [...types, 'null']
}

/** Draft 4 has flags, JSON Schema since draft 6 has numbers. Both are understood, whichever the version should have. */
export function exclusivesOf({ version, problems }: Context, { value, pointer }: At<Node>): Node {
  const result: Record<string, unknown> = {}
  for (const [keyword, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    const found = value[keyword]
    if (found === undefined) continue
    const isFlag = typeof found === 'boolean'
    if (!isFlag && !(typeof found === 'number' && Number.isFinite(found))) {
      problems.add('keyword_invalid', pointer, `${keyword}: ${quote(found)}`)
      continue
    }
    if (isFlag === (version === '3.1'))
      problems.add(
        'exclusive_of_other_version',
        pointer,
        `${keyword}: ${quote(found)} is how another version writes it`,
      )
    if (!isFlag) result[keyword] = found
    else if (found && typeof value[bound] === 'number') result[keyword] = value[bound]
  }
  return result
}

export function enumOf({ problems }: Context, { value, pointer }: At<Node>, types: readonly string[]): Node {
  const { enum: listed } = value
  if (listed === undefined) return {}
  if (!Array.isArray(listed) || listed.length === 0) {
    problems.add('keyword_invalid', pointer, `enum: ${quote(listed)} is no list of values`)
    return {}
  }
  const distinct = new Map(listed.map((one) => [canonical(one), one]))
  if (distinct.size < listed.length) {
    const twice = listed.filter(
      (one, index) => listed.findIndex((other) => canonical(other) === canonical(one)) < index,
    )
    problems.add('enum_duplicate', pointer, `listed twice: ${twice.map(quote).join(', ')}`)
  }
  const impossible = [...distinct.values()].filter(
    (one) => types.length > 0 && !types.some((type) => isOfType(one, type)),
  )
  if (impossible.length > 0)
    problems.add(
      'enum_impossible',
      pointer,
      `not of type ${types.join(' or ')}: ${impossible.map(quote).join(', ')}`,
    )
  return { enum: [...distinct.values()] }
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === type
}

export function formatOf(
  { problems }: Context,
  { value, pointer }: At<Node>,
  types: readonly string[],
): Node {
  if (value.format === undefined) return {}
  const format = readFormat(
    value.format,
    types.filter((type) => type !== 'null'),
    pointer,
    problems,
  )
  return format === undefined ? {} : { format }
}
