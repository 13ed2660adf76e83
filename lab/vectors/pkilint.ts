/**
 * Judges one `.crttest` file of pkilint: a certificate in PEM, then, as CSV, what the linter says of it. The same
 * functions that the Worker uses say what they see; what is in our vocabulary has to be exactly what the file expects.
 * The kind of certificate stands in the name of the file's folder, because a linter has to be told it.
 */
import { compare, type Expectation } from '../../src/verify/psd2/expectation.ts'
import type { Finding, FindingId } from '../../src/verify/psd2/findings.ts'
import { type Profile, readProfile } from '../../src/verify/psd2/profile.ts'
import { readCertificates } from '../../src/verify/x509/pem.ts'

/** What pkilint calls our findings. Ids that are not here are our own and are not compared. */
const CODES: Partial<Record<FindingId, string>> = {
  qcstatements_extension_is_critical: 'etsi.en_319_412_5.qcs-4.1-02.qcstatements_extension_is_critical',
  prohibited_qualified_statement_present: 'pkix.prohibited_qualified_statement_present',
  qc_statements_extension_absent: 'etsi.en_319_412_2.qc_statements_extension_absent',
  qc_compliance_absent: 'etsi.en_319_412_5.qcs-5.01.qc_compliance_qualified_statement_absent',
  qc_type_absent: 'etsi.en_319_412_5.qcs-5.01.qc_type_qualified_statement_absent',
  qc_type_list_empty: 'etsi.en_319_412_5.gen-4.2.3.qc_type_list_empty',
  multiple_qc_type_values_present: 'etsi.en_319_412_5.gen-4.2.3.multiple_qc_type_values_present',
  qc_type_mismatch: 'etsi.en_319_412_5.gen-4.2.3.qc_type_mismatch',
  qc_sscd_absent: 'etsi.en_319_412_5.qcs-5.01.qc_sscd_qualified_statement_absent',
  qc_sscd_present: 'etsi.en_319_412_5.qcs-5.01.qc_sscd_qualified_statement_present',
  qc_cc_legislation_absent: 'etsi.en_319_412_5.qcs-5.01.qc_cc_legislation_qualified_statement_absent',
  qc_cc_legislation_present: 'etsi.en_319_412_5.qcs-5.01.qc_cc_legislation_qualified_statement_present',
  iso_country_code_list_empty: 'etsi.en_319_412_5.gen-4.2.4.iso_country_code_list_empty',
  iso_country_code_invalid: 'etsi.en_319_412_5.gen-4.2.4.iso_country_code_invalid',
  url_scheme_not_https: 'etsi.en_319_412_5.gen-4.3.4.url_scheme_not_https',
  iso_language_code_invalid: 'etsi.en_319_412_5.gen-4.3.4.iso_language_code_invalid',
  qc_eu_pds_missing: 'etsi.ts_119_495.gen-5.1.1.qc_eu_pds_missing',
  roles_of_psp_empty: 'etsi.ts_119_495.gen-5.2.2-1.roles_of_psp_empty',
  invalid_psp_oid: 'etsi.ts_119_495.gen-5.2-2.invalid_psp_oid',
  invalid_psp_role: 'etsi.ts_119_495.gen-5.2-2.invalid_psp_role',
  psp_role_mismatch: 'etsi.ts_119_495.gen-5.2.2-5.psp_role_mismatch',
  nca_name_non_latin: 'etsi.ts_119_495.gen-5.2.3-1.nca_name_non_latin',
  nca_id_invalid_structure: 'etsi.ts_119_495.gen-5.2.3-2.invalid_structure',
  nca_id_invalid_iso_country: 'etsi.ts_119_495.gen-5.2.3-2.invalid_iso_country',
  nca_id_invalid_ca_identifier: 'etsi.ts_119_495.gen-5.2.3-2.invalid_ca_identifier',
  nca_name_not_na: 'etsi.ts_119_495.gen-5.2.3-1a.nca_name_not_na',
  nca_id_not_na: 'etsi.ts_119_495.gen-5.2.3-5.nca_id_not_na',
  prohibited_nca_name_na_value: 'etsi.ts_119_495.gen-5.2.3-1a.prohibited_nca_name_na_value',
  prohibited_psd2_policy_oid_present: 'etsi.ts_119_495.ovr-6.1-3.prohibited_psd2_policy_oid_present',
  invalid_psd_organization_id_format: 'etsi.ts_119_495.gen-5.2.1-3.invalid_psd_organization_id_format',
  organization_id_invalid_format: 'etsi.en_319_412_1.leg-5.1.4-02.invalid_format',
  organization_id_invalid_scheme: 'etsi.en_319_412_1.leg-5.1.4-03.invalid_scheme',
  organization_id_invalid_country: 'etsi.en_319_412_1.leg-5.1.4-03.invalid_country',
  organization_id_national_scheme: 'etsi.en_319_412_1.leg-5.1.4-03.national_identifier_scheme_detected',
}
const KNOWN: ReadonlySet<string> = new Set(Object.values(CODES))

