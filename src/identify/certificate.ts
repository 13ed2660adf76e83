/** The client certificate as the edge reports it (RFC 9440). Possession is proven by the handshake, nothing else is. */
import type { CertificateProblem, PresentedCertificate } from '../evidence.ts'
import { fromBase64 } from '../lib/base64.ts'
import { ABSENT, type Fact, invalid, valid } from '../lib/fact.ts'
import type { ClientAuth } from './edge.ts'

/** Structured Fields (RFC 9651 section 3.3.5): a byte sequence stands between colons. */
const BYTE_SEQUENCE = /^:([A-Za-z0-9+/]+={0,2}):$/
/** DER of a Certificate (RFC 5280 section 4.1) begins with a SEQUENCE of a length above 255. */
const SEQUENCE_TAG = 0x30
const MAX_CHAIN_LENGTH = 8

/** `arrivedAt` is milliseconds since the epoch. */
export function certificateFrom(
  auth: ClientAuth | undefined,
  arrivedAt: number,
): Fact<PresentedCertificate, CertificateProblem> {
  if (auth === undefined) return ABSENT
  if (auth.certRFC9440TooLarge) return invalid('certificate_too_large')
  const der = derOf(auth.certRFC9440)
  const chain = chainOf(auth.certChainRFC9440)
  const notBefore = Date.parse(auth.certNotBefore)
  const notAfter = Date.parse(auth.certNotAfter)
  if (der === undefined || chain === undefined || Number.isNaN(notBefore) || Number.isNaN(notAfter)) {
    return invalid('certificate_malformed')
  }
  if (auth.certRevoked === '1') return invalid('certificate_revoked')
  if (arrivedAt < notBefore) return invalid('certificate_not_yet_valid')
  if (arrivedAt > notAfter) return invalid('certificate_expired')
  return valid({
    verification: auth.certVerified,
    revoked: false,
    der,
    chain,
    tooLarge: auth.certChainRFC9440TooLarge,
    subject: auth.certSubjectDNRFC2253,
    issuer: auth.certIssuerDNRFC2253,
    serial: auth.certSerial,
    sha256: auth.certFingerprintSHA256,
    notBefore: auth.certNotBefore,
    notAfter: auth.certNotAfter,
  })
}

/** RFC 9440 section 2.3: intermediates in the order of the handshake, as a list. */
function chainOf(list: string): readonly string[] | undefined {
  if (list === '') return []
  const items = list.split(',', MAX_CHAIN_LENGTH + 1).map((item) => derOf(item.trim()))
  const known = items.filter((item) => item !== undefined)
  return known.length === items.length && items.length <= MAX_CHAIN_LENGTH ? known : undefined
}

/** Canonical base64 of what looks like DER: one certificate has one spelling, or its thumbprint has several names. */
function derOf(item: string): string | undefined {
  const base64 = BYTE_SEQUENCE.exec(item)?.[1]
  if (base64 === undefined) return undefined
  return fromBase64(base64)?.[0] === SEQUENCE_TAG ? base64 : undefined
}
