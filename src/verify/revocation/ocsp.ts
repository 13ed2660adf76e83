/**
 * What an OCSP response says of one certificate (RFC 6960 section 3.2), when it says it rightly: signed by the issuer
 * or by whom the issuer appointed, about this certificate, now.
 */
import { sameBytes } from '../../lib/bytes.ts'
import { TAG } from '../../lib/der.ts'
import { element } from '../../lib/der-write.ts'
import { fail, pass } from '../../lib/outcome.ts'
import { readCertificate } from '../x509/certificate.ts'
import { nameEquals } from '../x509/names.ts'
import { verifySigned } from '../x509/signature.ts'
import type { Certificate } from '../x509/types.ts'
import { digest, isIdOf } from './certificate-id.ts'
import { hasCriticalBut } from './extensions.ts'
import type { Finding } from './knowledge.ts'
import { isAppointed, isBeyondCheck } from './ocsp-delegate.ts'
import { type BasicResponse, readResponse, type SingleResponse } from './ocsp-reading.ts'
import type { OcspFault } from './revocation.ts'

export interface OcspQuestion {
  readonly certificate: Certificate
  /** The next of its validated path. */
  readonly issuer: Certificate
  readonly response: Uint8Array
  /** What the request carried, if anything. */
  readonly nonce: Uint8Array | undefined
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Whether a delegate that asks to be checked itself still stands; nobody is asked where this is left out. */
  stands?(delegate: Certificate): Promise<boolean>
}

/** Clocks of responders and ours; none is allowed at the end of a statement's time, where policy grants more. */
const SKEW_MS = 5 * 60_000
/** A response without nextUpdate comes from a live register (section 2.4), or is an old one sent again. */
const LIVE_MS = 15 * 60_000

const NONCE = '1.3.6.1.5.5.7.48.1.2'

export async function checkOcsp(question: OcspQuestion): Promise<Finding> {
  const read = readResponse(question.response)
  if (!read.ok) return read
  const response = read.value
  const single = await findSingle(response, question)
  if (single === undefined) return fail('ocsp_other_certificate')
  const fault =
    (await findSignerFault(response, question)) ??
    findExtensionFault(response, single, question.nonce) ??
    findTimeFault(response, single, question.at)
  if (fault !== undefined) return fail(fault)
  const { status, thisUpdate, nextUpdate } = single
  const statement = { source: 'ocsp', thisUpdate, nextUpdate } as const
  if (status.kind === 'unknown') return fail('ocsp_unknown')
  if (status.kind === 'good') return pass({ status: 'good', ...statement })
  const { reason, revokedAt } = status
  return pass({ status: 'revoked', reason, revokedAt, ...statement })
}

/** The newest about this certificate, and of two of one age the worst. */
async function findSingle(
  { responses }: BasicResponse,
  { certificate, issuer }: OcspQuestion,
): Promise<SingleResponse | undefined> {
  const ours: SingleResponse[] = []
  for (const single of responses) if (await isIdOf(single.id, certificate, issuer)) ours.push(single)
  const badness = { revoked: 2, unknown: 1, good: 0 }
  return ours.sort(
    (left, right) =>
      right.thisUpdate - left.thisUpdate || badness[right.status.kind] - badness[left.status.kind],
  )[0]
}

/** Section 4.2.2.2: the issuer itself, or a delegate that the same issuer certified for this. */
async function findSignerFault(
  response: BasicResponse,
  { issuer, at, stands }: OcspQuestion,
): Promise<OcspFault | undefined> {
  const delegates = response.certificates
    .map((der) => readCertificate(der))
    .flatMap((fact) => (fact.state === 'valid' ? [fact.value] : []))
  const { signatureAlgorithm: algorithm, signature, tbs: data } = response
  let fault: OcspFault = 'ocsp_responder_unauthorised'
  for (const signer of [issuer, ...delegates]) {
    if (!(await isNamed(response, signer))) continue
    if (signer !== issuer && !(await isAppointed(signer, issuer, at))) continue
    const right = await verifySigned({ algorithm, signature, data, issuer: signer })
    if (right && (signer === issuer || isBeyondCheck(signer) || (await stands?.(signer)) !== false))
      return undefined
    fault = right ? 'ocsp_responder_revoked' : 'ocsp_signature_wrong'
  }
  return fault
}

async function isNamed({ responder }: BasicResponse, signer: Certificate): Promise<boolean> {
  if (responder.by === 'name') return nameEquals(responder.name, signer.subject)
  return sameBytes(responder.hash, await digest('SHA-1', signer.publicKey))
}

/** RFC 9654 section 2.1: a nonce that we did not send is another question's answer. Many responders send none. */
function findExtensionFault(
  { extensions }: BasicResponse,
  single: SingleResponse,
  nonce: Uint8Array | undefined,
): OcspFault | undefined {
  if (hasCriticalBut(extensions, [NONCE]) || hasCriticalBut(single.extensions, []))
    return 'ocsp_critical_extension'
  const theirs = extensions.get(NONCE)?.value
  if (nonce === undefined || theirs === undefined) return undefined
  // RFC 2560 left open whether the value is an octet string inside the octet string; old responders hold that it is not.
  const wrapped = element(TAG.octetString, nonce)
  return sameBytes(theirs, wrapped) || sameBytes(theirs, nonce) ? undefined : 'ocsp_nonce_wrong'
}

/** Sections 3.2 and 4.2.2.1. */
function findTimeFault(
  { producedAt }: BasicResponse,
  { thisUpdate, nextUpdate }: SingleResponse,
  at: number,
): OcspFault | undefined {
  if (thisUpdate > at + SKEW_MS || producedAt > at + SKEW_MS) return 'ocsp_not_yet_valid'
  if (nextUpdate === undefined) return producedAt + LIVE_MS < at ? 'ocsp_expired' : undefined
  return nextUpdate < at ? 'ocsp_expired' : undefined
}
