// `npm run certificate`: what an operator is told of genuine and invented certificates, in every form they come in.
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readInput } from '../../lab/certificate/input.ts'
import { rightsOf } from '../../lab/certificate/rights.ts'
import { requireReal } from '../real.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const GENUINE = resolve(ROOT, '../shared/vectors/wso2-certs')
const BAFIN = join(GENUINE, 'expired-certs/PSDDE-BAFIN-104114-cert.pem')
const CA = join(GENUINE, 'obie-info/sandbox-certs/QWAC-CA_Ref.pem')
const ANCHOR = join(GENUINE, 'obie-info/sandbox-certs/QWAC-Root_Ref.pem')
const OBWAC = join(GENUINE, 'expired-certs/transport-certs/mzgfrh9u9Mqj6Icca2DKBtQP9g8-obwac-transport.pem')
const OBSEAL = join(GENUINE, 'expired-certs/signing-certs/W_TcnQVcHAy20q8zCMcdByrootw-obseal-signing.pem')

const scratch = mkdtempSync(join(tmpdir(), 'portcullis-certificate-'))
afterAll(() => rmSync(scratch, { recursive: true }))

function file(name: string, content: string | Uint8Array): string {
  const path = join(scratch, name)
  writeFileSync(path, content)
  return path
}

interface Run {
  readonly code: number | string
  readonly out: string
  readonly err: string
}

function run(...argv: readonly string[]): Promise<Run> {
  return new Promise((done) => {
    execFile(process.execPath, ['lab/certificate.ts', ...argv], { cwd: ROOT }, (error, out, err) =>
      done({ code: error?.code ?? 0, out, err }),
    )
  })
}

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]*-----|\s/g, ''), 'base64')
}

const MADE_PEM = `-----BEGIN CERTIFICATE-----\n${Buffer.from([0x30, 0x03, 0x02, 0x01, 0x01]).toString('base64')}\n-----END CERTIFICATE-----\n`

describe('readInput()', () => {
  const bytes = (text: string) => new TextEncoder().encode(text)
  const one = [Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x01)]

  const forms: readonly (readonly [form: string, input: Uint8Array])[] = [
    ['PEM', bytes(`Subject: somebody\n${MADE_PEM}`)],
    ['PEM', bytes(MADE_PEM.replaceAll('\n', '\r\n'))],
    ['PEM', bytes(MADE_PEM.replaceAll('CERTIFICATE', 'X509 CERTIFICATE'))],
    ['PEM', bytes(encodeURIComponent(MADE_PEM))],
    ['DER', Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x01)],
    ['base64 of DER', bytes('MAMC\nAQE=\n')],
    ['Client-Cert header', bytes(':MAMCAQE=:\n')],
  ]
  it.each(forms)('takes %s for what it is', (form, input) => {
    expect(readInput(input)).toMatchObject({ ok: true, form, encodings: one })
  })

  it('takes a chain as it stands, leaf first', () => {
    const input = readInput(bytes(`${MADE_PEM}${MADE_PEM}`))
    expect(input.ok && input.encodings.length).toBe(2)
    const header = readInput(bytes(':MAMCAQE=:, :MAMCAQE=:'))
    expect(header.ok && header.encodings.length).toBe(2)
  })

  it('says that a private key lay beside the certificate, and nothing of it', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMAMCAQE=\n-----END PRIVATE KEY-----\n'
    const input = readInput(bytes(`${key}${MADE_PEM}`))
    expect(input).toMatchObject({
      ok: true,
      encodings: one,
      remarks: [expect.stringContaining('private key')],
    })
  })

  const unreadable: readonly (readonly [what: string, input: Uint8Array, mistake: string])[] = [
    ['nothing', new Uint8Array(), 'it is empty'],
    ['too much', new Uint8Array(524_289).fill(0x30), 'it is larger than 524288 octets'],
    ['anything else', bytes('hello'), 'it is neither PEM nor DER nor base64 nor a Client-Cert header'],
    ['half a PEM', bytes('-----BEGIN CERTIFICATE-----\nMAMC'), 'its PEM holds no whole certificate'],
    [
      'a request',
      bytes(MADE_PEM.replaceAll('CERTIFICATE', 'CERTIFICATE REQUEST')),
      'it is a request for a certificate, not a certificate',
    ],
    [
      'PEM that is not base64',
      bytes(MADE_PEM.replace('MAMC', 'MA*C')),
      'block 1 of the PEM is not base64 as it should be',
    ],
    ['a header without its end', bytes(':MAMCAQE='), 'its Client-Cert header is no byte sequence (RFC 9440)'],
    ['33 certificates', bytes(MADE_PEM.repeat(33)), 'it holds more than 32 certificates'],
  ]
  it.each(unreadable)('says what is wrong with %s', (_what, input, mistake) => {
    expect(readInput(input)).toEqual({ ok: false, mistake })
  })
})

