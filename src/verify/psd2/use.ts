/**
 * Whether a certificate may be used for a connection (mTLS) or for a signature, beside its path. One row of policy for
 * each kind of anchor: what the EU's lists vouch for has to be what EN 319 412-5 and TS 119 495 say; the UK directory
 * and a bank's own authority answer for their certificates themselves, whose statements are then a bonus.
 */
import type { CertificateProblem } from '../../evidence.ts'
import type { AnchorKind } from '../trust/types.ts'
import { compare, type Expectation } from './expectation.ts'
import { type Finding, type FindingId, finding } from './findings.ts'
import { CLIENT_AUTH, type Profile } from './profile.ts'

export type CertificateUse = 'transport' | 'signature'

/** What the path's end says of the certificate. */
export interface Vouching {
  readonly kind: AnchorKind
  /** The trust list itself calls it qualified for this use, whatever it says of itself (TS 119 612 section 5.5.9.2.3). */
  readonly qualifiedByList: boolean
}

export type ProfileProblem = Extract<
  CertificateProblem,
  | 'certificate_malformed'
  | 'certificate_wrong_type'
  | 'certificate_not_qualified'
  | 'certificate_profile_invalid'
  | 'certificate_without_organisation'
>

export interface Refusal extends Finding {
  readonly problem: ProfileProblem
}

export interface Judgement {
  /** Why it may not be used, weightiest first; none: it may. */
  readonly refusals: readonly Refusal[]
  readonly warnings: readonly Finding[]
}

type Refusals = Partial<Record<FindingId, ProfileProblem>>

/** Key order is weight: the first that applies is the reason that a record shows. */
const ALWAYS: Refusals = {
  qc_statements_malformed: 'certificate_malformed',
  qc_statement_twice: 'certificate_malformed',
  organization_id_twice: 'certificate_malformed',
  organization_id_unreadable: 'certificate_malformed',
  qc_type_malformed: 'certificate_malformed',
  qc_type_list_empty: 'certificate_wrong_type',
  multiple_qc_type_values_present: 'certificate_wrong_type',
  qc_type_mismatch: 'certificate_wrong_type',
  key_usage_wrong: 'certificate_wrong_type',
  extended_key_usage_wrong: 'certificate_wrong_type',
  psd2_statement_malformed: 'certificate_profile_invalid',
  organization_id_absent: 'certificate_without_organisation',
}

const QUALIFIED: Refusals = {
  ...ALWAYS,
  qc_statements_extension_absent: 'certificate_not_qualified',
  qc_compliance_absent: 'certificate_not_qualified',
  qc_cc_legislation_present: 'certificate_not_qualified',
  qc_type_absent: 'certificate_wrong_type',
  qc_eu_pds_missing: 'certificate_profile_invalid',
  roles_of_psp_empty: 'certificate_profile_invalid',
  psp_role_none: 'certificate_profile_invalid',
}

interface PolicyRow {
  readonly refuses: Refusals
  readonly law: Expectation['law']
  readonly psd2: Expectation['psd2']
  /** Whether the organisation in OU of the directory's older certificates counts where there is no identifier. */
  readonly directoryIds: boolean
}

const POLICY: Readonly<Record<AnchorKind, PolicyRow>> = {
  qualified: { refuses: QUALIFIED, law: 'eu', psd2: 'required', directoryIds: false },
  obie: { refuses: ALWAYS, law: 'any', psd2: 'optional', directoryIds: true },
  own: { refuses: ALWAYS, law: 'any', psd2: 'optional', directoryIds: false },
}

/** What the list's own word stands in for. */
const SAID_BY_LIST: readonly FindingId[] = ['qc_compliance_absent', 'qc_type_absent']

export function judgeUse(profile: Profile, use: CertificateUse, vouching: Vouching): Judgement {
  const { refuses, law, psd2 } = POLICY[vouching.kind]
  const type = use === 'transport' ? 'web' : 'eseal'
  const device = use === 'transport' ? 'prohibited' : 'any'
  const findings = [
    ...profile.findings,
    ...compare(profile, { type, law, device, psd2 }),
    ...(use === 'transport' ? judgeTransport(profile) : judgeSignature(profile)),
  ]
  const excused = new Set<FindingId>([
    ...(vouching.qualifiedByList ? SAID_BY_LIST : []),
    ...(organisationOf(profile, vouching.kind) === undefined ? [] : (['organization_id_absent'] as const)),
  ])
  const refusals: Refusal[] = []
  const warnings: Finding[] = []
  for (const found of findings) {
    const problem = excused.has(found.id) ? undefined : refuses[found.id]
    if (problem === undefined) warnings.push(found)
    else refusals.push({ ...found, problem })
  }
  const weight = Object.keys(refuses)
  return { refusals: refusals.sort((a, b) => weight.indexOf(a.id) - weight.indexOf(b.id)), warnings }
}

/** Whom the certificate names, as far as an anchor of this kind may name anybody. */
export function organisationOf(profile: Profile, kind: AnchorKind): string | undefined {
  return (
    profile.organisation?.text ?? (POLICY[kind].directoryIds ? profile.directory?.organisation : undefined)
  )
}

/** TLS 1.3 signs with the client's key (RFC 8446 section 4.4.3), and only a key for client authentication may. */
function judgeTransport({ keyUsage, extendedKeyUsage }: Profile): readonly Finding[] {
  const findings: Finding[] = []
  if (keyUsage === undefined) findings.push(finding('key_usage_absent'))
  else if (!keyUsage.has('digitalSignature'))
    findings.push(finding('key_usage_wrong', 'not for digital signatures'))
  if (extendedKeyUsage === undefined) findings.push(finding('extended_key_usage_absent'))
  else if (!extendedKeyUsage.includes(CLIENT_AUTH))
    findings.push(finding('extended_key_usage_wrong', 'not for client authentication'))
  return findings
}

const TLS_PURPOSES: readonly string[] = [CLIENT_AUTH, '1.3.6.1.5.5.7.3.1']

function judgeSignature({ keyUsage, extendedKeyUsage }: Profile): readonly Finding[] {
  const findings: Finding[] = []
  if (keyUsage === undefined) findings.push(finding('key_usage_absent'))
  else if (!keyUsage.has('digitalSignature') && !keyUsage.has('nonRepudiation'))
    findings.push(finding('key_usage_wrong', 'neither for digital signatures nor for non-repudiation'))
  // RFC 5280 section 4.2.1.12: only for one of the purposes that are named. Seals mostly name none.
  if (extendedKeyUsage?.every((purpose) => TLS_PURPOSES.includes(purpose)))
    findings.push(finding('extended_key_usage_wrong', 'for TLS alone'))
  return findings
}
