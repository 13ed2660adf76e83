// `npm run sign`: the command line, keys in every form, what it says when something is missing, and that nothing in a shell's
// way comes between the words and curl.
import { execFile, execFileSync } from 'node:child_process'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readOwnCertificate } from '../../lab/sign/certificate.ts'
import { curlArguments, curlCommand, quoted } from '../../lab/sign/curl.ts'
import { readSigningKey } from '../../lab/sign/key.ts'
import { makeSigned } from '../../lab/sign/make.ts'
import { parseOptions } from '../../lab/sign/options.ts'
import { urlMistake } from '../../lab/sign/request.ts'
import { type LocalTpps, localTpps } from '../../local/tpp/store.ts'
import { SIGNING } from '../../src/dialects/signing/table.ts'
import { requireReal } from '../real.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const scratch = mkdtempSync(join(tmpdir(), 'portcullis-sign-'))
afterAll(() => rmSync(scratch, { recursive: true }))

let tpps: LocalTpps
beforeAll(async () => {
  tpps = await localTpps(join(scratch, 'tpp'))
})

function file(name: string, content: string | Uint8Array): string {
  const path = join(scratch, name)
  writeFileSync(path, content)
  return path
}

const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const edwards = generateKeyPairSync('ed25519')
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })

type Form = 'pkcs8' | 'pkcs1' | 'sec1' | 'spki'

/** The overloads of `export` know one type of key each. */
function pem(key: KeyObject, type: Form, more: object = {}): string {
  const how: unknown = { format: 'pem', type, ...more }
  return String(key.export(how as { format: 'pem'; type: 'pkcs8' }))
}

function jwk(key: KeyObject, more: object = {}): string {
  return JSON.stringify({ ...key.export({ format: 'jwk' }), ...more })
}

describe('readSigningKey()', () => {
  const forms: readonly (readonly [form: string, text: string, kind: string])[] = [
    ['PKCS#8 of RSA', pem(rsa.privateKey, 'pkcs8'), 'RSA'],
    ['PKCS#1', pem(rsa.privateKey, 'pkcs1'), 'RSA'],
    ['PKCS#8 of a curve', pem(curve.privateKey, 'pkcs8'), 'EC P-256'],
    ['SEC1', pem(curve.privateKey, 'sec1'), 'EC P-256'],
    [
      'SEC1 behind its parameters, as openssl ecparam writes it',
      `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${pem(curve.privateKey, 'sec1')}`,
      'EC P-256',
    ],
    ['Ed25519', pem(edwards.privateKey, 'pkcs8'), 'Ed25519'],
    ['JWK of RSA', jwk(rsa.privateKey), 'RSA'],
    ['JWK of a curve', `\n ${jwk(curve.privateKey, { kid: 'one', alg: 'ES256', use: 'sig' })}`, 'EC P-256'],
    ['JWK of Ed25519', jwk(edwards.privateKey), 'Ed25519'],
  ]
  it.each(forms)('reads %s', async (_form, text, kind) => {
    expect(await readSigningKey(file('key', text))).toMatchObject({ ok: true, value: { kind } })
  })

  it('keeps what a JWK says of itself, and knows the key by its thumbprint where it says nothing', async () => {
    const named = await readSigningKey(file('named.jwk', jwk(curve.privateKey, { kid: 'one', alg: 'ES256' })))
    const plain = await readSigningKey(file('plain.pem', pem(curve.privateKey, 'pkcs8')))
    expect(named).toMatchObject({ value: { kid: 'one', alg: 'ES256' } })
    expect(plain).toMatchObject({
      value: { kid: undefined, thumbprint: expect.stringMatching(/^[\w-]{43}$/) },
    })
    expect(named.ok && plain.ok && named.value.thumbprint === plain.value.thumbprint).toBe(true)
  })

  const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey
  const odd = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey
  const encrypted = pem(curve.privateKey, 'pkcs8', { cipher: 'aes-128-cbc', passphrase: 'x' })
  const unreadable: readonly (readonly [what: string, text: string, says: string])[] = [
    ['nothing', '', 'neither a PEM (PKCS#8, PKCS#1 or SEC1) nor a JWK'],
    ['a public key', pem(curve.publicKey, 'spki'), 'it is a public key, and the private one signs'],
    ['an encrypted key', encrypted, 'it is encrypted; openssl pkey'],
    ['two keys', pem(curve.privateKey, 'pkcs8') + pem(rsa.privateKey, 'pkcs8'), 'several private keys'],
    [
      'a damaged one',
      pem(curve.privateKey, 'pkcs8').replace(/\n[A-Za-z0-9+/]{4}/, '\nAAAA'),
      'its block PRIVATE KEY is damaged',
    ],
    ['a public JWK', jwk(curve.publicKey), 'it is a public JWK: there is no member "d"'],
    ['a set', `{"keys":[${jwk(curve.privateKey)}]}`, 'it is a set of keys'],
    ['a key for encryption', jwk(curve.privateKey, { use: 'enc' }), '"use" says that it does not sign'],
    ['no JSON', '{"kty":"EC",', 'no JSON object'],
    ['members that do not fit', jwk(curve.privateKey, { x: 'AAAA' }), 'its members are no private key'],
    ['a secret', '{"kty":"oct","k":"AAAA","d":"x"}', 'its members are no private key'],
    ['RSA with 1024 bits', pem(weak, 'pkcs8'), 'RSA with 1024 bits is too weak'],
    ['a curve of nobody', pem(odd, 'pkcs8'), 'a key of the curve secp256k1'],
    ['too much', 'x'.repeat(65_537), 'it is larger than 65536 octets'],
  ]
  it.each(unreadable)(
    'says what is wrong with %s, and nothing of what is in it',
    async (_what, text, says) => {
      const read = await readSigningKey(file('key', text))
      expect(read).toMatchObject({ ok: false, reason: expect.stringContaining(says) })
      const words = text.match(/[A-Za-z0-9+/_-]{20,}/g) ?? []
      expect(words.filter((word) => !read.ok && read.reason.includes(word))).toEqual([])
    },
  )
})

