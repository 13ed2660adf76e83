import { describe, expect, it } from 'vitest'
import { element } from '../../../src/lib/der-write.ts'
import { checkOcsp } from '../../../src/verify/revocation/ocsp.ts'
import {
  DAY,
  extension,
  HOUR,
  type Holder,
  issue,
  MINUTE,
  makeOcsp,
  NOON,
  type OcspWish,
} from './authority.ts'

const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9'
const NO_CHECK = extension('1.3.6.1.5.5.7.48.1.5', Uint8Array.of(5, 0))
const NONCE = new Uint8Array(32).fill(9)

const issuer = await issue({ subject: 'Issuer', ca: true, keyUsage: 0x06 })
const namesake = await issue({ subject: 'Issuer', ca: true, keyUsage: 0x06 })
const leaf = await issue({ subject: 'Leaf', issuer, serial: [0x2a] })
const delegate = await appointed({})

function appointed(more: Partial<Parameters<typeof issue>[0]>): Promise<Holder> {
  const wish = {
    subject: 'Responder',
    issuer,
    keyUsage: 0x80,
    purposes: [OCSP_SIGNING],
    extensions: [NO_CHECK],
  }
  return issue({ ...wish, ...more })
}

async function ask(wish: Partial<OcspWish>, nonce?: Uint8Array, at = NOON) {
  const response = await makeOcsp({ about: leaf.certificate, issuer, ...wish })
  return checkOcsp({ certificate: leaf.certificate, issuer: issuer.certificate, response, nonce, at })
}

function by(holder: Holder): Partial<OcspWish> {
  return { by: holder, certificates: [holder.certificate] }
}

describe('what an OCSP response says', () => {
  it('is that a certificate is good, since when and until when', async () => {
    expect(await ask({})).toEqual({
      ok: true,
      value: { status: 'good', source: 'ocsp', thisUpdate: NOON - HOUR, nextUpdate: NOON + HOUR },
    })
  })

  it('is that it was revoked, when and why', async () => {
    expect(await ask({ status: { revokedAt: NOON - DAY, reason: 1 } })).toMatchObject({
      ok: true,
      value: { status: 'revoked', reason: 'key_compromise', revokedAt: NOON - DAY },
    })
  })

  it.each([
    ['SHA-1', 'key'],
    ['SHA-1', 'name'],
    ['SHA-256', 'key'],
    ['SHA-256', 'name'],
  ] as const)('is read with a CertID of %s and a responder called by its %s', async (hash, responder) => {
    expect(await ask({ hash, responder })).toMatchObject({ ok: true })
    expect(await ask({ hash, responder, ...by(delegate) })).toMatchObject({ ok: true })
  })

  it.each<[string, Partial<OcspWish>]>([
    ['ocsp_unknown', { status: 'unknown' }],
    ['ocsp_other_certificate', { serial: [0x2b] }],
    ['ocsp_other_certificate', { issuer: namesake, by: issuer }],
    ['ocsp_not_yet_valid', { thisUpdate: NOON + 6 * MINUTE }],
    ['ocsp_not_yet_valid', { producedAt: NOON + 6 * MINUTE }],
    ['ocsp_expired', { nextUpdate: NOON - 1_000 }],
    ['ocsp_expired', { nextUpdate: undefined }],
    ['ocsp_critical_extension', { extensions: [extension('1.2.3', Uint8Array.of(5, 0), true)] }],
    ['ocsp_critical_extension', { singleExtensions: [extension('1.2.3', Uint8Array.of(5, 0), true)] }],
    ['ocsp_malformed', { status: { revokedAt: NOON, reason: 8 } }],
    ['ocsp_malformed', { status: { revokedAt: NOON, reason: 7 } }],
  ])('is nothing where it is %s', async (reason, wish) => {
    expect(await ask(wish)).toEqual({ ok: false, reason })
  })

  it('may lack nextUpdate when it comes from a live register, made a moment ago', async () => {
    expect(await ask({ nextUpdate: undefined, producedAt: NOON - MINUTE })).toMatchObject({ ok: true })
  })

  it('may come from a clock that is some minutes ahead', async () => {
    expect(await ask({ thisUpdate: NOON + 4 * MINUTE })).toMatchObject({ ok: true })
  })

  it('ignores extensions that are not critical', async () => {
    const more = extension('1.2.3', Uint8Array.of(5, 0))
    expect(await ask({ extensions: [more], singleExtensions: [more] })).toMatchObject({ ok: true })
  })
})

describe('a nonce', () => {
  it('that is ours is right, one that is not is the answer to another question', async () => {
    expect(await ask({ nonce: NONCE }, NONCE)).toMatchObject({ ok: true })
    expect(await ask({ nonce: NONCE.map((octet) => octet + 1) }, NONCE)).toEqual({
      ok: false,
      reason: 'ocsp_nonce_wrong',
    })
  })

  it('may be missing, because many responders answer from a store', async () => {
    expect(await ask({}, NONCE)).toMatchObject({ ok: true })
  })
})

