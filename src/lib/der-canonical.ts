/**
 * Says whether bytes are one element in DER all the way down (X.690 sections 10 and 11), as far as that can be told
 * without knowing the type: an encoding that can be spelt in two ways lets two readers see two certificates.
 * Nothing recurses, and every turn of the loop consumes octets: the input's size bounds the work.
 */
import { readElements, readHead, TAG } from './der.ts'

/** A certificate with name constraints on directory names needs eleven. */
const MAX_DEPTH = 20
/** Attributes of one relative distinguished name. */
const MAX_SET = 32

export function isCanonical(bytes: Uint8Array): boolean {
  const ends = [bytes.length]
  let at = 0
  while (ends.length > 0) {
    const end = ends.at(-1) ?? 0
    if (at === end) {
      ends.pop()
      continue
    }
    // One element at the top: what follows it is not the certificate's.
    if (ends.length === 1 && at > 0) return false
    const head = readHead(bytes, at)
    if (head === undefined || head.end > end) return false
    const content = bytes.subarray(head.start, head.end)
    if ((head.tag & CONSTRUCTED) === 0) {
      if (!isPrimitive(head.tag, content)) return false
      at = head.end
      continue
    }
    if (!isConstructed(head.tag, content) || ends.length === MAX_DEPTH) return false
    ends.push(head.end)
    at = head.start
  }
  return bytes.length > 0
}

const CONSTRUCTED = 0x20
const CLASS = 0xc0

/** Strings in pieces are BER's: only sequences and sets are constructed (X.690 section 10.2). */
function isConstructed(tag: number, content: Uint8Array): boolean {
  if ((tag & CLASS) !== 0) return true
  return tag === TAG.sequence || (tag === TAG.set && isSorted(content))
}

/** X.690 section 11.6: a SET OF is written in the order of its encodings. */
function isSorted(content: Uint8Array): boolean {
  const elements = readElements(content, MAX_SET)
  return (
    elements?.every((one, at) => at === 0 || compare(elements[at - 1]?.der ?? one.der, one.der) <= 0) ?? false
  )
}

function compare(left: Uint8Array, right: Uint8Array): number {
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

/** Universal types that occur in certificates; what a private or context-specific one holds, its reader knows. */
function isPrimitive(tag: number, content: Uint8Array): boolean {
  if ((tag & CLASS) !== 0) return true
  return PRIMITIVES[tag]?.(content) ?? false
}

const anything = (): boolean => true

const PRIMITIVES: Readonly<Record<number, (content: Uint8Array) => boolean>> = {
  [TAG.boolean]: ([octet, more]) => (octet === 0 || octet === 0xff) && more === undefined,
  [TAG.integer]: isShortestInteger,
  10: isShortestInteger,
  [TAG.bitString]: isBitString,
  [TAG.octetString]: anything,
  [TAG.null]: (content) => content.length === 0,
  [TAG.objectIdentifier]: isObjectIdentifier,
  [TAG.utf8String]: anything,
  // NumericString and VisibleString.
  18: anything,
  26: anything,
  [TAG.printableString]: anything,
  [TAG.t61String]: anything,
  [TAG.ia5String]: anything,
  [TAG.utcTime]: anything,
  [TAG.generalizedTime]: anything,
  // UniversalString.
  28: (content) => content.length % 4 === 0,
  [TAG.bmpString]: (content) => content.length % 2 === 0,
}

/** X.690 section 8.3.2. */
function isShortestInteger(content: Uint8Array): boolean {
  const [first, second] = content
  if (first === undefined || second === undefined) return first !== undefined
  return !((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))
}

/** X.690 section 11.2.1: unused bits are zero. */
function isBitString(content: Uint8Array): boolean {
  const [unused, ...rest] = [content[0], content.at(-1)]
  if (unused === undefined || unused > 7) return false
  if (content.length === 1) return unused === 0
  return ((rest[0] ?? 0) & ((1 << unused) - 1)) === 0
}

/** X.690 section 8.19.2: no arc begins with padding, and the last one ends. */
function isObjectIdentifier(content: Uint8Array): boolean {
  const last = content.at(-1)
  if (last === undefined || last >= 0x80) return false
  return content.every((octet, at) => octet !== 0x80 || (at > 0 && (content[at - 1] ?? 0) >= 0x80))
}
