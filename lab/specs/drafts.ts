/** Operations of any version of OpenAPI, before their schemas are compiled. */
import type { ParameterPlace, SecurityNeed } from '../../src/inventory/types.ts'
import type { At } from './nodes.ts'
import type { Styling } from './serialisations.ts'

export interface DraftParameter {
  readonly name: string
  readonly in: ParameterPlace
  readonly required: boolean
  readonly deprecated: boolean
  readonly allowEmpty: boolean
  readonly styling: Styling
  readonly schema: At | undefined
}

export interface DraftHeader {
  readonly name: string
  readonly required: boolean
  readonly styling: Styling
  readonly schema: At | undefined
}

export interface DraftMedia {
  /** As written: `application/json; charset=utf-8`. */
  readonly key: string
  readonly pointer: string
  readonly schema: At | undefined
  /** By field of a form or a multipart body; the rest is as the version says by default. */
  readonly fields: ReadonlyMap<string, Styling>
}

export interface DraftResponse {
  readonly status: string
  readonly headers: readonly DraftHeader[]
  readonly content: readonly DraftMedia[]
}

export interface DraftOperation {
  readonly pointer: string
  readonly method: string
  /** As written, without base path. */
  readonly path: string
  readonly bases: readonly string[]
  readonly operationId: string | undefined
  readonly deprecated: boolean
  readonly sunset: string | undefined
  readonly tags: readonly string[]
  readonly owner: string | undefined
  readonly security: readonly (readonly SecurityNeed[])[]
  readonly parameters: readonly DraftParameter[]
  readonly body: { readonly required: boolean; readonly content: readonly DraftMedia[] } | undefined
  readonly responses: readonly DraftResponse[]
}

export interface Draft {
  readonly bases: readonly string[]
  readonly hosts: readonly string[]
  readonly operations: readonly DraftOperation[]
}

export const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const
