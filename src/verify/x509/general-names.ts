/** GeneralName (RFC 5280 section 4.2.1.6). */
import { childrenOf, type Element, readElement, TAG } from '../../lib/der.ts'
import { readName } from './names.ts'
import type { GeneralName } from './types.ts'

/** A certificate of the largest size that we read holds fewer. */
const MAX_NAMES = 16_384

/** GeneralNames, at least one, under the tag that the surrounding type gives them. */
export function readGeneralNames(
  element: Element | undefined,
  tag: number = TAG.sequence,
): readonly GeneralName[] | undefined {
  const elements = childrenOf(element, tag, MAX_NAMES)
  if (elements === undefined || elements.length === 0) return undefined
  const names: GeneralName[] = []
  for (const one of elements) {
    const name = readGeneralName(one)
    if (name === undefined) return undefined
    names.push(name)
  }
  return names
}

const TEXTS: Readonly<Record<number, 'email' | 'dns' | 'uri'>> = { 1: 'email', 2: 'dns', 6: 'uri' }
const DIRECTORY = 4
const IP = 7
/** otherName, x400Address and ediPartyName are constructed, as directoryName is; the rest are primitive. */
const CONSTRUCTED_KINDS: readonly number[] = [0, 3, DIRECTORY, 5]
const LAST_KIND = 8

export function readGeneralName(element: Element): GeneralName | undefined {
  const kind = element.tag & 0x1f
  const expected = (CONSTRUCTED_KINDS.includes(kind) ? 0xa0 : 0x80) | kind
  if (element.tag !== expected || kind > LAST_KIND) return undefined
  const { content } = element
  const text = TEXTS[kind]
  if (text !== undefined) {
    const value = ia5(content)
    return value === undefined ? undefined : { kind: text, text: value }
  }
  if (kind === IP) return { kind: 'ip', bytes: content }
  if (kind !== DIRECTORY) return { kind: 'other', tag: kind, bytes: content }
  // A CHOICE is tagged explicitly: the Name stands inside.
  const name = readName(readElement(content))
  return name === undefined ? undefined : { kind: 'directory', name }
}

/** IA5String without controls: a NUL ends a name in C and nowhere else. */
function ia5(content: Uint8Array): string | undefined {
  if (!content.every((octet) => octet >= 0x20 && octet <= 0x7e)) return undefined
  return new TextDecoder().decode(content)
}