describe('urlMistake()', () => {
  it.each([
    ['https://localhost:8443/psd2/v1/accounts?withBalance=true', undefined],
    ['https://bank.example/', undefined],
    ['https://bank.example', 'write https://bank.example/'],
    ['https://BANK.example/a', 'write https://bank.example/a'],
    ['https://bank.example:443/a', 'write https://bank.example/a'],
    ['https://bank.example/a/../b', 'write https://bank.example/b'],
    ['https://bank.example/a b', 'write https://bank.example/a%20b'],
    ['https://bank.example/a?', 'write https://bank.example/a'],
    ['https://bank.example/a#b', 'a fragment'],
    ['https://me:secret@bank.example/a', 'a user name'],
    ['http://bank.example/a', 'no https address'],
    ['/psd2/v1/accounts', 'no https address'],
    [`https://bank.example/${'a'.repeat(9_000)}`, 'too long'],
  ])('of %s is %s', (url, says) => {
    const mistake = urlMistake(url)
    if (says === undefined) expect(mistake).toBeUndefined()
    else expect(mistake).toContain(says)
    expect(mistake ?? '').not.toContain('secret')
  })
})

const NASTY = [
  `it's`,
  '$(id)',
  '`id`',
  '!!',
  '*',
  'a\\b',
  '"',
  "''",
  '\n;id',
  '~',
  '-',
  '',
  '&&',
  'a b\t',
  '#',
]

