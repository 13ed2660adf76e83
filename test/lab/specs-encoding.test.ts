/** A compressed answer is looked at in plain text and arrives as the origin sent it: real workerd, real HTTP. */
import { request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorkers, type Workers } from '../../local/workerd.ts'

const GATE = `
import { keepBeforePassing, keepWhilePassing } from './src/inventory/specs/keep.ts'
let last = 'nothing'
export default {
  async fetch(request, env, context) {
    const url = new URL(request.url)
    if (url.pathname === '/last') return new Response(last)
    const answer = await env.BANK.fetch(request)
    if (url.pathname === '/held') {
      const { response, kept } = await keepBeforePassing(answer, 1000)
      last = typeof kept === 'string' ? kept : new TextDecoder().decode(kept)
      return response
    }
    const { response, kept } = keepWhilePassing(answer, 1000)
    context.waitUntil(kept.then((bytes) => { last = typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes) }))
    return response
  },
}`

const BANK = `export default {
  fetch() {
    const body = new Response('{"a":"plain"}').body.pipeThrough(new CompressionStream('gzip'))
    return new Response(body, { encodeBody: 'manual', headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } })
  },
}`

let workers: Workers
beforeAll(async () => {
  const project = fileURLToPath(new URL('../..', import.meta.url))
  const bundled = await build({
    stdin: { contents: GATE, resolveDir: project, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
  })
  workers = await startWorkers({
    script: bundled.outputFiles[0]?.text ?? '',
    bank: { script: BANK },
    quiet: true,
  })
})
afterAll(() => workers.close())

/** fetch() would take the coding off. */
function get(path: string): Promise<{ readonly coding: string | undefined; readonly body: Buffer }> {
  return new Promise((settle, fail) => {
    const { host, port } = workers.gate
    request({ host, port, path, headers: { 'accept-encoding': 'gzip' } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        settle({ coding: response.headers['content-encoding'], body: Buffer.concat(chunks) }),
      )
    })
      .on('error', fail)
      .end()
  })
}

describe('a compressed answer', () => {
  it.each(['/passing', '/held'])(
    '%s: the client gets it compressed, and the look is at what is inside',
    async (path) => {
      const { coding, body } = await get(path)
      expect(coding).toBe('gzip')
      expect(gunzipSync(body).toString()).toBe('{"a":"plain"}')
      expect((await get('/last')).body.toString()).toBe('{"a":"plain"}')
    },
  )
})
