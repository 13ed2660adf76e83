/**
 * Counted and seeded: 62,000 inputs over everything that an app sends. Nothing throws, and nothing is accepted but what was
 * signed. Of an attestation object only the receipt, which nobody here reads, may differ.
 */
import { decode, encode } from 'cborg'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromBase64, toBase64, toBase64url } from '../../../src/lib/base64.ts'
import { sameBytes } from '../../../src/lib/bytes.ts'
import { verifyAssertion } from '../../../src/verify/attestation/apple-assertion.ts'
import { verifyAttestation } from '../../../src/verify/attestation/apple-attestation.ts'
import {
  readAttestedData,
  readAuthenticatorData,
} from '../../../src/verify/attestation/authenticator-data.ts'
import { readFirstMap, readMap } from '../../../src/verify/attestation/cbor.ts'
import { issueChallenge, verifyChallenge } from '../../../src/verify/attestation/challenge.ts'
import { type EnrolTools, enrol } from '../../../src/verify/attestation/enrol.ts'
import { hashOf } from '../../../src/verify/attestation/hash.ts'
import { openToken } from '../../../src/verify/attestation/play-token.ts'
import { judgeVerdicts } from '../../../src/verify/attestation/play-verdict.ts'
import { verificationKeyOf } from '../../../src/verify/attestation/point.ts'
import { AT } from '../x509/authority.ts'
import { APP, applePolicy, CHALLENGE, newDevice, text } from './apple.ts'
import { APPLE_SAMPLE } from './apple-sample.ts'
import { payload, playApp, seal } from './play.ts'
import { keys } from './stores.ts'

const seeded = (numRuns: number): fc.Parameters<unknown> => ({ numRuns, seed: 20261121 })

const device = await newDevice()
const object = await device.attest()
const DATA = text('what the app says about its request')
const assertion = await device.assert(DATA)
const sample = fromBase64(APPLE_SAMPLE.attestation) ?? new Uint8Array()
/** Members of the documents that the changed ones are held against. */
const authData: Uint8Array = decode(object).authData
const leaf: Uint8Array = decode(object).attStmt.x5c[0]
const authenticatorData: Uint8Array = decode(assertion).authenticatorData

const EDIT = fc.record({
  at: fc.nat(20_000),
  remove: fc.nat(8),
  insert: fc.uint8Array({ maxLength: 8 }),
})
type Edit = typeof EDIT extends fc.Arbitrary<infer T> ? T : never

function edited(bytes: Uint8Array, { at, remove, insert }: Edit): Uint8Array {
  const start = at % bytes.length
  return Uint8Array.of(...bytes.subarray(0, start), ...insert, ...bytes.subarray(start + remove))
}

/** CBOR of the shapes and names that are looked for, with lengths that may lie. */
const { cbor } = fc.letrec<{ cbor: Uint8Array }>((tie) => ({
  cbor: fc.oneof(
    { depthSize: 'small' },
    fc.uint8Array({ maxLength: 12 }),
    fc
      .constantFrom('fmt', 'attStmt', 'authData', 'x5c', 'signature', 'authenticatorData', 'apple-appattest')
      .map(encode),
    fc
      .tuple(
        fc.constantFrom(0x81, 0x82, 0x83, 0xa1, 0xa2, 0xa3, 0xbf, 0x9f, 0xc1),
        fc.array(tie('cbor'), { maxLength: 6 }),
      )
      .map(([head, parts]) => Uint8Array.of(head, ...parts.flatMap((part) => [...part]))),
    fc.uint8Array({ maxLength: 80 }).map((bytes) => encode(bytes)),
  ),
}))

const attested = (bytes: Uint8Array) =>
  verifyAttestation({
    object: bytes,
    keyId: device.keyId,
    clientDataHash: hashOf(text(CHALLENGE)),
    policy: applePolicy(),
    at: AT,
  })

const verification = verificationKeyOf({ keyId: 'k', publicKey: device.publicKey, attestedAt: 0 })
async function asserted(bytes: Uint8Array, clientData = DATA) {
  if (verification === undefined) throw new Error('Cannot use the key that was just made')
  const key = { app: APP, environment: 'production', verification } as const
  return verifyAssertion({ assertion: bytes, clientData, key, policy: applePolicy() })
}

