/** Drafts as the tables that the Worker holds, with their schemas handed to the compiler. */
import { kindOf, readContentType } from '../../src/inventory/specs/media-type.ts'
import type {
  DataHint,
  HeaderDeclaration,
  MediaType,
  Operation,
  Parameter,
  ResponseDeclaration,
  Serialisation,
} from '../../src/inventory/types.ts'
import type { Context, Direction } from './context.ts'
import type { DraftHeader, DraftMedia, DraftOperation, DraftParameter } from './drafts.ts'
import { hintFor } from './hints.ts'
import { type At, below, entries, isNode } from './nodes.ts'
import { opennessOf } from './openness.ts'
import { quote } from './problem.ts'
import type { Schemas } from './schemas.ts'
import { type Styling, serialisationOf } from './serialisations.ts'
import type { Shapes } from './shapes.ts'
import type { Validators } from './validators.ts'

/** What makes the tables of one document. */
export interface Maker {
  readonly context: Context
  readonly schemas: Schemas
  readonly shapes: Shapes
  readonly validators: Validators
}

export type Row = Omit<Operation, 'id' | 'document' | 'version' | 'standing' | 'path'>

export function rowFor(maker: Maker, draft: DraftOperation): Row {
  const { method, operationId, deprecated, sunset, tags, owner, security } = draft
  const parameters = draft.parameters.map((parameter) => parameterFor(maker, parameter))
  const body = draft.body && {
    required: draft.body.required,
    content: contentFor(maker, draft.body.content, 'request'),
  }
  const responses = draft.responses.map(
    (response): ResponseDeclaration => ({
      status: response.status,
      headers: response.headers.map((header) => headerFor(maker, header)),
      content: contentFor(maker, response.content, 'response'),
    }),
  )
  const shapes = [...(body?.content ?? []), ...responses.flatMap(({ content }) => content)].map(
    ({ shape }) => shape,
  )
  const hints = new Set<DataHint>(shapes.flatMap((shape) => maker.shapes.hints(shape)))
  for (const { hint } of parameters) if (hint !== undefined) hints.add(hint)
  return {
    method,
    operationId,
    deprecated,
    sunset,
    tags,
    owner,
    security,
    parameters,
    body,
    responses,
    carries: [...hints].sort(),
    openness: opennessOf(maker.context, requestSchemas(draft)),
  }
}

/** Of everything that a request may bring. */
function requestSchemas({ parameters, body }: DraftOperation): readonly At[] {
  return [...parameters, ...(body?.content ?? [])].flatMap(({ schema }) => schema ?? [])
}

function parameterFor(maker: Maker, draft: DraftParameter): Parameter {
  const { name, required, deprecated, allowEmpty, styling, schema } = draft
  return {
    name,
    in: draft.in,
    required,
    deprecated,
    allowEmpty,
    serialisation: serialisationOf(maker.context, schema, styling),
    validator: validatorFor(maker, schema, 'request'),
    hint: hintFor(name, schema === undefined ? undefined : maker.context.references.follow(schema)?.value),
  }
}

function headerFor(maker: Maker, { name, required, styling, schema }: DraftHeader): HeaderDeclaration {
  return {
    name,
    required,
    serialisation: serialisationOf(maker.context, schema, styling),
    validator: validatorFor(maker, schema, 'response'),
  }
}

function validatorFor({ context, schemas, validators }: Maker, schema: At | undefined, direction: Direction) {
  if (schema === undefined) return undefined
  return validators.add(schemas.translate(schema, direction), schema.pointer, context.problems)
}

function contentFor(
  maker: Maker,
  content: readonly DraftMedia[],
  direction: Direction,
): readonly MediaType[] {
  const made: MediaType[] = []
  for (const draft of content) {
    const media = mediaFor(maker, draft, direction)
    if (media === undefined) continue
    const twin = made.find(({ essence }) => essence === media.essence)
    if (twin !== undefined && twin.validator !== media.validator)
      maker.context.problems.add(
        'media_type_duplicate',
        draft.pointer,
        `${quote(draft.key)}: another schema for ${media.essence}`,
      )
    made.push(media)
  }
  return made
}

function mediaFor(maker: Maker, draft: DraftMedia, direction: Direction): MediaType | undefined {
  const { context, shapes } = maker
  const type = readContentType(draft.key)
  if (type === undefined) {
    context.problems.add('media_type_invalid', draft.pointer, quote(draft.key))
    return undefined
  }
  const { essence, parameters } = type
  const kind = essence.endsWith('*') ? 'json' : kindOf(essence)
  if (kind === 'opaque' && draft.schema !== undefined)
    context.problems.add('media_type_unchecked', '', `bodies of ${quote(essence)} are not looked into`)
  return {
    essence,
    parameters,
    kind,
    validator: validatorFor(maker, draft.schema, direction),
    shape:
      draft.schema === undefined || kind === 'opaque' || kind === 'text'
        ? undefined
        : shapes.of(context, draft.schema),
    fields: kind === 'form' || kind === 'multipart' ? fieldsFor(maker, draft, kind) : {},
  }
}

const FIELD: Styling = { style: 'form', explode: true, delimiter: ',' }
const JSON_FIELD: Styling = { style: 'json', explode: false, delimiter: ',' }

/** OpenAPI 3.1 section 4.8.15: what is no primitive, and no list of them, is JSON in a multipart body. */
function fieldsFor({ context }: Maker, draft: DraftMedia, kind: 'form' | 'multipart'): MediaType['fields'] {
  const schema = draft.schema === undefined ? undefined : context.references.object(draft.schema)
  if (schema === undefined) return {}
  const fields = entries(schema.value.properties).map(([name, value]): [string, Serialisation] => {
    const at: At = { value, pointer: below(schema.pointer, 'properties', name) }
    const plain = serialisationOf(context, at, draft.fields.get(name) ?? FIELD)
    const isStructured =
      plain.shape === 'object' || (plain.shape === 'array' && hasStructuredItems(context, at))
    return [name, isStructured && kind === 'multipart' ? { ...plain, ...JSON_FIELD } : plain]
  })
  return Object.fromEntries(fields)
}

function hasStructuredItems({ references }: Context, at: At): boolean {
  const schema = references.object(at)
  const inner =
    schema === undefined ? undefined : references.object({ value: schema.value.items, pointer: '' })
  return isNode(inner?.value) && (inner.value.type === 'object' || inner.value.properties !== undefined)
}
