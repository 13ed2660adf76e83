/** The gate's own two paths for apps, as HTTP meets them: there where the bank has apps, and nowhere else. */
import { createExecutionContext, env, waitOnExecutionContext } from 'cloudflare:test'
import { describe, expect, it, vi } from 'vitest'
import { gateApp } from '../../src/app.ts'
import { toBase64 } from '../../src/lib/base64.ts'
import { newDevice } from '../verify/attestation/apple.ts'
import { BINDINGS } from './scene.ts'

const CHALLENGE = '/_portcullis/attestation/challenge'
const KEYS = '/_portcullis/attestation/keys'

async function ask(
  path: string,
  init: RequestInit = {},
  bindings: object = BINDINGS,
  app = gateApp(),
): Promise<Response> {
  const context = createExecutionContext()
  const request = new Request(`https://bank.example${path}`, { method: 'POST', ...init })
  const response = await app.fetch(request, { ...env, ...bindings }, context)
  await waitOnExecutionContext(context)
  return response
}

async function enrolment(): Promise<string> {
  // The gate's own answer.
  const { challenge } = (await (await ask(CHALLENGE)).json()) as { readonly challenge: string }
  const device = await newDevice()
  const attestation = toBase64(await device.attest({ challenge }))
  return JSON.stringify({ keyId: device.keyIdText, challenge, attestation })
}

describe('where the bank has apps', () => {
  it('they get a challenge, and leave a key that was made on it', async () => {
    const body = await enrolment()
    expect((await ask(KEYS, { body })).status).toBe(201)
    expect((await ask(`${KEYS}/`, { body })).status).toBe(201)
  })

  it('what is refused is told to the log, with the reference that the app has', async () => {
    const lines = vi.spyOn(console, 'error').mockImplementation(() => {})
    const response = await ask(KEYS, { body: (await enrolment()).replace('"a1.', '"a2.') })
    const { instance } = (await response.json()) as { readonly instance: string }
    const [line = ''] = lines.mock.calls.flat().map(String)
    lines.mockRestore()
    expect(JSON.parse(line)).toMatchObject({
      event: 'enrolment_refused',
      reason: 'challenge_malformed',
      reference: instance.replace('urn:uuid:', ''),
    })
  })

  it('a body larger than any attestation is read no further, and refused', async () => {
    const lines = vi.spyOn(console, 'error').mockImplementation(() => {})
    expect((await ask(KEYS, { body: 'a'.repeat(1_000_000) })).status).toBe(400)
    expect(String(lines.mock.calls[0])).toContain('body_too_large')
    lines.mockRestore()
  })

  it('a flood of refusals fills no log', async () => {
    const lines = vi.spyOn(console, 'error').mockImplementation(() => {})
    const app = gateApp()
    for (let at = 0; at < 100; at += 1) await ask(KEYS, { body: '{}' }, BINDINGS, app)
    expect(lines.mock.calls.length).toBeLessThanOrEqual(60)
    lines.mockRestore()
  })

  it('an app on Android alone takes challenges, and there is nobody to leave a key', async () => {
    const { apple: _apple, ...APPS } = BINDINGS.APPS
    const play = { ...BINDINGS, APPS, APPLE_APP_ATTEST_ROOT: '' }
    expect((await ask(CHALLENGE, {}, play)).status).toBe(200)
    const lines = vi.spyOn(console, 'error').mockImplementation(() => {})
    expect((await ask(KEYS, { body: '{}' }, play)).status).toBe(403)
    lines.mockRestore()
  })

  it.each([CHALLENGE, KEYS])('%s is not read with GET', async (path) => {
    expect((await ask(path, { method: 'GET' })).status).not.toBe(200)
  })
})

describe('where the bank has none', () => {
  it.each([CHALLENGE, KEYS])('%s is not there', async (path) => {
    const nothing = { APPS: {}, APPLE_APP_ATTEST_ROOT: '', PLAY_KEYS: '' }
    const response = await ask(path, { body: '{}' }, nothing)
    expect(response.status).toBe((await ask('/_portcullis/nothing', { body: '{}' }, nothing)).status)
    expect(response.ok).toBe(false)
  })
})
