/**
 * An OpenAPI 3.1 document of what was seen: a first specification for what has none, and what really happens for what has
 * one. Only counted names go in; no example, no value, nothing that a caller typed and that was not believed.
 */
import type { InventoryOperation } from '../learn/operations.ts'
import type { Counted, HiddenName, HiddenPlace, Usage } from '../learn/types.ts'
import { openApiPath, shapeOf } from './paths.ts'
import { SCHEMES, securityOf } from './security.ts'

export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components: { readonly securitySchemes: typeof SCHEMES }
}

/** Fields of a Path Item Object (OpenAPI 3.1.0 section 4.8.9); other methods cannot be said. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE'])

export function openApiOf(
  operations: readonly InventoryOperation[],
  { at }: { at: number },
): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {}
  const known = new Map<string, string>()
  const seen = operations.filter(({ entry, ignored }) => entry !== undefined && !ignored)
  // Published templates first: theirs are the names of parameters that people know.
  const sorted = [...seen].sort(
    (a, b) => Number(b.operation !== undefined) - Number(a.operation !== undefined),
  )
  for (const one of sorted) {
    const shape = shapeOf(one.path)
    const { path, parameters } = openApiPath(known.get(shape) ?? one.path)
    known.set(shape, path)
    paths[path] ??= {}
    const item = paths[path]
    const method = one.method.toLowerCase()
    if (!METHODS.has(one.method)) item['x-other-methods'] = true
    else if (item[method] === undefined) item[method] = operationObject(one, parameters)
    else addServers(item[method], one)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'APIs as they were seen',
      version: new Date(at).toISOString().slice(0, 10),
      description: 'Made from traffic. What was not used is not here.',
    },
    paths,
    components: { securitySchemes: SCHEMES },
  }
}

function operationObject(
  one: InventoryOperation,
  pathParameters: readonly string[],
): Record<string, unknown> {
  const { operation, entry, status, reason, weak } = one
  const usage = entry?.usage
  const hidden = entry?.hidden ?? []
  const parameters = [
    ...pathParameters.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    ...parametersOf(one, hidden),
  ]
  const body = usage?.requestMediaTypes.filter(({ name }) => isMediaType(name)) ?? []
  return {
    ...(operation?.tags.length ? { tags: operation.tags } : {}),
    ...(operation?.deprecated ? { deprecated: true } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body.length > 0 ? { requestBody: { content: contentOf(body, hidden, 'request_property') } } : {}),
    responses: responsesOf(usage, hidden),
    ...(usage === undefined ? {} : { security: securityOf(usage) }),
    ...(one.host === undefined ? {} : { servers: [{ url: `https://${one.host}` }] }),
    'x-seen': {
      status,
      reason,
      weak,
      requests: usage?.requests ?? 0,
      callers: usage?.sessions ?? 0,
      first: new Date(usage?.firstSeenAt ?? 0).toISOString(),
      last: new Date(usage?.lastSeenAt ?? 0).toISOString(),
    },
  }
}

/** OpenAPI 3.1.0 section 4.8.12.1: parameters of these names are ignored. */
const NOT_PARAMETERS: ReadonlySet<string> = new Set(['accept', 'content-type', 'authorization'])
const PLACES = { query: 'query', header: 'header', cookie: 'cookie' } as const

function parametersOf({ operation }: InventoryOperation, hidden: readonly HiddenName[]): readonly object[] {
  const declared = (operation?.parameters ?? [])
    .filter(({ in: place }) => place !== 'path')
    .map(({ name, in: place, required, deprecated }) => ({
      name,
      in: place,
      required,
      deprecated,
      schema: {},
    }))
  const found = hidden.flatMap(({ place, name }) =>
    place in PLACES ? [{ name, in: place, required: false, schema: {}, 'x-undeclared': true }] : [],
  )
  const names = new Set<string>()
  return [...declared, ...found].filter(({ name, in: place }) => {
    const key = `${place} ${name.toLowerCase()}`
    if (names.has(key) || (place === 'header' && NOT_PARAMETERS.has(name.toLowerCase()))) return false
    names.add(key)
    return true
  })
}

function responsesOf(usage: Usage | undefined, hidden: readonly HiddenName[]): Record<string, unknown> {
  const media = usage?.mediaTypes.filter(({ name }) => isMediaType(name)) ?? []
  const responses: Record<string, unknown> = {}
  for (const { name: code, count } of usage?.codes ?? []) {
    if (!/^[1-5]\d\d$/.test(code)) continue
    const content = Number(code) >= 200 && code !== '204' && code !== '304' && media.length > 0
    responses[code] = {
      description: `Seen ${count} times`,
      ...(content ? { content: contentOf(media, hidden, 'response_property') } : {}),
    }
  }
  return Object.keys(responses).length > 0 ? responses : { default: { description: 'No answer was seen' } }
}

/** Names of members go beside the schema: an inventory knows that they exist, and not what shape they have. */
function contentOf(
  media: readonly Counted[],
  hidden: readonly HiddenName[],
  place: HiddenPlace,
): Record<string, unknown> {
  const names = hidden.filter((one) => one.place === place).map(({ name }) => name)
  const extra = names.length > 0 ? { 'x-undeclared-properties': names } : {}
  return Object.fromEntries(media.map(({ name }) => [name, { schema: {}, ...extra }]))
}

function isMediaType(name: string): boolean {
  return /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(name)
}

/** The same path and method on another host. */
function addServers(operation: unknown, { host }: InventoryOperation): void {
  // Made by `operationObject`.
  const { servers } = operation as { readonly servers?: { readonly url: string }[] }
  if (host !== undefined) servers?.push({ url: `https://${host}` })
}
