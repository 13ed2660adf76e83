/** What the body says of itself where the signature cannot: read from the very bytes, which are never changed. */
import type { SigningProfile } from '../../src/dialects/signing/profile.ts'
import { fail, type Outcome, pass } from '../../src/lib/outcome.ts'
import { type Field, fieldIn, type PlainRequest } from './request.ts'
import type { Note } from './signer.ts'

/** The header fields that repeat it. */
export function bodyFields(
  { body: claims }: SigningProfile,
  { body, bodyPath, fields }: PlainRequest,
  at: number,
  note: Note,
): Outcome<readonly Field[], string> {
  if (claims === undefined) return pass([])
  const { requestId, sentAt } = claims
  if (bodyPath === undefined) return fail('its body says when it was sent, and by which id: name --body')
  const document = parse(body)
  const [id, time] = [textAt(document, requestId.pointer), textAt(document, sentAt.pointer)]
  if (id === undefined || time === undefined) {
    const missing = id === undefined ? requestId.pointer : sentAt.pointer
    return fail(`${bodyPath} has to be JSON with a text at ${missing}`)
  }
  const age = (at - Date.parse(time)) / 1_000
  if (!(age >= -sentAt.maxFutureSeconds && age <= sentAt.maxAgeSeconds)) {
    note(
      `${sentAt.pointer} in ${bodyPath} is ${time}, and the gate takes the last ${sentAt.maxAgeSeconds} seconds`,
    )
  }
  const given = fieldIn(fields, requestId.field)
  if (given === undefined) return pass([{ name: requestId.field.toUpperCase(), value: id }])
  return given.toLowerCase() === id.toLowerCase()
    ? pass([])
    : fail(`--header ${requestId.field} has to be the id in the body, which is ${id.slice(0, 64)}`)
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body))
  } catch {
    return undefined
  }
}

/** Pointers of the profiles are plain: RFC 6901 without escapes. */
function textAt(document: unknown, pointer: string): string | undefined {
  let value = document
  for (const name of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined
    // An object of a parsed text.
    value = (value as Record<string, unknown>)[name]
  }
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value) ? value : undefined
}