describe('rightsOf()', () => {
  it('says by dialect what roles open and what they do not', () => {
    const rights = rightsOf(['PSP_AI'])
    expect(rights.map(({ dialect }) => dialect)).toContain('obie-4.0')
    for (const { may, may_not } of rights) {
      expect(may).toContain('accounts')
      expect(may_not.some((segment) => segment.includes('payment'))).toBe(true)
    }
    expect(rightsOf([]).every(({ may }) => may.length === 0)).toBe(true)
  })
})

describe('the command line', () => {
  const wrong: readonly (readonly [what: string, argv: readonly string[], says: string])[] = [
    ['no file', [], 'name one FILE'],
    ['two files', ['a', 'b'], 'name one FILE'],
    ['an unknown option', ['a', '--anchor', 'b'], 'Usage'],
    ['a time of nowhere', ['a', '--at', '2026-11-21T09:30'], 'is no time'],
    ['a day that does not exist', ['a', '--at', '2026-13-41'], 'is no time'],
    ['a kind that does not exist', ['a', '--kind', 'qualified'], 'neither own nor obie'],
    ['a file that does not exist', [join(scratch, 'nothing.pem')], 'there is no such file'],
    ['a file that is no certificate', [join(ROOT, 'package.json')], 'neither PEM nor DER'],
  ]
  it.each(wrong)('exits with 2 for %s', async (_what, argv, says) => {
    const { code, out, err } = await run(...argv)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(says)
  })

  it('tells a program so as well', async () => {
    const { out, code } = await run(join(scratch, 'nothing.pem'), '--json')
    expect(code).toBe(2)
    expect(JSON.parse(out)).toMatchObject({ accepted_for: [], unreadable: { id: 'input_unreadable' } })
  })

  it('exits with 1 for what is a certificate to nobody but its sender', async () => {
    const { code, out } = await run(file('made.pem', MADE_PEM))
    expect(code).toBe(1)
    expect(out).toContain('certificate_malformed')
  })
})

