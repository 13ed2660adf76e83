import { encode } from 'cborg'
import { describe, expect, it } from 'vitest'
import { fromBase64 } from '../../../src/lib/base64.ts'
import { verifyAttestation } from '../../../src/verify/attestation/apple-attestation.ts'
import { hashOf } from '../../../src/verify/attestation/hash.ts'
import type { ApplePolicy } from '../../../src/verify/attestation/types.ts'
import { readCertificates } from '../../../src/verify/x509/pem.ts'
import { der, seq } from '../make-certificate.ts'
import { AT, makeKeys } from '../x509/authority.ts'
import { APP, type AttestWish, applePolicy, build, CHALLENGE, newDevice, text } from './apple.ts'
import { APPLE_ROOT, APPLE_SAMPLE } from './apple-sample.ts'

const device = await newDevice()
const other = await newDevice()
const keys = await makeKeys()
const bytes = await device.attest()

interface Case extends AttestWish {
  readonly policy?: Partial<ApplePolicy>
  readonly sentKeyId?: Uint8Array
  readonly at?: number
}

async function verdictOf({ policy, sentKeyId, at, ...wish }: Case) {
  return verifyAttestation({
    object: await device.attest(wish),
    keyId: sentKeyId ?? device.keyId,
    clientDataHash: hashOf(text(CHALLENGE)),
    policy: applePolicy(policy),
    at: at ?? AT,
  })
}

describe("Apple's published sample", () => {
  const octets = (value: string) => fromBase64(value) ?? new Uint8Array()
  const roots = readCertificates(text(APPLE_ROOT))
  const sample: ApplePolicy = {
    ...applePolicy(),
    apps: [APPLE_SAMPLE.app],
    anchors:
      roots.state === 'valid' ? roots.value.map((certificate) => ({ certificate, name: 'Apple' })) : [],
    categories: [1],
  }
  const question = {
    object: octets(APPLE_SAMPLE.attestation),
    keyId: octets(APPLE_SAMPLE.keyId),
    clientDataHash: APPLE_SAMPLE.clientDataHash,
    policy: sample,
    at: APPLE_SAMPLE.at,
  }

  it("is the object that Apple published, under Apple's root", () => {
    expect(Buffer.from(hashOf(question.object)).toString('hex')).toBe(
      'e4ca508153f6619a29d0887eb0ffe19540b9f15c5a6aeccdac26c49affd5f61a',
    )
    expect(sample.anchors.map(({ certificate }) => certificate.thumbprint)).toEqual([
      '1cb9823ba28ba6ad2d33a006941de2ae4f513ef1d4e831b9f7e0fa7b6242c932',
    ])
  })

  it("verifies to Apple's root while its certificate was good, with what iOS 27 says of the app", async () => {
    const verdict = await verifyAttestation(question)
    expect(verdict).toMatchObject({
      state: 'valid',
      value: { app: APPLE_SAMPLE.app, environment: 'production', build: { category: 1, bundleVersion: '1' } },
    })
  })

  it.each([
    ['after three days', { at: Date.UTC(2026, 3, 24) }, 'attestation_chain_refused'],
    ['on another challenge', { clientDataHash: text('another') }, 'attestation_nonce_mismatch'],
    [
      'on the hash of its challenge',
      { clientDataHash: hashOf(APPLE_SAMPLE.clientDataHash) },
      'attestation_nonce_mismatch',
    ],
    ['for another key', { keyId: new Uint8Array(32) }, 'attestation_key_mismatch'],
    ['for another app', { policy: { ...sample, apps: [APP] } }, 'app_refused'],
    [
      'in the other environment',
      { policy: { ...sample, environments: ['development'] } },
      'app_environment_refused',
    ],
    [
      'where it must come from the App Store',
      { policy: { ...sample, categories: [4] } },
      'app_category_refused',
    ],
    [
      'under an invented root',
      { policy: { ...sample, anchors: applePolicy().anchors } },
      'attestation_chain_refused',
    ],
    ['where nobody is trusted', { policy: { ...sample, anchors: [] } }, 'attestation_chain_refused'],
  ] as const)('is refused %s', async (_when, changes, reason) => {
    expect(await verifyAttestation({ ...question, ...changes })).toEqual({ state: 'invalid', reason })
  })
})

