/** Answers of an OCSP responder (RFC 6960), right ones and, for tests, wrong ones. */
import { createHash, createPrivateKey, sign, type X509Certificate } from 'node:crypto'
import {
  BasicOCSPResponse,
  type CertID,
  CertStatus,
  id_pkix_ocsp_basic,
  id_pkix_ocsp_nonce,
  KeyHash,
  OCSPRequest,
  OCSPResponse,
  OCSPResponseStatus,
  ResponderID,
  ResponseBytes,
  ResponseData,
  RevokedInfo,
  SingleResponse,
} from '@peculiar/asn1-ocsp'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import { AlgorithmIdentifier, Certificate, CRLReason, CRLReasons } from '@peculiar/asn1-x509'

export type Status = { readonly state: 'good' | 'unknown' } | { readonly state: 'revoked'; readonly at: Date }

/** Who signs, for which authority. */
export interface Delegate {
  readonly issuer: X509Certificate
  readonly certificate: X509Certificate
  /** PEM. */
  readonly key: string
}

export interface Times {
  readonly producedAt: Date
  readonly thisUpdate: Date
  readonly nextUpdate: Date
}

const ECDSA_SHA256 = '1.2.840.10045.4.3.2'
/** Hash functions of a CertID, by identifier. Clients ask with SHA-1 to this day (RFC 6960 appendix B.1). */
const HASHES: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
}
const MAX_ASKED = 16

/**
 * @param status of a serial number in lower-case hexadecimal; asked about certificates of this authority only
 * @returns DER of an OCSPResponse
 */
export function answerOcsp(
  request: Uint8Array,
  delegate: Delegate,
  status: (serial: string) => Status,
  times: Times,
): Uint8Array {
  const asked = parse(request)
  if (asked === undefined) return failure(OCSPResponseStatus.malformedRequest)
  const nonce = asked.tbsRequest.requestExtensions?.find(({ extnID }) => extnID === id_pkix_ocsp_nonce)
  const data = new ResponseData({
    responderID: new ResponderID({ byKey: new KeyHash(keyHash('sha1', delegate.certificate)) }),
    producedAt: times.producedAt,
    responses: asked.tbsRequest.requestList.map(({ reqCert }) => {
      const found = concerns(reqCert, delegate.issuer) ? status(hex(reqCert.serialNumber)) : UNKNOWN
      const { thisUpdate, nextUpdate } = times
      return new SingleResponse({ certID: reqCert, certStatus: statusOf(found), thisUpdate, nextUpdate })
    }),
    ...(nonce === undefined ? {} : { responseExtensions: [nonce] }),
  })
  return signed(data, delegate)
}

const UNKNOWN: Status = { state: 'unknown' }

/** Section 2.3: an answer that is nobody's and therefore unsigned. */
export function failure(responseStatus: OCSPResponseStatus): Uint8Array {
  return new Uint8Array(AsnConvert.serialize(new OCSPResponse({ responseStatus })))
}

function parse(request: Uint8Array): OCSPRequest | undefined {
  try {
    const asked = AsnConvert.parse(request, OCSPRequest)
    const { length } = asked.tbsRequest.requestList
    return length > 0 && length <= MAX_ASKED ? asked : undefined
  } catch {
    return undefined
  }
}

function concerns(asked: CertID, issuer: X509Certificate): boolean {
  const hash = HASHES[asked.hashAlgorithm.algorithm]
  if (hash === undefined) return false
  const { tbsCertificate } = AsnConvert.parse(issuer.raw, Certificate)
  const name = createHash(hash)
    .update(Buffer.from(AsnConvert.serialize(tbsCertificate.subject)))
    .digest()
  return (
    name.equals(Buffer.from(asked.issuerNameHash.buffer)) &&
    keyHash(hash, issuer).equals(Buffer.from(asked.issuerKeyHash.buffer))
  )
}

/** Of the bit string's contents alone (section 4.1.1). */
function keyHash(hash: string, certificate: X509Certificate): Buffer {
  const { subjectPublicKeyInfo } = AsnConvert.parse(certificate.raw, Certificate).tbsCertificate
  return createHash(hash).update(Buffer.from(subjectPublicKeyInfo.subjectPublicKey)).digest()
}

function statusOf(status: Status): CertStatus {
  if (status.state === 'revoked') {
    const revocationReason = new CRLReason(CRLReasons.cessationOfOperation)
    return new CertStatus({ revoked: new RevokedInfo({ revocationTime: status.at, revocationReason }) })
  }
  return new CertStatus(status.state === 'good' ? { good: null } : { unknown: null })
}

function signed(data: ResponseData, { certificate, key }: Delegate): Uint8Array {
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(data)), createPrivateKey(key))
  const basic = new BasicOCSPResponse({
    tbsResponseData: data,
    signatureAlgorithm: new AlgorithmIdentifier({ algorithm: ECDSA_SHA256 }),
    signature: arrayBuffer(signature),
    certs: [AsnConvert.parse(certificate.raw, Certificate)],
  })
  const response = new OCSPResponse({
    responseStatus: OCSPResponseStatus.successful,
    responseBytes: new ResponseBytes({
      responseType: id_pkix_ocsp_basic,
      response: new OctetString(AsnConvert.serialize(basic)),
    }),
  })
  return new Uint8Array(AsnConvert.serialize(response))
}

/** Serial numbers as we write them: no octet of padding (X.690 section 8.3.2), so that equal ones are equal text. */
export function hex(integer: ArrayBuffer): string {
  return Buffer.from(integer)
    .toString('hex')
    .replace(/^(00)+(?=.)/, '')
}

function arrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer
}
