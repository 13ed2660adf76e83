/**
 * What revocation lists say of one certificate (RFC 5280 section 6.3). Lists are complete ones of the certificate's own
 * issuer; delta lists and indirect ones are not used, and a certificate that only they would tell about stays unknown.
 */
import { fail, pass } from '../../lib/outcome.ts'
import { nameEquals } from '../x509/names.ts'
import { verifySigned } from '../x509/signature.ts'
import type { Certificate } from '../x509/types.ts'
import { serialOf } from './certificate-id.ts'
import { type CrlEntry, findEntry } from './crl-entries.ts'
import { type Crl, readCrl } from './crl-reading.ts'
import { ALL_REASONS, coverage, ISSUING_DISTRIBUTION_POINT } from './crl-scope.ts'
import { hasCriticalBut } from './extensions.ts'
import type { Finding } from './knowledge.ts'
import type { CrlFault } from './revocation.ts'

export interface CrlQuestion {
  readonly certificate: Certificate
  /** The next of its validated path. */
  readonly issuer: Certificate
  /**
   * Further certificates of the issuer, whose paths to the same anchor the caller has validated (section 6.3.3 step f):
   * an authority may sign its lists with another key than its certificates.
   */
  readonly signers?: readonly Certificate[]
  /** DER. */
  readonly crls: readonly Uint8Array[]
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** An authority's clock and ours. */
const SKEW_MS = 5 * 60_000
/** A path's certificate has one list, and where lists are divided up to nine. */
const MAX_CRLS = 32
const CRL_NUMBER = '2.5.29.20'
const DELTA = '2.5.29.27'

/** The newest usable list decides; older ones are asked for the reasons that it leaves out. */
export async function checkCrls(question: CrlQuestion): Promise<Finding> {
  let fault: CrlFault = 'crl_absent'
  let reasons = 0
  let newest: Crl | undefined
  for (const crl of newestFirst(question.crls)) {
    const found = crl === undefined ? 'crl_malformed' : await look(crl, question)
    if (typeof found === 'string') fault = found
    else if (found.entry !== undefined) return pass(revoked(found.entry, found.crl))
    else {
      newest ??= found.crl
      reasons |= found.reasons
      if (reasons === ALL_REASONS) return pass({ status: 'good', ...statementOf(newest) })
    }
  }
  return fail(newest === undefined ? fault : 'crl_reasons_partial')
}

function newestFirst(crls: readonly Uint8Array[]): readonly (Crl | undefined)[] {
  return crls
    .slice(0, MAX_CRLS)
    .map(readCrl)
    .sort((left, right) => (right?.thisUpdate ?? 0) - (left?.thisUpdate ?? 0))
}

interface Listed extends CrlEntry {
  readonly reason: Exclude<CrlEntry['reason'], 'remove_from_crl'>
}

interface Looked {
  readonly crl: Crl
  readonly entry: Listed | undefined
  readonly reasons: number
}

async function look(crl: Crl, question: CrlQuestion): Promise<Looked | CrlFault> {
  const reasons = coverage(crl, question.certificate)
  if (reasons === undefined) return 'crl_malformed'
  const fault = findFault(crl, question) ?? (reasons === 0 ? 'crl_out_of_scope' : undefined)
  if (fault !== undefined) return fault
  const signature = await findSignerFault(crl, question)
  if (signature !== undefined) return signature
  const found = findEntry(crl.entries, serialOf(question.certificate))
  if (!found.ok) return found.reason
  if (found.value === undefined) return { crl, entry: undefined, reasons }
  const { reason, revokedAt } = found.value
  // Section 5.3.1: a word of delta lists. What a complete one means by it, nobody knows.
  if (reason === 'remove_from_crl') return 'crl_malformed'
  return { crl, entry: { reason, revokedAt }, reasons }
}

function findFault(
  { issuer, extensions, thisUpdate, nextUpdate }: Crl,
  { certificate, at }: CrlQuestion,
): CrlFault | undefined {
  if (!nameEquals(issuer, certificate.issuer)) return 'crl_other_issuer'
  if (extensions.has(DELTA)) return 'crl_delta'
  if (hasCriticalBut(extensions, [ISSUING_DISTRIBUTION_POINT])) return 'crl_critical_extension'
  // Section 5.2.3: every list has its number.
  if (!extensions.has(CRL_NUMBER)) return 'crl_malformed'
  if (thisUpdate > at + SKEW_MS) return 'crl_not_yet_valid'
  return nextUpdate < at ? 'crl_expired' : undefined
}

/** Section 6.3.3 steps f and g. The name alone is anybody's; where keyUsage is present, it must allow lists. */
async function findSignerFault(
  crl: Crl,
  { issuer, signers = [] }: CrlQuestion,
): Promise<CrlFault | undefined> {
  const { signatureAlgorithm: algorithm, signature, tbs: data } = crl
  let fault: CrlFault = 'crl_issuer_not_allowed'
  for (const signer of [issuer, ...signers.slice(0, MAX_SIGNERS)]) {
    if (!nameEquals(signer.subject, crl.issuer)) continue
    if (signer.keyUsage !== undefined && !signer.keyUsage.has('cRLSign')) continue
    if (await verifySigned({ algorithm, signature, data, issuer: signer })) return undefined
    fault = 'crl_signature_wrong'
  }
  return fault
}

const MAX_SIGNERS = 8

function statementOf({ thisUpdate, nextUpdate }: Crl) {
  return { source: 'crl', thisUpdate, nextUpdate } as const
}

function revoked({ reason, revokedAt }: Listed, crl: Crl) {
  return { status: 'revoked', reason, revokedAt, ...statementOf(crl) } as const
}
