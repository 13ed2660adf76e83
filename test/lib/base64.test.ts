import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  base64urlBytes,
  base64urlOctets,
  fromBase64url,
  isBase64url,
  readBase64url,
  toBase64url,
} from '../../src/lib/base64.ts'

describe('fromBase64url()', () => {
  it('reads what toBase64url() wrote', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(fromBase64url(toBase64url(bytes))).toEqual(bytes)
      }),
    )
  })

  it('reads a text only in the one spelling that its value has', () => {
    const noise = fc.string({ unit: fc.constantFrom(...'AQgwBCEIz09_-=+/ \n?\u00e9'), maxLength: 12 })
    fc.assert(
      fc.property(noise, (text) => {
        const canonical = toBase64url(new Uint8Array(Buffer.from(text, 'base64url'))) === text
        expect(isBase64url(text)).toBe(canonical)
        expect(fromBase64url(text) !== undefined).toBe(canonical)
        expect(readBase64url(text, new Uint8Array(base64urlBytes(text)))).toBe(canonical)
        const octets = base64urlOctets(text)
        expect(octets).toBe(canonical ? Buffer.from(text, 'base64url').toString('latin1') : undefined)
      }),
      { numRuns: 20_000 },
    )
  })

  it.each(['AB', 'AAB', 'A', 'AA==', 'AA=', 'A A', 'AA\n', '+/', 'é', 'AAAA='])('refuses %j', (text) => {
    expect(fromBase64url(text)).toBeUndefined()
  })
})