describe.runIf(requireReal('../shared/vectors/wso2-certs', existsSync(GENUINE)))(
  'genuine certificates',
  () => {
    const chain = () => `${readFileSync(BAFIN, 'utf8')}${readFileSync(CA, 'utf8')}`
    const AT = ['--at', '2020-06-01'] as const

    it('accepts the German chain for a connection, at a time when it was valid, and not for a signature', async () => {
      const { code, out } = await run(file('chain.pem', chain()), '--anchors', ANCHOR, ...AT, '--json')
      expect(code).toBe(0)
      expect(JSON.parse(out)).toMatchObject({
        form: 'PEM',
        at: '2020-06-01T00:00:00.000Z',
        accepted_for: ['transport'],
        certificate: {
          serial: '4a5917d1534ebd9b83647b2300f8294a',
          state: 'in_date',
          key: 'RSA, 2048 bits',
          signature: 'RSA with SHA-256',
          thumbprint_sha256: 'feb6f86e468dc972bb99ffeadba5cd7ed67656b96d68ecab7f4a24894d8fd409',
          'x5t#S256': '_rb4bkaNyXK7mf_q26XNftZ2VrltaOyrf0okiU2P1Ak',
          ocsp: ['http://staging.ocsp.d-trust.net'],
        },
        profile: {
          kind: 'qwac',
          organisation: 'PSDDE-BAFIN-104114',
          competent_authority: { id: 'DE-BAFIN' },
          roles: [{ role: 'PSP_AS' }, { role: 'PSP_AI' }, { role: 'PSP_PI' }],
        },
        uses: {
          transport: { accepted: true, recorded_as: null, anchor_kind: 'own', against: [] },
          signature: {
            accepted: false,
            against: [{ id: 'qc_type_mismatch' }, { id: 'extended_key_usage_wrong' }],
          },
        },
      })
    })

    it('refuses the same chain today, and says why', async () => {
      const { code, out } = await run(
        file('chain.pem', chain()),
        '--anchors',
        ANCHOR,
        '--at',
        '2026-11-21T00:00:00Z',
      )
      expect(code).toBe(1)
      expect(out).toMatch(/A connection \(mTLS\): REFUSED, recorded as certificate_expired/)
      expect(out).toContain('certificate_expired: a certificate on its path has expired')
    })

    it('refuses a leaf whose intermediate was not sent', async () => {
      const { code, out } = await run(BAFIN, '--anchors', ANCHOR, ...AT)
      expect(code).toBe(1)
      expect(out).toContain('recorded as certificate_untrusted')
      expect(out).toContain('an intermediate was not sent')
    })

    it('says so when nobody was to be trusted', async () => {
      const { code, out } = await run(file('chain.pem', chain()), ...AT)
      expect(code).toBe(1)
      expect(out).toContain('no anchors were given')
    })

    it('reads the chain in every form alike', async () => {
      const [leaf, issuer] = [readFileSync(BAFIN, 'utf8'), readFileSync(CA, 'utf8')].map(derOf)
      const header = `:${leaf?.toString('base64')}:, :${issuer?.toString('base64')}:`
      const forms = [file('chain.txt', header), file('chain.escaped', encodeURIComponent(chain()))]
      for (const form of forms) {
        const { code, out } = await run(form, '--anchors', ANCHOR, ...AT, '--json')
        expect({ code, accepted: JSON.parse(out).accepted_for }).toEqual({ code: 0, accepted: ['transport'] })
      }
      // DER has room for the leaf alone, so that the intermediate is whom we trust.
      const { code } = await run(file('leaf.der', leaf ?? ''), '--anchors', CA, ...AT)
      expect(code).toBe(0)
    })

    it('reads the genuine OBIE certificates as the UK directory means them', async () => {
      const transport = JSON.parse((await run(OBWAC, '--at', '2021-06-01', '--json')).out)
      expect(transport.profile).toMatchObject({
        kind: 'obwac',
        organisation: 'PSDGB-OB-Unknown0015800001HQQrZAAX',
        competent_authority: { id: 'GB-FCA' },
        roles: [{ role: 'PSP_PI' }, { role: 'PSP_AI' }, { role: 'PSP_IC' }],
      })
      const seal = JSON.parse((await run(OBSEAL, '--at', '2021-06-01', '--json')).out)
      expect(seal.profile).toMatchObject({
        kind: 'obseal',
        types: ['eseal'],
        roles: [{ role: 'PSP_PI' }, { role: 'PSP_AI' }],
      })
      // Trusted themselves, as a bank may list one certificate: what each is for is all that is left to judge.
      const listed = async (leaf: string) =>
        JSON.parse((await run(leaf, '--anchors', leaf, '--kind', 'obie', '--at', '2021-06-01', '--json')).out)
          .accepted_for
      expect(await listed(OBWAC)).toEqual(['transport'])
      expect(await listed(OBSEAL)).toEqual(['signature'])
    })
  },
)
