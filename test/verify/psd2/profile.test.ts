import { describe, expect, it } from 'vitest'
import { readProfile } from '../../../src/verify/psd2/profile.ts'
import { requireReal } from '../../real.ts'
import { attribute, der, oid, seq, utf8 } from '../make-certificate.ts'
import {
  AISP,
  COMPLIANCE,
  findingsOf,
  legislation,
  type Made,
  PISP,
  pds,
  profileOf,
  psd2,
  qcType,
  role,
  SEAL,
  SSCD,
  STANDARD,
  semantics,
  statement,
  WEB,
} from './make.ts'
import { genuine, HAS_GENUINE } from './real.ts'

const LEGAL = semantics('0.4.0.194121.1.2')

describe('readProfile()', () => {
  it('reads who it is, by whose authority, in which roles and for what', () => {
    expect(profileOf({ statements: [COMPLIANCE, WEB, psd2([AISP, PISP])] })).toMatchObject({
      organisation: {
        text: 'PSDGB-FCA-765432',
        scheme: 'PSD',
        country: 'GB',
        authority: 'FCA',
        reference: '765432',
      },
      name: 'Invented TPP',
      country: 'GB',
      nca: { name: 'Invented Authority', id: 'GB-FCA' },
      roles: ['PSP_AI', 'PSP_PI'],
      qcCompliance: true,
      qcTypes: ['web'],
      kind: 'qwac',
      findings: [],
    })
  })

  it('says of a certificate without statements that it has none, and grants no role', () => {
    expect(profileOf()).toMatchObject({
      statements: undefined,
      roles: [],
      qcTypes: [],
      qcCompliance: false,
      kind: 'other',
    })
  })

  it('reads roles that stand in one RoleOfPSP, as the OBIE directory writes them, and says so', () => {
    const flat = seq(oid('0.4.0.19495.1.2'), utf8('PSP_PI'), oid('0.4.0.19495.1.4'), utf8('PSP_IC'))
    const { roles, findings } = profileOf({ statements: [WEB, psd2([flat])] })
    expect(roles).toEqual(['PSP_PI', 'PSP_IC'])
    expect(findings.map(({ id }) => id)).toEqual(['roles_of_psp_flat'])
  })

  it('never reads a role from its name: the identifier counts, whatever stands beside it', () => {
    const { roles } = profileOf({ statements: [psd2([role(3, 'PSP_PI'), role('3.999', 'PSP_AS')])] })
    expect(roles).toEqual(['PSP_AI'])
  })

  const odd: readonly (readonly [what: string, parts: Made, finding: string])[] = [
    [
      'an extension that is critical',
      { statements: STANDARD, critical: true },
      'qcstatements_extension_is_critical',
    ],
    ['an extension that is no list', { value: utf8('x') }, 'qc_statements_malformed'],
    ['a list whose end is missing', { value: Uint8Array.of(0x30, 5, 0x30, 3) }, 'qc_statements_malformed'],
    ['one statement without the list round it', { value: psd2([AISP]) }, 'qc_statements_malformed'],
    [
      'a length that is not the shortest',
      { value: der(0x30, 0x30, 0x81, 2, 6, 0) },
      'qc_statements_malformed',
    ],
    ['more than 8 kB of statements', { value: der(0x30, new Uint8Array(9_000)) }, 'qc_statements_malformed'],
    [
      '33 statements',
      { statements: Array.from({ length: 33 }, () => COMPLIANCE) },
      'qc_statements_malformed',
    ],
    ['two PSD2 statements', { statements: [psd2([AISP]), psd2([PISP])] }, 'qc_statement_twice'],
    ['two types in two statements', { statements: [WEB, SEAL] }, 'qc_statement_twice'],
    [
      'the obsolete syntax',
      { statements: [statement('1.3.6.1.5.5.7.11.1')] },
      'prohibited_qualified_statement_present',
    ],
    [
      'QcCompliance with a value',
      { statements: [statement('0.4.0.1862.1.1', der(5))] },
      'qc_statement_malformed',
    ],
    [
      'a type that is no list',
      { statements: [statement('0.4.0.1862.1.6', utf8('web'))] },
      'qc_type_malformed',
    ],
    ['a type without its value', { statements: [statement('0.4.0.1862.1.6')] }, 'qc_type_malformed'],
    ['no type in the list', { statements: [qcType()] }, 'qc_type_list_empty'],
    ['two types in the list', { statements: [qcType(3, 2)] }, 'multiple_qc_type_values_present'],
    ['law of no country', { statements: [legislation()] }, 'iso_country_code_list_empty'],
    ['law of an unknown country', { statements: [legislation('FR', 'ZZ')] }, 'iso_country_code_invalid'],
    ['a disclosure by http', { statements: [pds(['http://a.example/', 'en'])] }, 'url_scheme_not_https'],
    [
      'a disclosure in no language',
      { statements: [pds(['https://a.example/', 'xy'])] },
      'iso_language_code_invalid',
    ],
    ['no disclosure in the list', { statements: [pds()] }, 'qc_statement_malformed'],
    ['no roles', { statements: [psd2([])] }, 'roles_of_psp_empty'],
    [
      'an identifier that names no role',
      { statements: [psd2([role('3.999', 'PSP_AI')])] },
      'invalid_psp_oid',
    ],
    ['a name that names no role', { statements: [psd2([role(3, 'PSP_XX')])] }, 'invalid_psp_role'],
    ['the name of another role', { statements: [psd2([role(3, 'PSP_PI')])] }, 'psp_role_mismatch'],
    ['an unspecified role alone', { statements: [psd2([role(0, 'Unspecified')])] }, 'psp_role_none'],
    [
      'a central bank with an authority above it',
      { statements: [psd2([role(5, 'PSP_CB')], 'N', 'NA')] },
      'nca_name_not_na',
    ],
    ['a public authority with an NCAId', { statements: [psd2([role(6, 'PSP_PA')], 'NA')] }, 'nca_id_not_na'],
    [
      'a third party without an authority',
      { statements: [psd2([AISP], 'NA')] },
      'prohibited_nca_name_na_value',
    ],
    ['a role that opens nothing here', { statements: [psd2([role('51', 'VOP_RS')])] }, 'psp_role_none'],
    ['an authority that is not Latin', { statements: [psd2([AISP], 'Bänk')] }, 'nca_name_non_latin'],
    [
      'an authority without a hyphen',
      { statements: [psd2([AISP], 'N', 'GBFCA')] },
      'nca_id_invalid_structure',
    ],
    ['an authority with two', { statements: [psd2([AISP], 'N', 'GB-F-CA')] }, 'nca_id_invalid_structure'],
    [
      'an authority of no country',
      { statements: [psd2([AISP], 'N', 'XY-FCA')] },
      'nca_id_invalid_iso_country',
    ],
    [
      'an authority in small letters',
      { statements: [psd2([AISP], 'N', 'GB-fca')] },
      'nca_id_invalid_ca_identifier',
    ],
    [
      'an authority of nine letters',
      { statements: [psd2([AISP], 'N', 'GB-ABCDEFGHI')] },
      'nca_id_invalid_ca_identifier',
    ],
    [
      'another authority in the subject',
      { statements: [psd2([AISP], 'N', 'DE-BAFIN')] },
      'nca_unlike_organization_id',
    ],
    ['nobody in the subject', { organisation: undefined }, 'organization_id_absent'],
    ['two organisations', { organisation: ['PSDGB-FCA-1', 'PSDGB-FCA-2'] }, 'organization_id_twice'],
    ['an organisation beyond ASCII', { organisation: 'PSDGB-FCA-Ä' }, 'organization_id_unreadable'],
    ['an organisation of 129 characters', { organisation: 'x'.repeat(129) }, 'organization_id_unreadable'],
    ['an organisation that ends in a space', { organisation: 'PSDGB-FCA-1 ' }, 'organization_id_unreadable'],
    [
      'a legal person of no scheme',
      { organisation: 'PADFR-ACPR-1', statements: [LEGAL] },
      'organization_id_invalid_scheme',
    ],
    [
      'a legal person of one country',
      { organisation: 'XX:GR-1', statements: [LEGAL] },
      'organization_id_national_scheme',
    ],
    [
      'a legal person of no country',
      { organisation: 'NTRZZ-1', statements: [LEGAL] },
      'organization_id_invalid_country',
    ],
    [
      'a legal person without reference',
      { organisation: 'NTRNO', statements: [LEGAL] },
      'organization_id_invalid_format',
    ],
  ]
  it.each(odd)('says what is odd: %s', (_what, parts, id) => {
    expect(findingsOf(parts)).toContain(id)
  })

  const malformed: readonly (readonly [what: string, info: Uint8Array])[] = [
    ['no sequence', utf8('x')],
    ['two fields', seq(seq(AISP), utf8('N'))],
    ['four fields', seq(seq(AISP), utf8('N'), utf8('GB-FCA'), utf8('x'))],
    ['an odd number of parts in a role', seq(seq(seq(oid('0.4.0.19495.1.2'))), utf8('N'), utf8('GB-FCA'))],
    [
      'a role whose name comes first',
      seq(seq(seq(utf8('PSP_AI'), oid('0.4.0.19495.1.3'))), utf8('N'), utf8('GB-FCA')),
    ],
    ['a name of no text', seq(seq(seq(oid('0.4.0.19495.1.3'), utf8(''))), utf8('N'), utf8('GB-FCA'))],
    ['a name with a control character', seq(seq(role(3, 'PSP_AI\n')), utf8('N'), utf8('GB-FCA'))],
    ['an authority of 257 characters', seq(seq(AISP), utf8('N'.repeat(257)), utf8('GB-FCA'))],
    ['17 roles', seq(seq(...Array.from({ length: 17 }, () => AISP)), utf8('N'), utf8('GB-FCA'))],
  ]
  it.each(malformed)('reads no role where the PSD2 statement has %s', (_what, info) => {
    const { roles, nca, findings } = profileOf({ statements: [statement('0.4.0.19495.2', info)] })
    expect({ roles, nca, ids: findings.map(({ id }) => id) }).toEqual({
      roles: [],
      nca: undefined,
      ids: ['psd2_statement_malformed'],
    })
  })

  it('knows the older certificates of the UK directory, which have their holder in OU and CN', () => {
    const subject = (unit: string) => [
      attribute('2.5.4.10', 'OpenBanking'),
      attribute('2.5.4.11', unit),
      attribute('2.5.4.3', '2kiXQyo0tedjW2somjSgH7'),
    ]
    expect(profileOf({ subject: subject('0015800001HQQrZAAX') }).directory).toEqual({
      organisation: '0015800001HQQrZAAX',
      software: '2kiXQyo0tedjW2somjSgH7',
    })
    expect(profileOf({ subject: subject('Open Banking Directory') }).directory).toBeUndefined()
  })

  it('leaves out what it does not know: a national statement is no oddity', () => {
    expect(findingsOf({ statements: [...STANDARD, SSCD, statement('1.2.752.5.1', utf8('x'))] })).toEqual([])
  })
})

