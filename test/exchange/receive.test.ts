import { describe, expect, it } from 'vitest'
import type { Exchange } from '../../src/evidence.ts'
import { receive } from '../../src/exchange/receive.ts'

const ADDRESS = '203.0.113.7'
const CLOCK = { now: () => 1_795_000_000_000, id: () => 'ref-1' }

function arriving(headers: Record<string, string>, address: string | undefined = ADDRESS): Exchange {
  const edge: Record<string, string> = address === undefined ? {} : { 'cf-connecting-ip': address }
  return receive(new Request('https://bank.example/login', { headers: { ...edge, ...headers } }), CLOCK)
}

describe('receive()', () => {
  it('reads clock, reference, method, target and address, each once', () => {
    let reads = 0
    const clock = { now: () => ++reads, id: () => `ref-${++reads}` }
    const request = new Request('https://bank.example/a/../login', { method: 'POST', body: 'x' })
    const exchange = receive(request, clock)
    expect(reads).toBe(2)
    expect(exchange.method).toBe('POST')
    expect(exchange.target.path).toBe('/login')
    expect(exchange.request).toBe(request)
    expect(exchange.address).toBe('')
  })

  it('does not copy the headers of a request that has nothing to hide', () => {
    const request = new Request('https://bank.example/', { headers: { 'cf-connecting-ip': ADDRESS } })
    expect(receive(request, CLOCK).headers).toBe(request.headers)
  })

  it('takes an overlong address for none', () => {
    expect(arriving({}, '1'.repeat(46)).address).toBe('')
  })
})

describe('receive(): headers that only an edge or the gate may set', () => {
  it.each([
    'Client-Cert',
    'Client-Cert-Chain',
    'Cf-Client-Cert-Der-Base64',
    'Cf-Client-Cert-Sha256',
    'X-Client-Cert',
    'X-Client-Certificate',
    'X-SSL-Client-Cert',
    'X-SSL-Client-S-DN',
    'X-Forwarded-Client-Cert',
    'X-Amzn-Mtls-Clientcert-Leaf',
    'X-ARR-ClientCert',
    'Portcullis-Risk',
    'Portcullis-Organisation',
    'Akamai-User-Risk',
    'X-Original-URL',
    'X-Rewrite-URL',
    'X-HTTP-Method-Override',
    'X-Forwarded-Host',
    'True-Client-IP',
    'X-Real-IP',
    'Fastly-Client-IP',
    'client_cert',
    'SSL_CLIENT_S_DN',
    'x_forwarded-client_cert',
    'portcullis_risk',
    'cf_connecting_ip',
    'x_forwarded_for',
    'x_forwarded_proto',
  ])('takes off %s, keeps its name and not its value', (name) => {
    const { headers, spoofed } = arriving({ [name]: 'forged', 'x-request-id': '1' })
    expect(headers.has(name)).toBe(false)
    expect(headers.get('x-request-id')).toBe('1')
    expect(spoofed).toEqual([name.toLowerCase()])
  })

  it.each(['X-Forwarded-For', 'Forwarded', 'X-Client-IP', 'X-Remote-Addr'])(
    'takes off %s without a word: honest proxies write it too, and a bank might believe its first entry',
    (name) => {
      const { headers, spoofed } = arriving({ [name]: '192.0.2.99, 203.0.113.7' })
      expect(headers.has(name)).toBe(false)
      expect(spoofed).toEqual([])
    },
  )

  it('takes off an address that the edge does not confirm, even where the edge gives none', () => {
    expect(arriving({ 'true-client-ip': '' }, undefined).spoofed).toEqual(['true-client-ip'])
  })

  it('leaves what Cloudflare writes: the bank behind the gate reads it today', () => {
    const edge = {
      'cf-ray': '8f2b',
      'cf-ipcountry': 'GB',
      'cf-visitor': '{"scheme":"https"}',
      'cdn-loop': 'cloudflare',
      'x-forwarded-proto': 'https',
      'x-forwarded-for': ADDRESS,
      'true-client-ip': ADDRESS,
      'x-real-ip': ADDRESS,
    }
    const { headers, spoofed, address } = arriving(edge)
    expect(spoofed).toEqual([])
    expect(address).toBe(ADDRESS)
    for (const [name, value] of Object.entries({ ...edge, 'cf-connecting-ip': ADDRESS })) {
      expect(headers.get(name)).toBe(value)
    }
  })

  it.each([
    'TPP-Signature-Certificate',
    'PSU-IP-Address',
    'x-fapi-customer-ip-address',
    'x-jws-signature',
    'x_request_id',
    'client-id',
  ])('leaves %s, which is the client’s own to say', (name) => {
    const { headers, spoofed } = arriving({ [name]: 'mine' })
    expect(headers.get(name)).toBe('mine')
    expect(spoofed).toEqual([])
  })

  it('names every forged header once, and keeps thousands of others', () => {
    const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => [`h${at}`, 'x']))
    const { headers, spoofed } = arriving({ ...many, 'client-cert': 'a', client_cert: 'b' })
    expect([...spoofed].sort()).toEqual(['client-cert', 'client_cert'])
    expect(headers.get('h1999')).toBe('x')
  })
})
