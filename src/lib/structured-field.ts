/** Writes structured field values (RFC 9651). Each writer returns undefined where the value has no such form. */
import { toBase64 } from './base64.ts'

/** Section 4.1.6: printable ASCII in quotes. */
export function sfString(text: string): string | undefined {
  if (!/^[\x20-\x7e]*$/.test(text)) return undefined
  return `"${text.replace(/["\\]/g, (character) => `\\${character}`)}"`
}

/** Section 4.1.7. */
export function sfToken(text: string): string | undefined {
  return /^[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]*$/.test(text) ? text : undefined
}

/** Section 4.1.5: at most 12 digits before the point and 3 behind it. */
export function sfDecimal(value: number): string | undefined {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e12) return undefined
  const text = value.toFixed(3).replace(/0{1,2}$/, '')
  return text === '-0.0' ? '0.0' : text
}

/** Section 4.1.8. */
export function sfBytes(bytes: Uint8Array): string {
  return `:${toBase64(bytes)}:`
}

/** Section 4.1.2. Members without a value are left out. */
export function sfDictionary(
  members: readonly (readonly [key: string, value: string | undefined])[],
): string {
  let text = ''
  for (const [key, value] of members) {
    if (value !== undefined) text += text === '' ? `${key}=${value}` : `, ${key}=${value}`
  }
  return text
}
