/** The tests of PKITS 1.0.1, section by section, and what each should come to under the default settings. */

export interface PkitsTest {
  readonly section: string
  readonly name: string
  /** Name of the end entity's file. */
  readonly file: string
  readonly expected: 'accepted' | 'refused'
  /** Which feature it needs that we do not process. */
  readonly notApplicable: string | undefined
}

type Section = readonly [section: string, names: string]

/** Names as the files have them, in order: the number in each is its own. */
const SECTIONS: readonly Section[] = [
  [
    '4.1',
    `ValidCertificatePathTest1 InvalidCASignatureTest2 InvalidEESignatureTest3 ValidDSASignaturesTest4
     ValidDSAParameterInheritanceTest5 InvalidDSASignatureTest6`,
  ],
  [
    '4.2',
    `InvalidCAnotBeforeDateTest1 InvalidEEnotBeforeDateTest2 Validpre2000UTCnotBeforeDateTest3
     ValidGeneralizedTimenotBeforeDateTest4 InvalidCAnotAfterDateTest5 InvalidEEnotAfterDateTest6
     Invalidpre2000UTCEEnotAfterDateTest7 ValidGeneralizedTimenotAfterDateTest8`,
  ],
  [
    '4.3',
    `InvalidNameChainingTest1 InvalidNameChainingOrderTest2 ValidNameChainingWhitespaceTest3
     ValidNameChainingWhitespaceTest4 ValidNameChainingCapitalizationTest5 ValidNameUIDsTest6
     ValidRFC3280MandatoryAttributeTypesTest7 ValidRFC3280OptionalAttributeTypesTest8 ValidUTF8StringEncodedNamesTest9
     ValidRolloverfromPrintableStringtoUTF8StringTest10 ValidUTF8StringCaseInsensitiveMatchTest11`,
  ],
  [
    '4.4',
    `InvalidMissingCRLTest1 InvalidRevokedCATest2 InvalidRevokedEETest3 InvalidBadCRLSignatureTest4
     InvalidBadCRLIssuerNameTest5 InvalidWrongCRLTest6 ValidTwoCRLsTest7 InvalidUnknownCRLEntryExtensionTest8
     InvalidUnknownCRLExtensionTest9 InvalidUnknownCRLExtensionTest10 InvalidOldCRLnextUpdateTest11
     Invalidpre2000CRLnextUpdateTest12 ValidGeneralizedTimeCRLnextUpdateTest13 ValidNegativeSerialNumberTest14
     InvalidNegativeSerialNumberTest15 ValidLongSerialNumberTest16 ValidLongSerialNumberTest17
     InvalidLongSerialNumberTest18 ValidSeparateCertificateandCRLKeysTest19
     InvalidSeparateCertificateandCRLKeysTest20 InvalidSeparateCertificateandCRLKeysTest21`,
  ],
  [
    '4.5',
    `ValidBasicSelfIssuedOldWithNewTest1 InvalidBasicSelfIssuedOldWithNewTest2 ValidBasicSelfIssuedNewWithOldTest3
     ValidBasicSelfIssuedNewWithOldTest4 InvalidBasicSelfIssuedNewWithOldTest5 ValidBasicSelfIssuedCRLSigningKeyTest6
     InvalidBasicSelfIssuedCRLSigningKeyTest7 InvalidBasicSelfIssuedCRLSigningKeyTest8`,
  ],
  [
    '4.6',
    `InvalidMissingbasicConstraintsTest1 InvalidcAFalseTest2 InvalidcAFalseTest3 ValidbasicConstraintsNotCriticalTest4
     InvalidpathLenConstraintTest5 InvalidpathLenConstraintTest6 ValidpathLenConstraintTest7 ValidpathLenConstraintTest8
     InvalidpathLenConstraintTest9 InvalidpathLenConstraintTest10 InvalidpathLenConstraintTest11
     InvalidpathLenConstraintTest12 ValidpathLenConstraintTest13 ValidpathLenConstraintTest14
     ValidSelfIssuedpathLenConstraintTest15 InvalidSelfIssuedpathLenConstraintTest16
     ValidSelfIssuedpathLenConstraintTest17`,
  ],
  [
    '4.7',
    `InvalidkeyUsageCriticalkeyCertSignFalseTest1 InvalidkeyUsageNotCriticalkeyCertSignFalseTest2
     ValidkeyUsageNotCriticalTest3 InvalidkeyUsageCriticalcRLSignFalseTest4
     InvalidkeyUsageNotCriticalcRLSignFalseTest5`,
  ],
  [
    '4.8',
    `AllCertificatesNoPoliciesTest2 DifferentPoliciesTest3 DifferentPoliciesTest4 DifferentPoliciesTest5
     OverlappingPoliciesTest6 DifferentPoliciesTest7 DifferentPoliciesTest8 DifferentPoliciesTest9
     AllCertificatesSamePoliciesTest10 AllCertificatesanyPolicyTest11 DifferentPoliciesTest12
     AllCertificatesSamePoliciesTest13 AnyPolicyTest14 UserNoticeQualifierTest15 UserNoticeQualifierTest16
     UserNoticeQualifierTest17 UserNoticeQualifierTest18 UserNoticeQualifierTest19 CPSPointerQualifierTest20`,
  ],
  [
    '4.9',
    `ValidrequireExplicitPolicyTest1 ValidrequireExplicitPolicyTest2 InvalidrequireExplicitPolicyTest3
     ValidrequireExplicitPolicyTest4 InvalidrequireExplicitPolicyTest5 ValidSelfIssuedrequireExplicitPolicyTest6
     InvalidSelfIssuedrequireExplicitPolicyTest7 InvalidSelfIssuedrequireExplicitPolicyTest8`,
  ],
  [
    '4.10',
    `ValidPolicyMappingTest1 InvalidPolicyMappingTest2 ValidPolicyMappingTest3 InvalidPolicyMappingTest4
     ValidPolicyMappingTest5 ValidPolicyMappingTest6 InvalidMappingFromanyPolicyTest7 InvalidMappingToanyPolicyTest8
     ValidPolicyMappingTest9 InvalidPolicyMappingTest10 ValidPolicyMappingTest11 ValidPolicyMappingTest12
     ValidPolicyMappingTest13 ValidPolicyMappingTest14`,
  ],
  [
    '4.11',
    `InvalidinhibitPolicyMappingTest1 ValidinhibitPolicyMappingTest2 InvalidinhibitPolicyMappingTest3
     ValidinhibitPolicyMappingTest4 InvalidinhibitPolicyMappingTest5 InvalidinhibitPolicyMappingTest6
     ValidSelfIssuedinhibitPolicyMappingTest7 InvalidSelfIssuedinhibitPolicyMappingTest8
     InvalidSelfIssuedinhibitPolicyMappingTest9 InvalidSelfIssuedinhibitPolicyMappingTest10
     InvalidSelfIssuedinhibitPolicyMappingTest11`,
  ],
  [
    '4.12',
    `InvalidinhibitAnyPolicyTest1 ValidinhibitAnyPolicyTest2 inhibitAnyPolicyTest3 InvalidinhibitAnyPolicyTest4
     InvalidinhibitAnyPolicyTest5 InvalidinhibitAnyPolicyTest6 ValidSelfIssuedinhibitAnyPolicyTest7
     InvalidSelfIssuedinhibitAnyPolicyTest8 ValidSelfIssuedinhibitAnyPolicyTest9
     InvalidSelfIssuedinhibitAnyPolicyTest10`,
  ],
  [
    '4.13',
    `ValidDNnameConstraintsTest1 InvalidDNnameConstraintsTest2 InvalidDNnameConstraintsTest3
     ValidDNnameConstraintsTest4 ValidDNnameConstraintsTest5 ValidDNnameConstraintsTest6 InvalidDNnameConstraintsTest7
     InvalidDNnameConstraintsTest8 InvalidDNnameConstraintsTest9 InvalidDNnameConstraintsTest10
     ValidDNnameConstraintsTest11 InvalidDNnameConstraintsTest12 InvalidDNnameConstraintsTest13
     ValidDNnameConstraintsTest14 InvalidDNnameConstraintsTest15 InvalidDNnameConstraintsTest16
     InvalidDNnameConstraintsTest17 ValidDNnameConstraintsTest18 ValidDNnameConstraintsTest19
     InvalidDNnameConstraintsTest20 ValidRFC822nameConstraintsTest21 InvalidRFC822nameConstraintsTest22
     ValidRFC822nameConstraintsTest23 InvalidRFC822nameConstraintsTest24 ValidRFC822nameConstraintsTest25
     InvalidRFC822nameConstraintsTest26 ValidDNandRFC822nameConstraintsTest27 InvalidDNandRFC822nameConstraintsTest28
     InvalidDNandRFC822nameConstraintsTest29 ValidDNSnameConstraintsTest30 InvalidDNSnameConstraintsTest31
     ValidDNSnameConstraintsTest32 InvalidDNSnameConstraintsTest33 ValidURInameConstraintsTest34
     InvalidURInameConstraintsTest35 ValidURInameConstraintsTest36 InvalidURInameConstraintsTest37
     InvalidDNSnameConstraintsTest38`,
  ],
  [
    '4.14',
    `ValiddistributionPointTest1 InvaliddistributionPointTest2 InvaliddistributionPointTest3 ValiddistributionPointTest4
     ValiddistributionPointTest5 InvaliddistributionPointTest6 ValiddistributionPointTest7 InvaliddistributionPointTest8
     InvaliddistributionPointTest9 ValidNoissuingDistributionPointTest10 InvalidonlyContainsUserCertsTest11
     InvalidonlyContainsCACertsTest12 ValidonlyContainsCACertsTest13 InvalidonlyContainsAttributeCertsTest14
     InvalidonlySomeReasonsTest15 InvalidonlySomeReasonsTest16 InvalidonlySomeReasonsTest17 ValidonlySomeReasonsTest18
     ValidonlySomeReasonsTest19 InvalidonlySomeReasonsTest20 InvalidonlySomeReasonsTest21 ValidIDPwithindirectCRLTest22
     InvalidIDPwithindirectCRLTest23 ValidIDPwithindirectCRLTest24 ValidIDPwithindirectCRLTest25
     InvalidIDPwithindirectCRLTest26 InvalidcRLIssuerTest27 ValidcRLIssuerTest28 ValidcRLIssuerTest29
     ValidcRLIssuerTest30 InvalidcRLIssuerTest31 InvalidcRLIssuerTest32 ValidcRLIssuerTest33 InvalidcRLIssuerTest34
     InvalidcRLIssuerTest35`,
  ],
  [
    '4.15',
    `InvaliddeltaCRLIndicatorNoBaseTest1 ValiddeltaCRLTest2 InvaliddeltaCRLTest3 InvaliddeltaCRLTest4
     ValiddeltaCRLTest5 InvaliddeltaCRLTest6 ValiddeltaCRLTest7 ValiddeltaCRLTest8 InvaliddeltaCRLTest9
     InvaliddeltaCRLTest10`,
  ],
  [
    '4.16',
    'ValidUnknownNotCriticalCertificateExtensionTest1 InvalidUnknownCriticalCertificateExtensionTest2',
  ],
]

