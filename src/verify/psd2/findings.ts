/**
 * What can be said for and against a certificate beside its path, one row each. The words are those of ETSI's
 * linters, so that an auditor can compare; the clause says where the rule stands. An `error` breaks a "shall" of its
 * clause. Whether it also refuses the certificate is decided in `use.ts`: genuine certificates break some of these.
 */
type Row = readonly [severity: 'error' | 'warning', clause: string, meaning: string]

export const FINDINGS = {
  // The extension as a whole
  qc_statements_malformed: ['error', 'RFC 3739 3.2.6', 'qcStatements is not a sequence of statements in DER'],
  qcstatements_extension_is_critical: ['error', 'EN 319 412-5 QCS-4.1-02', 'qcStatements is marked critical'],
  qc_statement_twice: [
    'error',
    'RFC 3739 3.2.6',
    'a statement stands there twice, and readers may differ in which one counts',
  ],
  qc_statement_malformed: ['error', 'EN 319 412-5 4', 'a statement does not hold what its identifier says'],
  prohibited_qualified_statement_present: [
    'error',
    'RFC 3739 3.2.6.1',
    'the statement pkixQCSyntax-v1 is obsolete',
  ],
  qc_statements_extension_absent: [
    'error',
    'EN 319 412-5 QCS-5-01',
    'a qualified certificate has qcStatements, and this one has none',
  ],

  // QcCompliance, QcType, QcSSCD, QcCClegislation, QcPDS
  qc_compliance_absent: [
    'error',
    'EN 319 412-5 4.2.1',
    'the issuer does not declare it a qualified certificate',
  ],
  qc_type_absent: ['error', 'EN 319 412-5 4.2.3', 'no QcType says what the certificate is for'],
  qc_type_malformed: ['error', 'EN 319 412-5 4.2.3', 'QcType is not a list of identifiers'],
  qc_type_list_empty: ['error', 'EN 319 412-5 4.2.3', 'QcType names no type'],
  multiple_qc_type_values_present: [
    'error',
    'EN 319 412-5 4.2.3',
    'QcType names more than one type: the purpose is one and only one',
  ],
  qc_type_mismatch: ['error', 'EN 319 412-5 4.2.3', 'QcType is not the type for this use'],
  qc_sscd_absent: ['error', 'EN 319 412-5 4.2.2', 'the key is not declared to be in a qualified device'],
  qc_sscd_present: [
    'error',
    'EN 319 412-5 4.2.2',
    'QcSSCD is for signatures and seals, not for web authentication',
  ],
  qc_cc_legislation_absent: [
    'error',
    'EN 319 412-5 4.2.4',
    'no country says under whose law it is qualified',
  ],
  qc_cc_legislation_present: [
    'error',
    'EN 319 412-5 4.2.4',
    'it is qualified under the law of other countries than the EU',
  ],
  iso_country_code_list_empty: ['error', 'EN 319 412-5 4.2.4', 'QcCClegislation names no country'],
  iso_country_code_invalid: [
    'error',
    'EN 319 412-5 4.2.4',
    'QcCClegislation names a country that ISO 3166-1 does not know',
  ],
  url_scheme_not_https: [
    'error',
    'EN 319 412-5 4.3.4',
    'a disclosure statement (PDS) is not linked by https',
  ],
  iso_language_code_invalid: [
    'error',
    'EN 319 412-5 4.3.4',
    'the language of a disclosure statement is not in ISO 639-1',
  ],

  // The Open Banking attributes
  qc_eu_pds_missing: [
    'error',
    'TS 119 495 GEN-5.1-1',
    'the statement with the Open Banking attributes (roles, competent authority) is missing',
  ],
  psd2_statement_malformed: [
    'error',
    'TS 119 495 5.1',
    'the Open Banking statement is not what the standard says',
  ],
  roles_of_psp_empty: ['error', 'TS 119 495 GEN-5.2.2-1', 'the list of roles is empty'],
  roles_of_psp_flat: [
    'warning',
    'TS 119 495 5.1',
    'all roles stand in one RoleOfPSP, as the OBIE directory writes them',
  ],
  invalid_psp_oid: [
    'error',
    'TS 119 495 GEN-5.2.2-2',
    'a role has an identifier that the standard does not know: it grants nothing',
  ],
  invalid_psp_role: [
    'error',
    'TS 119 495 GEN-5.2.2-3',
    'a role has a name that the standard does not know; its identifier counts',
  ],
  psp_role_mismatch: [
    'error',
    'TS 119 495 REG-5.2.2-5',
    'a role has the name of another role; its identifier counts',
  ],
  psp_role_none: ['warning', 'TS 119 495 GEN-5.2.2-3', 'no role of PSD2 is given'],
  nca_name_non_latin: [
    'error',
    'TS 119 495 GEN-5.2.3-1',
    'the name of the competent authority is not plain Latin text',
  ],
  nca_id_invalid_structure: [
    'error',
    'TS 119 495 GEN-5.2.3-2',
    'NCAId is not a country, a hyphen and an identifier',
  ],
  nca_id_invalid_iso_country: [
    'error',
    'TS 119 495 GEN-5.2.3-2',
    'NCAId names a country that ISO 3166-1 does not know',
  ],
  nca_id_invalid_ca_identifier: [
    'error',
    'TS 119 495 GEN-5.2.3-2',
    'NCAId names no authority of 2 to 8 capital letters',
  ],
  nca_name_not_na: [
    'error',
    'TS 119 495 GEN-5.2.3-1A',
    'an institution that nobody authorises names an authority',
  ],
  nca_id_not_na: ['error', 'TS 119 495 GEN-5.2.3-5', 'an institution that nobody authorises has an NCAId'],
  prohibited_nca_name_na_value: [
    'error',
    'TS 119 495 GEN-5.2.3-1A',
    'NCAName is NA, and the roles need an authority',
  ],
  nca_unlike_organization_id: [
    'warning',
    'TS 119 495 GEN-5.2.1-3',
    'organizationIdentifier and NCAId name different authorities',
  ],
  prohibited_psd2_policy_oid_present: [
    'error',
    'TS 119 495 OVR-6.1-3',
    'the policy QCP-w-psd2 stands in a certificate that is not for PSD2',
  ],

  // Whose it is
  organization_id_absent: ['error', 'TS 119 495 GEN-5.3-3', 'the subject has no organizationIdentifier'],
  organization_id_twice: ['error', 'TS 119 495 GEN-5.3-3', 'the subject has several organizations'],
  organization_id_unreadable: [
    'error',
    'TS 119 495 GEN-5.3-3',
    'organizationIdentifier is empty, too long or no plain text',
  ],
  invalid_psd_organization_id_format: [
    'warning',
    'TS 119 495 GEN-5.2.1-3',
    'organizationIdentifier is not an authorization number (PSDcc-NCA-id)',
  ],
  organization_id_invalid_format: [
    'error',
    'EN 319 412-1 LEG-5.1.4-02',
    'organizationIdentifier is not scheme, country, hyphen and reference',
  ],
  organization_id_invalid_scheme: [
    'error',
    'EN 319 412-1 LEG-5.1.4-03',
    'organizationIdentifier has a scheme that is none of PSD, NTR, VAT and LEI',
  ],
  organization_id_invalid_country: [
    'error',
    'EN 319 412-1 LEG-5.1.4-03',
    'organizationIdentifier has a country that its scheme does not know',
  ],
  organization_id_national_scheme: [
    'warning',
    'EN 319 412-1 LEG-5.1.4-03',
    'organizationIdentifier has a scheme of one country',
  ],

  // Key usage, beside what the path asks for
  key_usage_wrong: ['error', 'RFC 5280 4.2.1.3', 'the key may not be used for this'],
  key_usage_absent: ['warning', 'RFC 5280 4.2.1.3', 'nothing says what the key may be used for'],
  extended_key_usage_wrong: ['error', 'RFC 5280 4.2.1.12', 'the certificate may not be used for this'],
  extended_key_usage_absent: [
    'warning',
    'RFC 5280 4.2.1.12',
    'nothing says what the certificate may be used for',
  ],
} as const satisfies Record<string, Row>

export type FindingId = keyof typeof FINDINGS

export interface Finding {
  readonly id: FindingId
  readonly severity: 'error' | 'warning'
  readonly clause: string
  /** What was found where, in this certificate; empty when the row says it all. */
  readonly detail: string
}

export function finding(id: FindingId, detail = ''): Finding {
  const [severity, clause] = FINDINGS[id]
  return { id, severity, clause, detail }
}