describe.runIf(requireReal('sh', existsSync('/bin/sh')))('what a shell makes of the command', () => {
  it.each(NASTY)('is the word itself: %j', (word) => {
    const said = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${quoted(word)}`], { encoding: 'utf8' })
    expect(said).toBe(`${word}\0`)
  })

  it('are the words that it was made of', () => {
    const request = {
      ...{ method: 'POST', url: "https://bank.example/a?b='c'&d=$e", body: new Uint8Array() },
      fields: NASTY.filter((one) => one.trim() !== '').map((value, at) => ({ name: `X-${at}`, value })),
      bodyPath: '/tmp/a "file" of $mine',
    }
    const transport = { certificate: '/tmp/a:b\\c.pem', key: '/tmp/a:b.key' }
    const connection = { transport, trust: '/tmp/c a.pem' }
    const command = curlCommand(request, connection).replace(/^curl/, `printf '%s\\0'`)
    const said = execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' })
    expect(said.split('\0').slice(0, -1)).toEqual(curlArguments(request, connection).slice(1))
    // curl takes what follows a colon for a password.
    expect(said).toContain('\0--cert\0/tmp/a\\:b\\\\c.pem\0')
  })
})

interface Run {
  readonly code: number | string
  readonly out: string
  readonly err: string
}

function run(...words: readonly string[]): Promise<Run> {
  return new Promise((done) => {
    execFile(process.execPath, ['lab/sign.ts', ...words], { cwd: ROOT }, (error, out, err) =>
      done({ code: error?.code ?? 0, out, err }),
    )
  })
}

describe('the command line', () => {
  it('lists every profile with what it takes', async () => {
    const { code, out } = await run('--dialect', 'list')
    expect(code).toBe(0)
    const lines = out.trim().split('\n')
    expect(lines.map((line) => line.split(' ')[0])).toEqual(Object.keys(SIGNING))
    expect(out).toContain('of fapi-2, fdx-6')
  })

  it('names every mistake at once, and nothing that may be secret', async () => {
    const { code, err, out } = await run(
      'get',
      'http://bank.example/',
      '--header',
      'Authorization Bearer hidden',
    )
    expect({ code, out }).toEqual({ code: 2, out: '' })
    for (const part of ['--dialect', '--key', 'such as GET', 'https', '--header, number 1']) {
      expect(err).toContain(part)
    }
    expect(err).not.toContain('hidden')
  })

  it('prints the command alone, and what there is to know beside it', async () => {
    const { certificate, key } = tpps.transport('pisp')
    const body = file('body.json', '{}')
    const words = ['--dialect', 'obie-4.0', '--key', key, '--certificate', certificate, '--body', body]
    const url = 'https://localhost:8443/open-banking/v4.0/pisp/domestic-payments'
    const { code, out, err } = await run(...words, 'POST', url)
    expect({ code, first: out.slice(0, 5), last: out.trimEnd().split(' ').at(-1) }).toEqual({
      ...{ code: 0, first: 'curl ', last: url },
    })
    expect(err).toMatch(/^# signed with PS256 over body; good for 300 seconds, once\n# no --kid was given/)
    const json = await run(...words, '--json', 'POST', url)
    expect(JSON.parse(json.out)).toMatchObject({ dialect: 'obie-4.0', algorithm: 'PS256', covered: ['body'] })
    const secret = readFileSync(key, 'utf8').split('\n')[1] ?? ''
    expect(secret.length).toBeGreaterThan(20)
    expect([out, err, json.out].join()).not.toContain(secret)
  })
})

/** Through the parser, as from the command line. */
async function outcome(
  ...words: readonly string[]
): Promise<{ readonly reason: string; readonly notes: string }> {
  const options = parseOptions(words)
  if (!options.ok || options.value === 'list') throw new Error(JSON.stringify(options))
  const signed = await makeSigned(options.value)
  return signed.ok
    ? { reason: '', notes: signed.value.notes.join('\n') }
    : { reason: signed.reason, notes: '' }
}

const URL_ANY = 'https://bank.example/v1/x'

describe('what is missing', () => {
  const pair = (name: 'aisp' | 'pisp' | 'expired', seal = false): readonly string[] => {
    const { certificate, key } = seal ? tpps.seal(name) : tpps.transport(name)
    return ['--key', key, '--certificate', certificate]
  }
  const key = () => ['--key', tpps.seal('pisp').key]
  const missing: readonly (readonly [dialect: string, words: () => readonly string[], says: string])[] = [
    ['obie-5.0', key, 'there is no dialect "obie-5.0", but obie-4.0, '],
    ['fapi-1-advanced', key, 'requests of fapi-1-advanced are not signed'],
    ['obie-4.0', key, 'it says who signs: --iss ORGANISATION/SOFTWARE'],
    ['obie-4.0', () => [...key(), '--iss', 'me'], '--iss is ORGANISATION/SOFTWARE'],
    ['obie-4.0', () => pair('aisp', true), 'holds a key of EC P-256, and PS256 is what can be signed with'],
    ['obie-4.0', () => [...pair('pisp'), '--cover', 'date'], '--cover has no place in it'],
    ['berlin-group', key, 'the seal is sent along: name it by --certificate'],
    [
      'berlin-group',
      () => [...pair('pisp'), '--header', 'Digest: x'],
      'digest is what this command computes',
    ],
    ['berlin-group', () => [...key(), '--certificate', tpps.seal('aisp').certificate], 'is not that of'],
    [
      'berlin-group',
      () => [
        ...key(),
        '--certificate',
        file('upside-down', readFileSync(tpps.anchorsPath, 'utf8').repeat(2)),
      ],
      "an authority's certificate stands first",
    ],
    [
      'berlin-group',
      // A self-signed certificate of `openssl req -x509` says that it is one.
      () => [...key(), '--certificate', tpps.anchorsPath],
      'is not that of',
    ],
    ['stet', () => pair('pisp', true), '--kid https://HOST/NAME_'],
    ['polish-api', () => pair('pisp', true), 'its body says when it was sent'],
    [
      'polish-api',
      () => [...key(), '--body', file('b', '{}')],
      'has to be JSON with a text at /requestHeader/requestId',
    ],
    ['fapi-2', key, "authorization is signed, and not there: add --header 'authorization: ...'"],
    ['rfc9421', () => [...key(), '--iss', 'me'], '--iss has no place in it'],
    ['rfc9421', () => [...key(), '--alg', 'HS256'], 'there is no algorithm HS256'],
    ['rfc9421', () => [...key(), '--alg', 'ES256'], 'ES256 needs a key of EC P-256'],
    ['rfc9421', () => [...key(), '--kid', 'a"b'], '--kid is longer than'],
  ]
  it.each(missing)('under %s is named (%#)', async (dialect, words, says) => {
    expect((await outcome('--dialect', dialect, ...words(), 'POST', URL_ANY)).reason).toContain(says)
  })

  const odd: readonly (readonly [dialect: string, words: () => readonly string[], says: string])[] = [
    ['obie-4.0', () => [...pair('pisp'), 'GET', URL_ANY], 'leaves GET of this path unsigned'],
    ['berlin-group', () => [...pair('pisp'), 'POST', URL_ANY], 'is no seal (QcType eseal)'],
    ['berlin-group', () => [...pair('pisp', true), 'POST', URL_ANY], 'curl shows no certificate'],
    ['rfc9421', () => [...pair('expired'), 'GET', URL_ANY], 'has expired at 20'],
    ['rfc9421', () => [...key(), '--alg', 'RS512', 'GET', URL_ANY], 'too takes this'],
    ['fdx-6', () => [...key(), '--header', 'Authorization: Bearer x', 'GET', URL_ANY], 'no --kid was given'],
  ]
  it.each(odd)('and what will not do under %s is said (%#)', async (dialect, words, says) => {
    expect((await outcome('--dialect', dialect, ...words())).notes).toContain(says)
  })
})

const GENUINE = resolve(ROOT, '../shared/vectors/wso2-certs/expired-certs/signing-certs')

describe.runIf(requireReal('../shared/vectors', existsSync(GENUINE)))(
  'a genuine certificate of the UK directory',
  () => {
    it('says which organisation signs, and by which software it cannot say', async () => {
      const read = await readOwnCertificate(join(GENUINE, 'W_TcnQVcHAy20q8zCMcdByrootw-obseal-signing.pem'))
      const directory = { organisation: '0015800001HQQrZAAX', software: undefined }
      expect(read).toMatchObject({ ok: true, value: { kind: 'obseal', directory } })
    })
  },
)
