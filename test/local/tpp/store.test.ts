import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CAST } from '../../../local/tpp/cast.ts'
import { CAST_NAMES, type LocalTpps, localTpps } from '../../../local/tpp/store.ts'
import { requireReal } from '../../real.ts'
import { installed, run } from '../edge/harness.ts'

let folder: string
let tpps: LocalTpps
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-tpp-'))
  tpps = await localTpps(folder)
})
afterAll(() => rmSync(folder, { recursive: true }))

function leaf(path: string): X509Certificate {
  return new X509Certificate(readFileSync(path))
}

describe('the third parties on this machine', () => {
  it('are kept: a second start shows the same certificates', async () => {
    const again = await localTpps(folder)
    expect(again.anchors).toBe(tpps.anchors)
    for (const name of CAST_NAMES) expect(again.thumbprint(name)).toBe(tpps.thumbprint(name))
  })

  it.each([
    ['a certificate is missing', (at: string) => rmSync(join(at, 'aisp.pem'))],
    ['a key is missing', (at: string) => rmSync(join(at, 'pisp.key'))],
    ['a certificate is damaged', (at: string) => writeFileSync(join(at, 'cbpii.pem'), 'nothing')],
    ['they were made in another way', (at: string) => writeFileSync(join(at, 'recipe'), 'older')],
    ['making them was interrupted', (at: string) => rmSync(join(at, 'recipe'))],
  ])('are made anew, all of them, where %s', async (_what, harm) => {
    const kept = mkdtempSync(join(tmpdir(), 'portcullis-tpp-'))
    const before = await localTpps(kept)
    harm(kept)
    const after = await localTpps(kept)
    expect(after.anchors).not.toBe(before.anchors)
    expect(leaf(after.transport('aisp').certificate).checkIssued(leaf(join(kept, 'issuing.pem')))).toBe(true)
    rmSync(kept, { recursive: true })
  })

  it('keep their keys from everybody else, and the root has none at all', () => {
    const keys = readdirSync(folder).filter((name) => name.endsWith('.key'))
    expect(keys.length).toBeGreaterThan(CAST_NAMES.length)
    for (const key of keys) expect(statSync(join(folder, key)).mode & 0o077, key).toBe(0)
    expect(keys).not.toContain('anchors.key')
    expect(keys).not.toContain('root.key')
  })

  it.each(CAST_NAMES)(
    '%s has a certificate with the key beside it, in the name of its organisation',
    (name) => {
      const { certificate, key } = tpps.transport(name)
      const shown = leaf(certificate)
      expect(shown.subject).toContain(`organizationIdentifier=${CAST[name].organisation}`)
      expect(readFileSync(key, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----/)
      expect(readFileSync(certificate, 'utf8').match(/BEGIN CERTIFICATE/g)).toHaveLength(2)
      expect(Date.parse(shown.validTo) < Date.now()).toBe(name === 'expired')
    },
  )

  it('cannot be told apart by name from the forged one, only by who signed', () => {
    const [honest, other] = [
      leaf(tpps.transport('aisp').certificate),
      leaf(tpps.transport('forged').certificate),
    ]
    expect(other.subject).toBe(honest.subject)
    expect(other.issuer).toBe(honest.issuer)
    const issuing = new X509Certificate(tpps.issuing)
    expect([honest.verify(issuing.publicKey), other.verify(issuing.publicKey)]).toEqual([true, false])
  })
})

describe.runIf(requireReal('openssl', installed('openssl')))('as openssl sees it', () => {
  async function verify(file: string): Promise<string> {
    return run('openssl', ['verify', '-CAfile', tpps.anchorsPath, '-untrusted', file, file])
  }

  it.each(CAST_NAMES)('the chain of %s holds, or breaks as it is meant to', async (name) => {
    const said = await verify(tpps.transport(name).certificate)
    if (name === 'expired') expect(said).toContain('certificate has expired')
    else if (name === 'untrusted' || name === 'forged')
      expect(said).toMatch(/unable to get local issuer certificate|certificate signature failure/)
    else expect(said).toMatch(/: OK\s*$/)
  })

  it('a seal may sign and may not open a connection', async () => {
    const { certificate } = tpps.seal('aisp')
    expect(await verify(certificate)).toMatch(/: OK\s*$/)
    const text = await run('openssl', ['x509', '-in', certificate, '-noout', '-text'])
    expect(text).toContain('Digital Signature, Non Repudiation')
    expect(text).not.toContain('Extended Key Usage')
  })

  it.each([
    ['aisp', 'PSP_AI', '0.4.0.1862.1.6.3'],
    ['pisp', 'PSP_PI', '0.4.0.1862.1.6.3'],
    ['cbpii', 'PSP_IC', '0.4.0.1862.1.6.3'],
    ['wrong-type', 'PSP_AI', '0.4.0.1862.1.6.2'],
  ] as const)('the statements of %s say %s and the type %s', async (name, role, type) => {
    const parsed = await run('openssl', ['asn1parse', '-in', tpps.transport(name).certificate])
    const statements = /qcStatements\s+.*?OCTET STRING\s+\[HEX DUMP\]:([0-9A-F]+)/s.exec(parsed)?.[1] ?? ''
    const at = join(folder, 'statements.der')
    writeFileSync(at, Buffer.from(statements, 'hex'))
    const said = await run('openssl', ['asn1parse', '-inform', 'DER', '-in', at])
    for (const word of [role, type, '0.4.0.19495.2', '0.4.0.1862.1.1', 'AQ-IFA']) expect(said).toContain(word)
  })
})
