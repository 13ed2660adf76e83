// npm run sign, under every standard and with every algorithm that it takes, against the engines of the gate. What signs and
// what verifies share no code but the dialect's row.
// The library's dependency injection needs it before anything else.
import 'reflect-metadata'
import { createPublicKey, webcrypto } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KeyUsageFlags, KeyUsagesExtension, PemConverter, X509CertificateGenerator } from '@peculiar/x509'
import { afterAll, describe, expect, it } from 'vitest'
import { readInput } from '../../lab/certificate/input.ts'
import { makeSigned, type Signed } from '../../lab/sign/make.ts'
import { parseOptions } from '../../lab/sign/options.ts'
import { SIGNING } from '../../src/dialects/signing/table.ts'
import { verifyCavage } from '../../src/verify/http-signatures/cavage.ts'
import { agreesWithCertificate } from '../../src/verify/http-signatures/certificate-key-id.ts'
import { verifyMessage } from '../../src/verify/http-signatures/message.ts'
import { verifyJades } from '../../src/verify/jose/jades.ts'
import { verifyJws } from '../../src/verify/jose/jws.ts'
import { signingRule } from '../../src/verify/signature/rule.ts'
import type {
  KeyResolver,
  PublicJwk,
  SignatureAlgorithm,
  SignedMessage,
} from '../../src/verify/signed/types.ts'
import { readCertificate } from '../../src/verify/x509/certificate.ts'

