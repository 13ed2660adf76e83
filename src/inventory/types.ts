/**
 * What published specifications say, as the Worker holds it, and what is found when traffic is held against it. Types
 * only. `npm run specs` makes a `CompiledSpecification` at build time; nothing of it is read or compiled in a request.
 */

import type { ConformanceRule } from './rules.ts'

// ------------------------------------------------------------------------------------------ specification

export type OpenApiVersion = '2.0' | '3.0' | '3.1'

/** Of several versions of one API, the newest is current. Operations that only older ones have are no longer published. */
export type Standing = 'current' | 'older'

export interface SpecificationDocument {
  /** File name without folders. */
  readonly file: string
  readonly title: string
  /** `info.version`, as written. */
  readonly version: string
  /** What its versions have in common: the title in lower case. */
  readonly api: string
  readonly standing: Standing
  readonly openapi: OpenApiVersion
  /** SHA-256 of the file, hexadecimal. */
  readonly digest: string
  /** Paths of its servers without trailing slash; `''` is the root. */
  readonly bases: readonly string[]
  /** Lower-case hosts of its servers; none where all are relative. */
  readonly hosts: readonly string[]
  readonly operations: number
}

/** One security scheme that an operation asks for. */
export interface SecurityNeed {
  /** Name in the document. */
  readonly name: string
  readonly type: 'apiKey' | 'http' | 'oauth2' | 'openIdConnect' | 'mutualTLS' | 'unknown'
  /** RFC 9110 authentication scheme in lower case, for `http`. */
  readonly scheme: string | undefined
  readonly in: 'query' | 'header' | 'cookie' | undefined
  /** Name of the header, cookie or query parameter of an `apiKey`. */
  readonly parameter: string | undefined
  readonly scopes: readonly string[]
}

export interface Operation {
  /** `GET /open-banking/v4.0/aisp/accounts/{AccountId}`: unique among operations that can match, stable over builds. */
  readonly id: string
  /** Upper case. */
  readonly method: string
  /** Template with the server's path in front. */
  readonly path: string
  /** Index in `CompiledSpecification.documents`. */
  readonly document: number
  /** `info.version` of its document. */
  readonly version: string
  readonly standing: Standing
  readonly operationId: string | undefined
  readonly deprecated: boolean
  /** `x-sunset`: the day from which it should be gone, as written. */
  readonly sunset: string | undefined
  readonly tags: readonly string[]
  /** `x-owner` of the operation, of its path, of its first tag or of the document: whom findings go to. */
  readonly owner: string | undefined
  /** Alternatives, each a set of needs that go together; an empty set asks for nothing. None: the document says nothing. */
  readonly security: readonly (readonly SecurityNeed[])[]
  readonly parameters: readonly Parameter[]
  readonly body: RequestBody | undefined
  readonly responses: readonly ResponseDeclaration[]
  /** Data classes that its request and responses are declared to carry. */
  readonly carries: readonly DataHint[]
  /** Left out by older compilers. */
  readonly openness?: Openness
}

/** How much of what requests may bring has no limit in the document. */
export interface Openness {
  readonly arrays: number
  readonly strings: number
}

export type ParameterPlace = 'path' | 'query' | 'header' | 'cookie'

/** What a text stands for, so that it can become a JSON value: types of JSON Schema. */
export type Primitive = 'string' | 'number' | 'integer' | 'boolean' | 'null'

/** OpenAPI 3.1 section 4.8.12: how a value is written as text. */
export interface Serialisation {
  readonly style: 'simple' | 'label' | 'matrix' | 'form' | 'delimited' | 'deepObject' | 'json' | 'text'
  readonly explode: boolean
  /** Between the items of one text: `,`, a space, `|` or a tab. */
  readonly delimiter: string
  readonly shape: 'primitive' | 'array' | 'object'
  /** Of a primitive, of the items of an array, and of members of an object that are not listed. */
  readonly types: readonly Primitive[]
  readonly members: Readonly<Record<string, readonly Primitive[]>>
}

export interface Parameter {
  /** As written; headers in lower case. */
  readonly name: string
  readonly in: ParameterPlace
  readonly required: boolean
  readonly deprecated: boolean
  readonly allowEmpty: boolean
  readonly serialisation: Serialisation
  /** Index in `CompiledSpecification.validators`; undefined where any value will do. */
  readonly validator: number | undefined
  readonly hint: DataHint | undefined
}

export type BodyKind = 'json' | 'form' | 'multipart' | 'text' | 'opaque'

export interface MediaType {
  /** Essence in lower case: `application/json`, or a range: `application/*`. */
  readonly essence: string
  /** Parameters of the document's key, as in `application/json; charset=utf-8`, in lower case and order. */
  readonly parameters: string
  readonly kind: BodyKind
  readonly validator: number | undefined
  /** Index in `CompiledSpecification.shapes` of what it declares; undefined where it declares nothing. */
  readonly shape: number | undefined
  /** How the fields of a form or of a multipart body are written. */
  readonly fields: Readonly<Record<string, Serialisation>>
}

