/**
 * Schemas of a document judged by Hyperjump: an interpreter, another family than ajv, which reads OpenAPI 3.0 and 3.1
 * documents as they are and knows nothing of our translation.
 */

import { addFormat, setFormatHandler } from '@hyperjump/json-schema/experimental'
import {
  registerSchema,
  setShouldValidateFormat,
  setShouldValidateSchema,
  validate,
} from '@hyperjump/json-schema/openapi-3-0'
import { validate as validate31 } from '@hyperjump/json-schema/openapi-3-1'
import '@hyperjump/json-schema/formats'
import type { Node } from '../nodes.ts'

export type Judge = (value: unknown) => boolean

/** Formats that draft 4 does not have and OpenAPI 3.0 does, by Hyperjump's own readers. */
const OF_LATER_DRAFTS = ['date', 'time', 'uuid', 'duration', 'uri-reference', 'json-pointer', 'regex']
const FORMAT_KEYWORD = 'https://json-schema.org/keyword/draft-04/format'
const NEWER_KEYWORD = 'https://json-schema.org/keyword/draft-2020-12/format'

let ready = false

function prepare(): void {
  if (ready) return
  ready = true
  // Its check of the document itself stumbles over references; that is not what is compared.
  setShouldValidateSchema(false)
  setShouldValidateFormat(true)
  for (const name of OF_LATER_DRAFTS)
    setFormatHandler(FORMAT_KEYWORD, name, `https://json-schema.org/format/${name}`)
  for (const [name, handler] of Object.entries(OPENAPI_FORMATS)) {
    const id = `https://spec.openapis.org/format/${name}`
    addFormat({ id, handler: (value: unknown) => typeof value !== 'number' || handler(value) })
    for (const keyword of [FORMAT_KEYWORD, NEWER_KEYWORD]) setFormatHandler(keyword, name, id)
  }
  const byte = 'https://spec.openapis.org/format/byte'
  addFormat({ id: byte, handler: (value: unknown) => typeof value !== 'string' || isBase64(value) })
  setFormatHandler(FORMAT_KEYWORD, 'byte', byte)
}

/** Hyperjump has none of these. OpenAPI 3.0.3 section 4.4: signed 32 and 64 bits. */
const OPENAPI_FORMATS: Readonly<Record<string, (value: number) => boolean>> = {
  int32: (value) => Math.trunc(value) === value && value >= -2_147_483_648 && value <= 2_147_483_647,
  int64: (value) => Math.trunc(value) === value && value >= -(2n ** 63n) && value <= 2n ** 63n,
  float: (value) => value >= -3.4028235677973362e38 && value <= 3.4028235677973362e38,
}

/** By the platform's decoder, which would skip white space and put up with missing padding. */
function isBase64(text: string): boolean {
  if (text.length % 4 !== 0 || /\s/.test(text)) return false
  try {
    return typeof atob(text) === 'string'
  } catch {
    return false
  }
}

let documents = 0

/** `pointers` to schemas of a document, each as a judge. */
export async function judgesFor(root: Node, pointers: readonly string[]): Promise<readonly Judge[]> {
  prepare()
  const uri = `https://specification-${documents++}.invalid/`
  const isNewer = String(root.openapi).startsWith('3.1')
  const dialect = isNewer
    ? 'https://spec.openapis.org/oas/3.1/schema-base'
    : 'https://spec.openapis.org/oas/3.0/schema'
  // A document that JSON made.
  registerSchema(structuredClone(root) as Parameters<typeof registerSchema>[0], uri, dialect)
  const judges: Judge[] = []
  for (const pointer of pointers) {
    const judge = await (isNewer ? validate31 : validate)(`${uri}#${encodeURI(pointer)}`)
    // What mutations make is JSON.
    judges.push((value) => judge(value as Parameters<typeof judge>[0]).valid)
  }
  return judges
}
