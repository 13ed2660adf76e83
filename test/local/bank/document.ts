/** The bank's own document, asked about one exchange at a time. */
import openapi from '../../../local/bank/openapi.json' with { type: 'json' }
import { departures, resolve } from './conformance.ts'

export interface Operation {
  readonly template: string
  readonly method: string
  readonly pattern: RegExp
  readonly responses: Readonly<Record<string, unknown>>
  readonly deprecated: boolean
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'options', 'head']

export const operations: readonly Operation[] = Object.entries(openapi.paths).flatMap(([template, item]) =>
  Object.entries(item)
    .filter(([method]) => METHODS.includes(method))
    .map(([method, operation]) => ({
      template,
      method: method.toUpperCase(),
      pattern: new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
      responses: operation.responses,
      deprecated: 'deprecated' in operation && operation.deprecated === true,
    })),
)

export function operationOf(method: string, path: string): Operation | undefined {
  const matching = operations.filter(
    (operation) => operation.method === method && operation.pattern.test(path),
  )
  // OpenAPI 3.0: a concrete path is preferred to a templated one.
  return matching.find((operation) => operation.template === path) ?? matching[0]
}

/** Every way in which a response departs from what the document says of this operation. Empty is conforming. */
export async function unlikeDocument(method: string, path: string, response: Response): Promise<string[]> {
  const operation = operationOf(method, path)
  if (operation === undefined) return [`${method} ${path} is not documented`]
  const status = String(response.status)
  const declared = operation.responses[status] ?? operation.responses[`${status.charAt(0)}XX`]
  if (declared === undefined) return [`${method} ${operation.template}: status ${status} is not declared`]
  const content = resolve(openapi, declared).content
  const body = await response.clone().text()
  if (content === undefined) return body === '' ? [] : ['a body where none is declared']
  const mediaType = response.headers.get('content-type')?.split(';')[0] ?? 'none'
  const contents = resolve(openapi, content)
  if (!(mediaType in contents)) return [`media type ${mediaType} is not declared`]
  if (mediaType !== 'application/json') return []
  return departures(openapi, resolve(openapi, contents[mediaType]).schema, JSON.parse(body))
}
