/**
 * The signature itself, by libraries that are not the gate's: jose for JWS, http-message-signatures for what is signed in
 * header fields, OpenSSL's arithmetic under both of the latter. Which names are covered comes from the dialect's row.
 */
import { randomBytes } from 'node:crypto'
import { cavage, httpbis } from 'http-message-signatures'
import { FlattenedSign, type JWSHeaderParameters } from 'jose'
import type { Scheme, SigningProfile } from '../../src/dialects/signing/profile.ts'
import { type Algorithm, namesOf, signBytes } from './algorithms.ts'
import { type Prepared, valueToSign } from './fields.ts'
import { type Field, fieldIn, type PlainRequest } from './request.ts'
import type { Signer } from './signer.ts'

export interface Signing extends Prepared {
  readonly signer: Signer
  readonly algorithm: Algorithm
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** The header fields that carry it. */
export async function signatureFields(
  { scheme }: SigningProfile,
  signing: Signing,
): Promise<readonly Field[]> {
  switch (scheme.kind) {
    case 'jws':
      return [
        {
          name: scheme.field,
          value: await detached(jwsHeader(scheme, signing), signing.request.body, signing),
        },
      ]
    case 'jades': {
      const lines = jadesLines(signing, scheme.policy.trailingNewline)
      return [{ name: scheme.field, value: await detached(jadesHeader(signing), lines, signing) }]
    }
    case 'cavage':
      return cavageField(signing)
    case 'message':
      return messageFields(scheme, signing)
  }
}

type Header = Readonly<Record<string, unknown>>

async function detached(header: Header, payload: Uint8Array, { signer }: Signing): Promise<string> {
  const members = Object.fromEntries(Object.entries(header).filter(([, value]) => value !== undefined))
  const critical = Array.isArray(members.crit) ? members.crit.map(String) : []
  const signed = await new FlattenedSign(payload)
    // jose's type knows the registered members alone; what else stands there, the profile has named.
    .setProtectedHeader(members as unknown as JWSHeaderParameters)
    .sign(signer.key.privateKey, {
      crit: Object.fromEntries(critical.filter((name) => name !== 'b64').map((name) => [name, true])),
    })
  return `${signed.protected}..${signed.signature}`
}

function jwsHeader(
  { policy, issuer, directory }: Extract<Scheme, { kind: 'jws' }>,
  { request, signer, algorithm, at }: Signing,
): Header {
  const json = /^application\/json\b/i.test(fieldIn(request.fields, 'content-type') ?? '')
  const asked = Object.entries(policy.members).map(([name, rule]) => {
    if (rule.is === 'numeric_date') return [name, Math.floor(at / 1_000)]
    if (name === issuer) return [name, signer.issuer]
    if (name === directory && rule.is === 'one_of') return [name, rule.values[0]]
    return [name, undefined]
  })
  return {
    ...Object.fromEntries(asked),
    alg: algorithm,
    typ: 'JOSE',
    cty: json && 'cty' in policy.members ? 'application/json' : undefined,
    kid: signer.keyId,
    b64: policy.b64 === 'false' ? false : undefined,
    crit: policy.crit?.[0],
  }
}

/** ETSI TS 119 182-1 clauses 5.1.8, 5.1.11 and 5.2.8.2. */
function jadesHeader({ covered, signer, algorithm, at }: Signing): Header {
  const { certificate, keyId } = signer
  return {
    alg: algorithm,
    kid: keyId,
    x5c: certificate?.chain,
    'x5t#S256': certificate && Buffer.from(certificate.digest).toString('base64url'),
    sigT: `${new Date(at).toISOString().slice(0, 19)}Z`,
    sigD: { mId: 'http://uri.etsi.org/19182/HttpHeaders', pars: covered },
    b64: false,
    crit: ['sigT', 'sigD', 'b64'],
  }
}

function jadesLines(signing: Signing, trailingNewline: boolean): Uint8Array {
  const base = cavage.createSignatureBase(signing.covered.map(inLibrary), messageOf(signing), new Map())
  return Buffer.from(cavage.formatSignatureBase(base) + (trailingNewline ? '\n' : ''))
}

/** The library speaks RFC 9421 of the draft's names too. */
function inLibrary(name: string): string {
  return name.replace(/^\((.*)\)$/, '@$1')
}

function messageOf({ request, covered }: Pick<Signing, 'request' | 'covered'>): {
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
} {
  const { method, url } = request
  const names = [...new Set([...covered, ...lowerNames(request)])]
  const values = names.map((name) => [name, valueToSign(request, name)] as const)
  const headers: Record<string, string> = {}
  for (const [name, value] of values) if (value !== undefined) headers[name] = value
  return { method, url, headers }
}

function lowerNames({ fields }: PlainRequest): readonly string[] {
  return fields.map(({ name }) => name.toLowerCase())
}

async function cavageField(signing: Signing): Promise<readonly Field[]> {
  const key = libraryKey(signing, namesOf(signing.algorithm).cavage)
  const { headers } = await cavage.signMessage(
    {
      key,
      fields: signing.covered.map(inLibrary),
      params: ['keyid', 'alg', ...(signing.covered.includes('(created)') ? ['created'] : [])],
      paramValues: { created: new Date(signing.at) },
    },
    messageOf(signing),
  )
  return added(headers, 'Signature')
}

async function messageFields(
  { policy }: Extract<Scheme, { kind: 'message' }>,
  signing: Signing,
): Promise<readonly Field[]> {
  const tag = 'tag' in policy.select ? { tag: policy.select.tag } : {}
  const { headers } = await httpbis.signMessage(
    {
      key: libraryKey(signing, undefined),
      name: 'label' in policy.select ? policy.select.label : 'sig1',
      fields: [...signing.covered],
      params: ['created', 'keyid', 'nonce', ...Object.keys(tag)],
      // With a nonce, the same request is another one a moment later.
      paramValues: { created: new Date(signing.at), nonce: randomBytes(16).toString('base64url'), ...tag },
    },
    messageOf(signing),
  )
  return [...added(headers, 'Signature-Input'), ...added(headers, 'Signature')]
}

function libraryKey({ signer, algorithm }: Signing, alg: string | undefined) {
  return {
    id: signer.keyId ?? '',
    ...(alg === undefined ? {} : { alg }),
    // Its own signer salts RSASSA-PSS with as much as fits; RFC 9421 section 3.3.1 says 64 octets.
    sign: async (data: Buffer) => signBytes(signer.key.privateKey, algorithm, data),
  }
}

function added(headers: Readonly<Record<string, string | string[]>>, name: string): readonly Field[] {
  const value = headers[name]
  return value === undefined ? [] : [{ name, value: String(value) }]
}
