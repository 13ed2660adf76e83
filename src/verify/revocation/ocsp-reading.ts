/** Reads OCSP responses (RFC 6960 section 4.2.1). Reading proves nothing; `ocsp.ts` does. */
import {
  childrenOf,
  type Element,
  objectIdentifier,
  readElement,
  smallInteger,
  TAG,
  time,
  wholeOctets,
} from '../../lib/der.ts'
import { isCanonical } from '../../lib/der-canonical.ts'
import { fail, type Outcome, pass } from '../../lib/outcome.ts'
import { readAlgorithm } from '../x509/certificate.ts'
import { readName } from '../x509/names.ts'
import type { Algorithm, Name } from '../x509/types.ts'
import { type CertificateId, readCertificateId } from './certificate-id.ts'
import { type Extensions, NO_EXTENSIONS, readExtensions } from './extensions.ts'
import { readReason } from './reason.ts'
import type { RevocationReason } from './revocation.ts'

/** Genuine ones have 500 octets to 4 kB, with the responder's chain. */
export const MAX_RESPONSE_BYTES = 65_536
/** Precomputed responses may hold several certificates' states; the most that was seen is about 20. */
const MAX_RESPONSES = 128
const MAX_CERTIFICATES = 8

export interface BasicResponse {
  /** DER of tbsResponseData: the signed bytes. */
  readonly tbs: Uint8Array
  readonly responder: Responder
  readonly producedAt: number
  readonly responses: readonly SingleResponse[]
  readonly extensions: Extensions
  readonly signatureAlgorithm: Algorithm
  readonly signature: Uint8Array
  /** DER of the certificates that came along. */
  readonly certificates: readonly Uint8Array[]
}

export type Responder =
  | { readonly by: 'name'; readonly name: Name }
  /** SHA-1 of the responder's public key. */
  | { readonly by: 'key'; readonly hash: Uint8Array }

export interface SingleResponse {
  readonly id: CertificateId
  readonly status: SingleStatus
  readonly thisUpdate: number
  readonly nextUpdate: number | undefined
  readonly extensions: Extensions
}

export type SingleStatus =
  | { readonly kind: 'good' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'revoked'; readonly revokedAt: number; readonly reason: RevocationReason }

const BASIC = '1.3.6.1.5.5.7.48.1.1'
const ENUMERATED = 0x0a
/** EXPLICIT [0], [1] and [2]. */
const [FIRST, SECOND, THIRD] = [0xa0, 0xa1, 0xa2] as const

export function readResponse(
  bytes: Uint8Array,
): Outcome<BasicResponse, 'ocsp_malformed' | 'ocsp_not_successful'> {
  if (bytes.length > MAX_RESPONSE_BYTES || !isCanonical(bytes)) return fail('ocsp_malformed')
  const [status, body, more] = childrenOf(readElement(bytes), TAG.sequence, 3) ?? []
  if (status?.tag !== ENUMERATED || more !== undefined) return fail('ocsp_malformed')
  // malformedRequest, internalError, tryLater, sigRequired, unauthorized: unsigned, so that anybody may have said it.
  if (status.content.length !== 1 || status.content[0] !== 0) return fail('ocsp_not_successful')
  const [type, octets] = childrenOf(explicit(body, FIRST), TAG.sequence, 2) ?? []
  if (objectIdentifier(type) !== BASIC || octets?.tag !== TAG.octetString) return fail('ocsp_malformed')
  const response = isCanonical(octets.content) ? readBasic(readElement(octets.content)) : undefined
  return response === undefined ? fail('ocsp_malformed') : pass(response)
}

/** The one element under an explicit tag. */
function explicit(element: Element | undefined, tag: number): Element | undefined {
  return element?.tag === tag ? readElement(element.content) : undefined
}

