import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Request } from 'miniflare'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { internetOf } from '../../../local/tpp/internet.ts'
import { type Responder, startResponder } from '../../../local/tpp/responder.ts'
import { type LocalTpps, localTpps } from '../../../local/tpp/store.ts'
import { requireReal } from '../../real.ts'
import { installed, run } from '../edge/harness.ts'

let folder: string
let tpps: LocalTpps
let responder: Responder
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-responder-'))
  tpps = await localTpps(folder)
  responder = await startResponder(tpps)
})
afterAll(async () => {
  await responder.close()
  rmSync(folder, { recursive: true })
})
afterEach(() => {
  responder.manner = 'answers'
})

function url(path: string): string {
  return `http://127.0.0.1:${responder.port}${path}`
}

describe.runIf(requireReal('openssl', installed('openssl')))('the responder, asked by openssl', () => {
  function ask(file: string, issuer = 'issuing.pem', ...more: string[]): Promise<string> {
    const level = issuer === 'issuing.pem' ? '/issuing' : '/root'
    const certificates = ['-issuer', join(folder, issuer), '-cert', join(folder, file)]
    // Both streams: openssl says the state on one and its verdict on the signature on the other.
    const words = ['ocsp', ...more, ...certificates, '-url', url(level), '-CAfile', tpps.anchorsPath]
    return run('sh', ['-c', 'openssl "$@" 2>&1', 'sh', ...words])
  }

  it.each([
    ['aisp.pem', 'good'],
    ['aisp-seal.pem', 'good'],
    ['revoked.pem', 'revoked'],
    ['forged.pem', 'unknown'],
  ])('says of %s that it is %s, signed by a delegate of the authority', async (file, state) => {
    const said = await ask(file)
    expect(said).toContain('Response verify OK')
    expect(said).toContain(`${file}: ${state}`)
    // It asked with a nonce and got it back.
    expect(said).not.toMatch(/nonce/i)
  })

  it('answers to a name hashed with SHA-256 as well', async () => {
    expect(await ask('aisp.pem', 'issuing.pem', '-sha256')).toMatch(/Response verify OK.*: good/s)
  })

  it('answers for the issuing authority in the name of the root', async () => {
    expect(await ask('issuing.pem', 'anchors.pem')).toMatch(/Response verify OK.*issuing.pem: good/s)
  })

  it('says at once what has changed', async () => {
    responder.say('withdrawn', 'revoked')
    expect(await ask('withdrawn.pem')).toContain('withdrawn.pem: revoked')
    responder.say('withdrawn', 'good')
    expect(await ask('withdrawn.pem')).toContain('withdrawn.pem: good')
  })

  it.each([
    ['stale', /Status times invalid|status expired/],
    ['forges', /Response Verify Failure/],
    ['try_later', /Responder Error: trylater/],
    ['babbles', /Error querying OCSP responder|error parsing/i],
    ['errs', /Error querying OCSP responder|500/i],
  ] as const)('can be told to answer wrongly: %s', async (manner, complaint) => {
    responder.manner = manner
    expect(await ask('aisp.pem')).toMatch(complaint)
  })

  it('lists what is revoked, signed by the authority itself', async () => {
    const list = join(folder, 'fetched.crl')
    writeFileSync(list, Buffer.from(await (await fetch(url('/issuing.crl'))).arrayBuffer()))
    const check = ['-inform', 'DER', '-in', list, '-noout', '-text', '-CAfile', join(folder, 'issuing.pem')]
    const said = await run('sh', ['-c', 'openssl crl "$@" 2>&1', 'sh', ...check])
    const serial = await run('openssl', ['x509', '-in', join(folder, 'revoked.pem'), '-noout', '-serial'])
    expect(said).toContain('verify OK')
    expect(said).toContain(`Serial Number: ${serial.trim().replace('serial=', '')}`)
    expect(said.match(/Serial Number/g)).toHaveLength(1)
  })
})

describe('the Internet of the local gate', () => {
  it.each([
    ['http://crl.larch-trust.example/root.crl', 200],
    ['http://crl.larch-trust.example/other', 404],
    ['https://crl.larch-trust.example/root.crl', 523],
    ['http://crl.larch-trust.example:8080/root.crl', 523],
    ['http://127.0.0.1/root.crl', 523],
    ['http://www.example/', 523],
  ])('answers %s with %i', async (address, status) => {
    expect((await internetOf(responder)(new Request(address))).status).toBe(status)
  })

  it('follows no redirect: that is for the gate to refuse', async () => {
    responder.manner = 'redirects'
    const answer = await internetOf(responder)(new Request('http://crl.larch-trust.example/root.crl'))
    expect(answer.status).toBe(302)
  })
})
