/** The private key to sign with, from the forms that keys come in. Of what is in the file nothing is ever shown. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import { fail, type Outcome, pass } from '../../src/lib/outcome.ts'
import { readAtMost } from './files.ts'

export interface SigningKey {
  readonly path: string
  readonly form: 'PEM' | 'JWK'
  readonly privateKey: KeyObject
  readonly kind: KeyKind
  /** What its JWK says of itself. */
  readonly kid: string | undefined
  readonly alg: string | undefined
  /** RFC 7638, of the public half. */
  readonly thumbprint: string
}

export type KeyKind = 'RSA' | 'EC P-256' | 'EC P-384' | 'EC P-521' | 'Ed25519'

/** RSA with 8,192 bits in PEM has 6 kB; a JWK may bring its chain. */
const MAX_KEY_BYTES = 65_536
/** NIST SP 800-57 part 1 table 2, and so every bank. */
const MIN_RSA_BITS = 2_048

export async function readSigningKey(path: string): Promise<Outcome<SigningKey, string>> {
  const bytes = await readAtMost(path, MAX_KEY_BYTES)
  if (!bytes.ok) return bytes
  const text = new TextDecoder('latin1').decode(bytes.value)
  const read = text.trimStart().startsWith('{') ? readJwk(text) : readPem(text)
  if (!read.ok) return fail(`Cannot sign with ${path}: ${read.reason}`)
  const kind = kindOf(read.value.privateKey)
  if (!kind.ok) return fail(`Cannot sign with ${path}: ${kind.reason}`)
  const publicJwk = createPublicKey(read.value.privateKey).export({ format: 'jwk' })
  const thumbprint = await calculateJwkThumbprint(publicJwk)
  return pass({ path, kind: kind.value, thumbprint, ...read.value })
}

type Read = Outcome<Pick<SigningKey, 'form' | 'privateKey' | 'kid' | 'alg'>, string>

const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----[^-]*-----END \1-----/g
/** PKCS#8, PKCS#1, SEC1. */
const PRIVATE = ['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY']

function readPem(text: string): Read {
  const blocks = [...text.matchAll(BLOCK)].map(([block, label = '']) => ({ block, label }))
  if (/ENCRYPTED/.test(text)) return fail('it is encrypted; openssl pkey -in FILE -out PLAIN decrypts it')
  const [one, ...more] = blocks.filter(({ label }) => PRIVATE.includes(label))
  if (one === undefined) return fail(whatElse(blocks.map(({ label }) => label)))
  if (more.length > 0) return fail('it holds several private keys, and which one is meant it does not say')
  try {
    return pass({ form: 'PEM', privateKey: createPrivateKey(one.block), kid: undefined, alg: undefined })
  } catch {
    // OpenSSL's words might have some of the file in them.
    return fail(`its block ${one.label} is damaged`)
  }
}

function whatElse(labels: readonly string[]): string {
  if (labels.includes('PUBLIC KEY')) return 'it is a public key, and the private one signs'
  if (labels.includes('CERTIFICATE')) return 'it is a certificate, which belongs behind --certificate'
  return 'it is neither a PEM (PKCS#8, PKCS#1 or SEC1) nor a JWK'
}

function readJwk(text: string): Read {
  const jwk = parseObject(text)
  if (jwk === undefined) return fail('it looks like a JWK and is no JSON object')
  if (Array.isArray(jwk.keys))
    return fail('it is a set of keys; put the one to sign with into a file of its own')
  if (typeof jwk.d !== 'string') return fail('it is a public JWK: there is no member "d"')
  if (jwk.use !== undefined && jwk.use !== 'sig') return fail('its member "use" says that it does not sign')
  try {
    const privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
    return pass({ form: 'JWK', privateKey, kid: textOf(jwk.kid), alg: textOf(jwk.alg) })
  } catch {
    return fail('its members are no private key of RSA, EC or Ed25519')
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    // What stands in it is looked at member by member.
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

const CURVES: Readonly<Record<string, KeyKind>> = {
  prime256v1: 'EC P-256',
  secp384r1: 'EC P-384',
  secp521r1: 'EC P-521',
}

function kindOf({
  asymmetricKeyType: type,
  asymmetricKeyDetails: details = {},
}: KeyObject): Outcome<KeyKind, string> {
  const { modulusLength: bits = 0, namedCurve: curve = '' } = details
  if (type === 'ed25519') return pass('Ed25519')
  if (type === 'rsa') {
    return bits < MIN_RSA_BITS
      ? fail(`RSA with ${bits} bits is too weak for every bank; take 2048 or more`)
      : pass('RSA')
  }
  const kind = CURVES[curve]
  if (kind !== undefined) return pass(kind)
  return fail(`a key of ${curve === '' ? type : `the curve ${curve}`} is one that no profile takes`)
}
