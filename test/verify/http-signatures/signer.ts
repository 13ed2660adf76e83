/** A small signer for the tests: it signs whatever it is told, right or wrong, and shares no code with the verifier. */
import { invalid, valid } from '../../../src/lib/fact.ts'
import type {
  KeyResolver,
  PublicJwk,
  SignatureAlgorithm,
  SignedMessage,
  VerificationKey,
} from '../../../src/verify/signed/types.ts'

export interface KeyPair {
  readonly keyId: string
  readonly key: VerificationKey
  sign(text: string): Promise<Uint8Array>
}

const GENERATE = {
  PS512: [
    { name: 'RSA-PSS', hash: 'SHA-512' },
    { name: 'RSA-PSS', saltLength: 64 },
  ],
  RS256: [{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, { name: 'RSASSA-PKCS1-v1_5' }],
  RS512: [{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' }, { name: 'RSASSA-PKCS1-v1_5' }],
  ES256: [
    { name: 'ECDSA', namedCurve: 'P-256' },
    { name: 'ECDSA', hash: 'SHA-256' },
  ],
  ES384: [
    { name: 'ECDSA', namedCurve: 'P-384' },
    { name: 'ECDSA', hash: 'SHA-384' },
  ],
  Ed25519: [{ name: 'Ed25519' }, { name: 'Ed25519' }],
} as const

export type Kind = keyof typeof GENERATE

export async function keyPair(kind: Kind, keyId = 'key-1', bits = 2_048): Promise<KeyPair> {
  const [generate, how] = GENERATE[kind]
  const rsa = { modulusLength: bits, publicExponent: Uint8Array.of(1, 0, 1) }
  const algorithm = 'hash' in generate ? { ...generate, ...rsa } : generate
  const pair = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
  const { kty, crv, n, e, x, y } = (await crypto.subtle.exportKey('jwk', pair.publicKey)) as JsonWebKey
  const members = Object.entries({ kty, crv, n, e, x, y }).filter(([, value]) => value !== undefined)
  const jwk = Object.fromEntries(members) as unknown as PublicJwk
  return {
    keyId,
    key: { material: { kind: 'jwk', jwk }, algorithms: [kind], thumbprint: `print-of-${keyId}` },
    async sign(text) {
      return new Uint8Array(await crypto.subtle.sign(how, pair.privateKey, new TextEncoder().encode(text)))
    },
  }
}

/** The tag of HMAC-SHA-256, for the one algorithm with a secret. */
export async function secretKey(bytes: Uint8Array, keyId = 'secret-1'): Promise<KeyPair> {
  const how = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', bytes, how, false, ['sign'])
  return {
    keyId,
    key: { material: { kind: 'secret', bytes }, algorithms: ['HS256'], thumbprint: `print-of-${keyId}` },
    async sign(text) {
      return new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text)))
    },
  }
}

export function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

export async function sha(hash: 'SHA-256' | 'SHA-512', body: string): Promise<string> {
  return base64(new Uint8Array(await crypto.subtle.digest(hash, new TextEncoder().encode(body))))
}

export interface Sent {
  readonly method?: string
  readonly origin?: string
  readonly target?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export function messageOf({ method, origin, target, headers, body }: Sent): SignedMessage {
  return {
    method: method ?? 'POST',
    origin: origin ?? 'https://bank.example',
    target: target ?? '/payments?dry=1',
    headers: new Headers(headers),
    body: new TextEncoder().encode(body ?? ''),
  }
}

/** `message` with one signature: `lines` are what stands in the base, `parameters` what follows the list. */
export async function signMessage(
  sent: Sent,
  lines: readonly (readonly [component: string, value: string])[],
  parameters: string,
  pair: KeyPair,
  label = 'sig1',
): Promise<SignedMessage> {
  const list = `(${lines.map(([component]) => component).join(' ')})${parameters}`
  const base = [
    ...lines.map(([component, value]) => `${component}: ${value}`),
    `"@signature-params": ${list}`,
  ]
  const signature = base64(await pair.sign(base.join('\n')))
  const headers = {
    ...sent.headers,
    'signature-input': `${label}=${list}`,
    signature: `${label}=:${signature}:`,
  }
  return messageOf({ ...sent, headers })
}

export function resolverOf(...pairs: readonly KeyPair[]): KeyResolver {
  return async ({ keyId }) => {
    const found = pairs.find((pair) => pair.keyId === keyId)
    return found === undefined ? invalid('key_unknown') : valid(found.key)
  }
}

export function named(pair: KeyPair, ...algorithms: readonly SignatureAlgorithm[]): KeyPair {
  return { ...pair, key: { ...pair.key, algorithms } }
}

export function withHeaders(
  message: SignedMessage,
  changes: Readonly<Record<string, string | null>>,
): SignedMessage {
  const headers = new Headers(message.headers)
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) headers.delete(name)
    else headers.set(name, value)
  }
  return { ...message, headers }
}
