/**
 * The certificate that a signed request brings along. That a signature verifies under it says nothing: anybody can make one.
 * So the certificate room proves it first, as a seal, and it has to be the connection's organisation's.
 */
import type { CertificateProblem, PresentedCertificate, SignatureProblem } from '../../evidence.ts'
import { fromBase64, toBase64 } from '../../lib/base64.ts'
import { ABSENT, type Fact, invalid, unavailable, valid } from '../../lib/fact.ts'
import { type CertificateTools, proveSeal } from '../certificate.ts'
import type { Certificate } from '../x509/types.ts'

export interface ProvenSeal {
  readonly certificate: Certificate
  readonly organisation: string
  readonly unknownSince: number | undefined
}

export type SealFact = Fact<ProvenSeal, SignatureProblem, 'anchors_unavailable'>

/** Base64 of 10 kB, with line breaks that became blanks and the lines of a PEM around it. */
const MAX_TEXT = 16_384
const MAX_CHAIN = 4

/** DER in base64, or the PEM of it, whose line breaks no header can hold. One certificate. */
export function sealFrom(text: string | null): string | undefined {
  if (text === null || text.length > MAX_TEXT) return undefined
  const plain = text
    .replace(/^-----BEGIN CERTIFICATE-----/, '')
    .replace(/-----END CERTIFICATE-----\s*$/, '')
    .replace(/\s/g, '')
  const bytes = fromBase64(plain)
  return bytes === undefined || bytes.length === 0 ? undefined : toBase64(bytes)
}

/**
 * @param carried DER in base64, leaf first
 * @param chain of the connection's certificate: a seal's issuer mostly issued that too
 */
export async function provenSeal(
  carried: readonly string[],
  chain: readonly string[],
  organisation: string,
  tools: CertificateTools,
  now: number,
): Promise<SealFact> {
  const [der, ...own] = carried
  if (der === undefined) return ABSENT
  const issuers = [...new Set([...own.slice(0, MAX_CHAIN), ...chain.slice(0, MAX_CHAIN)])]
  const presented: PresentedCertificate = { der, chain: issuers, chainTooLarge: false, revoked: false }
  const seal = await proveSeal(presented, tools, now)
  if (seal.tpp.state === 'invalid') return invalid(PROBLEMS[seal.tpp.reason] ?? 'seal_invalid')
  if (seal.tpp.state !== 'valid') return unavailable('anchors_unavailable')
  if (seal.tpp.value.organisation !== organisation) return invalid('seal_of_another')
  if (seal.leaf === undefined) return invalid('seal_invalid')
  return valid({ certificate: seal.leaf, organisation, unknownSince: seal.unknownSince })
}

const PROBLEMS: Partial<Record<CertificateProblem, SignatureProblem>> = {
  certificate_expired: 'seal_expired',
  certificate_revoked: 'seal_revoked',
  certificate_blocked: 'seal_blocked',
  organisation_withdrawn: 'seal_blocked',
}
