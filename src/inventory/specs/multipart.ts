/**
 * multipart/form-data (RFC 7578, RFC 2046 section 5.1.1), without leniency: a body that two readers could divide in two
 * ways is not read. No preamble, no folded or repeated part headers, CRLF alone.
 */
import { decodeUtf8 } from '../../lib/utf8.ts'

export interface Part {
  readonly name: string
  readonly file: boolean
  /** As written; undefined where the part names none. */
  readonly contentType: string | undefined
  readonly bytes: Uint8Array
}

const MAX_PARTS = 64
const MAX_HEAD = 2_048
/** RFC 2046 section 5.1.1. */
const BOUNDARY = /^[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]$/
const DISPOSITION =
  /^form-data; *name="([^"\\\r\n]*)"((?:; *filename="[^"\r\n]*")?)(?:; *filename\*=[^;"\r\n]+)?$/i

/** Undefined where the body is malformed, or has too many parts. */
export function readMultipart(bytes: Uint8Array, boundary: string): readonly Part[] | undefined {
  if (!BOUNDARY.test(boundary)) return undefined
  const text = binaryText(bytes)
  const delimiter = `--${boundary}`
  if (!text.startsWith(`${delimiter}\r\n`)) return undefined
  const parts: Part[] = []
  let at = delimiter.length + 2
  for (;;) {
    const end = text.indexOf(`\r\n${delimiter}`, at)
    const part = end < 0 || parts.length === MAX_PARTS ? undefined : readPart(text, at, end, bytes)
    if (part === undefined) return undefined
    parts.push(part)
    const after = end + 2 + delimiter.length
    if (text.startsWith('--', after))
      return /^--(?:\r\n)?$/.test(text.slice(after, after + 5)) ? parts : undefined
    if (!text.startsWith('\r\n', after)) return undefined
    at = after + 2
  }
}

function readPart(text: string, from: number, end: number, bytes: Uint8Array): Part | undefined {
  const headEnd = text.indexOf('\r\n\r\n', from)
  if (headEnd < 0 || headEnd > end - 2 || headEnd - from > MAX_HEAD) return undefined
  const fields = new Map<string, string>()
  for (const line of text.slice(from, headEnd).split('\r\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    if (!/^[a-z-]+$/.test(name) || fields.has(name)) return undefined
    fields.set(name, line.slice(colon + 1).trim())
  }
  // RFC 7578 section 4.7 and 4.2: no encodings, and every part has a name.
  if (fields.has('content-transfer-encoding')) return undefined
  const disposition = DISPOSITION.exec(fields.get('content-disposition') ?? '')
  const name = disposition?.[1] === undefined ? undefined : utf8(disposition[1])
  if (name === undefined) return undefined
  return {
    name,
    file: disposition?.[2] !== '',
    contentType: fields.get('content-type'),
    bytes: bytes.subarray(headEnd + 4, end),
  }
}

/** One character for each octet, so that places in the text are places in the body. */
export function binaryText(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8_192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192))
  return text
}

function utf8(binary: string): string | undefined {
  return decodeUtf8(Uint8Array.from(binary, (character) => character.charCodeAt(0)))
}
