/** OpenAPI 3.0 and 3.1 documents as drafts. */
import type { Context } from './context.ts'
import type {
  Draft,
  DraftHeader,
  DraftMedia,
  DraftOperation,
  DraftParameter,
  DraftResponse,
} from './drafts.ts'
import { type At, at, below, entries, isNode, type Node, text } from './nodes.ts'
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
import { serversOf } from './servers.ts'

export function readOpenApi3(context: Context): Draft {
  const { root } = context
  const ofDocument = serversOf(context, { value: root.servers, pointer: '/servers' }) ?? {
    bases: [''],
    hosts: [],
  }
  const operations = operationsIn(context).map((operation) =>
    readOperation(context, operation, ofDocument.bases),
  )
  return { ...ofDocument, operations }
}

function readOperation(context: Context, one: OperationAt, bases: readonly string[]): DraftOperation {
  const { item, operation, method, path } = one
  const served = serversOf(context, at(operation, 'servers')) ?? serversOf(context, at(item, 'servers'))
  const parameters = parametersOf(context, one).flatMap(
    (parameter) => readParameter(context, parameter) ?? [],
  )
  checkPathParameters(
    context,
    one,
    parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name),
  )
  const document: At = { value: context.root.security, pointer: '/security' }
  return {
    pointer: operation.pointer,
    method,
    path,
    bases: served?.bases ?? bases,
    ...factsOf(context, one),
    security: securityOf(context, at(operation, 'security')) ?? securityOf(context, document) ?? [],
    parameters,
    body: readRequestBody(context, at(operation, 'requestBody')),
    responses: readResponses(context, operation),
  }
}

const PLACES = new Set(['path', 'query', 'header', 'cookie'])

function readParameter(context: Context, { value, pointer }: At<Node>): DraftParameter | undefined {
  const name = text(value.name)
  const place = text(value.in)
  if (name === undefined || place === undefined || !PLACES.has(place)) {
    context.problems.add('parameter_invalid', pointer, `name ${quote(value.name)}, in ${quote(value.in)}`)
    return undefined
  }
  if (place === 'header' && IGNORED_HEADERS.has(name.toLowerCase())) {
    context.problems.add('parameter_ignored', pointer, `${name} is not declared as a parameter`)
    return undefined
  }
  // One of four: just checked.
  const where = place as DraftParameter['in']
  if (where === 'path' && value.required !== true)
    context.problems.add(
      'parameter_invalid',
      pointer,
      `${quote(name)} is in the path and not required: taken as required`,
    )
  const { schema, styling } = readStyle(context, { value, pointer }, where)
  return {
    name: where === 'header' ? name.toLowerCase() : name,
    in: where,
    required: value.required === true || where === 'path',
    deprecated: value.deprecated === true,
    allowEmpty: where === 'query' && value.allowEmptyValue === true,
    styling,
    schema,
  }
}

/** OpenAPI 3.1 section 4.8.12.2: which styles there are where, the first by default. */
const STYLES: Readonly<Record<DraftParameter['in'], readonly string[]>> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form'],
}

interface Styled {
  readonly schema: At | undefined
  readonly styling: Styling
}

function readStyle(context: Context, holder: At<Node>, place: DraftParameter['in']): Styled {
  const [media] = entries(holder.value.content)
  if (media !== undefined) {
    const [key, value] = media
    const pointer = below(holder.pointer, 'content', key)
    const isJson = /^application\/(?:[\w.-]+\+)?json\b/i.test(key)
    if (!isJson)
      context.problems.add(
        'media_type_unchecked',
        pointer,
        `a parameter as ${quote(key)}: its schema is not checked`,
      )
    const schema = isNode(value) && isJson ? schemaAt({ value, pointer }) : undefined
    return { schema, styling: { style: isJson ? 'json' : 'text', explode: false, delimiter: ',' } }
  }
  return { schema: schemaAt(holder), styling: stylingOf(context, holder, STYLES[place]) }
}

