/** What a signed body says of itself, in standards whose signature has no place for it. */
import type { BodyClaims } from '../../dialects/signing/profile.ts'
import { type JsonValue, parseJson } from '../../lib/json.ts'
import { parsePointer, resolvePointer } from '../../lib/json-pointer.ts'
import { fail, type Outcome, pass } from '../../lib/outcome.ts'
import { decodeUtf8 } from '../../lib/utf8.ts'
import type { RoomFault } from './faults.ts'

export interface ReadClaims {
  readonly requestId: string
  /** Milliseconds since the epoch. */
  readonly sentAt: number
}

const MAX_ID = 128
/** RFC 3339, with its offset: a local time is anybody's. */
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/

/** @param now milliseconds since the epoch */
export function readBodyClaims(
  body: Uint8Array,
  headers: Headers,
  { requestId, sentAt }: BodyClaims,
  now: number,
): Outcome<ReadClaims, RoomFault> {
  const document = parse(body)
  if (document === undefined) return fail('body_claim_malformed')
  const [id, text] = [textAt(document, requestId.pointer), textAt(document, sentAt.pointer)]
  if (id === undefined || text === undefined) return fail('body_claim_missing')
  if (id.length > MAX_ID || !DATE_TIME.test(text)) return fail('body_claim_malformed')
  // RFC 9562 section 4: UUIDs are compared without case.
  if (headers.get(requestId.field)?.toLowerCase() !== id.toLowerCase()) return fail('body_claim_mismatch')
  const at = Date.parse(text)
  if (Number.isNaN(at)) return fail('body_claim_malformed')
  if (at > now + sentAt.maxFutureSeconds * 1_000) return fail('body_from_future')
  if (at < now - sentAt.maxAgeSeconds * 1_000) return fail('body_stale')
  return pass({ requestId: id.toLowerCase(), sentAt: at })
}

function parse(body: Uint8Array): JsonValue | undefined {
  const text = decodeUtf8(body)
  const parsed = text === undefined ? undefined : parseJson(text)
  return parsed?.ok ? parsed.value : undefined
}

function textAt(document: JsonValue, pointer: string): string | undefined {
  const found = resolvePointer(document, parsePointer(pointer) ?? [])
  return found.ok && typeof found.value === 'string' && found.value !== '' ? found.value : undefined
}
