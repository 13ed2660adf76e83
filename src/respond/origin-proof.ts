/**
 * Proves to the bank that a request came through the gate: an RFC 9421 signature with the gate's own key. Otherwise
 * anyone who finds the origin walks round the gate. (With a service binding or mTLS the way itself is the proof.)
 */
import { createHash } from 'node:crypto'
import type { Content } from '../evidence.ts'
import { sfBytes, sfString } from '../lib/structured-field.ts'
import type { Keys } from '../ports.ts'
import { VERIFIED_HEADERS } from './verified.ts'

/** Label and tag: a third party's own signatures stand beside it under their own labels. */
const LABEL = 'portcullis'

/**
 * Signs in place: Content-Digest where there is none that holds, Signature-Input and Signature.
 *
 * Covered are method, target, the digest of the body and every header by which the gate vouches for something. A
 * streamed body was not read: its signature has no digest, and a bank that needs one refuses it.
 */
export async function proveGate(request: Request, body: Content, at: number, keys: Keys): Promise<void> {
  const { headers } = request
  if (keys.signatureKeyId === undefined) return
  if (!body.streamed) setDigest(headers, body.bytes ?? new Uint8Array())
  const covered = components(request, body.streamed)
  const parameters = signatureParameters(covered, at, keys.signatureKeyId)
  const lines = covered.map(([name, value]) => `"${name}": ${value}`)
  const base = [...lines, `"@signature-params": ${parameters}`].join('\n')
  const signed = await keys.sign(new TextEncoder().encode(base))
  if (signed === undefined) return
  // RFC 9651 section 4.2.2: of two members with one key the last counts, so that no client can take our label.
  append(headers, 'signature-input', `${LABEL}=${parameters}`)
  append(headers, 'signature', `${LABEL}=${sfBytes(signed.signature)}`)
}

/** RFC 9421 section 2: derived components first, then fields that are there. The URL is the one that the bank sees. */
function components(
  { method, url, headers }: Request,
  streamed: boolean,
): readonly (readonly [string, string])[] {
  const fields = streamed ? VERIFIED_HEADERS : (['content-digest', ...VERIFIED_HEADERS] as const)
  return [
    ['@method', method],
    ['@target-uri', url],
    ...fields.flatMap((name) => {
      const value = headers.get(name)
      return value === null ? [] : [[name, value.trim()] as const]
    }),
  ]
}

/** Section 2.3. The request's id is covered, so that no two signatures are alike and a nonce is not needed. */
function signatureParameters(
  covered: readonly (readonly [name: string, value: string])[],
  at: number,
  keyId: string,
): string {
  const names = covered.map(([name]) => `"${name}"`).join(' ')
  return `(${names});created=${Math.floor(at / 1_000)};keyid=${sfString(keyId)};tag="${LABEL}"`
}

/**
 * RFC 9530 Content-Digest. A digest that the client sent and that holds stays as it is, because its own signature may
 * cover it; anything else is replaced, because the gate vouches for what it signs.
 */
function setDigest(headers: Headers, bytes: Uint8Array): void {
  const sent = headers.get('content-digest')?.split(',') ?? []
  const members = sent.map((member) => member.trim())
  for (const [name, algorithm] of DIGESTS) {
    if (members.includes(`${name}=${digest(algorithm, bytes)}`)) return
  }
  headers.set('content-digest', `sha-256=${digest('sha256', bytes)}`)
}

const DIGESTS = [
  ['sha-256', 'sha256'],
  ['sha-512', 'sha512'],
] as const

function digest(algorithm: 'sha256' | 'sha512', bytes: Uint8Array): string {
  return sfBytes(new Uint8Array(createHash(algorithm).update(bytes).digest()))
}

function append(headers: Headers, name: string, member: string): void {
  const sent = headers.get(name)
  headers.set(name, sent === null || sent.trim() === '' ? member : `${sent}, ${member}`)
}
