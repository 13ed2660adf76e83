/**
 * Swagger 2.0 documents as drafts. Read as they are, and not converted first: what a converter cannot write in OpenAPI 3
 * (tab-separated lists, a body without a schema) it leaves out, and what is left out is refused later.
 */
import type { Context } from './context.ts'
import type {
  Draft,
  DraftHeader,
  DraftMedia,
  DraftOperation,
  DraftParameter,
  DraftResponse,
} from './drafts.ts'
import { type At, at, below, entries, isNode, items, type Node, text } from './nodes.ts'
import {
  checkPathParameters,
  factsOf,
  IGNORED_HEADERS,
  isStatus,
  type OperationAt,
  operationsIn,
  parametersOf,
} from './path-items.ts'
import { quote } from './problem.ts'
import { securityOf } from './security.ts'
import type { Styling } from './serialisations.ts'

export function readSwagger2(context: Context): Draft {
  const { basePath, host } = context.root
  const bases = [(text(basePath) ?? '').replace(/\/+$/, '')]
  if (bases[0] !== '' && !bases[0]?.startsWith('/'))
    context.problems.add('server_invalid', '/basePath', quote(basePath))
  const hosts = text(host) === undefined ? [] : [(text(host) ?? '').toLowerCase().replace(/:\d+$/, '')]
  return { bases, hosts, operations: operationsIn(context).map((one) => readOperation(context, one, bases)) }
}

function readOperation(context: Context, one: OperationAt, bases: readonly string[]): DraftOperation {
  const { operation, method, path } = one
  const declared = parametersOf(context, one)
  const parameters = declared.flatMap((parameter) => readParameter(context, parameter) ?? [])
  checkPathParameters(
    context,
    one,
    parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name),
  )
  return {
    pointer: operation.pointer,
    method,
    path,
    bases,
    ...factsOf(context, one),
    security:
      securityOf(context, at(operation, 'security')) ??
      securityOf(context, { value: context.root.security, pointer: '/security' }) ??
      [],
    parameters,
    body: readBody(context, operation, declared),
    responses: readResponses(context, operation),
  }
}

const PLACES = new Set(['path', 'query', 'header'])

/** Undefined for `body` and `formData`, which are the request's body. */
function readParameter({ problems }: Context, { value, pointer }: At<Node>): DraftParameter | undefined {
  const name = text(value.name)
  const place = text(value.in)
  if (place === 'body' || place === 'formData') return undefined
  if (name === undefined || place === undefined || !PLACES.has(place)) {
    problems.add('parameter_invalid', pointer, `name ${quote(value.name)}, in ${quote(value.in)}`)
    return undefined
  }
  if (place === 'header' && IGNORED_HEADERS.has(name.toLowerCase())) {
    problems.add('parameter_ignored', pointer, `${name} is not declared as a parameter`)
    return undefined
  }
  return {
    name: place === 'header' ? name.toLowerCase() : name,
    // One of three: just checked.
    in: place as DraftParameter['in'],
    required: value.required === true || place === 'path',
    deprecated: false,
    allowEmpty: value.allowEmptyValue === true,
    styling: stylingOf({ value, pointer }, place),
    schema: schemaOf({ value, pointer }),
  }
}

/** What a parameter has beside the members of its schema, which is the parameter itself in Swagger 2. */
const NOT_OF_SCHEMA = new Set([
  'name',
  'in',
  'required',
  'description',
  'allowEmptyValue',
  'collectionFormat',
  'deprecated',
])

function schemaOf({ value, pointer }: At<Node>): At {
  const kept = Object.entries(value).filter(([name]) => !NOT_OF_SCHEMA.has(name))
  return {
    value: Object.fromEntries(kept.map(([name, one]) => [name, name === 'items' ? itemsOf(one) : one])),
    pointer,
  }
}

function itemsOf(value: unknown): unknown {
  if (!isNode(value)) return value
  const { collectionFormat: _, ...rest } = value
  return rest
}

const DELIMITERS: Readonly<Record<string, string>> = { csv: ',', ssv: ' ', tsv: '\t', pipes: '|' }

