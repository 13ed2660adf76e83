// Checks our refusals against the error schema and the responses of the published specifications (../shared/specs).
import { describe, expect, it } from 'vitest'
import type { Refusal } from '../../src/dialects/dialect.ts'
import { DIALECTS } from '../../src/dialects/table.ts'
import { STATUS } from '../../src/dialects/wording.ts'
import { requireReal } from '../real.ts'

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean
  readonly items?: Schema
  readonly minItems?: number
  readonly minLength?: number
  readonly maxLength?: number
}
interface Document {
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>
    readonly responses: Readonly<Record<string, { readonly content?: object }>>
  }
}

const FILES = import.meta.glob<string>('../../../shared/specs/obie-4.0.0-*.json', {
  query: '?raw',
  import: 'default',
})
const SPECS = Object.entries(FILES).filter(([path]) => /account-info|payment-initiation|vrp/.test(path))
// Object.keys knows no literal types.
const REFUSALS = Object.keys(STATUS) as Refusal[]

/** Every way in which `value` breaks `schema`: the few keywords that this schema uses, each of them. */
function breaches(value: unknown, schema: Schema, document: Document, at = '$'): readonly string[] {
  if (schema.$ref !== undefined) {
    const target = document.components.schemas[schema.$ref.split('/').at(-1) ?? '']
    return target === undefined ? [`${at}: no such schema`] : breaches(value, target, document, at)
  }
  if (schema.type === 'string') {
    const ok =
      typeof value === 'string' &&
      value.length >= (schema.minLength ?? 0) &&
      value.length <= (schema.maxLength ?? Number.POSITIVE_INFINITY)
    return ok ? [] : [`${at}: not such a string`]
  }
  if (schema.type === 'array') {
    if (!Array.isArray(value) || value.length < (schema.minItems ?? 0)) return [`${at}: not such an array`]
    return value.flatMap((item, index) => breaches(item, schema.items ?? {}, document, `${at}[${index}]`))
  }
  if (typeof value !== 'object' || value === null) return [`${at}: no object`]
  const properties = schema.properties ?? {}
  const missing = (schema.required ?? [])
    .filter((name) => !(name in value))
    .map((name) => `${at}: no ${name}`)
  const wrong = Object.entries(value).flatMap(([name, member]) => {
    const property = properties[name]
    if (property !== undefined) return breaches(member, property, document, `${at}.${name}`)
    return schema.additionalProperties === false ? [`${at}.${name}: unknown`] : []
  })
  return [...missing, ...wrong]
}

describe.runIf(requireReal('../shared/specs', SPECS.length > 0))(
  'OBIE 4.0 refusals, as the specification wants them',
  () => {
    it.each(SPECS)('fit OBErrorResponse1 of %s and its responses', async (_path, load) => {
      const document: Document = JSON.parse(await load())
      const schema = document.components.schemas.OBErrorResponse1
      if (schema === undefined) throw new Error('Cannot find OBErrorResponse1')
      for (const refusal of REFUSALS) {
        const refused = DIALECTS['obie-4.0']?.refuse(refusal, '0f0c7a52-8a5e-4d8e-9a0b-000000000001', 0)
        const response = document.components.responses[`${refused?.status}Error`]
        if (response !== undefined) {
          expect(refused?.body !== '', `${refusal} has a body where the specification has one`).toBe(
            response.content !== undefined,
          )
        }
        if (refused?.body) expect(breaches(JSON.parse(refused.body), schema, document), refusal).toEqual([])
      }
    })
  },
)

const CODES = import.meta.glob<string>('../../../shared/vectors/obie-codes/*.json', {
  query: '?raw',
  import: 'default',
})
const [codes] = Object.values(CODES)

describe.runIf(requireReal('../shared/vectors/obie-codes', codes !== undefined))('OBIE codes', () => {
  it('are the code set’s own for signed requests, and otherwise never blame signature, consent or customer', async () => {
    const listed: { readonly codes: readonly (readonly [string, string, number])[] } = JSON.parse(
      (await codes?.()) ?? '',
    )
    const statuses = new Map(
      listed.codes.flatMap(
        ([number, name, status]) =>
          [
            [number, status],
            [name, status],
          ] as const,
      ),
    )
    for (const name of ['obie-4.0', 'obie-3.1']) {
      for (const refusal of REFUSALS) {
        const { status, body = '' } = DIALECTS[name]?.refuse(refusal, 'reference', 0) ?? {}
        const code = body === '' ? '' : JSON.parse(body).Errors[0].ErrorCode
        const signed = /^(signature|seal)_|^replayed$|^idempotency_reused$/.test(refusal)
        expect(statuses.get(code), `${name} ${refusal} ${code}`).toBe(signed ? status : undefined)
      }
    }
  })
})
