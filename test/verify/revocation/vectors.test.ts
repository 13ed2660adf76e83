/** Real responses and lists: Debian's python3-cryptography-vectors, the European Commission's own certificate, x509-limbo. */
import { describe, expect, it } from 'vitest'
import { checkCrls } from '../../../src/verify/revocation/crl.ts'
import { readCrl } from '../../../src/verify/revocation/crl-reading.ts'
import { checkOcsp } from '../../../src/verify/revocation/ocsp.ts'
import { readResponse } from '../../../src/verify/revocation/ocsp-reading.ts'
import type { Certificate } from '../../../src/verify/x509/types.ts'
import { requireReal } from '../../real.ts'
import { certificateIn, fileIn, limboCrlCases, SHARED } from './material.ts'

describe.runIf(requireReal('vectors/ocsp', SHARED))('recorded OCSP responses', () => {
  it.each([
    ['resp-sha256.der', 'good'],
    ['resp-sct-extension.der', 'good'],
    ['resp-single-extension-reason.der', 'good'],
    ['resp-revoked.der', 'revoked'],
    ['resp-revoked-reason.der', 'revoked'],
    ['resp-revoked-no-next-update.der', 'revoked'],
    ['resp-responder-key-hash.der', 'revoked'],
    ['resp-delegate-unknown-cert.der', 'unknown'],
    ['resp-unknown-extension.der', 'revoked'],
    ['resp-unknown-hash-alg.der', 'revoked'],
    ['resp-invalid-signature-oid.der', 'good'],
  ])('%s is read: %s', (file, kind) => {
    const read = readResponse(fileIn(`ocsp/${file}`))
    expect(read.ok && read.value.responses.map(({ status }) => status.kind)).toEqual([kind])
  })

  it('with many certificates is read, each with its own state', () => {
    const read = readResponse(fileIn('ocsp/ocsp-army.deps.mil-resp.der'))
    const kinds = read.ok ? read.value.responses.map(({ status }) => status.kind) : []
    expect(new Set(kinds)).toEqual(new Set(['good', 'revoked']))
    expect(kinds.length).toBeGreaterThan(10)
  })

  it.each([
    ['resp-successful-no-response-bytes.der', 'ocsp_malformed'],
    ['resp-response-type-unknown-oid.der', 'ocsp_malformed'],
    ['resp-unauthorized.der', 'ocsp_not_successful'],
    ['resp-unknown-response-status.der', 'ocsp_not_successful'],
  ])('%s is refused: %s', (file, reason) => {
    expect(readResponse(fileIn(`ocsp/${file}`))).toEqual({ ok: false, reason })
  })

  it('are not good for a hash or a signature that we do not know', async () => {
    const question = { certificate: commission(), issuer: authority(), nonce: undefined, at: ASKED_AT }
    for (const file of ['resp-unknown-hash-alg.der', 'resp-invalid-signature-oid.der'])
      expect(await checkOcsp({ ...question, response: fileIn(`ocsp/${file}`) })).toMatchObject({ ok: false })
  })
})

/** When the response was recorded: 2020-06-05. */
const ASKED_AT = Date.UTC(2020, 5, 5, 16)
const commission = (): Certificate => certificateIn('eidas-tl/European-Commission.crt')
const authority = (): Certificate => certificateIn('eidas-tl/qvbecag2.crt')

describe.runIf(requireReal('vectors/eidas-tl', SHARED))("the European Commission's certificate", () => {
  const response = (): Uint8Array => fileIn('eidas-tl/ocsp/response-eucrt-sha1')

  it('is good, as the delegate of its authority said in June 2020', async () => {
    const question = { certificate: commission(), issuer: authority(), response: response() }
    expect(await checkOcsp({ ...question, nonce: undefined, at: ASKED_AT })).toMatchObject({
      ok: true,
      value: { status: 'good', source: 'ocsp' },
    })
    expect(await checkOcsp({ ...question, nonce: undefined, at: Date.UTC(2020, 5, 9) })).toEqual({
      ok: false,
      reason: 'ocsp_expired',
    })
  })

  it('is not good for a neighbour: neither by its certificate nor by its authority', async () => {
    const question = { response: response(), nonce: undefined, at: ASKED_AT }
    const neighbour = certificateIn('eidas-tl/qvocspauth.crt')
    expect(await checkOcsp({ ...question, certificate: neighbour, issuer: authority() })).toMatchObject({
      reason: 'ocsp_other_certificate',
    })
    const parent = certificateIn('eidas-tl/qventca1g3.crt')
    expect(await checkOcsp({ ...question, certificate: commission(), issuer: parent })).toMatchObject({
      reason: 'ocsp_other_certificate',
    })
  })

  it('is looked up in the list of its authority, at a time when that list was current', async () => {
    const list = fileIn('eidas-tl/qvbecag2.crl')
    const crl = readCrl(list)
    const question = { certificate: commission(), issuer: authority(), crls: [list] }
    const found = await checkCrls({ ...question, at: (crl?.thisUpdate ?? 0) + 1_000 })
    expect(found).toMatchObject({ ok: true, value: { status: 'good', source: 'crl' } })
    expect(await checkCrls({ ...question, at: Date.UTC(2026, 10, 21) })).toMatchObject({
      reason: 'crl_expired',
    })
  })

  it('is revoked where the list names it, as it names others', async () => {
    const list = fileIn('eidas-tl/qvbecag2.crl')
    const crl = readCrl(list)
    const entry = crl?.entries ?? new Uint8Array()
    // SEQUENCE, INTEGER, its length: the serial number of the first entry.
    const at = entry[1] !== undefined && entry[1] > 0x7f ? 3 : 2
    const serial = Buffer.from(entry.subarray(at + 2, at + 2 + (entry[at + 1] ?? 0))).toString('hex')
    const certificate = { ...commission(), serial: serial.replace(/^00/, '') }
    const question = { certificate, issuer: authority(), crls: [list] }
    expect(await checkCrls({ ...question, at: (crl?.thisUpdate ?? 0) + 1_000 })).toMatchObject({
      value: { status: 'revoked' },
    })
  })
})

describe.runIf(requireReal('vectors/x509-limbo', SHARED))('the revocation lists of x509-limbo', () => {
  it.each(limboCrlCases())('$id', async ({ id: _, expected, ...question }) => {
    const found = await checkCrls(question)
    expect(found.ok && found.value.status === 'good' ? 'SUCCESS' : 'FAILURE').toBe(expected)
  })
})