describe('an attestation', () => {
  it('proves the key of a genuine app', async () => {
    expect(await verdictOf({})).toEqual({
      state: 'valid',
      value: {
        app: APP,
        publicKey: device.publicKey,
        environment: 'production',
        build: { category: 4, bundleVersion: '1.0' },
      },
    })
  })

  it('counts without a category where iOS says none, unless the policy wants one', async () => {
    const verdict = await verdictOf({ extensions: undefined })
    expect(verdict).toMatchObject({ value: { build: { category: undefined, bundleVersion: undefined } } })
    expect(await verdictOf({ extensions: undefined, policy: { withoutCategory: 'refused' } })).toEqual({
      state: 'invalid',
      reason: 'app_category_refused',
    })
  })

  it.each(['appattestdevelop', 'appattestsandbox'])('of %s counts where development does', async (aaguid) => {
    const verdict = await verdictOf({ aaguid, policy: { environments: ['production', 'development'] } })
    expect(verdict).toMatchObject({ value: { environment: 'development' } })
  })

  it('lets names through that Apple adds later, and reads the ones it knows', async () => {
    const verdict = await verdictOf({ extensions: { ...build(4), apple_later_01: 7 } })
    expect(verdict.state).toBe('valid')
  })

  const nonce = der(0x04, new Uint8Array(32))
  const REFUSED: readonly (readonly [what: string, wish: Case, reason: string])[] = [
    ['of another format', { fmt: 'apple' }, 'attestation_format_refused'],
    ['without certificates', { without: 'x5c' }, 'attestation_malformed'],
    ['without authenticator data', { without: 'authData' }, 'attestation_malformed'],
    ['without the authority between', { without: 'intermediate' }, 'attestation_chain_refused'],
    ['from an authority of the same name', { issuer: 'stranger' }, 'attestation_chain_refused'],
    ['whose certificate is over', { notAfter: '260401000000Z' }, 'attestation_chain_refused'],
    ['whose certificate is not good yet', { notBefore: '260701000000Z' }, 'attestation_chain_refused'],
    ['whose certificate is an authority', { leafIsAuthority: true }, 'attestation_chain_refused'],
    ['made on another challenge', { challenge: 'another' }, 'attestation_nonce_mismatch'],
    ['with a nonce of its own', { nonce: new Uint8Array(32) }, 'attestation_nonce_mismatch'],
    ['whose nonce is not where it belongs', { nonceValue: seq(nonce) }, 'attestation_nonce_mismatch'],
    [
      'with two nonces',
      { nonceValue: seq(der(0xa1, nonce), der(0xa1, nonce)) },
      'attestation_nonce_mismatch',
    ],
    ["with another key's certificate", { certified: keys }, 'attestation_key_mismatch'],
    ['sent for another key', { sentKeyId: other.keyId }, 'attestation_key_mismatch'],
    ['whose credential is another', { credentialId: other.keyId }, 'attestation_key_mismatch'],
    ['whose credential is longer', { credentialId: new Uint8Array(64) }, 'authenticator_data_malformed'],
    ['of another app', { app: '1A2B3C4D5E.com.example.other' }, 'app_refused'],
    ['of another team', { app: '0000000000.com.example.bank' }, 'app_refused'],
    ['that counts already', { counter: 1 }, 'attestation_counter_wrong'],
    ['from the sandbox', { aaguid: 'appattestsandbox' }, 'app_environment_refused'],
    ['of an unknown environment', { aaguid: 'somewhere else!!' }, 'app_environment_refused'],
    ['signed for TestFlight', { extensions: build(2) }, 'app_category_refused'],
    ['of a version that nobody released', { policy: { bundleVersions: ['2.0'] } }, 'app_version_refused'],
    ['without the flag of an attested key', { flags: 0 }, 'authenticator_data_malformed'],
    ['with something behind its end', { tail: Uint8Array.of(0) }, 'authenticator_data_malformed'],
    [
      'with a category of another length',
      { extensions: { ...build(4), apple_validation_category_01: Uint8Array.of(4) } },
      'authenticator_data_malformed',
    ],
    [
      'with a number for a version',
      { extensions: { ...build(4), apple_bundle_version_01: 1 } },
      'authenticator_data_malformed',
    ],
    [
      'with a key of another curve',
      {
        coseKey: new Map<number, unknown>([
          [1, 2],
          [3, -7],
          [-1, 2],
          [-2, new Uint8Array(32)],
          [-3, new Uint8Array(32)],
        ]),
      },
      'authenticator_data_malformed',
    ],
  ]
  it.each(REFUSED)('%s is refused', async (_what, wish, reason) => {
    expect(await verdictOf(wish)).toEqual({ state: 'invalid', reason })
  })

  const nested = new Uint8Array(12_000).fill(0x81)
  const MALFORMED: readonly (readonly [what: string, object: Uint8Array, reason: string])[] = [
    ['nothing', new Uint8Array(), 'attestation_malformed'],
    ['a number', encode(7), 'attestation_malformed'],
    ['arrays inside arrays, 12,000 deep', nested, 'attestation_malformed'],
    ['more than an attestation has', new Uint8Array(12_289), 'attestation_too_large'],
    ['two objects', Uint8Array.from([...bytes, ...bytes]), 'attestation_malformed'],
    [
      'a map of indefinite length',
      Uint8Array.from([0xbf, ...bytes.subarray(1), 0xff]),
      'attestation_malformed',
    ],
    // The length of "fmt" in two octets.
    ['a longer spelling', Uint8Array.from([0xa3, 0x78, 3, ...bytes.subarray(2)]), 'attestation_malformed'],
    [
      'a member twice',
      Uint8Array.from([0xa4, 0x63, ...text('fmt'), 0x60, ...bytes.subarray(1)]),
      'attestation_malformed',
    ],
    ['a tag', Uint8Array.from([0xc0, ...bytes]), 'attestation_malformed'],
  ]
  it.each(MALFORMED)('is not %s', async (_what, object, reason) => {
    const question = {
      object,
      keyId: device.keyId,
      clientDataHash: new Uint8Array(32),
      policy: applePolicy(),
      at: AT,
    }
    expect(await verifyAttestation(question)).toEqual({ state: 'invalid', reason })
  })
})
