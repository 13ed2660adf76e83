import { Buffer } from 'node:buffer'

/** ECMAScript's own codec, which workerd has and the Node that runs our tools has not: a third of Buffer's time. */
interface NativeCodec {
  readonly decodeInto:
    | ((this: Uint8Array, text: string, options: { alphabet: 'base64url' }) => { readonly written: number })
    | undefined
  readonly decode: ((text: string, options: { alphabet: 'base64url' }) => Uint8Array) | undefined
  readonly encode:
    | ((this: Uint8Array, options?: { alphabet: 'base64url'; omitPadding: true }) => string)
    | undefined
}
// Members of ECMAScript 2026, which the compiler's library does not list yet.
const native: NativeCodec = {
  decodeInto: (Uint8Array.prototype as unknown as { readonly setFromBase64?: NativeCodec['decodeInto'] })
    .setFromBase64,
  decode: (Uint8Array as unknown as { readonly fromBase64?: NativeCodec['decode'] }).fromBase64,
  encode: (Uint8Array.prototype as unknown as { readonly toBase64?: NativeCodec['encode'] }).toBase64,
}

/** RFC 4648 section 5, without padding. */
export function toBase64url(bytes: Uint8Array): string {
  if (native.encode !== undefined)
    return native.encode.call(bytes, { alphabet: 'base64url', omitPadding: true })
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
}

const BASE64URL = /^[A-Za-z0-9_-]*$/
/** RFC 4648 section 3.5: the last characters whose unused bits are zero, after two characters and after three. */
const LAST_OF_TWO = 'AQgw'
const LAST_OF_THREE = 'AEIMQUYcgkosw048'

/** Whether a text is base64url in its one canonical spelling: no padding, no white space, no stray bits. */
export function isBase64url(text: string): boolean {
  return hasPlainEnd(text) && BASE64URL.test(text)
}

function hasPlainEnd(text: string): boolean {
  const rest = text.length % 4
  if (rest === 0) return true
  return rest !== 1 && (rest === 2 ? LAST_OF_TWO : LAST_OF_THREE).includes(text.charAt(text.length - 1))
}

/**
 * RFC 4648 section 5, without padding and canonical: one spelling for each value, or undefined.
 * Lenient decoders let one secret be written in many ways, which defeats every memory keyed on the text.
 */
export function fromBase64url(text: string): Uint8Array | undefined {
  if (native.decode !== undefined) return decodeNatively(text, native.decode)
  return isBase64url(text) ? new Uint8Array(Buffer.from(text, 'base64url')) : undefined
}

/** The native decoder checks the alphabet; padding and white space, which it takes, show in the length. */
function decodeNatively(text: string, decode: NonNullable<NativeCodec['decode']>): Uint8Array | undefined {
  if (!hasPlainEnd(text)) return undefined
  try {
    const bytes = decode(text, { alphabet: 'base64url' })
    return bytes.length === base64urlBytes(text) ? bytes : undefined
  } catch {
    return undefined
  }
}

/** How many bytes a canonical text holds. */
export function base64urlBytes(text: string): number {
  return Math.floor((text.length * 3) / 4)
}

/** Decodes into `target`, which has `base64urlBytes(text)` bytes; false where the text is not canonical. */
export function readBase64url(text: string, target: Uint8Array): boolean {
  if (native.decodeInto === undefined) {
    if (!isBase64url(text)) return false
    target.set(Buffer.from(text, 'base64url'))
    return true
  }
  if (!hasPlainEnd(text)) return false
  try {
    return native.decodeInto.call(target, text, { alphabet: 'base64url' }).written === target.length
  } catch {
    return false
  }
}

/** The octets as characters U+0000 to U+00FF, without bytes between; undefined where the text is not canonical. */
export function base64urlOctets(text: string): string | undefined {
  if (!hasPlainEnd(text) || text.includes('+') || text.includes('/')) return undefined
  try {
    const octets = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    return octets.length === base64urlBytes(text) ? octets : undefined
  } catch {
    return undefined
  }
}

/** RFC 4648 section 4, with padding. */
export function toBase64(bytes: Uint8Array): string {
  if (native.encode !== undefined) return native.encode.call(bytes)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

/** RFC 4648 section 4, padded and canonical, or undefined. */
export function fromBase64(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Buffer.from(text, 'base64'))
  return toBase64(bytes) === text ? bytes : undefined
}
