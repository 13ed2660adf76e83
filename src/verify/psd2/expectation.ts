/**
 * Compares a certificate with what it is expected to be. The Worker expects by use and by anchor (`use.ts`), the
 * vectors by the kind of certificate that their folder names: the rules are the same.
 */
import { type Finding, finding } from './findings.ts'
import { isAuthorizationNumber } from './organisation.ts'
import type { Profile } from './profile.ts'
import { type QcStatements, type QcType, STATEMENT } from './qc-statements.ts'

export interface Expectation {
  /** Undefined: any type, or none. */
  readonly type: QcType | undefined
  /** Under whose law it is qualified. `any` asks for no qualification. */
  readonly law: 'eu' | 'other' | 'any'
  readonly device: 'required' | 'prohibited' | 'any'
  readonly psd2: 'required' | 'optional' | 'prohibited'
}

/** TS 119 495 section 6.1: the policy of a website certificate for PSD2. */
const QCP_WEB_PSD2 = '0.4.0.19495.3.1'

export function compare(profile: Profile, expectation: Expectation): readonly Finding[] {
  const { statements } = profile
  return [
    ...(statements === undefined ? compareAbsent(expectation) : compareStatements(statements, expectation)),
    ...comparePsd2(profile, expectation),
  ]
}

function compareAbsent({ law, psd2 }: Expectation): readonly Finding[] {
  return [
    ...(law === 'eu' ? [finding('qc_statements_extension_absent')] : []),
    ...(psd2 === 'required' ? [finding('qc_eu_pds_missing')] : []),
  ]
}

/** EN 319 412-5 section 5, table 2: which statements an EU qualified certificate has. */
function compareStatements(statements: QcStatements, expectation: Expectation): readonly Finding[] {
  const { law, type, device, psd2 } = expectation
  const has = (id: string) => statements.ids.includes(id)
  const [declared] = statements.types
  // No type or several is a finding of its own, and the first of several is nobody's choice.
  const mismatch = type !== undefined && statements.types.length === 1 && declared !== type
  const rules: readonly (readonly [broken: boolean, found: Finding])[] = [
    [law === 'eu' && !has(STATEMENT.compliance), finding('qc_compliance_absent')],
    [law === 'eu' && type !== undefined && !has(STATEMENT.type), finding('qc_type_absent')],
    [
      law === 'eu' && has(STATEMENT.legislation),
      finding('qc_cc_legislation_present', statements.legislation.join(', ')),
    ],
    [law === 'other' && !has(STATEMENT.legislation), finding('qc_cc_legislation_absent')],
    [device === 'required' && !has(STATEMENT.sscd), finding('qc_sscd_absent')],
    [device === 'prohibited' && has(STATEMENT.sscd), finding('qc_sscd_present')],
    [mismatch, finding('qc_type_mismatch', `${declared} and not ${type}`)],
    [psd2 === 'required' && !has(STATEMENT.psd2), finding('qc_eu_pds_missing')],
  ]
  return rules.flatMap(([broken, found]) => (broken ? [found] : []))
}

function comparePsd2({ organisation, policies }: Profile, { psd2 }: Expectation): readonly Finding[] {
  const prohibited = psd2 === 'prohibited' && policies.includes(QCP_WEB_PSD2)
  const otherId = psd2 === 'required' && organisation !== undefined && !isAuthorizationNumber(organisation)
  return [
    ...(prohibited ? [finding('prohibited_psd2_policy_oid_present')] : []),
    ...(otherId ? [finding('invalid_psd_organization_id_format', organisation.text)] : []),
  ]
}
