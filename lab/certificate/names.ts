/** What object identifiers are called, for people. What is not here is shown as its number. */

export const EXTENSION_NAMES: Readonly<Record<string, string>> = {
  '2.5.29.9': 'subjectDirectoryAttributes',
  '2.5.29.14': 'subjectKeyIdentifier',
  '2.5.29.15': 'keyUsage',
  '2.5.29.16': 'privateKeyUsagePeriod',
  '2.5.29.17': 'subjectAltName',
  '2.5.29.18': 'issuerAltName',
  '2.5.29.19': 'basicConstraints',
  '2.5.29.30': 'nameConstraints',
  '2.5.29.31': 'cRLDistributionPoints',
  '2.5.29.32': 'certificatePolicies',
  '2.5.29.33': 'policyMappings',
  '2.5.29.35': 'authorityKeyIdentifier',
  '2.5.29.36': 'policyConstraints',
  '2.5.29.37': 'extendedKeyUsage',
  '2.5.29.46': 'freshestCRL',
  '2.5.29.54': 'inhibitAnyPolicy',
  '1.3.6.1.5.5.7.1.1': 'authorityInfoAccess',
  '1.3.6.1.5.5.7.1.3': 'qcStatements',
  '1.3.6.1.5.5.7.1.11': 'subjectInfoAccess',
  '1.3.6.1.5.5.7.48.1.5': 'id-pkix-ocsp-nocheck',
  '1.3.6.1.5.5.7.1.24': 'tlsFeature (OCSP must-staple)',
  '1.3.6.1.4.1.11129.2.4.2': 'signed certificate timestamps',
  '1.3.6.1.4.1.11129.2.4.3': 'precertificate poison',
  '2.23.140.3.1': 'cabfOrganizationIdentifier',
  '0.4.0.194121.2.1': 'validityAssuredShortTerm',
}

export const PURPOSE_NAMES: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.7.3.1': 'server authentication',
  '1.3.6.1.5.5.7.3.2': 'client authentication',
  '1.3.6.1.5.5.7.3.3': 'code signing',
  '1.3.6.1.5.5.7.3.4': 'email protection',
  '1.3.6.1.5.5.7.3.8': 'time stamping',
  '1.3.6.1.5.5.7.3.9': 'OCSP signing',
  '1.3.6.1.5.5.7.3.36': 'document signing',
  '1.3.6.1.4.1.311.10.3.12': 'document signing (Microsoft)',
  '2.5.29.37.0': 'any purpose',
}

export const STATEMENT_NAMES: Readonly<Record<string, string>> = {
  '0.4.0.1862.1.1': 'QcCompliance',
  '0.4.0.1862.1.2': 'QcLimitValue',
  '0.4.0.1862.1.3': 'QcRetentionPeriod',
  '0.4.0.1862.1.4': 'QcSSCD',
  '0.4.0.1862.1.5': 'QcPDS',
  '0.4.0.1862.1.6': 'QcType',
  '0.4.0.1862.1.7': 'QcCClegislation',
  '0.4.0.19495.2': 'PSD2',
  '1.3.6.1.5.5.7.11.1': 'pkixQCSyntax-v1',
  '1.3.6.1.5.5.7.11.2': 'pkixQCSyntax-v2',
}

export const POLICY_NAMES: Readonly<Record<string, string>> = {
  '0.4.0.19495.3.1': 'QCP-w-psd2',
  '0.4.0.194112.1.0': 'QCP-n',
  '0.4.0.194112.1.1': 'QCP-l',
  '0.4.0.194112.1.2': 'QCP-n-qscd',
  '0.4.0.194112.1.3': 'QCP-l-qscd',
  '0.4.0.194112.1.4': 'QEVCP-w',
  '0.4.0.194112.1.5': 'QNCP-w',
  '0.4.0.194112.1.6': 'QNCP-w-gen',
  '2.23.140.1.1': 'extended validation',
  '2.23.140.1.2.2': 'organization validated',
  '2.23.140.1.2.3': 'individual validated',
}

export const SIGNATURE_NAMES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.4': 'RSA with MD5',
  '1.2.840.113549.1.1.5': 'RSA with SHA-1',
  '1.2.840.113549.1.1.10': 'RSASSA-PSS',
  '1.2.840.113549.1.1.11': 'RSA with SHA-256',
  '1.2.840.113549.1.1.12': 'RSA with SHA-384',
  '1.2.840.113549.1.1.13': 'RSA with SHA-512',
  '1.2.840.10045.4.1': 'ECDSA with SHA-1',
  '1.2.840.10045.4.3.2': 'ECDSA with SHA-256',
  '1.2.840.10045.4.3.3': 'ECDSA with SHA-384',
  '1.2.840.10045.4.3.4': 'ECDSA with SHA-512',
  '1.3.101.112': 'Ed25519',
}

export const KEY_NAMES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.1': 'RSA',
  '1.2.840.113549.1.1.10': 'RSASSA-PSS',
  '1.2.840.10045.2.1': 'elliptic curve',
  '1.2.840.10040.4.1': 'DSA',
  '1.3.101.112': 'Ed25519',
  '1.3.101.113': 'Ed448',
}
