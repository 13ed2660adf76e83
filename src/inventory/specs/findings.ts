/**
 * What did not conform, collected for one message: each place once, a bounded number, never a word of the document's
 * schemas and never a value.
 */
import type { ConformanceRule, SchemaRule } from '../rules.ts'
import type { ConformanceFinding, Place, SchemaError, Shape, Validator } from '../types.ts'

export interface Findings {
  readonly operation: string | undefined
  readonly max: number
  readonly list: ConformanceFinding[]
}

export function newFindings(operation: string | undefined, max: number): Findings {
  return { operation, max, list: [] }
}

/** Departures that documents rule out take the place of those that they only do not mention. */
export function add(
  { operation, max, list }: Findings,
  rule: ConformanceRule,
  place: Place,
  pointer: string,
  field: string = pointer,
): void {
  const strength = UNDECLARED.has(rule) ? 'undeclared' : 'refused'
  if (list.some((one) => one.rule === rule && one.place === place && one.pointer === pointer)) return
  const finding: ConformanceFinding = {
    rule,
    strength,
    place,
    pointer: pointer.slice(0, MAX_POINTER),
    field: field.slice(0, MAX_POINTER),
    operation,
  }
  if (strength === 'refused') {
    const at = list.findIndex((one) => one.strength === 'undeclared')
    list.splice(at < 0 ? list.length : at, 0, finding)
    if (list.length > max) list.pop()
  } else if (list.length < max) list.push(finding)
}

/** Of names that clients choose, more than this tells nobody anything. */
const MAX_POINTER = 256

const UNDECLARED: ReadonlySet<ConformanceRule> = new Set<ConformanceRule>([
  'path_undeclared',
  'query_undeclared',
  'header_undeclared',
  'cookie_undeclared',
  'property_undeclared',
  'status_undeclared',
])

/** ajv's keywords, and our own (`lab/specs/keywords.ts`), as rules. */
const RULES: Readonly<Record<string, SchemaRule>> = {
  type: 'type',
  enum: 'enum',
  const: 'const',
  format: 'format',
  pattern: 'pattern',
  minLength: 'length',
  maxLength: 'length',
  minimum: 'range',
  maximum: 'range',
  exclusiveMinimum: 'range',
  exclusiveMaximum: 'range',
  multipleOf: 'multiple_of',
  minItems: 'items',
  maxItems: 'items',
  contains: 'items',
  items: 'items',
  uniqueItems: 'unique_items',
  minProperties: 'properties',
  maxProperties: 'properties',
  propertyNames: 'property_names',
  required: 'required',
  dependencies: 'dependent_required',
  dependentRequired: 'dependent_required',
  additionalProperties: 'additional_properties',
  unevaluatedProperties: 'additional_properties',
  oneOf: 'one_of',
  anyOf: 'any_of',
  not: 'not',
  readOnlyHere: 'read_only',
  writeOnlyHere: 'write_only',
  discriminated: 'discriminator',
}

/**
 * What a validator says, as a finding below `prefix`. The last error is the outermost: of alternatives, that none fits, and
 * not what is wrong with the first of them. Of a condition, what was wrong inside it.
 */
export function addSchemaError(
  findings: Findings,
  errors: Validator['errors'],
  where: { readonly place: Place; readonly prefix: string },
  shapes: readonly Shape[] = [],
  shape?: number,
): void {
  const last = errors?.at(-1)
  const error = last?.keyword === 'if' ? (errors?.at(-2) ?? last) : last
  if (error === undefined) {
    add(findings, 'schema', where.place, where.prefix)
    return
  }
  const rule = RULES[error.keyword] ?? 'schema'
  const pointer = `${error.instancePath}${memberOf(error)}`
  const naming = LAST[rule] ?? 'found'
  const field = where.place === 'body' ? fieldOf(pointer, shapes, shape, naming) : ''
  add(findings, rule, where.place, where.prefix + pointer, where.prefix + field)
}

/** What the last name of a pointer is. */
const LAST: Readonly<Partial<Record<SchemaRule, 'missing' | 'undeclared'>>> = {
  required: 'missing',
  dependent_required: 'missing',
  additional_properties: 'undeclared',
}

/** ajv names the member apart from the path where the path is the object's. */
function memberOf({ params }: SchemaError): string {
  const name =
    params.missingProperty ?? params.additionalProperty ?? params.unevaluatedProperty ?? params.propertyName
  return typeof name === 'string' ? `/${escapeToken(name)}` : ''
}

/** RFC 6901 section 3. */
export function escapeToken(name: string): string {
  return name.includes('~') || name.includes('/') ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name
}

/** A name that nobody declared, for records: as it is where it looks like a word of a program, `*` where it may be data. */
export function plainName(name: string): string {
  return /^[A-Za-z_][A-Za-z_.-]{0,39}\d{0,2}$/.test(name) ? name : '*'
}

/** The pointer in the document's own words: indexes and keys of maps are `*`. */
export function fieldOf(
  pointer: string,
  shapes: readonly Shape[],
  root: number | undefined,
  last: 'found' | 'missing' | 'undeclared' = 'found',
): string {
  const tokens = pointer.split('/').slice(1)
  let shape = root === undefined ? undefined : shapes[root]
  let field = ''
  for (const [at, token] of tokens.entries()) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~')
    const member = shape !== undefined && Object.hasOwn(shape.members, name) ? shape.members[name] : undefined
    const named = member !== undefined || (last === 'missing' && at === tokens.length - 1)
    field += named
      ? `/${token}`
      : last === 'undeclared' && at === tokens.length - 1
        ? `/${plainName(name)}`
        : '/*'
    const next = member ?? (typeof shape?.others === 'number' ? shape.others : shape?.items)
    shape = next === undefined ? undefined : shapes[next]
  }
  return field
}