function readBasic(element: Element | undefined): BasicResponse | undefined {
  const [tbs, algorithm, bits, certs, more] = childrenOf(element, TAG.sequence, 4) ?? []
  const data = readData(tbs)
  const signatureAlgorithm = readAlgorithm(algorithm)
  const signature = wholeOctets(bits)
  const certificates =
    certs === undefined ? [] : childrenOf(explicit(certs, FIRST), TAG.sequence, MAX_CERTIFICATES)
  if (tbs === undefined || data === undefined || more !== undefined) return undefined
  if (signatureAlgorithm === undefined || signature === undefined || certificates === undefined)
    return undefined
  return {
    tbs: tbs.der,
    ...data,
    signatureAlgorithm,
    signature,
    certificates: certificates.map(({ der }) => der),
  }
}

type Data = Pick<BasicResponse, 'responder' | 'producedAt' | 'responses' | 'extensions'>

function readData(tbs: Element | undefined): Data | undefined {
  const all = childrenOf(tbs, TAG.sequence, 5) ?? []
  const versioned = all[0]?.tag === FIRST
  // Version 1 is the default. Some write it all the same; it changes nothing, and it is signed.
  if (versioned && smallInteger(explicit(all[0], FIRST)) !== 0) return undefined
  const [id, produced, list, last, more] = versioned ? all.slice(1) : all
  const responder = readResponder(id)
  const producedAt = generalizedTime(produced)
  const singles = childrenOf(list, TAG.sequence, MAX_RESPONSES)?.map(readSingle)
  const extensions = last === undefined ? NO_EXTENSIONS : readExtensions(explicit(last, SECOND))
  if (responder === undefined || producedAt === undefined || extensions === undefined) return undefined
  if (singles === undefined || more !== undefined) return undefined
  const responses = singles.filter((single) => single !== undefined)
  return responses.length === singles.length ? { responder, producedAt, responses, extensions } : undefined
}

function readResponder(element: Element | undefined): Responder | undefined {
  const name = readName(explicit(element, SECOND))
  if (name !== undefined) return { by: 'name', name }
  const key = explicit(element, THIRD)
  return key?.tag === TAG.octetString ? { by: 'key', hash: key.content } : undefined
}

function readSingle(element: Element): SingleResponse | undefined {
  const [cert, state, from, ...rest] = childrenOf(element, TAG.sequence, 5) ?? []
  const id = readCertificateId(cert)
  const status = readStatus(state)
  const thisUpdate = generalizedTime(from)
  const next = rest[0]?.tag === FIRST ? rest.shift() : undefined
  const [last, more] = rest
  const nextUpdate = generalizedTime(explicit(next, FIRST))
  const extensions = last === undefined ? NO_EXTENSIONS : readExtensions(explicit(last, SECOND))
  if (id === undefined || status === undefined || thisUpdate === undefined || more !== undefined)
    return undefined
  if (extensions === undefined || (next !== undefined && nextUpdate === undefined)) return undefined
  return { id, status, thisUpdate, nextUpdate, extensions }
}

/** CertStatus: good [0] NULL, revoked [1] RevokedInfo, unknown [2] NULL, all tagged implicitly. */
function readStatus(element: Element | undefined): SingleStatus | undefined {
  if (element?.tag === 0x80) return element.content.length === 0 ? { kind: 'good' } : undefined
  if (element?.tag === 0x82) return element.content.length === 0 ? { kind: 'unknown' } : undefined
  const [at, why, more] = childrenOf(element, SECOND, 2) ?? []
  const revokedAt = generalizedTime(at)
  const reason = why === undefined ? 'unspecified' : readReason(explicit(why, FIRST))
  if (revokedAt === undefined || more !== undefined) return undefined
  // removeFromCRL is a word of delta lists alone.
  if (reason === undefined || reason === 'remove_from_crl') return undefined
  return { kind: 'revoked', revokedAt, reason }
}

function generalizedTime(element: Element | undefined): number | undefined {
  return element?.tag === TAG.generalizedTime ? time(element) : undefined
}
