/** What RFC 3986 section 2.3 calls unreserved: encoded or not, it is the same. */
const UNRESERVED = /^[A-Za-z0-9\-._~]$/
const HTTP_URI = /^(https?):\/\/([^/?#@\\]+)((?:\/[^?#\\]*)?)(?:[?#].*)?$/i
const MAX_URI = 2_048
const DEFAULT_PORT: Readonly<Record<string, RegExp>> = { http: /:(?:80)?$/, https: /:(?:443)?$/ }

/**
 * An http URI without query and fragment in a form in which equal ones are equal (RFC 3986 sections 6.2.2 and 6.2.3, as
 * RFC 9449 section 4.3 recommends), or undefined where it is none. Dot segments are not resolved but refused: no client
 * means one, and readers differ.
 */
export function comparableUri(text: string): string | undefined {
  if (text.length > MAX_URI || !/^[\x21-\x7e]*$/.test(text)) return undefined
  const [, scheme = '', authority = '', path = ''] = HTTP_URI.exec(text) ?? []
  if (authority === '') return undefined
  const lower = scheme.toLowerCase()
  const host = authority.toLowerCase().replace(DEFAULT_PORT[lower] ?? /$^/, '')
  const segments = normalPath(path === '' ? '/' : path)
  return segments === undefined ? undefined : `${lower}://${host}${segments}`
}

function normalPath(path: string): string | undefined {
  let bad = false
  const plain = path.replace(/%([0-9A-Fa-f]{2})?/g, (_triplet, digits: string | undefined) => {
    if (digits === undefined) {
      bad = true
      return ''
    }
    const character = String.fromCharCode(Number.parseInt(digits, 16))
    return UNRESERVED.test(character) ? character : `%${digits.toUpperCase()}`
  })
  return bad || /\/\.{1,2}(?:\/|$)/.test(plain) ? undefined : plain
}