describe.runIf(requireReal('../shared/vectors/wso2-certs', HAS_GENUINE))('genuine certificates', () => {
  it('reads the OBIE transport certificate: three roles in the flat nesting', async () => {
    expect(readProfile(await genuine('obwac-transport.pem'))).toMatchObject({
      organisation: {
        text: 'PSDGB-OB-Unknown0015800001HQQrZAAX',
        authority: 'OB',
        reference: 'Unknown0015800001HQQrZAAX',
      },
      name: 'WSO2 (UK) LIMITED',
      country: 'GB',
      nca: { name: 'Financial Conduct Authority', id: 'GB-FCA' },
      roles: ['PSP_PI', 'PSP_AI', 'PSP_IC'],
      qcTypes: ['web'],
      qcCompliance: false,
      kind: 'obwac',
      findings: [{ id: 'roles_of_psp_flat' }, { id: 'nca_unlike_organization_id' }],
    })
  })

  it('reads the OBIE seal: two roles in the flat nesting', async () => {
    expect(readProfile(await genuine('obseal-signing.pem'))).toMatchObject({
      organisation: { text: 'PSDGB-OB-Unknown0015800001HQQrZAAX' },
      nca: { id: 'GB-FCA' },
      roles: ['PSP_PI', 'PSP_AI'],
      qcTypes: ['eseal'],
      kind: 'obseal',
    })
  })

  it('reads the German certificate, which is as the standard says', async () => {
    expect(readProfile(await genuine('PSDDE-BAFIN-104114-cert.pem'))).toMatchObject({
      organisation: { text: 'PSDDE-BAFIN-104114', country: 'DE', authority: 'BAFIN', reference: '104114' },
      name: 'Hanseatic Bank GmbH & Co KG',
      nca: { name: 'Federal Financial Supervisory Authority', id: 'DE-BAFIN' },
      roles: ['PSP_AS', 'PSP_AI', 'PSP_PI'],
      qcTypes: ['web'],
      qcCompliance: true,
      kind: 'qwac',
      findings: [],
    })
  })
})
