import { Buffer } from 'node:buffer'

/** RFC 4648 section 5, without padding. */
export function toBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
}

const BASE64URL = /^[A-Za-z0-9_-]*$/
/** RFC 4648 section 3.5: the last characters whose unused bits are zero, after two characters and after three. */
const LAST_OF_TWO = 'AQgw'
const LAST_OF_THREE = 'AEIMQUYcgkosw048'

/** Whether a text is base64url in its one canonical spelling: no padding, no white space, no stray bits. */
export function isBase64url(text: string): boolean {
  const rest = text.length % 4
  if (rest === 1 || !BASE64URL.test(text)) return false
  return rest === 0 || (rest === 2 ? LAST_OF_TWO : LAST_OF_THREE).includes(text.charAt(text.length - 1))
}

/**
 * RFC 4648 section 5, without padding and canonical: one spelling for each value, or undefined.
 * Lenient decoders let one secret be written in many ways, which defeats every memory keyed on the text.
 */
export function fromBase64url(text: string): Uint8Array | undefined {
  return isBase64url(text) ? new Uint8Array(Buffer.from(text, 'base64url')) : undefined
}

/** RFC 4648 section 4, with padding. */
export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

/** RFC 4648 section 4, padded and canonical, or undefined. */
export function fromBase64(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Buffer.from(text, 'base64'))
  return toBase64(bytes) === text ? bytes : undefined
}