function stylingOf({ problems }: Context, { value, pointer }: At<Node>, allowed: readonly string[]): Styling {
  const [usual = 'form'] = allowed
  const asked = value.style === undefined ? usual : value.style
  const style = typeof asked === 'string' && allowed.includes(asked) ? asked : usual
  if (style !== asked)
    problems.add('style_unsupported', pointer, `${quote(asked)} is not for this place: read as ${usual}`)
  const explode =
    typeof value.explode === 'boolean' ? value.explode : style === 'form' || style === 'deepObject'
  if (style === 'spaceDelimited') return { style: explode ? 'form' : 'delimited', explode, delimiter: ' ' }
  if (style === 'pipeDelimited') return { style: explode ? 'form' : 'delimited', explode, delimiter: '|' }
  // Of the four that are left, as the tables say.
  return { style: style as Styling['style'], explode, delimiter: ',' }
}

function schemaAt(holder: At<Node>): At | undefined {
  return holder.value.schema === undefined ? undefined : at(holder, 'schema')
}

function readRequestBody(context: Context, place: At): DraftOperation['body'] {
  if (place.value === undefined) return undefined
  const body = context.references.object(place)
  if (body === undefined) return undefined
  return { required: body.value.required === true, content: readContent(context, at(body, 'content')) }
}

function readContent(context: Context, { value, pointer }: At): readonly DraftMedia[] {
  return entries(value).flatMap(([key, media]): readonly DraftMedia[] => {
    const place = below(pointer, key)
    if (!isNode(media)) return []
    const schema = schemaAt({ value: media, pointer: place })
    return [
      {
        key,
        pointer: place,
        schema,
        fields: readEncoding(context, { value: media.encoding, pointer: below(place, 'encoding') }),
      },
    ]
  })
}

/** OpenAPI 3.1 section 4.8.15: a content type makes a field one of that type, a style makes it a parameter. */
function readEncoding(context: Context, { value, pointer }: At): ReadonlyMap<string, Styling> {
  const fields = entries(value).flatMap(([name, encoding]): [string, Styling][] => {
    if (!isNode(encoding)) return []
    const type = text(encoding.contentType)
    if (type !== undefined && /\bjson\b/i.test(type))
      return [[name, { style: 'json', explode: false, delimiter: ',' }]]
    if (encoding.style === undefined && encoding.explode === undefined) return []
    return [[name, stylingOf(context, { value: encoding, pointer: below(pointer, name) }, STYLES.query)]]
  })
  return new Map(fields)
}

function readResponses(context: Context, operation: At<Node>): readonly DraftResponse[] {
  const place = at(operation, 'responses')
  const listed = entries(place.value).filter(([status]) => !status.startsWith('x-'))
  if (listed.length === 0)
    context.problems.add('operation_without_responses', operation.pointer, 'every answer is undeclared')
  return listed.flatMap(([written, value]): readonly DraftResponse[] => {
    const pointer = below(place.pointer, written)
    const status = written.toLowerCase() === 'default' ? 'default' : written.toUpperCase()
    if (!isStatus(status)) {
      context.problems.add('status_invalid', pointer, `${quote(written)} is no status code`)
      return []
    }
    const response = context.references.object({ value, pointer })
    if (response === undefined) return []
    return [
      {
        status,
        headers: readHeaders(context, at(response, 'headers')),
        content: readContent(context, at(response, 'content')),
      },
    ]
  })
}

function readHeaders(context: Context, { value, pointer }: At): readonly DraftHeader[] {
  return entries(value).flatMap(([name, declared]): readonly DraftHeader[] => {
    const header = context.references.object({ value: declared, pointer: below(pointer, name) })
    // OpenAPI 3.1 section 4.8.17: a header called Content-Type is ignored.
    if (header === undefined || name.toLowerCase() === 'content-type') return []
    const { schema, styling } = readStyle(context, header, 'header')
    return [{ name: name.toLowerCase(), required: header.value.required === true, styling, schema }]
  })
}