/** Where pkilint cannot decode a statement it says so in one word, whatever is wrong; older versions said it of more. */
const SYNTAX = 'itu.invalid_asn1_syntax'
const SYNTAX_OF_STATEMENT = /\.qCStatements\b/
const SYNTAX_IDS: readonly FindingId[] = [
  'qc_statements_malformed',
  'qc_statement_malformed',
  'qc_type_malformed',
  'qc_type_list_empty',
  'multiple_qc_type_values_present',
  'psd2_statement_malformed',
  // One RoleOfPSP with all pairs has parts that the linter's schema does not know.
  'roles_of_psp_flat',
]

/** A validator of pkilint stops at the first thing it finds: of these, our first alone is compared. */
const ONE_VALIDATOR: readonly (readonly FindingId[])[] = [
  ['roles_of_psp_empty', 'invalid_psp_oid', 'invalid_psp_role', 'psp_role_mismatch'],
  ['iso_country_code_list_empty', 'iso_country_code_invalid'],
]

export interface CrttestVerdict {
  readonly result: 'passed' | 'wrongly_accepted' | 'wrongly_refused' | 'not_applicable'
  readonly expected: string
  readonly got: string
}

interface Expected {
  readonly node: string
  readonly severity: string
  readonly code: string
}

/** @param folder name of the folder that the file is in, such as `qevcp_w_psd2_eidas_pre_certificate` */
export function judgeCrttest(folder: string, text: string): CrttestVerdict {
  const rows = readRows(text)
  const wanted = new Set(rows.flatMap(inVocabulary))
  const others = [
    ...new Set(rows.filter((row) => inVocabulary(row).length === 0 && isEtsi(row)).map(({ code }) => code)),
  ]
  const expected = list(wanted)
  const read = readCertificates(new TextEncoder().encode(text))
  const [certificate] = read.state === 'valid' ? read.value : []
  if (certificate === undefined) {
    // Refused as a whole: right where the linter could not decode it either, and no statement about the profile.
    const fault = read.state === 'invalid' ? read.reason : read.state
    const undecodable = rows.some(({ severity, code }) => severity === 'FATAL' && code === SYNTAX)
    if (undecodable) return { result: 'passed', expected: SYNTAX, got: fault }
    return { result: wanted.size > 0 ? 'wrongly_accepted' : 'not_applicable', expected, got: fault }
  }
  const profile = readProfile(certificate)
  const expectation = expectationOf(folder, rows, profile)
  if (expectation === undefined)
    return { result: 'not_applicable', expected, got: `${folder} is no kind of certificate of ETSI's` }
  const found = compared([...profile.findings, ...compare(profile, expectation)])
  const missing = [...wanted].filter((code) => !found.some((codes) => codes.includes(code)))
  const surplus = found.filter((codes) => !codes.some((code) => wanted.has(code)))
  const got = list(found.map(([code = '']) => code))
  if (missing.length > 0) return { result: 'wrongly_accepted', expected, got }
  if (surplus.length > 0) return { result: 'wrongly_refused', expected, got }
  if (wanted.size === 0 && others.length > 0)
    return { result: 'not_applicable', expected: list(others), got: `not checked here: ${list(others)}` }
  return { result: 'passed', expected, got }
}

