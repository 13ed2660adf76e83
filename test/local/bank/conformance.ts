/**
 * Holds a JSON value against a schema of an OpenAPI 3.0 document: as much of JSON Schema as the bank's document and
 * OBIE's use. Says every place where the value departs, with its path.
 */
import * as v from 'valibot'

type Json = Readonly<Record<string, unknown>>

const Member = v.record(v.string(), v.unknown())
const Strings = v.array(v.string())

function object(value: unknown): Json | undefined {
  return Array.isArray(value) ? undefined : v.is(Member, value) ? value : undefined
}

/** Follows `$ref` within the document. */
export function resolve(document: unknown, value: unknown): Json {
  let found = object(value)
  for (let hops = 0; typeof found?.$ref === 'string' && hops < 10; hops += 1) {
    found = object(
      found.$ref
        .split('/')
        .slice(1)
        .reduce<unknown>((at, name) => object(at)?.[name.replaceAll('~1', '/')], document),
    )
  }
  if (found === undefined) throw new Error(`Cannot resolve ${JSON.stringify(value)}: not in the document`)
  return found
}

export function departures(document: unknown, schema: unknown, value: unknown, path = ''): string[] {
  const rules = resolve(document, schema)
  if (Array.isArray(rules.oneOf)) {
    const fitting = rules.oneOf.filter((one) => departures(document, one, value, path).length === 0)
    return fitting.length === 1 ? [] : [`${path} fits ${fitting.length} of oneOf`]
  }
  const all = Array.isArray(rules.allOf) ? rules.allOf : []
  const inherited = all.flatMap((one) => departures(document, one, value, path))
  const own = typed(rules, value) ? within(rules, value, path) : [`${path} is no ${String(rules.type)}`]
  return [...inherited, ...own, ...below(document, rules, value, path)]
}

function typed({ type }: Json, value: unknown): boolean {
  if (type === undefined) return true
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return object(value) !== undefined
  return typeof value === type
}

function within(rules: Json, value: unknown, path: string): string[] {
  const limit = (name: string) => Number(rules[name] ?? Number.NaN)
  const size = typeof value === 'string' || Array.isArray(value) ? value.length : Number.NaN
  const broken = [
    typeof value === 'string' && [
      Array.isArray(rules.enum) && !rules.enum.includes(value) && 'is none of enum',
      typeof rules.pattern === 'string' && !new RegExp(rules.pattern).test(value) && 'breaks pattern',
      rules.format === 'date-time' && Number.isNaN(Date.parse(value)) && 'is no date-time',
      rules.format === 'uri' && !URL.canParse(value) && 'is no uri',
    ],
    (size < limit('minLength') || size < limit('minItems')) && 'is too short',
    (size > limit('maxLength') || size > limit('maxItems')) && 'is too long',
    typeof value === 'number' && (value < limit('minimum') || value > limit('maximum')) && 'is out of bounds',
  ]
  return broken.flat().flatMap((problem) => (typeof problem === 'string' ? [`${path} ${problem}`] : []))
}

function below(document: unknown, rules: Json, value: unknown, path: string): string[] {
  if (Array.isArray(value)) {
    return rules.items === undefined
      ? []
      : value.flatMap((item, at) => departures(document, rules.items, item, `${path}/${at}`))
  }
  const members = object(value)
  if (members === undefined) return []
  const declared = object(rules.properties) ?? {}
  const required = v.is(Strings, rules.required) ? rules.required : []
  return [
    ...required.filter((name) => !(name in members)).map((name) => `${path}/${name} is missing`),
    ...Object.entries(members).flatMap(([name, member]) => {
      if (name in declared) return departures(document, declared[name], member, `${path}/${name}`)
      return rules.additionalProperties === false ? [`${path}/${name} is not declared`] : []
    }),
  ]
}
