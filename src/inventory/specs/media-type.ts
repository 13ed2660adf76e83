/** What a message says its body is (RFC 9110 section 8.3), and which declared media type that is. */
import { remember } from '../../lib/remember.ts'
import type { BodyKind, MediaType } from '../types.ts'

export interface ContentType {
  /** Lower case, without parameters. */
  readonly essence: string
  /** In lower case and order, as documents' keys are compared: `charset=utf-8`. */
  readonly parameters: string
  /** Lower case; undefined where none is named. */
  readonly charset: string | undefined
  /** As written, for multipart. */
  readonly boundary: string | undefined
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const ESSENCE = new RegExp(`^\\s*(${TOKEN}/${TOKEN})`)
const PARAMETER = new RegExp(`\\s*;\\s*(?:(${TOKEN})=(?:(${TOKEN})|("(?:[^"\\\\]|\\\\.)*")))?`, 'y')

/** The longest that a reader need look at: a type, a charset, a boundary of 70 characters (RFC 2046 section 5.1.1). */
const MAX_LENGTH = 256

/**
 * Undefined where it is malformed, two of them joined, or names one parameter twice: one charset would be for us and
 * the other for the bank.
 */
export const readContentType: (text: string) => ContentType | undefined = remember(64, (text) => {
  if (text.length > MAX_LENGTH) return undefined
  const essence = ESSENCE.exec(text)
  if (essence?.[1] === undefined) return undefined
  const parameters = readParameters(text, essence[0].length)
  if (parameters === undefined) return undefined
  return {
    essence: essence[1].toLowerCase(),
    parameters: [...parameters]
      .map(([name, value]) => `${name}=${value.toLowerCase()}`)
      .sort()
      .join(';'),
    charset: parameters.get('charset')?.toLowerCase(),
    boundary: parameters.get('boundary'),
  }
})

function readParameters(text: string, from: number): ReadonlyMap<string, string> | undefined {
  const parameters = new Map<string, string>()
  let end = from
  for (;;) {
    PARAMETER.lastIndex = end
    const match = PARAMETER.exec(text)
    if (match === null) break
    end = PARAMETER.lastIndex
    const [, name, token, quoted] = match
    if (name === undefined) continue
    if (parameters.has(name.toLowerCase())) return undefined
    parameters.set(name.toLowerCase(), token ?? (quoted ?? '').slice(1, -1).replace(/\\(.)/g, '$1'))
  }
  return text.slice(end).trim() === '' ? parameters : undefined
}

/** What a type is read as; `opaque` where nobody looks inside. */
export function kindOf(essence: string): BodyKind {
  if (essence === 'application/json' || essence === 'text/json' || essence.endsWith('+json')) return 'json'
  if (essence === 'application/x-www-form-urlencoded') return 'form'
  if (essence === 'multipart/form-data') return 'multipart'
  return essence.startsWith('text/') && !essence.endsWith('xml') ? 'text' : 'opaque'
}

/**
 * The declared media type by its essence. `application/json; charset=utf-8` is JSON whether a document's key says so or
 * not: comparing whole texts let such bodies pass unchecked elsewhere (wso2/product-apim issue 7947). Of keys with one
 * essence the one whose parameters agree best wins; then come ranges, `application/*` before any other range.
 */
export function declaredFor(content: readonly MediaType[], type: ContentType): MediaType | undefined {
  let best: MediaType | undefined
  let rank = 0
  for (const one of content) {
    const found = rankOf(one, type)
    if (found > rank) {
      best = one
      rank = found
    }
  }
  return best
}

function rankOf({ essence, parameters }: MediaType, type: ContentType): number {
  if (essence === type.essence) return parameters === type.parameters ? 5 : parameters === '' ? 4 : 3
  if (essence === '*/*') return 1
  return essence.endsWith('/*') && type.essence.startsWith(essence.slice(0, -1)) ? 2 : 0
}
