import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { localIdentity } from '../../../local/edge/identity.ts'
import { certificatePem, issueCertificate, privateKeyPem } from '../../../local/edge/issue.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-identity-'))
  folders.push(folder)
  return folder
}

describe('localIdentity', () => {
  it('makes a certificate for localhost that its authority vouches for', async () => {
    const { certificate, authorityPath } = await localIdentity(emptyFolder())
    const leaf = new X509Certificate(certificate)
    const authority = new X509Certificate(readFileSync(authorityPath))
    expect(leaf.verify(authority.publicKey)).toBe(true)
    expect(leaf.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1')
    expect(leaf.ca).toBe(false)
    expect(authority.ca).toBe(true)
  })

  it('keeps it from one start to the next', async () => {
    const folder = emptyFolder()
    expect(await localIdentity(folder)).toEqual(await localIdentity(folder))
  })

  it('lets only its owner read the key, and keeps no key of the authority', async () => {
    const folder = emptyFolder()
    await localIdentity(folder)
    expect(statSync(join(folder, 'edge-key.pem')).mode & 0o777).toBe(0o600)
    const keys = readdirSync(folder).filter((name) =>
      readFileSync(join(folder, name), 'utf8').includes('PRIVATE KEY'),
    )
    expect(keys).toEqual(['edge-key.pem'])
  })

  it('makes another when what is kept is damaged', async () => {
    const folder = emptyFolder()
    const before = await localIdentity(folder)
    writeFileSync(join(folder, 'edge-certificate.pem'), 'rubbish')
    expect((await localIdentity(folder)).certificate).not.toBe(before.certificate)
  })

  it('makes another when what is kept is about to expire', async () => {
    const folder = emptyFolder()
    const notAfter = new Date(Date.now() + 86_400_000)
    const authority = await issueCertificate({ subject: 'CN=old', use: 'authority', notAfter })
    const leaf = await issueCertificate({
      subject: 'CN=localhost',
      use: 'server',
      issuer: authority,
      notAfter,
    })
    writeFileSync(join(folder, 'edge-authority.pem'), certificatePem(authority))
    writeFileSync(join(folder, 'edge-certificate.pem'), certificatePem(leaf))
    writeFileSync(join(folder, 'edge-key.pem'), await privateKeyPem(leaf), { mode: 0o644 })
    expect((await localIdentity(folder)).certificate).not.toBe(certificatePem(leaf))
    expect(statSync(join(folder, 'edge-key.pem')).mode & 0o777).toBe(0o600)
  })
})
