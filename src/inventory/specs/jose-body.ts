/**
 * Whether a body that says that it is signed or encrypted is (compact serialization: RFC 7515 section 7.1, RFC 7516 section
 * 7.1). What is inside nobody here reads; but plain JSON under such a name would pass unread, and a bank that reads JSON
 * whatever its name would take it.
 */
const JOSE: ReadonlySet<string> = new Set([
  'application/jose',
  'application/jose+jwe', // UK Open Banking
  'application/jwt',
])

/** Octets of base64url. */
const BASE64URL = Uint8Array.from({ length: 256 }, (_, octet) =>
  /[\w-]/.test(String.fromCharCode(octet)) ? 1 : 0,
)
const DOT = 0x2e
/** A header begins with a brace, and that with this letter. */
const BRACE = 0x65

export function saysJose(essence: string): boolean {
  return JOSE.has(essence)
}

export function isCompactJose(bytes: Uint8Array): boolean {
  let dots = 0
  const end = lengthWithoutBreak(bytes)
  for (let at = 0; at < end; at++) {
    const octet = bytes[at] ?? 0
    if (octet === DOT) dots++
    else if (BASE64URL[octet] !== 1) return false
  }
  return bytes[0] === BRACE && (dots === 2 || dots === 4)
}

/** Files end with one. */
function lengthWithoutBreak(bytes: Uint8Array): number {
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end--
  return end
}
