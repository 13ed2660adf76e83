import { describe, expect, it } from 'vitest'
import {
  type ClientHello,
  type HelloState,
  helloReader,
  isGrease,
  MAX_HELLO_WIRE_BYTES,
} from '../../../local/edge/client-hello.ts'
import { ja3, ja3Text } from '../../../local/edge/ja3.ts'
import { ja4 } from '../../../local/edge/ja4.ts'

const plain: ClientHello = {
  bytes: 100,
  version: 769,
  ciphers: [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4],
  extensions: [0, 10, 11],
  supportedVersions: [],
  groups: [23, 24, 25],
  pointFormats: [0],
  signatureAlgorithms: [],
  alpn: [],
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

describe('ja3', () => {
  it.each<[string, Partial<ClientHello>, string]>([
    [
      '769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0',
      {},
      'ada70206e40642a3e4461f35503241d5',
    ],
    [
      '769,4-5-10-9-100-98-3-6-19-18-99,,,',
      { ciphers: [4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99], extensions: [], groups: [], pointFormats: [] },
      'de350869b8c85de67a350c8d186f11e6',
    ],
  ])('of %s equals what its authors published', (text, change, hash) => {
    const hello = { ...plain, ...change }
    expect(ja3Text(hello)).toBe(text)
    expect(ja3(hello)).toBe(hash)
  })

  it('is the same with GREASE as without', () => {
    const greased = {
      ciphers: [0x0a0a, ...plain.ciphers],
      extensions: [0xfafa, 0, 10, 11],
      groups: [0x1a1a, 23, 24, 25],
    }
    expect(ja3({ ...plain, ...greased })).toBe(ja3(plain))
  })
})

describe('ja4', () => {
  it.each<[string, string, Partial<ClientHello>]>([
    [
      'nobody\u2019s hello',
      't00i000000_000000000000_000000000000',
      { version: 1, ciphers: [], extensions: [] },
    ],
    ['TLS 1.0 with a server name', 't10d1203', {}],
    ['the highest version offered', 't13d1203', { supportedVersions: [0x0303, 0x7a7a, 0x0304] }],
    ['more than 99 ciphers', 't10d9903', { ciphers: Array.from({ length: 120 }, (_, at) => at + 1) }],
    ['http/1.1', 't10d1203h1_', { alpn: [bytes('http/1.1'), bytes('h2')] }],
    ['a protocol of one letter', 't10d1203xx_', { alpn: [bytes('x')] }],
    ['an empty protocol', 't10d120300_', { alpn: [new Uint8Array()] }],
    ['a protocol beyond ASCII', 't10d120399_', { alpn: [Uint8Array.of(0xba, 0xad)] }],
    ['a protocol that ends beyond ASCII', 't10d1203h9_', { alpn: [Uint8Array.of(0x68, 0xad)] }],
    ['a protocol between signs', 't10d12022e_', { extensions: [0, 10], alpn: [bytes('!h2.')] }],
  ])('says %s', (_name, start, change) => {
    expect(ja4({ ...plain, ...change })).toMatch(new RegExp(`^${start}`))
  })

  it('does not depend on the order of ciphers and extensions, nor on GREASE', () => {
    const shuffled = { ciphers: [0x2a2a, ...plain.ciphers.toReversed()], extensions: [11, 0xdada, 10, 0] }
    expect(ja4({ ...plain, ...shuffled })).toBe(ja4(plain))
  })

  it('depends on the order of signature algorithms', () => {
    const [one, other] = [
      [0x0403, 0x0804],
      [0x0804, 0x0403],
    ].map((signatureAlgorithms) => ja4({ ...plain, signatureAlgorithms }))
    expect(one).not.toBe(other)
  })
})

describe('helloReader', () => {
  const record = (...message: number[]): Uint8Array =>
    Uint8Array.of(22, 3, 1, message.length >> 8, message.length & 0xff, ...message)
  /** Version, random, no session, one cipher, no compression, no extensions. */
  const body = [3, 3, ...Array<number>(32).fill(7), 0, 0, 2, 0x13, 0x01, 1, 0]
  const hello = (...extensions: number[]): Uint8Array => {
    const all = [...body, ...extensions]
    return record(1, 0, 0, all.length, ...all)
  }

  it.each<[string, Uint8Array, HelloState['state'] | string]>([
    ['nothing', new Uint8Array(), 'more'],
    ['half a record', hello().subarray(0, 20), 'more'],
    ['a hello without extensions, as SSL 3 had it', hello(), 'complete'],
    ['a hello with a server name', hello(0, 4, 0, 0, 0, 0), 'complete'],
    ['a request in plain HTTP', bytes('GET / HTTP/1.1'), 'not_tls'],
    ['an application record', Uint8Array.of(23, 3, 3, 0, 1, 0), 'not_tls'],
    ['an alert after half a hello', Uint8Array.of(...record(1), 21), 'no_client_hello'],
    ['a ServerHello', record(2, 0, 0, 0), 'no_client_hello'],
    ['an empty record', record(), 'malformed'],
    ['a record of another protocol', Uint8Array.of(22, 9, 9, 0, 1), 'malformed'],
    ['an extension longer than all of them', hello(0, 4, 0, 0, 0, 9), 'malformed'],
    ['extensions longer than the hello', hello(0, 9, 0, 0, 0, 0), 'malformed'],
    ['bytes behind the extensions', hello(0, 4, 0, 0, 0, 0, 1), 'malformed'],
    ['ciphers longer than the hello', record(1, 0, 0, 38, ...body.slice(0, 35), 0xff, 0xff, 0), 'malformed'],
    ['a hello that claims 16 MB', record(1, 255, 255, 255), 'too_long'],
  ])('says of %s', (_name, wire, expected) => {
    const state = helloReader()(wire)
    expect(state.state === 'refused' ? state.reason : state.state).toBe(expected)
  })

  it('stops at a bound when a hello is stretched over records of one byte', () => {
    const read = helloReader()
    const stretched = Uint8Array.of(
      22,
      3,
      1,
      0,
      1,
      1,
      ...[0x3f, 0xf0].flatMap((byte) => [22, 3, 1, 0, 1, byte]),
    )
    expect(read(stretched).state).toBe('more')
    const filler = Uint8Array.of(22, 3, 1, 0, 1, 0)
    let sent = stretched.length
    let state: HelloState = { state: 'more' }
    while (state.state === 'more') {
      state = read(filler)
      sent += filler.length
    }
    expect(state).toEqual({ state: 'refused', reason: 'too_long' })
    expect(sent).toBeLessThanOrEqual(MAX_HELLO_WIRE_BYTES + filler.length)
  })

  it('knows the sixteen values of GREASE and no others', () => {
    const all = Array.from({ length: 0x10000 }, (_, value) => value).filter(isGrease)
    expect(all).toHaveLength(16)
    expect(all[0]).toBe(0x0a0a)
    expect(all.at(-1)).toBe(0xfafa)
  })
})
