/** A detached JWS as a strict profile wants it, and everything to get one wrong with. */
import { FlattenedSign, type JWSHeaderParameters } from 'jose'
import type { JwsPolicy } from '../../../src/verify/jose/types.ts'

export const NOW = 1_790_000_000_000
export const SECONDS = NOW / 1_000
export const IAT = 'https://bank.example/iat'
export const ISS = 'https://bank.example/iss'
export const TAN = 'https://bank.example/tan'
export const EXTENSIONS = [IAT, ISS, TAN]
export const ISSUER = '001580000103UAvAAM/2LvTGBtWsUbvK3Wk5X4yGs'
export const BODY = new TextEncoder().encode('{ "Data": {"Initiation" :{"Amount":"1.00"} },\n"Risk":{} }')

export const POLICY: JwsPolicy = {
  algorithms: ['PS256', 'ES256'],
  required: ['kid', IAT, ISS, TAN, 'crit'],
  allowed: ['alg', 'typ', 'cty', 'kid', 'crit', 'b64', ...EXTENSIONS],
  members: {
    typ: { is: 'one_of', values: ['JOSE'] },
    cty: { is: 'media_type', values: ['json'] },
    [IAT]: { is: 'numeric_date', decimals: true, maxAgeSeconds: 300, maxFutureSeconds: 10 },
    [ISS]: { is: 'expected' },
    [TAN]: { is: 'one_of', values: ['bank.example'] },
  },
  understood: ['b64', ...EXTENSIONS],
  crit: [EXTENSIONS, ['b64', ...EXTENSIONS]],
  b64: 'any',
  maxCharacters: 8_192,
}

export const HEADER = {
  alg: 'PS256',
  kid: 'key-1',
  typ: 'JOSE',
  cty: 'application/json',
  [IAT]: SECONDS - 1,
  [ISS]: ISSUER,
  [TAN]: 'bank.example',
  crit: EXTENSIONS,
}

/** Signs `body` under a header; members that are undefined are left out. */
export async function detached(
  privateKey: CryptoKey,
  changes: Record<string, unknown> = {},
  body: Uint8Array = BODY,
): Promise<string> {
  const header: Record<string, unknown> = { ...HEADER, ...changes }
  for (const [name, value] of Object.entries(header)) if (value === undefined) delete header[name]
  const crit = Array.isArray(header.crit) ? header.crit : []
  const known = Object.fromEntries(crit.filter((name) => name !== 'b64').map((name) => [String(name), true]))
  // Wrong headers are what these tests are about: jose's type does not let them through.
  const signer = new FlattenedSign(body).setProtectedHeader(header as unknown as JWSHeaderParameters)
  const { protected: encoded, signature } = await signer.sign(privateKey, { crit: known })
  return `${encoded}..${signature}`
}

/** Signs a header that no library would sign, from its JSON. */
export async function signText(
  privateKey: CryptoKey,
  header: string | Uint8Array,
  payload: string,
  middle = payload,
): Promise<string> {
  const encoded = Buffer.from(header).toString('base64url')
  const input = new TextEncoder().encode(`${encoded}.${payload}`)
  const algorithm =
    privateKey.algorithm.name === 'ECDSA'
      ? { name: 'ECDSA', hash: 'SHA-256' }
      : { name: 'RSA-PSS', saltLength: 32 }
  const signature = await crypto.subtle.sign(algorithm, privateKey, input)
  return `${encoded}.${middle}.${Buffer.from(signature).toString('base64url')}`
}

export function encoded(text: string | Uint8Array): string {
  return Buffer.from(text).toString('base64url')
}
