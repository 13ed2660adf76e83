/**
 * JAdES signatures of HTTP messages (ETSI TS 119 182-1): a detached JWS whose header says, in `sigD`, which header fields
 * were signed. The body is signed through its digest, so a digest that is not among them signs no body.
 */
import { invalid, valid } from '../../lib/fact.ts'
import { type CavageBaseFault, cavageBase } from '../http-signatures/cavage-base.ts'
import {
  contentDigestFault,
  type DigestAlgorithm,
  type DigestFault,
  digestFault,
} from '../http-signatures/digest.ts'
import type { KeyResolver, SignatureAlgorithm, SignedMessage, Verified } from '../signed/types.ts'
import { isObject } from './header.ts'
import { verifyJws } from './jws.ts'
import { refuse } from './refuse.ts'
import type { Expected, Freshness, JoseHeader, Judgement, JwsFault, JwsPolicy, Refusal } from './types.ts'

export type JadesFault = JwsFault | CavageBaseFault | DigestFault | 'coverage_insufficient'

export interface JadesPolicy {
  readonly algorithms: readonly SignatureAlgorithm[]
  /** V1.1.1 has `sigT`, V1.2.1 requires `iat` (clause 5.1.11); `either` takes what is there and wants one of them. */
  readonly time: 'sigT' | 'iat' | 'either'
  readonly freshness: Freshness
  /** Fields that must be signed; `(request-target)` is always one, and the first. */
  readonly required: readonly string[]
  /** Fields that must be signed wherever the request has them. */
  readonly whenPresent: readonly string[]
  /** Fields that are no lists, besides those of RFC 9110: a comma in them means that they came twice. */
  readonly singletons: readonly string[]
  readonly digest: {
    readonly when: 'always' | 'with_body'
    readonly fields: readonly ('digest' | 'content-digest')[]
    readonly algorithms: readonly DigestAlgorithm[]
  }
  /** Some signers end the last line too; signer and verifier have to agree, and the specification leaves it open. */
  readonly trailingNewline: boolean
  /** Further members with rules of their own: `kid`, `iss`. */
  readonly members?: JwsPolicy['members']
}

export interface JadesQuestion {
  readonly text: string
  readonly message: SignedMessage
  readonly policy: JadesPolicy
  readonly resolve: KeyResolver
  readonly expected?: Expected
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Clause 5.2.8.2. */
const HTTP_HEADERS = 'http://uri.etsi.org/19182/HttpHeaders'
/** Clauses 5.1.7, 5.1.8 and 5.2.2: at least one says which certificate signed, and SHA-1 (`x5t`) never does. */
const CERTIFICATE_MEMBERS = ['x5t#S256', 'x5c', 'x5t#o', 'sigX5ts']
const MAX_FIELDS = 64
/** A header with a chain of certificates in `x5c`, and a signature. */
const MAX_CHARACTERS = 18_432
const FIELD_NAME = /^(?:\(request-target\)|[!#$%&'*+.^_`|~0-9a-z-]{1,128})$/

export async function verifyJades(question: JadesQuestion): Promise<Judgement<Verified, JadesFault>> {
  const { message, policy } = question
  const verdict = await verifyJws<JadesFault>({
    ...question,
    detached: (header) => payloadOf(header, message, policy),
    policy: jwsPolicy(policy),
  })
  if (verdict.state !== 'valid') return verdict
  const fields = readFields(verdict.value.header, policy)
  if ('state' in fields) return fields
  const digest = digestFaultOf(fields.names, message, policy)
  // The header's members are signed too; what a rule of coverage asks for are the fields.
  return digest === undefined ? valid({ ...verdict.value, covered: fields.names }) : invalid(digest)
}

function jwsPolicy({ algorithms, time, freshness, members = {} }: JadesPolicy): JwsPolicy {
  return {
    algorithms,
    required: ['sigD', 'crit', ...(time === 'either' ? [] : [time])],
    members: {
      ...members,
      sigT: { is: 'utc_time', ...freshness },
      iat: { is: 'numeric_date', decimals: false, ...freshness },
    },
    // Clause 5.1.9 lists what JAdES adds; all of it is taken into account below or by the key's source.
    understood: ['b64', 'sigD', 'sigT', 'iat', 'x5t#o', 'sigX5ts'],
    b64: 'false',
    maxCharacters: MAX_CHARACTERS,
  }
}

function readFields(
  { members, names, crit }: JoseHeader,
  { time }: JadesPolicy,
): { readonly names: readonly string[] } | Refusal<JwsFault> {
  if (names.includes('x5t')) return refuse('header_member_refused', 'x5t')
  if (!CERTIFICATE_MEMBERS.some((name) => names.includes(name)))
    return refuse('header_member_missing', 'x5t#S256')
  if (time === 'either' && !names.includes('sigT') && !names.includes('iat')) {
    return refuse('header_member_missing', 'sigT')
  }
  if (!crit.includes('sigD')) return refuse('header_member_invalid', 'crit')
  const { sigD } = members
  if (!isObject(sigD) || sigD.mId !== HTTP_HEADERS || Object.keys(sigD).length !== 2) {
    return refuse('header_member_invalid', 'sigD')
  }
  const listed = readNames(sigD.pars)
  return listed === undefined ? refuse('header_member_invalid', 'sigD') : { names: listed }
}

/** Clause 5.2.8.2: lower-case names, in the order of signing. Each once, or a second line could say something else. */
function readNames(pars: unknown): readonly string[] | undefined {
  if (!Array.isArray(pars) || pars.length === 0 || pars.length > MAX_FIELDS) return undefined
  const names: string[] = []
  for (const name of pars) {
    if (typeof name !== 'string' || !FIELD_NAME.test(name) || names.includes(name)) return undefined
    names.push(name)
  }
  return names
}

function payloadOf(
  header: JoseHeader,
  message: SignedMessage,
  policy: JadesPolicy,
): Uint8Array | Refusal<JadesFault> {
  const read = readFields(header, policy)
  if ('state' in read) return read
  const fields = read.names
  if (fields[0] !== '(request-target)') return refuse('coverage_insufficient', '(request-target)')
  const missing =
    policy.required.find((name) => !fields.includes(name)) ??
    policy.whenPresent.find((name) => message.headers.has(name) && !fields.includes(name))
  if (missing !== undefined) return refuse('coverage_insufficient', missing)
  // The lines are those of draft-cavage: clause 5.2.8.2 took them over.
  const lines = cavageBase(message, { ...NOTHING, headers: fields }, policy.singletons)
  if (!lines.ok) return refuse(lines.reason)
  return policy.trailingNewline ? withNewline(lines.value) : lines.value
}

const NOTHING = {
  keyId: '',
  algorithm: undefined,
  created: undefined,
  expires: undefined,
  signature: new Uint8Array(),
}

function withNewline(lines: Uint8Array): Uint8Array {
  const ended = new Uint8Array(lines.length + 1)
  ended.set(lines)
  ended[lines.length] = 0x0a
  return ended
}

/** After the signature: hashing a large body for a signature that is wrong would be work for nothing. */
function digestFaultOf(
  fields: readonly string[],
  { headers, body }: SignedMessage,
  { digest }: JadesPolicy,
): DigestFault | undefined {
  const signed = digest.fields.filter((name) => fields.includes(name))
  for (const name of signed) {
    const check = name === 'digest' ? digestFault : contentDigestFault
    const fault = check(headers.get(name), body, digest.algorithms)
    if (fault !== undefined) return fault
  }
  const needed = digest.when === 'always' || body.length > 0
  return needed && signed.length === 0 ? 'digest_missing' : undefined
}
