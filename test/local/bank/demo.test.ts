import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { demo, type Measure } from '../../../local/bank/routes/demo.ts'
import { ask, type Call } from './branch.ts'

/** Node's way of hashing what passes; the Worker's own is tested in `worker.test.ts`. */
const measure: Measure = async (body, maxBytes) => {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) return undefined
    hash.update(chunk)
  }
  return { bytes, sha256: hash.digest('hex') }
}

const app = new Hono().route('/demo', demo(measure))
const call = (method: string, path: string, call: Call = {}) => ask(app, method, path, call)

describe('the echo', () => {
  it.each(['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS'])(
    'answers %s, at any depth',
    async (method) => {
      for (const path of ['/demo/echo', '/demo/echo/a', '/demo/echo/a/b%2Fc?d=e&d=f']) {
        const reply = await call(method, path)
        expect(reply).toMatchObject({ status: 200, json: { method, url: `https://bank.example${path}` } })
      }
    },
  )

  it('gives back every byte of the body, and its hash', async () => {
    const body = Uint8Array.from({ length: 100_000 }, (_, at) => (at * 7) % 256)
    const reply = await call('POST', '/demo/echo', { body })
    expect(reply).toMatchObject({
      departures: [],
      json: {
        body: Buffer.from(body).toString('base64'),
        sha256: createHash('sha256').update(body).digest('hex'),
      },
    })
  })

  it('takes no more than it can answer', async () => {
    const reply = await call('POST', '/demo/echo', { body: new Uint8Array(1024 * 1024 + 1) })
    expect(reply).toMatchObject({ status: 413, departures: [] })
  })
})

describe('odd answers', () => {
  it.each([200, 201, 204, 205, 304, 404, 429, 500, 599])('come with status %i', async (status) => {
    const reply = await call('GET', `/demo/status/${status}`)
    expect(reply.status).toBe(status)
    expect(reply.text).toBe([204, 205, 304].includes(status) ? '' : JSON.stringify({ status }))
  })

  it.each([
    '/demo/status/199',
    '/demo/status/600',
    '/demo/status/2e2',
    '/demo/slow',
    '/demo/slow?ms=60001',
    '/demo/slow?ms=-1',
    '/demo/stream?bytes=100000001',
    '/demo/stream?bytes=many',
  ])('have bounds: %s', async (path) => {
    expect(await call('GET', path)).toMatchObject({ status: 400, departures: [] })
  })

  it('come late', async () => {
    const from = performance.now()
    expect(await call('GET', '/demo/slow?ms=50')).toMatchObject({ json: { waitedMs: 50 }, departures: [] })
    expect(performance.now() - from).toBeGreaterThanOrEqual(45)
  })

  it('are elsewhere', async () => {
    const reply = await call('GET', '/demo/redirect')
    expect(reply).toMatchObject({ status: 302, departures: [] })
    expect(reply.headers.get('location')).toBe('/demo/echo')
  })

  it.each([0, 1, 64_256, 200_000])('are %i bytes long, each in its place', async (length) => {
    const response = await app.request(`/demo/stream?bytes=${length}`)
    const bytes = new Uint8Array(await response.arrayBuffer())
    expect(bytes).toHaveLength(length)
    expect(bytes.every((byte, at) => byte === at % 251)).toBe(true)
  })
})

describe('an upload', () => {
  it('is counted and hashed', async () => {
    const body = new Uint8Array(300_000).fill(7)
    const sha256 = createHash('sha256').update(body).digest('hex')
    expect(await call('POST', '/demo/upload', { body })).toMatchObject({
      json: { bytes: 300_000, sha256 },
      departures: [],
    })
  })

  it('may be empty', async () => {
    expect(await call('POST', '/demo/upload')).toMatchObject({ json: { bytes: 0 }, departures: [] })
  })
})
