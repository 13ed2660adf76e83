/** A consent's row as bytes: its version and then JSON in arrays. Another version's row reads as none. */
import { type JsonValue, parseJson } from '../../lib/json.ts'
import type { Access, ConsentRow, KnownList } from './types.ts'

const VERSION = 1
/** As many accesses, and as many listed accounts, as there may be: tested. */
export const MAX_ROW_BYTES = 131_072
const LIMITS = { maxLength: MAX_ROW_BYTES, maxDepth: 5 }

export function encodeRow(row: ConsentRow): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify([
    row.accesses.map(({ resource, requestId, at, pages }) => {
      return pages === 0 ? [resource, requestId, at] : [resource, requestId, at, pages]
    }),
    [
      ...[row.ended, row.until ?? null, row.agreed ?? null, row.asked ?? null, row.owner ?? null],
      ...[row.keepUntil, row.lookedAt, row.looks],
    ],
    row.lists.map(({ collection, keyId, accounts, at, pendingUntil }) => {
      return [collection, keyId, at, pendingUntil, accounts.map((name) => name.slice(keyId.length + 1))]
    }),
  ])
  const body = new TextEncoder().encode(text)
  const bytes = new Uint8Array(body.length + 1)
  bytes[0] = VERSION
  bytes.set(body, 1)
  return bytes
}

export function decodeRow(bytes: Uint8Array): ConsentRow | undefined {
  if (bytes[0] !== VERSION) return undefined
  const parsed = parseJson(new TextDecoder().decode(bytes.subarray(1)), LIMITS)
  if (!parsed.ok || !isList(parsed.value)) return undefined
  const [accesses, terms, lists] = parsed.value
  if (!isList(accesses) || !isList(terms) || !isList(lists)) return undefined
  const [ended, until, agreed, asked, owner, keepUntil, lookedAt, looks] = terms
  return {
    accesses: accesses.flatMap(accessIn),
    ended: ended === true,
    until: numberIn(until),
    agreed: numberIn(agreed),
    asked: numberIn(asked),
    owner: textIn(owner),
    lists: lists.flatMap(listIn),
    keepUntil: numberIn(keepUntil) ?? 0,
    lookedAt: numberIn(lookedAt) ?? 0,
    looks: numberIn(looks) ?? 0,
  }
}

function accessIn(value: JsonValue): readonly Access[] {
  if (!isList(value)) return []
  const [resource, requestId, at] = [textIn(value[0]), textIn(value[1]), numberIn(value[2])]
  if (resource === undefined || requestId === undefined || at === undefined) return []
  return [{ resource, requestId, at, pages: numberIn(value[3]) ?? 0 }]
}

function listIn(value: JsonValue): readonly KnownList[] {
  if (!isList(value)) return []
  const [collection, keyId] = [textIn(value[0]), textIn(value[1])]
  const [at, pendingUntil, names] = [numberIn(value[2]), numberIn(value[3]), value[4]]
  if (collection === undefined || keyId === undefined || at === undefined || !isList(names)) return []
  const accounts = names.flatMap((name) => (typeof name === 'string' ? [`${keyId}.${name}`] : []))
  return [{ collection, keyId, accounts, at, pendingUntil: pendingUntil ?? 0 }]
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function textIn(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function numberIn(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined
}
