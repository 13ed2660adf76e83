import { Buffer } from 'node:buffer'

/** RFC 4648 section 5, without padding. */
export function toBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
}

/**
 * RFC 4648 section 5, without padding and canonical: one spelling for each value, or undefined.
 * Lenient decoders let one secret be written in many ways, which defeats every memory keyed on the text.
 */
export function fromBase64url(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Buffer.from(text, 'base64url'))
  return toBase64url(bytes) === text ? bytes : undefined
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
