/**
 * Asks a certificate's authority about it: its OCSP responders first, then its revocation lists. In the background, with
 * every step bounded: places, time, octets. What comes back is believed for its signature and for nothing else, so that
 * plain HTTP is good enough (RFC 5280 section 8: lists over TLS would need a list to be fetched).
 */
import { fail, type Outcome } from '../../lib/outcome.ts'
import { type Fetch, type FetchFault, fetchBytes } from '../fetching.ts'
import { readCertificate } from '../x509/certificate.ts'
import type { Certificate } from '../x509/types.ts'
import { checkCrls } from './crl.ts'
import { MAX_CRL_BYTES } from './crl-reading.ts'
import type { Finding } from './knowledge.ts'
import { checkOcsp } from './ocsp.ts'
import { MAX_RESPONSE_BYTES } from './ocsp-reading.ts'
import { getAddress, NONCE_BYTES, writeRequest } from './ocsp-request.ts'
import { placeOf } from './place.ts'
import type { Inquiry, InquiryPolicy } from './wire.ts'

/** The outside world of an inquiry. */
export interface Means {
  readonly fetch: Fetch
  random(bytes: number): Uint8Array
}

/** Genuine certificates name one or two of each. */
const MAX_PLACES = 2
const OCSP_LIMITS = { timeoutMs: 5_000, maxBytes: MAX_RESPONSE_BYTES }
const CRL_LIMITS = { timeoutMs: 10_000, maxBytes: MAX_CRL_BYTES }
/** All attempts of one inquiry: two responders, by GET and by POST, each with a list for its delegate; and two lists. */
export const LONGEST_MS =
  MAX_PLACES * (2 * (OCSP_LIMITS.timeoutMs + CRL_LIMITS.timeoutMs) + CRL_LIMITS.timeoutMs)

interface Case {
  readonly certificate: Certificate
  readonly issuer: Certificate
  readonly policy: InquiryPolicy
  readonly means: Means
  /** Milliseconds since the epoch. */
  readonly at: number
}

/**
 * The first that tells. A responder that does not know the certificate tells nothing, and leaves it to the client to ask
 * elsewhere (RFC 6960 section 2.2).
 */
export async function inquire(
  inquiry: Inquiry,
  policy: InquiryPolicy,
  means: Means,
  at: number,
): Promise<Finding> {
  const certificate = readCertificate(inquiry.certificate)
  const issuer = readCertificate(inquiry.issuer)
  if (certificate.state !== 'valid' || issuer.state !== 'valid') return fail('source_refused')
  const about = { certificate: certificate.value, issuer: issuer.value, policy, means, at }
  let finding: Finding = fail('source_refused')
  for (const ask of attempts(about)) {
    finding = await ask()
    if (finding.ok) return finding
  }
  return finding
}

function* attempts(about: Case): Iterable<() => Promise<Finding>> {
  const { ocsp, crl } = about.certificate
  for (const place of placesIn(ocsp, about.policy)) yield () => askResponder(place, about)
  for (const place of placesIn(crl, about.policy)) yield () => askList(place, about)
}

function placesIn(texts: readonly string[], policy: InquiryPolicy): readonly URL[] {
  const places = texts.map((text) => placeOf(text, policy)).filter((place) => place !== undefined)
  return places.slice(0, MAX_PLACES)
}

/** By GET, as RFC 9919 and its elder RFC 5019 ask, and by POST where the responder takes no GET. */
async function askResponder(place: URL, about: Case): Promise<Finding> {
  const { certificate, issuer, policy, means } = about
  const nonce = policy.nonce ? means.random(NONCE_BYTES) : undefined
  const request = await writeRequest(certificate, issuer, policy.certId, nonce)
  const address = nonce === undefined ? getAddress(place, request) : undefined
  if (address !== undefined) {
    const finding = await judge(await fetchBytes(means.fetch, address, {}, OCSP_LIMITS), nonce, about)
    if (finding.ok || !MAY_WANT_POST.includes(finding.reason)) return finding
  }
  const init = { method: 'POST', body: request, headers: { 'content-type': 'application/ocsp-request' } }
  return judge(await fetchBytes(means.fetch, place.href, init, OCSP_LIMITS), nonce, about)
}

const MAY_WANT_POST: readonly string[] = [
  'fetch_status',
  'fetch_redirected',
  'ocsp_malformed',
  'ocsp_not_successful',
]

async function judge(
  answer: Outcome<Uint8Array, FetchFault>,
  nonce: Uint8Array | undefined,
  about: Case,
): Promise<Finding> {
  if (!answer.ok) return answer
  const { certificate, issuer, at } = about
  const stands = (delegate: Certificate) => isListedNowhere(delegate, about)
  return checkOcsp({ certificate, issuer, response: answer.value, nonce, at, stands })
}

/** By the first list that a delegate names: one that cannot be had says nothing for it. */
async function isListedNowhere(delegate: Certificate, about: Case): Promise<boolean> {
  const [place] = placesIn(delegate.crl, about.policy)
  if (place === undefined) return false
  const finding = await askList(place, { ...about, certificate: delegate })
  return finding.ok && finding.value.status === 'good'
}

async function askList(place: URL, { certificate, issuer, means, at }: Case): Promise<Finding> {
  const answer = await fetchBytes(means.fetch, place.href, {}, CRL_LIMITS)
  return answer.ok ? checkCrls({ certificate, issuer, crls: [answer.value], at }) : answer
}
