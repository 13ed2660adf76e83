/** What a body says it is (RFC 9110 section 8.3), and whether that is something the gate can read. */
import { fail, type Outcome, pass } from '../lib/outcome.ts'

export type BodyKind = 'json' | 'form'

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const QUOTED = '"(?:[^"\\\\]|\\\\.)*"'
const PARAMETER = new RegExp(`\\s*;\\s*(?:(${TOKEN})=(?:(${TOKEN})|(${QUOTED})))?`, 'y')
const ESSENCE = new RegExp(`^${TOKEN}/${TOKEN}`)

/** The longest that a reader need look at: a type, a charset, a profile. */
const MAX_LENGTH = 256

/**
 * The kind of body behind a Content-Type. Refused are a missing or malformed one, a joined second one, a type that the
 * route does not list, one that has no inspected place (multipart among them), and every charset but UTF-8.
 */
export function bodyKind(
  contentType: string | null,
  mediaTypes: readonly string[],
  kinds: ReadonlySet<BodyKind>,
): Outcome<BodyKind, 'media_type_refused' | 'charset_refused'> {
  if (contentType === null || contentType.length > MAX_LENGTH) return fail('media_type_refused')
  const essence = ESSENCE.exec(contentType)?.[0]
  if (essence === undefined) return fail('media_type_refused')
  const charsets = charsetsOf(contentType, essence.length)
  const type = essence.toLowerCase()
  const kind = kindOf(type)
  if (charsets === undefined || kind === undefined || !kinds.has(kind)) return fail('media_type_refused')
  if (mediaTypes.length > 0 && !mediaTypes.includes(type)) return fail('media_type_refused')
  // Two charsets are one for us and one for the bank.
  return charsets.every((charset) => /^utf-?8$/i.test(charset)) ? pass(kind) : fail('charset_refused')
}

function kindOf(type: string): BodyKind | undefined {
  if (type === 'application/x-www-form-urlencoded') return 'form'
  return type === 'application/json' || type === 'text/json' || type.endsWith('+json') ? 'json' : undefined
}

/** Every charset parameter; undefined where the parameters are malformed. */
function charsetsOf(contentType: string, from: number): readonly string[] | undefined {
  const charsets: string[] = []
  PARAMETER.lastIndex = from
  let end = from
  for (;;) {
    const match = PARAMETER.exec(contentType)
    if (match === null) break
    end = PARAMETER.lastIndex
    const [, name, token, quoted] = match
    if (name?.toLowerCase() === 'charset') charsets.push(token ?? unquote(quoted ?? ''))
  }
  return contentType.slice(end).trim() === '' ? charsets : undefined
}

function unquote(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, '$1')
}