/** Tests whose name does not say what comes of them. */
const REFUSED: readonly string[] = ['4.8.4', '4.8.5', '4.8.7', '4.8.8', '4.8.9', '4.8.12']

const DSA = 'DSA, which nobody may use any more'
const POLICIES = 'policy constraints, mappings and inhibitAnyPolicy: a path that needs them is refused'
const INDIRECT = 'indirect revocation lists: what only they tell of stays unknown'
const DELTA = 'delta revocation lists: the complete list alone is believed'

/** What is not processed. Paths that must be refused are run all the same: what we do not process, we refuse. */
const FEATURES: ReadonlyMap<string, string> = new Map(
  (
    [
      [DSA, '4.1.4 4.1.5'],
      [POLICIES, '4.8.6 4.8.10 4.8.11 4.8.13 4.8.14 4.8.18 4.9.1 4.9.2 4.9.4 4.9.6'],
      [POLICIES, '4.10.1 4.10.3 4.10.5 4.10.6 4.10.9 4.10.11 4.10.12 4.10.13 4.10.14'],
      [POLICIES, '4.11.2 4.11.4 4.11.7 4.12.2 4.12.3 4.12.7 4.12.9'],
      [INDIRECT, '4.14.22 4.14.24 4.14.25 4.14.28 4.14.29 4.14.30 4.14.33'],
      // 4.15.4 is revoked by a delta list alone, 4.15.5 taken off the list by one.
      [DELTA, '4.15.4 4.15.5'],
    ] as const
  ).flatMap(([reason, sections]) => sections.split(' ').map((section) => [section, reason] as const)),
)

export const PKITS_TESTS: readonly PkitsTest[] = SECTIONS.flatMap(([section, names]) =>
  names.split(/\s+/).map((name) => toTest(section, name)),
)

function toTest(chapter: string, name: string): PkitsTest {
  const number = /Test(\d+)$/.exec(name)?.[1] ?? ''
  const section = `${chapter}.${number}`
  const expected = name.startsWith('Invalid') || REFUSED.includes(section) ? 'refused' : 'accepted'
  return { section, name, file: `${name}EE.crt`, expected, notApplicable: FEATURES.get(section) }
}
