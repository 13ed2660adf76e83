import { decode, encode } from 'cborg'
import { describe, expect, it } from 'vitest'
import { toBase64url } from '../../../src/lib/base64.ts'
import { verifyAssertion } from '../../../src/verify/attestation/apple-assertion.ts'
import { verificationKeyOf } from '../../../src/verify/attestation/point.ts'
import type { ApplePolicy } from '../../../src/verify/attestation/types.ts'
import { APP, applePolicy, build, type DataWish, type Device, newDevice, text } from './apple.ts'

const device = await newDevice()
const other = await newDevice()
const DATA = text('what the app says about its request')

function keyOf({ keyId, publicKey }: Device) {
  const verification = verificationKeyOf({ keyId: toBase64url(keyId), publicKey, attestedAt: 0 })
  if (verification === undefined) throw new Error('Cannot use the key that was just made')
  return { app: APP, environment: 'production', verification } as const
}

async function verdictOf(wish: DataWish, policy: Partial<ApplePolicy> = {}, from = device) {
  const assertion = await from.assert(DATA, wish)
  return verifyAssertion({ assertion, clientData: DATA, key: keyOf(device), policy: applePolicy(policy) })
}

describe('an assertion', () => {
  it('is the word of an attested key about one request, with the count that it was', async () => {
    expect(await verdictOf({ counter: 7 })).toEqual({
      state: 'valid',
      value: { counter: 7, build: { category: 4, bundleVersion: '1.0' } },
    })
  })

  it('of iOS 26 and earlier ends with its counter', async () => {
    expect(await verdictOf({ extensions: undefined })).toEqual({
      state: 'valid',
      value: { counter: 1, build: { category: undefined, bundleVersion: undefined } },
    })
  })

  it.each([0, 0x40, 0x80, 0xc0])('is read by its length, whatever its flags say: %i', async (flags) => {
    expect((await verdictOf({ flags })).state).toBe('valid')
  })

  const REFUSED: readonly (readonly [
    what: string,
    wish: DataWish,
    policy: Partial<ApplePolicy>,
    reason: string,
  ])[] = [
    ['from another app', { app: '1A2B3C4D5E.com.example.other' }, {}, 'app_refused'],
    ['from an app that the bank no longer names', {}, { apps: [] }, 'app_refused'],
    ['where production no longer counts', {}, { environments: ['development'] }, 'app_environment_refused'],
    ['from a copy that was signed anew', { extensions: build(3) }, {}, 'app_category_refused'],
    [
      'from an app that says nothing of itself',
      { extensions: undefined },
      { withoutCategory: 'refused' },
      'app_category_refused',
    ],
    [
      'from a version that nobody released',
      { extensions: build(4, '6.6.6') },
      { bundleVersions: ['1.0'] },
      'app_version_refused',
    ],
    ['with something behind its end', { tail: Uint8Array.of(0xa0) }, {}, 'authenticator_data_malformed'],
    [
      'with something that is no map',
      { extensions: undefined, tail: Uint8Array.of(0) },
      {},
      'authenticator_data_malformed',
    ],
  ]
  it.each(REFUSED)('%s is refused', async (_what, wish, policy, reason) => {
    expect(await verdictOf(wish, policy)).toEqual({ state: 'invalid', reason })
  })

  it('of another key is refused', async () => {
    expect(await verdictOf({}, {}, other)).toEqual({ state: 'invalid', reason: 'assertion_signature_wrong' })
  })

  it('about another request is refused', async () => {
    const assertion = await device.assert(DATA)
    const question = { assertion, clientData: text('another'), key: keyOf(device), policy: applePolicy() }
    expect(await verifyAssertion(question)).toEqual({ state: 'invalid', reason: 'assertion_signature_wrong' })
  })

  it('whose counter was changed is refused', async () => {
    const { signature, authenticatorData } = decode(await device.assert(DATA))
    authenticatorData[36] += 1
    const assertion = encode({ signature, authenticatorData })
    const question = { assertion, clientData: DATA, key: keyOf(device), policy: applePolicy() }
    expect(await verifyAssertion(question)).toEqual({ state: 'invalid', reason: 'assertion_signature_wrong' })
  })

  it('has two members, and neither is of another kind', async () => {
    const { signature, authenticatorData } = decode(await device.assert(DATA))
    const objects = [
      encode({ signature }),
      encode({ signature, authenticatorData, more: 1 }),
      encode({ signature: 'text', authenticatorData }),
      encode([signature, authenticatorData]),
    ]
    for (const assertion of objects) {
      const question = { assertion, clientData: DATA, key: keyOf(device), policy: applePolicy() }
      expect(await verifyAssertion(question)).toEqual({ state: 'invalid', reason: 'assertion_malformed' })
    }
    const question = {
      assertion: new Uint8Array(2_049),
      clientData: DATA,
      key: keyOf(device),
      policy: applePolicy(),
    }
    expect(await verifyAssertion(question)).toEqual({ state: 'invalid', reason: 'assertion_too_large' })
  })

  it('under a point that is on no curve is refused', async () => {
    const point = Uint8Array.from([4, ...new Uint8Array(63), 1])
    const verification = verificationKeyOf({ keyId: 'k', publicKey: point, attestedAt: 0 })
    if (verification === undefined) throw new Error('Cannot make the key')
    const key = { app: APP, environment: 'production', verification } as const
    const question = { assertion: await device.assert(DATA), clientData: DATA, key, policy: applePolicy() }
    expect(await verifyAssertion(question)).toEqual({ state: 'invalid', reason: 'app_key_malformed' })
  })
})
