import { describe, expect, it } from 'vitest'
import { objectIdentifier, readElement } from '../../src/lib/der.ts'
import { isCanonical } from '../../src/lib/der-canonical.ts'
import { element, objectIdentifierOf } from '../../src/lib/der-write.ts'

describe('element()', () => {
  it.each([0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x1_0000])(
    'writes %i octets in the one way that DER has',
    (size) => {
      const content = new Uint8Array(size)
      const der = element(0x04, content)
      expect(isCanonical(der)).toBe(true)
      expect(readElement(der)?.content).toEqual(content)
    },
  )

  it('puts its parts behind each other', () => {
    expect(element(0x30, Uint8Array.of(5, 0), Uint8Array.of(5, 0))).toEqual(
      Uint8Array.of(0x30, 4, 5, 0, 5, 0),
    )
  })
})

describe('objectIdentifierOf()', () => {
  it.each([
    '2.5.29.15',
    '1.3.6.1.5.5.7.48.1.2',
    '1.2.840.113549.1.1.11',
    '0.4.0.194121.2.1',
    '2.16.840.1.101.3.4.2.1',
  ])('writes %s so that it is read back', (dotted) => {
    expect(objectIdentifier(readElement(objectIdentifierOf(dotted)))).toBe(dotted)
  })
})
