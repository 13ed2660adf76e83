/**
 * Structured field values (RFC 9651) as a verifier must read them: one text, one reading.
 *
 * The RFC lets a parser take the last of two members or parameters of one name, and readers do differ there, so that a
 * signature could be checked over one and obeyed over the other. What is read is therefore written again and compared:
 * duplicates, padded numbers, decimals that look like integers and sloppy base64 do not come back as they were.
 */
import {
  type Dictionary,
  type InnerList,
  type Item,
  isInnerList,
  type List,
  parseDictionary,
  parseItem,
  parseList,
  serializeDictionary,
  serializeItem,
  serializeList,
} from 'structured-headers'

/** Several signatures of RSA with 4,096 bits and their components fit; a header of a Worker may have 128 kB. */
const MAX_FIELD = 16_384

export function readDictionary(text: string): Dictionary | undefined {
  return readOnce(text, parseDictionary, serializeDictionary)
}

export function readList(text: string): List | undefined {
  return readOnce(text, parseList, serializeList)
}

export function readItem(text: string): Item | undefined {
  return readOnce(text, parseItem, (item: Item) => serializeItem(item))
}

function readOnce<T>(text: string, parse: (text: string) => T, write: (value: T) => string): T | undefined {
  if (text.length > MAX_FIELD) return undefined
  try {
    const value = parse(text)
    const written = write(value)
    // Nearly every signer writes it as the RFC does, and is spared the second look.
    return written === text || squeeze(written) === squeeze(text) ? value : undefined
  } catch {
    // The library throws on what is no structured field, and on values that have no such form.
    return undefined
  }
}

/** Leaves out the white space between tokens, where the RFC allows some, and keeps all of a string's. */
function squeeze(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|[ \t]+/g, (part) => (part.startsWith('"') ? part : ''))
}

/** A member as an item; undefined where it is an inner list. */
export function asItem(member: Item | InnerList | undefined): Item | undefined {
  return member === undefined || isInnerList(member) ? undefined : member
}

/** A member's octets where it is a byte sequence. */
export function asBytes(member: Item | InnerList | undefined): Uint8Array | undefined {
  const bare = asItem(member)?.[0]
  return bare instanceof ArrayBuffer ? new Uint8Array(bare) : undefined
}
