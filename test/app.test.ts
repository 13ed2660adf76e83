/** Which requests are the gate's own, however they are spelt, and which are the bank's alone. */
import { createExecutionContext, env, waitOnExecutionContext } from 'cloudflare:test'
import { describe, expect, it, vi } from 'vitest'
import { gateApp } from '../src/app.ts'
import { BINDINGS } from './mobile-apps/scene.ts'

async function ask(target: string, method = 'GET', bindings: object = BINDINGS): Promise<Response> {
  const context = createExecutionContext()
  const request = new Request(`https://bank.example${target}`, { method })
  const response = await gateApp().fetch(request, { ...env, ...bindings }, context)
  await waitOnExecutionContext(context)
  return response
}

describe('the gate, asked', () => {
  it.each([
    '/_portcullis/health',
    '/%5Fportcullis/health',
    '/_portc%75llis/health',
    '/a/../_portcullis/health',
    '/%5fportcullis/health?x=1',
  ])('answers %s itself', async (target) => {
    expect(await (await ask(target)).json()).toEqual({ status: 'ok' })
  })

  it.each(['/', '/portcullis/health', '/?to=/_portcullis/health', '/?x=%5Fportcullis', '/%41'])(
    'has the bank answer %s',
    async (target) => {
      const response = await ask(target)
      expect(response.headers.get('content-security-policy')).toBeNull()
      expect(await response.text()).not.toContain('{"status":"ok"}')
    },
  )

  it('answers HEAD without a body', async () => {
    for (const target of ['/', '/_portcullis/health']) expect((await ask(target, 'HEAD')).body).toBeNull()
  })

  it.each(['/', '/%41', '/_portcullis/health'])(
    'serves nothing with a broken configuration: %s',
    async (target) => {
      const log = vi.spyOn(console, 'error').mockReturnValue()
      const response = await ask(target, 'GET', { ...BINDINGS, ROUTES: 'no list' })
      expect(response.status).toBe(503)
      const { instance } = (await response.json()) as { readonly instance: string }
      expect(log.mock.calls.flat().join()).toContain(instance.slice('urn:uuid:'.length))
      log.mockRestore()
    },
  )
})
