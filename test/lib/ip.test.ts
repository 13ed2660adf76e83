import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatIp, maskIp, parseIp, parsePrefix } from '../../src/lib/ip.ts'

function canonical(text: string): string | undefined {
  const address = parseIp(text)
  return address === undefined ? undefined : formatIp(address)
}

describe('parseIp() and formatIp()', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['fe80::1', 'fe80::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:0201', '192.0.2.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ])('reads %s as %s', (text, expected) => {
    expect(canonical(text)).toBe(expected)
  })

  it.each([
    '',
    ' 203.0.113.7',
    '203.0.113',
    '203.0.113.7.1',
    '203.0.113.256',
    '203.0.113.07',
    '0xcb.0.113.7',
    '3405803783',
    '203.0.113.7, 192.0.2.1',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::',
    'fe80::1%eth0',
    '::192.0.2.1:1',
    '192.0.2.1::',
    '::192.0.2',
    '[::1]',
    '1:2:3:4:5:6:7:192.0.2.1',
  ])('takes "%s" for no address', (text) => {
    expect(parseIp(text)).toBeUndefined()
  })

  it('agrees with itself on every address, in whatever form it comes', () => {
    const words = fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(words, (eight) => {
        const long = eight.map((word) => word.toString(16).padStart(4, '0')).join(':')
        const short = canonical(long) ?? ''
        expect(canonical(short)).toBe(short)
        // The WHATWG host parser is a second writer of RFC 5952, but for mapped addresses.
        if (!short.includes('.')) expect(new URL(`http://[${long}]/`).hostname).toBe(`[${short}]`)
      }),
    )
  })

  it('never throws, whatever the text', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseIp(text)))
  })
})

describe('parsePrefix() and maskIp()', () => {
  it.each([
    '192.0.2.0',
    '192.0.2.0/',
    '192.0.2.0/33',
    '192.0.2.0/08',
    '192.0.2.0/-1',
    '2001:db8::/129',
    '/24',
  ])('takes "%s" for no prefix', (text) => {
    expect(parsePrefix(text)).toBeUndefined()
  })

  it.each([
    ['192.0.2.255', 24, '192.0.2.0'],
    ['192.0.2.255', 32, '192.0.2.255'],
    ['192.0.2.255', 0, '0.0.0.0'],
    ['192.0.2.255', 20, '192.0.0.0'],
    ['2001:db8:1:2:3:4:5:6', 64, '2001:db8:1:2::'],
    ['2001:db8:1:2:3:4:5:6', 49, '2001:db8:1::'],
    ['2001:db8:ffff::', 36, '2001:db8:f000::'],
  ])('cuts %s to %i bits', (text, length, expected) => {
    const address = parseIp(text)
    expect(address && formatIp(maskIp(address, length))).toBe(expected)
  })
})
