import { describe, expect, it } from 'vitest'
import { invalid, known } from '../../../src/lib/fact.ts'
import { tppFrom } from '../../../src/verify/psd2/tpp.ts'
import { type CertificateUse, judgeUse, type Vouching } from '../../../src/verify/psd2/use.ts'
import { readCertificate } from '../../../src/verify/x509/certificate.ts'
import { requireReal } from '../../real.ts'
import { attribute } from '../make-certificate.ts'
import {
  AISP,
  COMPLIANCE,
  legislation,
  type Made,
  made,
  profileOf,
  psd2,
  qcType,
  role,
  SEAL,
  SSCD,
  WEB,
} from './make.ts'
import { genuine, HAS_GENUINE } from './real.ts'

const vouching = (kind: Vouching['kind'], qualifiedByList = false): Vouching => ({ kind, qualifiedByList })
const QUALIFIED = vouching('qualified')
const OBIE = vouching('obie')
const OWN = vouching('own')

const SIGNS = 0x80
const CLIENT = '1.3.6.1.5.5.7.3.2'
const SERVER = '1.3.6.1.5.5.7.3.1'
const QWAC: Made = {
  statements: [COMPLIANCE, WEB, psd2([AISP])],
  keyUsage: SIGNS,
  purposes: [CLIENT, SERVER],
}
const QSEALC: Made = { statements: [COMPLIANCE, SEAL, SSCD, psd2([AISP])], keyUsage: 0x40 }

function judged(parts: Made, use: CertificateUse, by: Vouching) {
  const { refusals, warnings } = judgeUse(profileOf(parts), use, by)
  return {
    refused: refusals.map(({ id, problem }) => `${problem}: ${id}`),
    warned: warnings.map(({ id }) => id),
  }
}

const FINE = { refused: [], warned: [] }

