import { existsSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requireReal } from '../../real.ts'
import { header, installed, NODE, run, type Seen, type Stack, seenIn, startStack } from './harness.ts'

const CHROMIUM = '/usr/bin/chromium'
let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack.close())

function url(path = '/echo'): string {
  return `https://localhost:${stack.edge.port}${path}`
}

async function curl(...args: string[]): Promise<Seen> {
  return seenIn(await run('curl', ['-sS', '--cacert', stack.identity.authorityPath, ...args, url()]))
}

describe.runIf(requireReal('curl', installed('curl')))('curl', () => {
  it.each([
    ['--http1.1', '1.2', { httpProtocol: 'HTTP/1.1', tlsVersion: 'TLSv1.2' }, /^t12d\d{4}h1_/],
    ['--http1.1', '1.3', { httpProtocol: 'HTTP/1.1', tlsVersion: 'TLSv1.3' }, /^t13d\d{4}h1_/],
    ['--http2', '1.2', { httpProtocol: 'HTTP/2', tlsVersion: 'TLSv1.2' }, /^t12d\d{4}h2_/],
    ['--http2', '1.3', { httpProtocol: 'HTTP/2', tlsVersion: 'TLSv1.3' }, /^t13d\d{4}h2_/],
  ])('is seen as it is with %s and TLS %s at most', async (protocol, version, cf, ja4) => {
    const seen = await curl(protocol, '--tls-max', version)
    expect(seen.cf).toMatchObject(cf)
    expect(seen.cf.botManagement?.ja4).toMatch(ja4)
    expect(seen.cf.botManagement?.ja3Hash).toMatch(/^[0-9a-f]{32}$/)
    expect(header(seen, 'user-agent')).toMatch(/^curl\//)
  })

  it('names ciphers as Cloudflare does', async () => {
    const args = ['--tlsv1.3', '--tls13-ciphers', 'TLS_AES_128_GCM_SHA256']
    expect((await curl(...args)).cf.tlsCipher).toBe('AEAD-AES128-GCM-SHA256')
    expect((await curl('--tls-max', '1.2')).cf.tlsCipher).toBe('ECDHE-ECDSA-AES128-GCM-SHA256')
  })

  it.each([
    ['127.0.0.1', { asn: 64_500, country: 'GB' }],
    ['127.0.9.77', { asn: 64_500, country: 'GB' }],
    ['127.1.2.3', { asn: 64_501, country: 'GB' }],
    ['127.2.2.3', { asn: 64_502, country: 'IE' }],
    ['127.77.2.3', { asn: 64_510, country: 'US' }],
    ['127.129.2.3', { asn: 64_505, country: 'ES' }],
  ])('that binds to %s is seen from there', async (address, network) => {
    const seen = await curl('--interface', address)
    expect(header(seen, 'cf-connecting-ip')).toBe(address)
    expect(header(seen, 'cf-ipcountry')).toBe(network.country)
    expect(seen.cf).toMatchObject(network)
  })

  it('from a network that nobody knows is from nowhere', async () => {
    const seen = await curl('--interface', '127.250.2.3')
    expect(header(seen, 'cf-ipcountry')).toBe('XX')
    expect(seen.cf).not.toHaveProperty('asn')
  })

  const ipv6 = Object.values(networkInterfaces()).some((list) =>
    list?.some(({ address }) => address === '::1'),
  )
  it.runIf(ipv6)('reaches the edge over IPv6, too', async () => {
    expect(header(await curl('-6'), 'cf-connecting-ip')).toBe('::1')
  })

  it('gets no bot management where the zone has none', async () => {
    const edge = await stack.another({ botManagement: false })
    const args = ['-sS', '--cacert', stack.identity.authorityPath, `https://localhost:${edge.port}/echo`]
    const { cf } = seenIn(await run('curl', args))
    expect(cf).not.toHaveProperty('botManagement')
    expect(cf.tlsVersion).toBe('TLSv1.3')
  })
})

describe('fetch of Node', () => {
  it('is seen with the JA4 of Node and the headers that it sends itself', async () => {
    const script = `process.stdout.write(await (await fetch('${url()}')).text())`
    const env = { NODE_EXTRA_CA_CERTS: stack.identity.authorityPath }
    const seen = seenIn(await run(NODE, ['--input-type=module', '-e', script], env))
    expect(seen.cf.botManagement?.ja4).toMatch(/^t13d\d{4}h[12]_/)
    expect(seen.cf.clientAcceptEncoding).toBe('br, gzip, deflate')
    expect(header(seen, 'user-agent')).toBe('node')
    expect(header(seen, 'sec-fetch-mode')).toBe('cors')
  })
})

describe.runIf(requireReal('wget', installed('wget')))('wget', () => {
  it('is seen without ALPN, which no browser leaves out', async () => {
    const args = ['-qO-', `--ca-certificate=${stack.identity.authorityPath}`, url()]
    const seen = seenIn(await run('wget', args))
    expect(seen.cf.botManagement?.ja4).toMatch(/^t13d\d{4}00_/)
    expect(header(seen, 'user-agent')).toMatch(/^Wget\//i)
  })
})

describe.runIf(requireReal('Chromium', existsSync(CHROMIUM)))('headless Chromium', () => {
  it('is seen with the ciphers of Chrome, over HTTP/2, with its hints', async () => {
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    })
    try {
      const page = await browser.newPage({ ignoreHTTPSErrors: true })
      await page.goto(url())
      const text = await page.locator('body').textContent()
      const seen = seenIn(text ?? '')
      // 8daaf6152771 is the hash of Chrome's fifteen ciphers, in the captures of 2022 as today.
      expect(seen.cf.botManagement?.ja4).toMatch(/^t13d15\d{2}h2_8daaf6152771_[0-9a-f]{12}$/)
      expect(seen.cf.httpProtocol).toBe('HTTP/2')
      expect(seen.cf.clientAcceptEncoding).toMatch(/gzip, deflate, br/)
      expect(header(seen, 'sec-fetch-mode')).toBe('navigate')
      expect(header(seen, 'sec-ch-ua')).toMatch(/Chromium/)
      // Post-quantum key shares: longer than one packet.
      expect(Number(seen.cf.tlsClientHelloLength)).toBeGreaterThan(1_460)
    } finally {
      await browser.close()
    }
  })
})
