import { describe, expect, it } from 'vitest'
import {
  newBodyScan,
  type ScanOptions,
  type ScanResult,
  scanning,
} from '../../../src/inventory/sensitive/scan.ts'
import { numbers } from '../learn/scene.ts'

const encoder = new TextEncoder()

function scan(text: string, options: Partial<ScanOptions> = {}, size = Number.MAX_SAFE_INTEGER): ScanResult {
  const body = newBodyScan({ mediaType: 'application/json', ...options })
  const bytes = encoder.encode(text)
  for (let at = 0; at < bytes.length; at += size) body.write(bytes.subarray(at, at + size))
  return body.end()
}

function places(result: ScanResult): readonly string[] {
  return result.found.map(({ class: kind, tokens, count }) => `${kind} /${tokens.join('/')} ${count}`).sort()
}

const PLANTED = {
  Data: {
    Account: [
      { AccountId: '22289', Identification: '08080021325698', Opened: '2026-11-21T09:30:00Z' },
      { AccountId: '31820', Identification: 'GB82WEST12345698765432' },
    ],
    Notes: ['called +44 7900 900123', 'card 4111 1111 1111 1111, then 5555555555554444'],
  },
  serial: 4111111111111111,
  text: 'caf\u00e9 "quoted" \\ alice@bank.example',
  '5555555555554444': 'a name may be one too',
}
const EXPECTED = [
  'email /text 1',
  'iban /Data/Account/*/Identification 1',
  'pan /* 1',
  'pan /Data/Notes/* 2',
  'pan /serial 1',
  'phone /Data/Notes/* 1',
  'uk_account /Data/Account/*/Identification 1',
]

describe('a body that passes', () => {
  it('shows where each planted value stands, and not what it is', () => {
    const result = scan(JSON.stringify(PLANTED))
    expect(places(result)).toEqual(EXPECTED)
    expect(JSON.stringify(result)).not.toMatch(/4111|alice|GB82|0808/)
  })

  it.each([1, 2, 3, 5, 17, 64])('shows the same in chunks of %i octets', (size) => {
    expect(places(scan(JSON.stringify(PLANTED), {}, size))).toEqual(EXPECTED)
    expect(places(scan(JSON.stringify(PLANTED, undefined, 2), {}, size))).toEqual(EXPECTED)
  })

  it('counts once what stands across the border of two windows of a long value', () => {
    const random = numbers(11)
    for (let round = 0; round < 60; round++) {
      const before = 'lorem ipsum '.repeat(600 + Math.floor(random() * 900)).slice(0, 7_600 + round * 13)
      const text = JSON.stringify({ note: `${before} 4111111111111111 alice@bank.example ${before}` })
      for (const size of [4_096, Number.MAX_SAFE_INTEGER]) {
        expect(places(scan(text, {}, size))).toEqual(['email /note 1', 'pan /note 1'])
      }
    }
  })

  it('reads escapes as they are meant', () => {
    expect(places(scan('{"a":"alice\\u0040bank.example","b":"GB82\\u0057EST12345698765432"}'))).toEqual([
      'email /a 1',
      'iban /b 1',
    ])
  })

  it('reads other texts without places', () => {
    const html = '<p>alice@bank.example</p> <td>4111 1111 1111 1111</td>'
    expect(places(scan(html, { mediaType: 'text/html' }, 7))).toEqual(['email / 1', 'pan / 1'])
    const form = 'card=4111111111111111&to=GB82WEST12345698765432'
    expect(places(scan(form, { mediaType: 'application/x-www-form-urlencoded' }))).toEqual([
      'iban / 1',
      'pan / 1',
    ])
  })

  it('says what it did not look at', () => {
    expect(scan('%PDF-1.7', { mediaType: 'application/pdf' }).unscanned).toBe('opaque')
    expect(scan(JSON.stringify(PLANTED), { mediaType: undefined }).unscanned).toBe('opaque')
    const long = scan(JSON.stringify([...'x'.repeat(500), '4111111111111111']), { maxBytes: 1_000 })
    expect(long).toEqual({ found: [], bytes: 1_000, unscanned: 'too_long' })
    expect(scan('['.repeat(10_000)).unscanned).toBe('too_deep')
    expect(scan(JSON.stringify(PLANTED)).unscanned).toBeUndefined()
  })

  it('keeps no name that may be a value', () => {
    const map = { accounts: { '22289-31820': { iban: 'GB82WEST12345698765432' }, 'alice@bank.example': 1 } }
    expect(places(scan(JSON.stringify(map)))).toEqual(['email /accounts/* 1', 'iban /accounts/*/iban 1'])
  })

  it('goes on untouched, chunk by chunk, and tells once when it has passed', async () => {
    const bytes = encoder.encode(JSON.stringify(PLANTED))
    const told: ScanResult[] = []
    const stream = new Response(bytes).body?.pipeThrough(
      scanning(newBodyScan({ mediaType: 'application/json' }), (result) => told.push(result)),
    )
    expect(new Uint8Array(await new Response(stream).arrayBuffer())).toEqual(bytes)
    expect(told.map(places)).toEqual([EXPECTED])
  })

  it('throws for no bytes whatever', () => {
    const random = numbers(5)
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '\\',
      '\\u',
      '4111111111111111',
      '@',
      'é',
      '\u0000',
      ' ',
      'eyJ',
    ]
    for (let round = 0; round < 20_000; round++) {
      let text = ''
      for (let part = 0; part < 12; part++) text += pieces[Math.floor(random() * pieces.length)] ?? ''
      scan(text, {}, 1 + Math.floor(random() * 6))
    }
  })
})