describe('judgeUse()', () => {
  it('accepts a QWAC for a connection and a QSealC for a signature', () => {
    expect(judged(QWAC, 'transport', QUALIFIED)).toEqual(FINE)
    expect(judged(QSEALC, 'signature', QUALIFIED)).toEqual(FINE)
  })

  const refused: readonly (readonly [
    what: string,
    parts: Made,
    use: CertificateUse,
    by: Vouching,
    reasons: readonly string[],
  ])[] = [
    [
      'a seal on a connection',
      { ...QWAC, statements: [COMPLIANCE, SEAL, psd2([AISP])] },
      'transport',
      QUALIFIED,
      ['certificate_wrong_type: qc_type_mismatch'],
    ],
    [
      'a QWAC on a signature',
      { ...QWAC, purposes: ['1.3.6.1.5.5.7.3.36'] },
      'signature',
      QUALIFIED,
      ['certificate_wrong_type: qc_type_mismatch'],
    ],
    [
      'a QWAC on a signature, whoever vouches for it',
      { statements: [WEB], keyUsage: SIGNS },
      'signature',
      OWN,
      ['certificate_wrong_type: qc_type_mismatch'],
    ],
    [
      'two types, which leave the choice to the reader',
      { ...QWAC, statements: [COMPLIANCE, qcType(3, 2), psd2([AISP])] },
      'transport',
      QUALIFIED,
      ['certificate_wrong_type: multiple_qc_type_values_present'],
    ],
    [
      'no type',
      { ...QWAC, statements: [COMPLIANCE, psd2([AISP])] },
      'transport',
      QUALIFIED,
      ['certificate_wrong_type: qc_type_absent'],
    ],
    [
      'no QcCompliance',
      { ...QWAC, statements: [WEB, psd2([AISP])] },
      'transport',
      QUALIFIED,
      ['certificate_not_qualified: qc_compliance_absent'],
    ],
    [
      'another law',
      { ...QWAC, statements: [COMPLIANCE, WEB, legislation('GB'), psd2([AISP])] },
      'transport',
      QUALIFIED,
      ['certificate_not_qualified: qc_cc_legislation_present'],
    ],
    [
      'no statements',
      { keyUsage: SIGNS, purposes: [CLIENT] },
      'transport',
      QUALIFIED,
      [
        'certificate_not_qualified: qc_statements_extension_absent',
        'certificate_profile_invalid: qc_eu_pds_missing',
      ],
    ],
    [
      'a website that is no third party',
      { ...QWAC, statements: [COMPLIANCE, WEB] },
      'transport',
      QUALIFIED,
      ['certificate_profile_invalid: qc_eu_pds_missing'],
    ],
    [
      'no roles',
      { ...QWAC, statements: [COMPLIANCE, WEB, psd2([])] },
      'transport',
      QUALIFIED,
      ['certificate_profile_invalid: roles_of_psp_empty'],
    ],
    [
      'an unspecified role',
      { ...QWAC, statements: [COMPLIANCE, WEB, psd2([role(0, 'Unspecified')])] },
      'transport',
      QUALIFIED,
      ['certificate_profile_invalid: psp_role_none'],
    ],
    [
      'two PSD2 statements',
      { ...QWAC, statements: [COMPLIANCE, WEB, psd2([AISP]), psd2([AISP])] },
      'transport',
      OBIE,
      ['certificate_malformed: qc_statement_twice'],
    ],
    [
      'nobody',
      { ...QWAC, organisation: undefined },
      'transport',
      OWN,
      ['certificate_without_organisation: organization_id_absent'],
    ],
    [
      'two organisations',
      { ...QWAC, organisation: ['PSDGB-FCA-1', 'PSDGB-FCA-2'] },
      'transport',
      OWN,
      ['certificate_malformed: organization_id_twice'],
    ],
    [
      'a key that may not sign',
      { ...QWAC, keyUsage: 0x20 },
      'transport',
      OWN,
      ['certificate_wrong_type: key_usage_wrong'],
    ],
    [
      'a server’s certificate',
      { ...QWAC, purposes: [SERVER] },
      'transport',
      OWN,
      ['certificate_wrong_type: extended_key_usage_wrong'],
    ],
    [
      'a key that may not sign, on a signature',
      { ...QSEALC, keyUsage: 0x20 },
      'signature',
      OWN,
      ['certificate_wrong_type: key_usage_wrong'],
    ],
    [
      'a certificate for TLS alone, on a signature',
      { keyUsage: SIGNS, purposes: [SERVER, CLIENT] },
      'signature',
      OWN,
      ['certificate_wrong_type: extended_key_usage_wrong'],
    ],
  ]
  it.each(refused)('refuses %s', (_what, parts, use, by, reasons) => {
    expect(judged(parts, use, by).refused).toEqual(reasons)
  })

  it('names the weightiest reason first: what cannot be read at all before what is missing in it', () => {
    const { refused } = judged(
      { statements: [psd2([AISP]), psd2([AISP])], keyUsage: 0x20 },
      'transport',
      QUALIFIED,
    )
    expect(refused.map((reason) => reason.split(':')[0])).toEqual([
      'certificate_malformed',
      'certificate_wrong_type',
      'certificate_not_qualified',
      'certificate_wrong_type',
    ])
  })

  it('takes a certificate without statements from the UK directory or the bank’s own authority', () => {
    const plain: Made = { keyUsage: SIGNS, purposes: [CLIENT] }
    expect(judged(plain, 'transport', OBIE)).toEqual(FINE)
    expect(judged(plain, 'transport', OWN)).toEqual(FINE)
  })

  it('lets the trust list’s word stand in for the certificate’s own', () => {
    const silent: Made = { ...QWAC, statements: [psd2([AISP])] }
    expect(judged(silent, 'transport', vouching('qualified', true))).toEqual({
      refused: [],
      warned: ['qc_compliance_absent', 'qc_type_absent'],
    })
  })

  it('only warns of what genuine certificates have and what grants nothing', () => {
    const odd: Made = {
      ...QWAC,
      organisation: 'VATGB-123456789',
      statements: [
        COMPLIANCE,
        WEB,
        SSCD,
        psd2([AISP, role(2, 'PSP_AI'), role('9', 'PSP_ZZ')], 'Bänk', 'XX-FCA'),
      ],
    }
    expect(judged(odd, 'transport', QUALIFIED)).toEqual({
      refused: [],
      warned: [
        'psp_role_mismatch',
        'invalid_psp_oid',
        'nca_name_non_latin',
        'nca_id_invalid_iso_country',
        'qc_sscd_present',
        'invalid_psd_organization_id_format',
      ],
    })
  })
})

