import * as v from 'valibot'
import type { Mistake, PlayKeys, Secrets, SignatureKey } from '../config.ts'
import { fromBase64, fromBase64url } from '../lib/base64.ts'

const MIN_KEY_BYTES = 32
const MIN_TOKEN_LENGTH = 24
/** What a Bearer header carries (RFC 6750 section 2.1): with anything else no program could sign in. */
const BEARER = /^[\w.~+/=-]{1,512}$/
/** RFC 8032 section 5.1.5. */
const ED25519_BYTES = 32

/** Reads the secrets. What was found is described by its length or count, never shown. */
export function readSecrets(env: Readonly<Record<string, unknown>>, mistakes: Mistake[]): Secrets {
  return {
    gateKeys: readGateKeys(env.GATE_KEYS, mistakes),
    operatorToken: readOperatorToken(env.OPERATOR_TOKEN, mistakes),
    signatureKey: readSignatureKey(env.GATE_SIGNATURE_KEY, mistakes),
    proxySecret: readProxySecret(env.PROXY_SECRET, mistakes),
    introspectionCredentials: readCredentials(env.INTROSPECTION_CREDENTIALS, mistakes),
    playKeys: readPlayKeys(env.PLAY_KEYS, mistakes),
  }
}

function readGateKeys(value: unknown, mistakes: Mistake[]): Secrets['gateKeys'] {
  const binding = 'GATE_KEYS'
  const allowed = `secret text "id:key", several separated by commas, current first, each key at least ${MIN_KEY_BYTES} bytes in base64url`
  if (typeof value !== 'string' || value === '') {
    mistakes.push({ binding, found: 'nothing', allowed })
    return []
  }
  const keys = value.split(',').map((part) => /^([a-z0-9]{1,16}):([A-Za-z0-9_-]+)$/.exec(part.trim()))
  const read = keys.flatMap((match) => {
    const [, id, text] = match ?? []
    if (id === undefined || text === undefined) return []
    const bytes = fromBase64url(text)
    return bytes === undefined || bytes.length < MIN_KEY_BYTES ? [] : [{ id, bytes }]
  })
  if (read.length !== keys.length || new Set(read.map((key) => key.id)).size !== read.length) {
    mistakes.push({ binding, found: `${keys.length} entries, ${read.length} of them usable`, allowed })
  }
  return read
}

function readOperatorToken(value: unknown, mistakes: Mistake[]): string {
  if (typeof value === 'string' && value.length >= MIN_TOKEN_LENGTH && BEARER.test(value)) return value
  mistakes.push({
    binding: 'OPERATOR_TOKEN',
    found: typeof value === 'string' ? `${value.length} characters` : 'nothing',
    allowed: `secret text of ${MIN_TOKEN_LENGTH} to 512 letters, digits and -._~+/=`,
  })
  return ''
}

/** What a header carries unchanged, and nobody guesses. */
const PROXY_SECRET = /^[\x21-\x7e]{32,512}$/

function readProxySecret(value: unknown, mistakes: Mistake[]): string | undefined {
  if (value === undefined || value === '') return undefined
  if (typeof value === 'string' && PROXY_SECRET.test(value)) return value
  mistakes.push({
    binding: 'PROXY_SECRET',
    found: typeof value === 'string' ? `${value.length} characters` : 'something else',
    allowed: 'secret text of 32 to 512 visible ASCII characters',
  })
  return undefined
}

/** RFC 7617 section 2: the first colon divides; neither part has control characters. */
const CREDENTIALS = /^[\x21-\x39\x3b-\x7e]{1,256}:[\x21-\x7e]{16,512}$/

function readCredentials(value: unknown, mistakes: Mistake[]): string | undefined {
  if (value === undefined || value === '') return undefined
  if (typeof value === 'string' && CREDENTIALS.test(value)) return value
  mistakes.push({
    binding: 'INTROSPECTION_CREDENTIALS',
    found: typeof value === 'string' ? `${value.length} characters` : 'something else',
    allowed: 'secret text "id:secret", the secret at least 16 visible ASCII characters',
  })
  return undefined
}

const AES_256_BYTES = 32
/** RFC 5480 section 2: the one beginning that a key on P-256 has, in base64, and its point of 64 octets. */
const P256_KEY = /^MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[A-Za-z0-9+/]{86}==$/

function readPlayKeys(value: unknown, mistakes: Mistake[]): Secrets['playKeys'] {
  if (value === undefined || value === '') return new Map()
  const entries = typeof value === 'string' ? value.split(',') : [undefined]
  const read = entries.flatMap((entry) => {
    const [name = '', decryption = '', verification = '', ...more] = entry?.trim().split(':') ?? []
    const keys = playKeysFrom(decryption, verification)
    return name === '' || keys === undefined || more.length > 0 ? [] : [[name, keys] as const]
  })
  const keys = new Map(read)
  if (keys.size === entries.length) return keys
  mistakes.push({
    binding: 'PLAY_KEYS',
    found: `${entries.length} entries, ${keys.size} of them usable`,
    allowed:
      'secret text "package:decryption key:verification key", several separated by commas, the keys in base64 as the Play Console shows them',
  })
  return keys
}

function playKeysFrom(decryption: string, verification: string): PlayKeys | undefined {
  const [aes, spki] = [fromBase64(decryption), fromBase64(verification)]
  if (aes?.length !== AES_256_BYTES || spki === undefined || !P256_KEY.test(verification)) return undefined
  return { decryption: aes, verification: spki }
}

const ed25519Part = v.pipe(
  v.string(),
  v.check((text) => fromBase64url(text)?.length === ED25519_BYTES),
)
const signatureKeySchema = v.object({
  kty: v.literal('OKP'),
  crv: v.literal('Ed25519'),
  x: ed25519Part,
  d: ed25519Part,
  kid: v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/)),
})

function readSignatureKey(value: unknown, mistakes: Mistake[]): SignatureKey | undefined {
  if (value === undefined || value === '') return undefined
  try {
    const key = v.safeParse(signatureKeySchema, typeof value === 'string' ? JSON.parse(value) : value)
    if (key.success) return key.output
  } catch {
    // Not JSON: the same mistake as JSON of another shape.
  }
  mistakes.push({
    binding: 'GATE_SIGNATURE_KEY',
    found: 'something else',
    allowed: 'secret text: an Ed25519 private key as JWK (RFC 8037) with "kid"',
  })
  return undefined
}
