import { OCSPRequest } from '@peculiar/asn1-ocsp'
import { AsnConvert } from '@peculiar/asn1-schema'
import { describe, expect, it } from 'vitest'
import { fetchBytes } from '../../../src/verify/fetching.ts'
import { inquire } from '../../../src/verify/revocation/inquiry.ts'
import { getAddress, writeRequest } from '../../../src/verify/revocation/ocsp-request.ts'
import type { Inquiry, InquiryPolicy } from '../../../src/verify/revocation/wire.ts'
import { requireReal } from '../../real.ts'
import { DAY, HOUR, type Holder, issue, makeCrl, makeOcsp, NOON, type OcspWish } from './authority.ts'
import { certificateIn, fileIn, SHARED } from './material.ts'

const POLICY: InquiryPolicy = { hosts: undefined, ports: [], certId: 'SHA-1', nonce: false }
const OCSP = 'http://ocsp.larch.example/ask'
const CRL = 'http://crl.larch.example/a.crl'
const NONCE = new Uint8Array(32).fill(7)

const issuer = await issue({ subject: 'Issuer', ca: true, keyUsage: 0x06 })
const leaf = await issue({ subject: 'Leaf', issuer, serial: [0x2a], ocsp: [OCSP], crl: [CRL] })
const delegate = await issue({
  subject: 'Responder',
  issuer,
  serial: [0x2c],
  keyUsage: 0x80,
  purposes: ['1.3.6.1.5.5.7.3.9'],
  crl: [CRL],
})
const hex = (bytes: ArrayBuffer | Uint8Array): string => Buffer.from(new Uint8Array(bytes)).toString('hex')

function inquiryOf({ certificate }: Holder): Inquiry {
  return { thumbprint: certificate.thumbprint, certificate: certificate.der, issuer: issuer.certificate.der }
}

/** What the one host of each address answers, and how it was asked. */
async function ask(
  answers: Readonly<Record<string, (request: Request) => Promise<Uint8Array | number>>>,
  policy: Partial<InquiryPolicy> = {},
  holder: Holder = leaf,
) {
  const asked: Request[] = []
  const fetch = async (request: Request): Promise<Response> => {
    asked.push(request.clone())
    const answer = (await answers[new URL(request.url).hostname]?.(request)) ?? 404
    return typeof answer === 'number' ? new Response(null, { status: answer }) : new Response(answer)
  }
  const means = { fetch, random: () => NONCE }
  const finding = await inquire(inquiryOf(holder), { ...POLICY, ...policy }, means, NOON)
  return { finding, asked }
}

const says = (wish: Partial<OcspWish> = {}) => makeOcsp({ about: leaf.certificate, issuer, ...wish })
const lists = (...serials: readonly number[]) =>
  makeCrl({ by: issuer, revoked: serials.map((serial) => ({ serial: [serial] })) })

describe('a request to a responder', () => {
  it.each(['SHA-1', 'SHA-256'] as const)(
    'names the certificate by %s, as another library reads it',
    async (hash) => {
      const request = AsnConvert.parse(
        await writeRequest(leaf.certificate, issuer.certificate, hash, NONCE),
        OCSPRequest,
      )
      const [one, more] = request.tbsRequest.requestList
      const digest = async (bytes: Uint8Array) => hex(await crypto.subtle.digest(hash, bytes))
      expect(more).toBeUndefined()
      expect(hex(one?.reqCert.serialNumber ?? new ArrayBuffer(0))).toBe('2a')
      expect(hex(one?.reqCert.issuerNameHash.buffer ?? new ArrayBuffer(0))).toBe(
        await digest(issuer.certificate.subject.der),
      )
      expect(hex(one?.reqCert.issuerKeyHash.buffer ?? new ArrayBuffer(0))).toBe(
        await digest(issuer.certificate.publicKey),
      )
      expect(hex(request.tbsRequest.requestExtensions?.[0]?.extnValue.buffer ?? new ArrayBuffer(0))).toBe(
        `0420${hex(NONCE)}`,
      )
    },
  )

  it('goes in the address, where it is short enough for caches', async () => {
    const { asked, finding } = await ask({ 'ocsp.larch.example': () => says() })
    expect(finding).toMatchObject({ ok: true, value: { source: 'ocsp' } })
    expect(asked.map(({ method }) => method)).toEqual(['GET'])
    expect(asked[0]?.url).toMatch(/^http:\/\/ocsp\.larch\.example\/ask\/MEI?w?[A-Za-z0-9%]+$/)
  })

  it('is posted where it would be too long, or the address has a query', () => {
    const place = new URL(OCSP)
    expect(getAddress(place, new Uint8Array(120))).toBeDefined()
    expect(getAddress(place, new Uint8Array(200))).toBeUndefined()
    expect(getAddress(new URL(`${OCSP}?a=b`), new Uint8Array(60))).toBeUndefined()
  })

  it('is posted again where the responder takes no GET', async () => {
    const { asked, finding } = await ask({
      'ocsp.larch.example': async ({ method }) => (method === 'GET' ? 405 : says()),
    })
    expect(finding).toMatchObject({ ok: true, value: { source: 'ocsp' } })
    expect(asked.map(({ method }) => method)).toEqual(['GET', 'POST'])
    expect(asked[1]?.headers.get('content-type')).toBe('application/ocsp-request')
  })

  it('is posted with a nonce where the bank wants one, and another nonce is another answer', async () => {
    const right = await ask({ 'ocsp.larch.example': () => says({ nonce: NONCE }) }, { nonce: true })
    expect(right.finding).toMatchObject({ ok: true, value: { source: 'ocsp' } })
    expect(right.asked.map(({ method }) => method)).toEqual(['POST'])
    const wrong = { 'ocsp.larch.example': () => says({ nonce: NONCE.map(() => 8) }) }
    expect((await ask(wrong, { nonce: true })).finding).toMatchObject({ ok: false })
  })
})

