import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { directoryString, objectIdentifier, readElement, readElements, time } from '../../src/lib/der.ts'

const bytes = (...octets: readonly number[]) => Uint8Array.from(octets)

describe('readElement()', () => {
  it.each([
    ['nothing', bytes()],
    ['a tag alone', bytes(0x30)],
    ['a length beyond the end', bytes(0x04, 0x02, 0x00)],
    ['bytes behind the end', bytes(0x04, 0x00, 0x00)],
    ['the indefinite length of BER', bytes(0x30, 0x80, 0x00, 0x00)],
    ['a length in more octets than it needs', bytes(0x04, 0x81, 0x01, 0x00)],
    ['a length with a leading zero', bytes(0x04, 0x82, 0x00, 0x80, ...new Array(128).fill(0))],
    ['a length of four octets', bytes(0x04, 0x84, 0x00, 0x00, 0x00, 0x01, 0x00)],
    ['a tag number of several octets', bytes(0x1f, 0x81, 0x01, 0x00)],
  ])('refuses %s', (_what, input) => {
    expect(readElement(input)).toBeUndefined()
  })

  it('reads a length in two octets', () => {
    expect(readElement(bytes(0x04, 0x81, 0x80, ...new Array(128).fill(7)))?.content).toHaveLength(128)
  })

  it('stops at the number of elements that its caller can bear', () => {
    expect(readElements(new Uint8Array(2_000), 8)).toBeUndefined()
  })

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (input) => {
        for (const element of readElements(input, 16) ?? []) {
          objectIdentifier(element)
          directoryString(element)
          time(element)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('objectIdentifier()', () => {
  it.each([
    ['2.5.4.97', [0x55, 0x04, 0x61]],
    ['0.4.0.19495.2', [0x04, 0x00, 0x81, 0x98, 0x27, 0x02]],
    ['1.3.6.1.5.5.7.1.3', [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x03]],
    ['2.999', [0x88, 0x37]],
  ])('reads %s', (dotted, octets) => {
    expect(objectIdentifier({ tag: 0x06, content: Uint8Array.from(octets) })).toBe(dotted)
  })

  it.each([
    ['empty', []],
    ['unfinished', [0x55, 0x84]],
    ['padded', [0x55, 0x80, 0x04]],
    ['without end', new Array(40).fill(0x01)],
    ['too large', [0x55, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
  ])('refuses one that is %s', (_what, octets) => {
    expect(objectIdentifier({ tag: 0x06, content: Uint8Array.from(octets) })).toBeUndefined()
  })
})

describe('directoryString()', () => {
  it.each([
    ['UTF-8', 0x0c, [0xc3, 0xa9], 'é'],
    ['UTF-16', 0x1e, [0x00, 0xe9], 'é'],
    ['Latin', 0x14, [0xe9], 'é'],
    ['ASCII', 0x13, [0x61], 'a'],
    ['bytes that are no UTF-8', 0x0c, [0xff], undefined],
    ['text that turns the direction of writing', 0x0c, [0x61, 0xe2, 0x80, 0xae, 0x62], undefined],
    ['ASCII with more than ASCII', 0x13, [0xc3, 0xa9], undefined],
    ['a line break', 0x0c, [0x61, 0x0a], undefined],
    ['a NUL, which ends a name in C', 0x0c, [0x61, 0x00, 0x62], undefined],
    ['a number', 0x02, [0x01], undefined],
  ] as const)('reads %s or nothing', (_what, tag, octets, text) => {
    expect(directoryString({ tag, content: Uint8Array.from(octets) })).toBe(text)
  })
})