function list(codes: Iterable<string>): string {
  return [...codes].sort().join(' ') || 'nothing'
}

/** Codes by which each of our findings may be expected, of those that pkilint knows. */
function compared(findings: readonly Finding[]): readonly (readonly string[])[] {
  const ids = [...new Set(findings.map(({ id }) => id))]
  const counted = ids.filter((id) => {
    const group = ONE_VALIDATOR.find((one) => one.includes(id))
    return group === undefined || ids.find((other) => group.includes(other)) === id
  })
  return counted.flatMap((id) => {
    const code = CODES[id]
    const codes = [...(code === undefined ? [] : [code]), ...(SYNTAX_IDS.includes(id) ? [SYNTAX] : [])]
    return codes.length === 0 ? [] : [codes]
  })
}

function inVocabulary({ code, node }: Expected): readonly string[] {
  const ours = code === SYNTAX ? SYNTAX_OF_STATEMENT.test(node) : KNOWN.has(code)
  return ours ? [code] : []
}

/** Notices and what the CA/Browser Forum asks of web servers are nobody's fault here. */
function isEtsi({ severity, code }: Expected): boolean {
  return code === SYNTAX || (severity === 'ERROR' && /^(etsi|ts_119)/.test(code))
}

/** node_path,validator,severity,code,message: none of the first four is ever quoted. */
function readRows(text: string): readonly Expected[] {
  const [, csv = ''] = text.split('-----END CERTIFICATE-----')
  return csv.split(/\r?\n/).flatMap((line) => {
    const [node = '', , severity = '', code] = line.split(',')
    return code === undefined || node === 'node_path' ? [] : [{ node, severity, code: code.trim() }]
  })
}

const KIND = /^(?:dv|iv|ov|q?ev|q?n|q)cp_/
const WEBSITE = /^(?:dvcp|ivcp|ovcp|q?evcp)_|^q?ncp_w_/

/** What a folder's name says of its certificates, in pkilint's words, or undefined when it names no kind of ETSI's. */
function expectationOf(folder: string, rows: readonly Expected[], profile: Profile): Expectation | undefined {
  const kind = folder.toLowerCase().replaceAll('-', '_')
  if (!KIND.test(kind)) {
    return rows.some(({ code }) => code.startsWith('etsi.')) ? expectationFrom(profile) : undefined
  }
  const website = WEBSITE.test(kind)
  const qualified = kind.startsWith('q')
  const eu = qualified && (kind.includes('_non_eidas') ? false : kind.includes('_eidas') || euLaw(profile))
  const device = eu && website ? 'prohibited' : eu && kind.includes('_qscd') ? 'required' : 'any'
  return {
    type: website ? 'web' : kind.startsWith('qcp_n') ? 'esign' : undefined,
    law: eu ? 'eu' : qualified ? 'other' : 'any',
    device,
    psd2: kind.includes('psd2') ? 'required' : 'prohibited',
  }
}

/** What pkilint itself concludes from a certificate that nobody told it the kind of. */
function expectationFrom(profile: Profile): Expectation {
  const psd2 = profile.roleEntries.length > 0 || profile.nca !== undefined
  const eu = profile.qcCompliance && euLaw(profile)
  return {
    type: profile.qcTypes.includes('web') ? 'web' : undefined,
    law: eu ? 'eu' : profile.qcCompliance ? 'other' : 'any',
    device: 'any',
    psd2: psd2 ? 'required' : 'prohibited',
  }
}

function euLaw({ statements }: Profile): boolean {
  return statements?.legislation.length === 0
}