describe('where the responder does not help', () => {
  it.each<[string, () => Promise<Uint8Array | number>]>([
    ['does not know the certificate', () => says({ status: 'unknown' })],
    ['answers too late', () => says({ nextUpdate: NOON - HOUR })],
    ['is out of order', async () => 500],
  ])('because it %s, the list is asked', async (_, answer) => {
    const { finding } = await ask({ 'ocsp.larch.example': answer, 'crl.larch.example': () => lists(0x2a) })
    expect(finding).toMatchObject({ ok: true, value: { status: 'revoked', source: 'crl' } })
  })

  it('no more than two places of a kind are asked, whatever the certificate names', async () => {
    const ocsp = Array.from({ length: 9 }, (_, n) => `http://ocsp${n}.larch.example/`)
    const { asked } = await ask({}, {}, await issue({ subject: 'Many', issuer, ocsp }))
    expect(new Set(asked.map(({ url }) => new URL(url).hostname)).size).toBe(2)
  })

  it('nobody outside the list of the bank is asked', async () => {
    const { asked, finding } = await ask(
      { 'crl.larch.example': () => lists() },
      { hosts: ['crl.larch.example'] },
    )
    expect(asked.map(({ url }) => url)).toEqual([CRL])
    expect(finding).toMatchObject({ ok: true })
  })
})

describe('a delegate with a list of its own', () => {
  const answers = (...serials: readonly number[]) => ({
    'ocsp.larch.example': () => says({ by: delegate, certificates: [delegate.certificate] }),
    'crl.larch.example': () => lists(...serials),
  })

  it('is looked up in it before it is believed', async () => {
    const { asked, finding } = await ask(answers())
    expect(finding).toMatchObject({ ok: true, value: { status: 'good', source: 'ocsp' } })
    expect(asked.map(({ url }) => new URL(url).hostname)).toEqual(['ocsp.larch.example', 'crl.larch.example'])
  })

  it('is not believed once it is listed: the list itself then tells of the certificate', async () => {
    expect((await ask(answers(0x2c))).finding).toMatchObject({ ok: true, value: { source: 'crl' } })
    const { 'ocsp.larch.example': ocsp } = answers()
    expect((await ask({ 'ocsp.larch.example': ocsp })).finding).toEqual({ ok: false, reason: 'fetch_status' })
  })
})

describe('a fetch', () => {
  const limits = { timeoutMs: 100, maxBytes: 1_000 }
  const stream = (chunk: number, pauseMs: number) =>
    new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (pauseMs > 0) await new Promise((done) => setTimeout(done, pauseMs))
        controller.enqueue(new Uint8Array(chunk))
      },
    })
  const hangsUntilAborted = ({ signal }: Request) =>
    new Promise<Response>((_, refuse) => {
      signal.addEventListener('abort', () => refuse(new Error('aborted')))
    })

  it.each<[string, (request: Request) => Promise<Response>]>([
    ['fetch_timeout', hangsUntilAborted],
    ['fetch_failed', () => Promise.reject(new Error('connection refused'))],
    ['fetch_status', async () => new Response('no', { status: 404 })],
    ['fetch_status', async () => new Response(null, { status: 204 })],
    ['fetch_redirected', async () => Response.redirect('http://127.0.0.1/', 302)],
    ['fetch_too_large', async () => new Response('x', { headers: { 'content-length': '1001' } })],
    ['fetch_too_large', async () => new Response(stream(400, 0))],
  ])('is %s and never rejects', async (reason, fetch) => {
    expect(await fetchBytes(fetch, OCSP, {}, limits)).toEqual({ ok: false, reason })
  })

  it('of exactly so much is whole', async () => {
    const found = await fetchBytes(async () => new Response(new Uint8Array(1_000)), OCSP, {}, limits)
    expect(found.ok && found.value.length).toBe(1_000)
  })

  it('of a body that trickles ends with its time', async () => {
    const found = await fetchBytes(async () => new Response(stream(1, 30)), OCSP, {}, limits)
    expect(found).toEqual({ ok: false, reason: 'fetch_timeout' })
  })
})

describe.runIf(requireReal('vectors/eidas-tl', SHARED))('the recorded request', () => {
  it("about the European Commission's certificate is the one that we write, but for its nonce", async () => {
    const request = AsnConvert.parse(fileIn('eidas-tl/ocsp/request-eucrt-sha1'), OCSPRequest)
    const written = AsnConvert.parse(
      await writeRequest(
        certificateIn('eidas-tl/European-Commission.crt'),
        certificateIn('eidas-tl/qvbecag2.crt'),
        'SHA-1',
        undefined,
      ),
      OCSPRequest,
    )
    expect(written.tbsRequest.requestList).toEqual(request.tbsRequest.requestList)
  })
})

describe('an answer of long ago', () => {
  it('is not believed, however right it was', async () => {
    const old = { thisUpdate: NOON - 8 * DAY, nextUpdate: NOON - DAY }
    expect((await ask({ 'ocsp.larch.example': () => says(old) })).finding).toMatchObject({ ok: false })
  })
})
