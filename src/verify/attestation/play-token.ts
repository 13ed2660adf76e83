/**
 * Opens a Play Integrity token with the bank's own keys: a JWE (A256KW, A256GCM) around a JWS (ES256), as Google's "Make a
 * classic API request" documents for response encryption keys that the developer manages. Algorithms are fixed before
 * anything is tried; what the token says of them only has to agree.
 */
import { compactDecrypt } from 'jose/jwe/compact/decrypt'
import { isBase64url } from '../../lib/base64.ts'
import { type Fact, invalid, valid } from '../../lib/fact.ts'
import { decodeUtf8 } from '../../lib/utf8.ts'
import { readHeader } from '../jose/header.ts'
import { verifyJws } from '../jose/jws.ts'
import type { JwsPolicy } from '../jose/types.ts'
import type { IntegrityProblem, PlayApp } from './types.ts'

/** Tokens have 1 to 2 kB. */
const MAX_TOKEN = 8_192
/** RFC 7518 sections 4.4 and 5.3, in base64url: a wrapped key of 40 octets, a nonce of 12, a tag of 16. */
const WRAPPED_KEY = 54
const NONCE = 16
const TAG = 22

const ALGORITHMS = {
  keyManagementAlgorithms: ['A256KW'],
  contentEncryptionAlgorithms: ['A256GCM'],
}

const JWS: JwsPolicy = {
  algorithms: ['ES256'],
  required: [],
  allowed: ['alg', 'kid', 'typ'],
  members: {},
  understood: [],
  b64: 'absent',
  maxCharacters: MAX_TOKEN,
}

export interface OpenedToken {
  readonly app: PlayApp
  /** JSON that Google signed. */
  readonly payload: Uint8Array
}

/** Tries the keys of each app: a token does not say whose it is. */
export async function openToken(
  token: string,
  apps: readonly PlayApp[],
  now: number,
): Promise<Fact<OpenedToken, IntegrityProblem>> {
  if (token.length > MAX_TOKEN) return invalid('integrity_token_too_large')
  const fault = shapeFault(token)
  if (fault !== undefined) return invalid(fault)
  for (const app of apps) {
    const text = await decrypted(token, app.decryptionKey)
    if (text !== undefined) return verified(text, app, now)
  }
  return invalid('integrity_token_undecryptable')
}

/** RFC 7516 section 3.1: five parts, each in its one spelling, of the lengths that these algorithms have. */
function shapeFault(token: string): IntegrityProblem | undefined {
  const parts = token.split('.')
  const [header = '', key = '', nonce = '', ciphertext = '', tag = ''] = parts
  if (parts.length !== 5 || ciphertext === '' || !parts.every(isBase64url)) return 'integrity_token_malformed'
  const read = readHeader(header)
  if ('state' in read) return 'integrity_token_malformed'
  const { alg, enc, ...others } = read.members
  // No compression, no extension, no key that comes along.
  const plain = Object.keys(others).every((name) => ['kid', 'typ', 'cty'].includes(name))
  if (alg !== 'A256KW' || enc !== 'A256GCM' || !plain) return 'integrity_token_algorithm_refused'
  const fits = key.length === WRAPPED_KEY && nonce.length === NONCE && tag.length === TAG
  return fits ? undefined : 'integrity_token_malformed'
}

async function decrypted(token: string, key: Uint8Array): Promise<string | undefined> {
  try {
    const { plaintext } = await compactDecrypt(token, key, ALGORITHMS)
    return decodeUtf8(plaintext)
  } catch {
    // Another app's token, an altered one, or bytes that are no text: a wrong key does not tell which.
    return undefined
  }
}

async function verified(
  text: string,
  app: PlayApp,
  now: number,
): Promise<Fact<OpenedToken, IntegrityProblem>> {
  const verdict = await verifyJws({
    text,
    policy: JWS,
    resolve: () => Promise.resolve(valid(app.verificationKey)),
    now,
  })
  if (verdict.state === 'valid') return valid({ app, payload: verdict.value.payload })
  if (verdict.state !== 'invalid') return invalid('integrity_token_malformed')
  if (verdict.reason === 'signature_wrong') return invalid('integrity_token_signature_wrong')
  const refused = verdict.reason === 'algorithm_refused'
  return invalid(refused ? 'integrity_token_algorithm_refused' : 'integrity_token_malformed')
}
