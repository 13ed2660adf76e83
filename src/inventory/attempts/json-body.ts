/** A JSON body, read for one look and thrown away; never twice for one request. */
import { essenceOf } from '../media.ts'

/** Bodies of Open Banking requests have a few kilobytes. */
const MAX_BYTES = 262_144
const UTF8 = new TextDecoder()

export interface JsonBody {
  readonly text: string
  /** Undefined where it is no JSON. */
  read(): unknown
}

export function jsonIn(contentType: string | null, bytes: Uint8Array | undefined): JsonBody | undefined {
  if (bytes === undefined || bytes.length === 0 || bytes.length > MAX_BYTES) return undefined
  if (!/[/+]json$/.test(essenceOf(contentType) ?? '')) return undefined
  const text = UTF8.decode(bytes)
  let value: unknown
  let isRead = false
  return {
    text,
    read() {
      if (!isRead) value = parsed(text)
      isRead = true
      return value
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