describe('what Apple made, changed', () => {
  it('is no attestation after 15,000 edits, but for the receipt that nobody reads', async () => {
    expect((await attested(object)).state).toBe('valid')
    const property = fc.asyncProperty(EDIT, async (edit) => {
      const changed = edited(object, edit)
      if ((await attested(changed)).state !== 'valid') return
      const { authData: data, attStmt } = decode(changed)
      expect(sameBytes(data, authData) && sameBytes(attStmt.x5c[0], leaf)).toBe(true)
    })
    await fc.assert(property, seeded(15_000))
  })

  it("neither is Apple's own sample, under another's root", async () => {
    const property = fc.asyncProperty(EDIT, async (edit) => {
      expect((await attested(edited(sample, edit))).state).toBe('invalid')
    })
    await fc.assert(property, seeded(5_000))
  })

  it('is no assertion after 15,000 edits', async () => {
    expect((await asserted(assertion)).state).toBe('valid')
    const property = fc.asyncProperty(EDIT, async (edit) => {
      const changed = edited(assertion, edit)
      if ((await asserted(changed)).state !== 'valid') return
      expect(sameBytes(changed, assertion)).toBe(true)
      expect(sameBytes(decode(changed).authenticatorData, authenticatorData)).toBe(true)
    })
    await fc.assert(property, seeded(15_000))
  })

  it('is no assertion about anything else', async () => {
    const property = fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), async (other) => {
      expect((await asserted(assertion, other)).state).toBe('invalid')
    })
    await fc.assert(property, seeded(1_000))
  })

  it('is read by its parts or not at all', () => {
    const property = fc.property(EDIT, fc.boolean(), (edit, whole) => {
      const changed = edited(whole ? authData : authenticatorData, edit)
      const key = whole ? readAttestedData(changed) : undefined
      const data = whole ? key : readAuthenticatorData(changed)
      if (data === undefined) return
      expect(data.appHash.length).toBe(32)
      expect(data.counter).toBeGreaterThanOrEqual(0)
      const { category, bundleVersion } = data.build
      expect(category === undefined || (category >= 0 && category <= 0xffff_ffff)).toBe(true)
      expect(bundleVersion === undefined || bundleVersion.length <= 64).toBe(true)
      if (key !== undefined) expect([key.publicKey.length, key.credentialId.length]).toEqual([65, 32])
    })
    fc.assert(property, seeded(8_000))
  })
})

describe('bytes of no shape at all', () => {
  it('are no attestation and no assertion', async () => {
    const property = fc.asyncProperty(cbor, async (bytes) => {
      expect((await attested(bytes)).state).toBe('invalid')
      expect((await asserted(bytes)).state).toBe('invalid')
      expect(readMap(bytes) ?? new Map()).toBeInstanceOf(Map)
      expect(readFirstMap(bytes)?.map ?? new Map()).toBeInstanceOf(Map)
      expect(() => readAttestedData(bytes) ?? readAuthenticatorData(bytes)).not.toThrow()
    })
    await fc.assert(property, seeded(8_000))
  })
})

const NOW = Date.UTC(2026, 10, 21, 12)
const HASH = toBase64url(new Uint8Array(32).fill(7))
const token = await seal(payload(HASH, NOW))

const SPLICE = fc.record({
  at: fc.nat(20_000),
  remove: fc.nat(8),
  insert: fc.string({ unit: fc.constantFrom(...'AQgwz09-_.=+/ {}":,'), maxLength: 8 }),
})

function spliced(
  value: string,
  { at, remove, insert }: { at: number; remove: number; insert: string },
): string {
  const start = at % value.length
  return value.slice(0, start) + insert + value.slice(start + remove)
}

describe('what Google made, changed', () => {
  it('opens with no key after 5,000 edits', async () => {
    expect((await openToken(token, [playApp()], NOW)).state).toBe('valid')
    const property = fc.asyncProperty(SPLICE, async (splice) => {
      const changed = spliced(token, splice)
      const opened = await openToken(changed, [playApp()], NOW)
      expect(opened.state).toBe(changed === token ? 'valid' : 'invalid')
    })
    await fc.assert(property, seeded(5_000))
  })

  it('is judged by what it says or not at all', () => {
    const plain = JSON.stringify(payload(HASH, NOW))
    const question = { app: playApp(), requestHash: HASH, now: NOW }
    const property = fc.property(
      fc.oneof(
        SPLICE.map((one) => spliced(plain, one)),
        fc.json(),
      ),
      (changed) => {
        const judged = judgeVerdicts({ ...question, payload: text(changed) })
        if (judged.state !== 'valid') return
        // Whatever else was changed, the request, the app and the device are still those.
        expect(changed).toContain(HASH)
        expect(judged.value.verdicts.device).toContain('MEETS_DEVICE_INTEGRITY')
        expect(judged.value.issuedAt).toBeGreaterThanOrEqual(NOW - 120_000)
      },
    )
    fc.assert(property, seeded(2_500))
  })
})

describe('what we gave an app, changed', () => {
  const challenge = issueChallenge('random-random-random', NOW, keys)

  it('is no challenge of ours', () => {
    const property = fc.property(SPLICE, (splice) => {
      const changed = spliced(challenge, splice)
      expect(verifyChallenge(changed, NOW, keys).state).toBe(changed === challenge ? 'valid' : 'invalid')
    })
    fc.assert(property, seeded(2_000))
  })

  it('enrols nobody', async () => {
    const bytes = await device.attest({ challenge })
    const said = JSON.stringify({ keyId: device.keyIdText, challenge, attestation: toBase64(bytes) })
    const nothing = () => Promise.reject(new Error('Nothing that was changed comes so far'))
    const store = { keep: nothing, find: nothing, forget: nothing, raise: nothing }
    const tools: EnrolTools = {
      policy: applePolicy({ anchors: [] }),
      keys,
      attestation: store,
      replay: { reserve: nothing, release: () => {} },
    }
    const property = fc.asyncProperty(SPLICE, async (splice) => {
      const fact = await enrol({ requestId: 'r', at: NOW, body: text(spliced(said, splice)) }, tools)
      expect(fact.state).toBe('invalid')
    })
    await fc.assert(property, seeded(500))
  })
})
