/** Keeps a byte order mark: no format that is read here has one (RFC 8259 section 8.1), and its reader refuses it. */
const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Octets as the text that they are; undefined where they are no UTF-8 (RFC 3629 section 3). A lenient decoder writes U+FFFD for
 * overlong forms, surrogates and cut sequences: two texts would read as one, and the next reader may make another of either.
 *
 * @param bytes whoever has read them has set the bound
 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return STRICT.decode(bytes)
  } catch {
    return undefined
  }
}