describe('tppFrom()', () => {
  const DIRECTORY = [
    attribute('2.5.4.10', 'OpenBanking'),
    attribute('2.5.4.11', '0015800001HQQrZAAX'),
    attribute('2.5.4.3', '2kiXQyo0tedjW2somjSgH7'),
  ]

  function proven(parts: Made, by: Vouching) {
    const certificate = known(readCertificate(made(parts)))
    if (certificate === undefined) throw new Error('Cannot read the certificate that the test made')
    return tppFrom({
      certificate,
      anchor: { certificate, name: 'Invented Root' },
      vouching: by,
      use: 'transport',
    })
  }

  it('names the third party, what it rests on and what is odd about it', () => {
    expect(known(proven({ ...QWAC, organisation: 'NTRGB-1' }, QUALIFIED))).toMatchObject({
      organisation: 'NTRGB-1',
      name: 'Invented TPP',
      roles: ['PSP_AI'],
      country: 'GB',
      nca: 'GB-FCA',
      kind: 'qwac',
      thumbprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      anchor: 'Invented Root',
      warnings: ['invalid_psd_organization_id_format'],
    })
  })

  it('takes the organisation of an older certificate from OU, and from the UK directory alone', () => {
    const parts: Made = { subject: DIRECTORY, keyUsage: SIGNS, purposes: [CLIENT] }
    expect(known(proven(parts, OBIE))?.organisation).toBe('0015800001HQQrZAAX')
    expect(proven(parts, OWN)).toEqual(invalid('certificate_without_organisation'))
    expect(proven(parts, QUALIFIED)).toEqual(invalid('certificate_without_organisation'))
  })
})

describe.runIf(requireReal('../shared/vectors/wso2-certs', HAS_GENUINE))('genuine certificates', () => {
  const uses: readonly (readonly [
    file: string,
    use: CertificateUse,
    by: Vouching,
    reason: string | undefined,
  ])[] = [
    ['PSDDE-BAFIN-104114-cert.pem', 'transport', QUALIFIED, undefined],
    ['PSDDE-BAFIN-104114-cert.pem', 'signature', QUALIFIED, 'certificate_wrong_type'],
    ['obwac-transport.pem', 'transport', OBIE, undefined],
    ['obwac-transport.pem', 'transport', QUALIFIED, 'certificate_not_qualified'],
    ['obwac-transport.pem', 'signature', OBIE, 'certificate_wrong_type'],
    ['obseal-signing.pem', 'signature', OBIE, undefined],
    ['obseal-signing.pem', 'transport', OBIE, 'certificate_wrong_type'],
    ['aisp-role/signing-certs/qseal.pem', 'signature', OWN, undefined],
    // It says of itself that it is a website's, whatever the file is called.
    ['pisp-role/signing-certs/qseal.pem', 'signature', OWN, 'certificate_wrong_type'],
  ]
  it.each(uses)('judges %s for %s rightly', async (file, use, by, reason) => {
    const certificate = await genuine(file)
    const fact = tppFrom({ certificate, anchor: { certificate, name: file }, vouching: by, use })
    expect(fact.state === 'invalid' ? fact.reason : undefined).toBe(reason)
  })
})
