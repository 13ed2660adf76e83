/** The few DER types (X.690) in extensions for which the library has no class of its own. */
import { element, objectIdentifierOf } from '../../src/lib/der-write.ts'

export const oid = objectIdentifierOf

export function sequence(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(element(0x30, ...parts))
}

export function utf8(text: string): Uint8Array {
  return element(0x0c, Buffer.from(text))
}

export function printable(text: string): Uint8Array {
  return element(0x13, Buffer.from(text, 'latin1'))
}

export function ia5(text: string): Uint8Array {
  return element(0x16, Buffer.from(text, 'latin1'))
}

/** Of a number that is not negative: an octet of zeros keeps a high first bit from meaning that it is. */
export function integer(value: number): Uint8Array<ArrayBuffer> {
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  const positive = (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Uint8Array.of(0), bytes])
  return Uint8Array.from(element(0x02, positive))
}