export interface RequestBody {
  readonly required: boolean
  readonly content: readonly MediaType[]
}

export interface HeaderDeclaration {
  /** Lower case. */
  readonly name: string
  readonly required: boolean
  readonly serialisation: Serialisation
  readonly validator: number | undefined
}

export interface ResponseDeclaration {
  /** `200`, `4XX` or `default`. */
  readonly status: string
  readonly headers: readonly HeaderDeclaration[]
  /** Empty: this answer has no body. */
  readonly content: readonly MediaType[]
}

/** Kinds of data that names, formats and `x-data-class` promise. A promise: what is really there is the scanner's to find. */
export type DataHint =
  | 'account_number'
  | 'sort_code'
  | 'iban'
  | 'bic'
  | 'pan'
  | 'national_id'
  | 'name'
  | 'address'
  | 'email'
  | 'phone'
  | 'birth_date'
  | 'balance'
  | 'transaction'
  | 'credential'

/**
 * What a schema declares, all alternatives taken together: enough to say which members of a document nobody declared.
 * Shapes refer to one another by their index.
 */
export interface Shape {
  readonly members: Readonly<Record<string, number>>
  /** Of the elements, where it may be an array. */
  readonly items: number | undefined
  /**
   * What the document says of other members: `silent` (JSON Schema then lets them pass), `refused`, `declared` (anything
   * goes), or the shape that all of them have.
   */
  readonly others: 'silent' | 'refused' | 'declared' | number
  readonly hint: DataHint | undefined
}

/** As ajv's standalone code makes them: after `false`, the last of `errors` is the outermost. */
export interface Validator {
  (value: unknown): boolean
  errors?: readonly SchemaError[] | null
}
export interface SchemaError {
  readonly instancePath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  readonly propertyName?: string
}

export interface CompiledSpecification {
  readonly format: 1
  readonly documents: readonly SpecificationDocument[]
  /** Those of older documents too; of two with one id, only the current document's is here. */
  readonly operations: readonly Operation[]
  readonly shapes: readonly Shape[]
  readonly validators: readonly Validator[]
}

// ------------------------------------------------------------------------------------------------- match

export type OperationMatch =
  | {
      readonly kind: 'operation'
      readonly operation: Operation
      /** Values of the template's parameters as they came, percent-encoded, in the template's order. */
      readonly values: readonly string[]
    }
  /** The path is published, the method is not. */
  | { readonly kind: 'method_undeclared'; readonly operations: readonly Operation[] }
  | { readonly kind: 'path_undeclared' }

// ------------------------------------------------------------------------------------------- conformance

/** Where in a message something does not conform. */
export type Place = 'path' | 'method' | 'query' | 'header' | 'cookie' | 'media_type' | 'body' | 'status'

export interface ConformanceFinding {
  readonly rule: ConformanceRule
  /** `refused`: the document rules it out. `undeclared`: the document does not mention it. */
  readonly strength: 'refused' | 'undeclared'
  readonly place: Place
  /**
   * Exactly where: a JSON pointer (RFC 6901) in a body, a name elsewhere. May hold names that the sender chose: it goes
   * back to the sender, and nowhere else.
   */
  readonly pointer: string
  /**
   * The same place in the document's own words, for records and counters: indexes and keys of maps are `*`, and a name
   * that nobody declared is there only where it looks like a word of a program. None says anything about a person.
   */
  readonly field: string
  /** `Operation.id`; undefined where no operation matched. */
  readonly operation: string | undefined
}

/** Why something was not looked at. Not a departure: nobody knows. */
export type Unchecked =
  | 'not_sampled'
  | 'body_streamed'
  | 'body_too_large'
  | 'content_encoding'
  | 'schema_unsupported'
  | 'stream_failed'
  | 'body_late' // an answer that was to be withheld took too long

export interface ConformanceReport {
  readonly match: OperationMatch
  /** At most `ConformanceLimits.maxFindings`, those of strength `refused` first. */
  readonly findings: readonly ConformanceFinding[]
  readonly unchecked: readonly Unchecked[]
}

/** Per route. */
export type ConformanceMode = 'off' | 'observe' | 'enforce'

export interface ConformanceSettings {
  readonly mode: ConformanceMode
  /** What is refused, under `enforce`, though the document only fails to mention it. */
  readonly refuseUndeclared: readonly ('path' | 'query' | 'property')[]
  readonly limits: ConformanceLimits
  readonly responses: {
    /** Share of answers that is looked at, from 0 to 1. */
    readonly sample: number
    /** Octets of one answer that are kept to look at. */
    readonly maxBytes: number
    /** Why an answer is not passed on. Where there is any, every answer waits until it was looked at. */
    readonly withhold: readonly WithholdCause[]
  }
}

/**
 * `refused`: what the document rules out. `undeclared`: a status, media type or property that it does not mention.
 * `sensitive`: data that is not expected where it stands, or that the consent does not cover.
 */
export type WithholdCause = 'refused' | 'undeclared' | 'sensitive'

export interface ConformanceLimits {
  readonly maxFindings: number
  readonly maxDepth: number
  readonly maxBodyBytes: number
}
