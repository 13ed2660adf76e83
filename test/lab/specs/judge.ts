/** Short words for asking a compiled specification about messages. */
import {
  type Conformance,
  conformanceOf,
  DEFAULT_SETTINGS,
} from '../../../src/inventory/specs/conformance.ts'
import { load, source } from './shared-specs.ts'

export interface Message {
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

export interface Judge {
  readonly conformance: Conformance
  /** `rule place pointer` of each finding. */
  request(method: string, path: string, message?: Message): readonly string[]
  response(method: string, path: string, status: number, message?: Message): readonly string[]
}

const JSON_BODY = { 'content-type': 'application/json' }

export async function judgeOf(...documents: readonly unknown[]): Promise<Judge> {
  const { specification } = await load(documents.map((document, at) => source(document, `${at}.json`)))
  const conformance = conformanceOf(specification)
  const told = ({ findings }: ReturnType<Conformance['request']>) =>
    findings.map(({ rule, place, pointer }) => `${rule} ${place} ${pointer}`)
  const octets = (body: Message['body']) => (typeof body === 'string' ? new TextEncoder().encode(body) : body)
  return {
    conformance,
    request(method, path, { query = '', headers, body } = {}) {
      const fields = new Headers(headers ?? (body === undefined ? {} : JSON_BODY))
      const view = { method, query, headers: fields, body: octets(body) }
      return told(conformance.request(conformance.match(method, path), view, DEFAULT_SETTINGS))
    },
    response(method, path, status, { headers, body } = {}) {
      const fields = new Headers(headers ?? (body === undefined ? {} : JSON_BODY))
      const view = { method, status, headers: fields, body: octets(body) }
      return told(conformance.response(conformance.match(method, path), view, DEFAULT_SETTINGS))
    },
  }
}

const OK = { 200: { description: 'ok' } }

/** A document with one POST for each schema, answered with the same. */
export function bodies(schemas: Readonly<Record<string, unknown>>, openapi = '3.0.3') {
  const content = (name: string) => ({
    'application/json': { schema: { $ref: `#/components/schemas/${name}` } },
  })
  const paths = Object.keys(schemas).map((name) => [
    `/${name}`,
    {
      post: {
        requestBody: { content: content(name) },
        responses: { 200: { description: 'ok', content: content(name) } },
      },
    },
  ])
  return {
    openapi,
    info: { title: 'Bodies', version: '1' },
    paths: Object.fromEntries(paths),
    components: { schemas },
  }
}

/** A document with one GET with these parameters. */
export function parameters(path: string, ...list: readonly unknown[]) {
  return {
    openapi: '3.0.3',
    info: { title: 'Parameters', version: '1' },
    paths: { [path]: { get: { parameters: list, responses: OK } } },
  }
}
