import { describe, expect, it } from 'vitest'
import { fetchList } from '../../../src/verify/trust/list/fetch-list.ts'

const LIMITS = { maxBytes: 1000, timeoutMs: 200 }
const URL_ = 'https://lists.example/list.xml'

type Answer = (url: string, signal: AbortSignal | null | undefined) => Response | Promise<Response>

async function fetched(answer: Answer, url = URL_): Promise<string> {
  const result = await fetchList(url, async (address, { signal }) => answer(address, signal), LIMITS)
  return result.ok ? new TextDecoder().decode(result.bytes) : result.reason
}

const redirect = (location: string) => new Response(null, { status: 302, headers: { Location: location } })

describe('fetching a list', () => {
  it('gives its bytes', async () => {
    expect(await fetched(() => new Response('list'))).toBe('list')
  })

  it.each([
    ['http://lists.example/list.xml', 'not_https'],
    ['file:///etc/hosts', 'not_https'],
    ['nonsense', 'not_https'],
    ['https://192.0.2.1/list.xml', 'literal_address'],
    ['https://0x7f000001/list.xml', 'literal_address'],
    ['https://[::1]/list.xml', 'literal_address'],
    ['https://localhost/list.xml', 'literal_address'],
  ])('asks nobody at %s', async (url, reason) => {
    let asked = false
    const answer = () => {
      asked = true
      return new Response('list')
    }
    expect(await fetched(answer, url)).toBe(reason)
    expect(asked).toBe(false)
  })

  it('follows a redirect within the host, twice, and none to another', async () => {
    const hops = (url: string) =>
      url.endsWith('c.xml') ? new Response('list') : redirect(url.endsWith('b.xml') ? '/c.xml' : '/b.xml')
    expect(await fetched(hops)).toBe('list')
    expect(await fetched(() => redirect('/again.xml'))).toBe('redirected_away')
    expect(await fetched(() => redirect('https://elsewhere.example/list.xml'))).toBe('redirected_away')
    expect(await fetched(() => redirect('http://lists.example/list.xml'))).toBe('not_https')
    expect(await fetched(() => new Response(null, { status: 302 }))).toBe('redirected_away')
  })

  it('ends at its limits of size and time, and at a server that fails', async () => {
    expect(await fetched(() => new Response('x'.repeat(1001)))).toBe('too_large')
    expect(await fetched(() => new Response('gone', { status: 404 }))).toBe('status')
    const silent: Answer = (_url, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('aborted')))
      })
    expect(await fetched(silent)).toBe('failed')
  })
})