describe('who signs', () => {
  it('may be a delegate that the issuer appointed', async () => {
    expect(await ask(by(delegate))).toMatchObject({ ok: true })
  })

  it.each<[string, () => Promise<Holder>]>([
    ['was not given the purpose', () => appointed({ purposes: ['1.3.6.1.5.5.7.3.2'] })],
    ['may do anything, but not this by name', () => appointed({ purposes: ['2.5.29.37.0'] })],
    ['is an authority itself', () => appointed({ ca: true, keyUsage: 0x86 })],
    ['may sign certificates alone', () => appointed({ keyUsage: 0x04 })],
    ['is out of date', () => appointed({ notAfter: NOON - 1_000 })],
    ['is not yet in date', () => appointed({ notBefore: NOON + 1_000 })],
    ['was appointed by a namesake of the issuer', () => appointed({ issuer: namesake })],
    ['appointed itself', () => issue({ subject: 'Issuer', keyUsage: 0x80, purposes: [OCSP_SIGNING] })],
    [
      'is limited by what we do not understand',
      () => appointed({ extensions: [extension('1.2.3', Uint8Array.of(5, 0), true)] }),
    ],
  ])('may not be one who %s', async (_, make) => {
    expect(await ask(by(await make()))).toEqual({ ok: false, reason: 'ocsp_responder_unauthorised' })
  })

  it('may not be a delegate whose certificate did not come along', async () => {
    expect(await ask({ by: delegate })).toEqual({ ok: false, reason: 'ocsp_responder_unauthorised' })
  })

  it('may not be the certificate in question, whatever it calls itself', async () => {
    expect(await ask({ ...by(leaf) })).toEqual({ ok: false, reason: 'ocsp_responder_unauthorised' })
  })

  it('is found by its signature where several have its name', async () => {
    const other = await appointed({})
    const certificates = [other.certificate, delegate.certificate]
    expect(await ask({ by: delegate, responder: 'name', certificates })).toMatchObject({ ok: true })
    expect(await ask({ by: delegate, responder: 'name', certificates: [other.certificate] })).toEqual({
      ok: false,
      reason: 'ocsp_signature_wrong',
    })
  })
})

describe('a delegate that may be taken back itself', () => {
  const crl = ['http://crl.larch.example/a.crl']
  const asks = async (extensions: readonly Uint8Array[], stands: boolean) => {
    const asked: string[] = []
    const holder = await appointed({ crl, extensions })
    const response = await makeOcsp({ about: leaf.certificate, issuer, ...by(holder) })
    const question = { certificate: leaf.certificate, issuer: issuer.certificate, nonce: undefined, at: NOON }
    const found = await checkOcsp({
      ...question,
      response,
      stands: async ({ thumbprint }) => {
        asked.push(thumbprint)
        return stands
      },
    })
    return { asked: asked.length, found }
  }

  it('is believed when its own list stands by it, and not otherwise', async () => {
    expect(await asks([], true)).toMatchObject({ asked: 1, found: { ok: true } })
    expect(await asks([], false)).toEqual({
      asked: 1,
      found: { ok: false, reason: 'ocsp_responder_revoked' },
    })
  })

  it('is not asked about when its issuer says that nobody need ask', async () => {
    expect(await asks([NO_CHECK], false)).toMatchObject({ asked: 0, found: { ok: true } })
  })
})

describe('bytes that are no response', () => {
  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'ocsp_malformed'],
    ['a page', new TextEncoder().encode('<html>Maintenance</html>'), 'ocsp_malformed'],
    ['tryLater', element(0x30, element(0x0a, Uint8Array.of(3))), 'ocsp_not_successful'],
    ['a success without an answer', element(0x30, element(0x0a, Uint8Array.of(0))), 'ocsp_malformed'],
    ['too much', new Uint8Array(70_000), 'ocsp_malformed'],
  ])('are %s', async (_, response, reason) => {
    const question = { certificate: leaf.certificate, issuer: issuer.certificate, nonce: undefined, at: NOON }
    expect(await checkOcsp({ ...question, response })).toEqual({ ok: false, reason })
  })

  it('are a response with something behind it, which another reader might take', async () => {
    const response = await makeOcsp({ about: leaf.certificate, issuer })
    const question = { certificate: leaf.certificate, issuer: issuer.certificate, nonce: undefined, at: NOON }
    expect(await checkOcsp({ ...question, response: Uint8Array.of(...response, 5, 0) })).toEqual({
      ok: false,
      reason: 'ocsp_malformed',
    })
  })
})