const scratch = mkdtempSync(join(tmpdir(), 'portcullis-sign-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const AT = Date.UTC(2026, 10, 21, 9, 30)
const URL_SIGNED = 'https://bank.example/v1/payments?dry=1&note=a%20b'
const BODY = `{ "requestHeader": {"requestId":"99391c7e-ad88-49ec-a2ad-99ddcb1f7721",\r\n"sendDate":"2026-11-21T10:29:30+01:00"},\n "to": "Zo\u00eb" }`
const BODY_PATH = join(scratch, 'body.json')
writeFileSync(BODY_PATH, BODY)

const RSA = { modulusLength: 2_048, publicExponent: Uint8Array.of(1, 0, 1), hash: 'SHA-256' }
const GENERATE = {
  RS: { name: 'RSASSA-PKCS1-v1_5', ...RSA },
  PS: { name: 'RSASSA-PKCS1-v1_5', ...RSA },
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
  ES512: { name: 'ECDSA', namedCurve: 'P-521', hash: 'SHA-512' },
  Ed25519: { name: 'Ed25519' },
} as const

interface Files {
  readonly key: string
  readonly certificate: string
  readonly jwk: PublicJwk
}

const made = new Map<string, Promise<Files>>()

/** A key of the kind that this algorithm needs, with a certificate. */
function filesFor(algorithm: string): Promise<Files> {
  // The rows above are all that a name can lead to.
  const kind = (/^[RP]S/.test(algorithm) ? algorithm.slice(0, 2) : algorithm) as keyof typeof GENERATE
  const files = made.get(kind) ?? makeFiles(kind)
  made.set(kind, files)
  return files
}

async function makeFiles(kind: keyof typeof GENERATE): Promise<Files> {
  const how = GENERATE[kind]
  // Asymmetric algorithms make pairs.
  const keys = (await webcrypto.subtle.generateKey(how, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair
  const certificate = await X509CertificateGenerator.createSelfSigned({
    // Everything that a name can have in it and a header cannot take as it is.
    name: [{ C: ['AQ'] }, { O: ['Zo\u00eb, "Heron" & S\u00f6hne + Co; <x>'] }, { CN: ['a/b=c\\d #1'] }],
    notBefore: new Date(AT - 86_400_000),
    notAfter: new Date(AT + 86_400_000),
    keys,
    signingAlgorithm: how,
    extensions: [new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true)],
  })
  const [key, path] = [join(scratch, `${kind}.key`), join(scratch, `${kind}.pem`)]
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  writeFileSync(key, PemConverter.encode(pkcs8, 'PRIVATE KEY'))
  writeFileSync(path, certificate.toString('pem'))
  // A public key's JWK has the members of its type.
  const jwk = createPublicKey(certificate.toString('pem')).export({ format: 'jwk' }) as unknown as PublicJwk
  return { key, certificate: path, jwk }
}

async function sign(words: readonly string[]): Promise<Signed> {
  const options = parseOptions(words)
  if (!options.ok || options.value === 'list') throw new Error(JSON.stringify(options))
  const signed = await makeSigned(options.value)
  if (!signed.ok) throw new Error(signed.reason)
  return signed.value
}

function messageOf({ headers }: Signed, body: string, method = 'POST'): SignedMessage {
  const { origin } = new URL(URL_SIGNED)
  const bytes = new TextEncoder().encode(body)
  return {
    method,
    origin,
    target: URL_SIGNED.slice(origin.length),
    // As curl would send it.
    headers: new Headers({ ...headers, ...(body === '' ? {} : { 'content-length': String(bytes.length) }) }),
    body: bytes,
  }
}

async function judge(dialect: string, message: SignedMessage, resolve: KeyResolver): Promise<string> {
  const profile = SIGNING[dialect]
  const rule = profile === undefined ? undefined : signingRule(profile, {})
  if (!rule?.ok) throw new Error(dialect)
  const { scheme } = rule.value
  const verdict = await (async () => {
    switch (scheme.kind) {
      case 'jws':
        return verifyJws({
          ...{ text: message.headers.get(scheme.field) ?? '', detached: message.body },
          ...{ policy: scheme.policy, resolve, now: AT },
        })
      case 'jades': {
        const text = message.headers.get(scheme.field) ?? ''
        return verifyJades({ text, message, policy: scheme.policy, resolve, now: AT })
      }
      case 'cavage':
        return verifyCavage(message, scheme.policy, resolve, AT)
      case 'message':
        return verifyMessage(message, scheme.policy, resolve, AT)
    }
  })()
  return verdict.state === 'invalid' ? verdict.reason : verdict.state
}

const MATRIX = Object.values(SIGNING).flatMap(({ name, scheme }) =>
  scheme.policy.algorithms.map((algorithm) => [name, algorithm] as const),
)

describe('npm run sign', () => {
  it.each(MATRIX)('under %s with %s makes what the gate verifies', async (dialect, algorithm) => {
    const signed = await sign(await wordsFor(dialect, algorithm))
    expect(signed).toMatchObject({ dialect, algorithm })
    const { jwk } = await filesFor(algorithm)
    const asked: unknown[] = []
    const resolve: KeyResolver = async (hint) => {
      asked.push(hint)
      const algorithms: readonly SignatureAlgorithm[] = [algorithm]
      return { state: 'valid', value: { material: { kind: 'jwk', jwk }, algorithms, thumbprint: 'print' } }
    }
    expect(await judge(dialect, messageOf(signed, BODY), resolve)).toBe('valid')
    expect(await judge(dialect, messageOf(signed, BODY.replace('Zo', 'Xo')), resolve)).toMatch(
      /^(?:signature_wrong|digest_mismatch)$/,
    )
    expect(asked.length).toBeGreaterThan(0)
  })

  it('names its certificate so that the gate knows it again, whatever stands in the name', async () => {
    const { key_id } = await sign(await wordsFor('berlin-group', 'RS256'))
    expect(key_id).toMatch(/^[\x20-\x7e]+$/)
    const [der] = readPem(readFileSync((await filesFor('RS256')).certificate))
    const certificate = readCertificate(der ?? new Uint8Array())
    if (certificate.state !== 'valid') throw new Error(JSON.stringify(certificate))
    expect(agreesWithCertificate(key_id ?? '', certificate.value)).toBe(true)
    expect(agreesWithCertificate((key_id ?? '').replace('Heron', 'Finch'), certificate.value)).toBe(false)
  })
})

function readPem(pem: Uint8Array): readonly Uint8Array[] {
  const input = readInput(pem)
  return input.ok ? input.encodings : []
}

async function wordsFor(dialect: string, algorithm: string): Promise<readonly string[]> {
  const { key, certificate } = await filesFor(algorithm)
  return [
    ...['--dialect', dialect, '--key', key, '--certificate', certificate, '--alg', algorithm],
    ...['--at', new Date(AT).toISOString(), '--body', BODY_PATH],
    ...(dialect === 'stet' ? ['--kid', 'https://seals.tpp.example/seal.pem'] : []),
    ...(dialect === 'fapi-2' ? ['--header', 'Authorization: Bearer token'] : []),
    ...['POST', URL_SIGNED],
  ]
}