function stylingOf({ value }: At<Node>, place: string): Styling {
  const format = text(value.collectionFormat) ?? 'csv'
  const inForm = place === 'query' || place === 'formData'
  if (format === 'multi' && inForm && value.type === 'array')
    return { style: 'form', explode: true, delimiter: ',' }
  const delimiter = DELIMITERS[format] ?? ','
  return { style: delimiter === ',' ? (inForm ? 'form' : 'simple') : 'delimited', explode: false, delimiter }
}

function mediaTypes({ root }: Context, operation: Node, which: 'consumes' | 'produces'): readonly string[] {
  const listed = items(operation[which] ?? root[which]).filter((one) => typeof one === 'string')
  return listed
}

function readBody(
  context: Context,
  operation: At<Node>,
  declared: readonly At<Node>[],
): DraftOperation['body'] {
  const consumes = mediaTypes(context, operation.value, 'consumes')
  const body = declared.find(({ value }) => value.in === 'body')
  if (body !== undefined) {
    const keys = consumes.length === 0 ? ['application/json'] : consumes
    const schema = body.value.schema === undefined ? undefined : at(body, 'schema')
    return {
      required: body.value.required === true,
      content: keys.map((key) => media(key, body.pointer, schema)),
    }
  }
  const fields = declared.filter(({ value }) => value.in === 'formData' && typeof value.name === 'string')
  return fields.length === 0 ? undefined : readForm(fields, consumes, operation.pointer)
}

function media(key: string, pointer: string, schema: At | undefined): DraftMedia {
  return { key, pointer, schema, fields: new Map() }
}

/** Fields of a form, as the object that they are together. */
function readForm(
  fields: readonly At<Node>[],
  consumes: readonly string[],
  pointer: string,
): DraftOperation['body'] {
  const properties = fields.map((field): [string, unknown] => [
    String(field.value.name),
    schemaOf(field).value,
  ])
  const required = fields
    .filter(({ value }) => value.required === true)
    .map(({ value }) => String(value.name))
  const schema: At = {
    value: {
      type: 'object',
      properties: Object.fromEntries(properties),
      ...(required.length > 0 ? { required } : {}),
    },
    pointer: below(pointer, 'formData'),
  }
  const hasFile = fields.some(({ value }) => value.type === 'file')
  const usual = hasFile ? 'multipart/form-data' : 'application/x-www-form-urlencoded'
  const forms = consumes.filter((one) =>
    /^(?:multipart\/form-data|application\/x-www-form-urlencoded)\b/i.test(one),
  )
  const styled = new Map(fields.map((field) => [String(field.value.name), stylingOf(field, 'formData')]))
  const keys = forms.length === 0 ? [usual] : forms
  return {
    required: required.length > 0,
    content: keys.map((key) => ({ key, pointer, schema, fields: styled })),
  }
}

function readResponses(context: Context, operation: At<Node>): readonly DraftResponse[] {
  const produces = mediaTypes(context, operation.value, 'produces')
  const place = at(operation, 'responses')
  const listed = entries(place.value).filter(([status]) => !status.startsWith('x-'))
  if (listed.length === 0)
    context.problems.add('operation_without_responses', operation.pointer, 'every answer is undeclared')
  return listed.flatMap(([status, value]): readonly DraftResponse[] => {
    const pointer = below(place.pointer, status)
    if (!isStatus(status)) {
      context.problems.add('status_invalid', pointer, `${quote(status)} is no status code`)
      return []
    }
    const response = context.references.object({ value, pointer })
    if (response === undefined) return []
    const keys = produces.length === 0 ? ['application/json'] : produces
    const schema = response.value.schema === undefined ? undefined : at(response, 'schema')
    const content = schema === undefined ? [] : keys.map((key) => media(key, response.pointer, schema))
    return [{ status, headers: readHeaders(at(response, 'headers')), content }]
  })
}

/** Swagger 2 cannot say that a header is required. */
function readHeaders({ value, pointer }: At): readonly DraftHeader[] {
  return entries(value).flatMap(([name, header]): readonly DraftHeader[] => {
    if (!isNode(header)) return []
    const place: At<Node> = { value: header, pointer: below(pointer, name) }
    return [
      {
        name: name.toLowerCase(),
        required: false,
        styling: stylingOf(place, 'header'),
        schema: schemaOf(place),
      },
    ]
  })
}
