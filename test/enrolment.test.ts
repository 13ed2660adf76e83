/** Apps get challenges and leave their keys: two paths of the gate's own, over real objects. */
import { describe, expect, it } from 'vitest'
import { appChallenge, enrolApp } from '../src/enrolment.ts'
import { fromBase64, toBase64, toBase64url } from '../src/lib/base64.ts'
import type { EnrolTools } from '../src/verify/attestation/enrol.ts'
import { type AttestWish, applePolicy, type Device, newDevice } from './verify/attestation/apple.ts'
import { attestation, keys, replay, told } from './verify/attestation/stores.ts'

let serial = 0
const clock = {
  now: () => Date.now(),
  id: () => {
    serial += 1
    return `00000000-0000-4000-8000-${String(serial).padStart(12, '0')}`
  },
}
const TOOLS: EnrolTools = { policy: applePolicy(), keys, attestation: attestation(), replay: replay() }

async function newChallenge(): Promise<string> {
  // The gate's own answer.
  const { challenge } = (await appChallenge(clock, keys).json()) as { readonly challenge: string }
  return challenge
}

async function bodyOf(device: Device, challenge: string, wish: AttestWish = {}): Promise<string> {
  const object = await device.attest({ challenge, ...wish })
  return JSON.stringify({ keyId: device.keyIdText, challenge, attestation: toBase64(object) })
}

const reasons: string[] = []
function send(body: string, tools: EnrolTools = TOOLS): Promise<Response> {
  const request = new Request('https://bank.example/_portcullis/attestation/keys', { method: 'POST', body })
  return enrolApp(request, clock, tools, (_reference, reason) => void reasons.push(reason))
}

describe('a challenge for an app', () => {
  it('is another one each time, and kept by nobody on its way', async () => {
    const answer = appChallenge(clock, keys)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.json()).toEqual({ challenge: expect.stringMatching(/^a1\./), expiresInSeconds: 300 })
    expect(await newChallenge()).not.toBe(await newChallenge())
  })
})

describe('the key of an app', () => {
  it('is kept when Apple vouches for it, and found from then on', async () => {
    const device = await newDevice()
    const answer = await send(await bodyOf(device, await newChallenge()))
    expect(answer.status).toBe(201)
    expect(await answer.json()).toEqual({ keyId: toBase64url(device.keyId) })
    const found = await attestation().find(toBase64url(device.keyId))
    expect(found).toMatchObject({ state: 'valid', value: { publicKey: device.publicKey } })
  })

  it('is kept once, and an app that lost the answer is told the same again', async () => {
    const device = await newDevice()
    const body = await bodyOf(device, await newChallenge())
    expect((await send(body)).status).toBe(201)
    expect((await send(body)).status).toBe(201)
  })

  it('needs a challenge of its own', async () => {
    const challenge = await newChallenge()
    expect((await send(await bodyOf(await newDevice(), challenge))).status).toBe(201)
    const second = await send(await bodyOf(await newDevice(), challenge))
    expect(second.status).toBe(409)
    expect(reasons.at(-1)).toBe('challenge_used')
  })

  it('is not kept for any of twenty others that bring the same challenge at once', async () => {
    const challenge = await newChallenge()
    const devices = await Promise.all(Array.from({ length: 20 }, newDevice))
    const bodies = await Promise.all(devices.map((device) => bodyOf(device, challenge)))
    const answers = await Promise.all(bodies.map((body) => send(body)))
    expect(answers.filter(({ status }) => status === 201).length).toBe(1)
    expect(answers.filter(({ status }) => status === 409).length).toBe(19)
  })

  it('may come again with its challenge when it could not be kept', async () => {
    const device = await newDevice()
    const body = await bodyOf(device, await newChallenge())
    const away = { state: 'unavailable', reason: 'attestation_store_failed' } as const
    const tools = { ...TOOLS, attestation: { ...TOOLS.attestation, keep: () => Promise.resolve(away) } }
    const answer = await send(body, tools)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    await told()
    expect((await send(body)).status).toBe(201)
  })

  it.each<[string, AttestWish, number, string]>([
    ['from an authority that is not Apple', { issuer: 'stranger' }, 403, 'attestation_chain_refused'],
    ['on another challenge', { challenge: 'another' }, 403, 'attestation_nonce_mismatch'],
    ['of another app', { app: 'X.com.example.other' }, 403, 'app_refused'],
    ['without a certificate', { without: 'x5c' }, 400, 'attestation_malformed'],
  ])(
    '%s is refused, for a reason that the log has and the answer has not',
    async (_what, wish, status, reason) => {
      const challenge = await newChallenge()
      const device = await newDevice()
      const object = toBase64(await device.attest({ challenge, ...wish }))
      const answer = await send(JSON.stringify({ keyId: device.keyIdText, challenge, attestation: object }))
      expect(answer.status).toBe(status)
      expect(reasons.at(-1)).toBe(reason)
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(await answer.text()).not.toContain(reason)
    },
  )

  it.each<[string, string, number]>([
    ['nothing', '', 400],
    ['no object', '[]', 400],
    ['a member of another kind', '{"keyId":1,"challenge":"a","attestation":"b"}', 400],
    ['a member twice', '{"keyId":"a","keyId":"b"}', 400],
    ['more than an attestation has', `"${'a'.repeat(20_480)}"`, 400],
  ])('is not read from %s', async (_what, body, status) => {
    expect((await send(body)).status).toBe(status)
  })

  it('with a challenge that is over, or nobody gave, is refused', async () => {
    const device = await newDevice()
    const object = toBase64(await device.attest())
    const sent = (challenge: string) =>
      send(JSON.stringify({ keyId: device.keyIdText, challenge, attestation: object }))
    expect((await sent('x')).status).toBe(400)
    const forged = (await newChallenge()).slice(0, -22) + 'A'.repeat(22)
    expect((await sent(forged)).status).toBe(403)
  })

  it('is refused where the bank has no app on iOS', async () => {
    const body = await bodyOf(await newDevice(), await newChallenge())
    expect((await send(body, { ...TOOLS, policy: undefined })).status).toBe(403)
    expect(reasons.at(-1)).toBe('app_platform_refused')
  })

  it('is refused in another spelling of base64', async () => {
    const device = await newDevice()
    const text = JSON.parse(await bodyOf(device, await newChallenge()))
    const bytes = fromBase64(device.keyIdText) ?? new Uint8Array()
    expect((await send(JSON.stringify({ ...text, keyId: toBase64url(bytes) }))).status).toBe(400)
  })
})
