import { describe, expect, it } from 'vitest'
import { decodeUtf8 } from '../../src/lib/utf8.ts'

const octets = (...values: readonly number[]) => Uint8Array.from(values)

describe('octets as UTF-8', () => {
  it('are the text that they are', () => {
    expect(decodeUtf8(new TextEncoder().encode('Zürich €'))).toBe('Zürich €')
    expect(decodeUtf8(octets())).toBe('')
  })

  it.each([
    ['an overlong slash', octets(0xc0, 0xaf)],
    ['a surrogate', octets(0xed, 0xa0, 0x80)],
    ['a cut sequence', octets(0x61, 0xe2, 0x82)],
    ['Latin-1', octets(0x5a, 0xfc, 0x72)],
    ['more than Unicode has', octets(0xf4, 0x90, 0x80, 0x80)],
  ])('are no text with %s in them, where a lenient reader would go on with U+FFFD', (_what, bytes) => {
    expect(decodeUtf8(bytes)).toBeUndefined()
  })

  it('keep a byte order mark, so that whoever parses the text refuses it', () => {
    expect(decodeUtf8(octets(0xef, 0xbb, 0xbf, 0x7b))).toBe('\u{feff}{')
  })

  it('are read by themselves: what was cut before them changes nothing', () => {
    expect(decodeUtf8(octets(0xe2, 0x82))).toBeUndefined()
    expect(decodeUtf8(octets(0x61))).toBe('a')
  })
})
