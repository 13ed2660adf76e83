/** Every reason of the gate in a sentence that an operator can act on. */
import type { CertificateKind, TppRole } from '../../src/evidence.ts'
import type { GrantFault } from '../../src/verify/trust/types.ts'
import type { CertificateFault, PathFault } from '../../src/verify/x509/types.ts'

export const FAULTS = {
  certificate_too_large: 'it is larger than an edge passes on (10 kB for a leaf, 32 kB for an authority)',
  certificate_not_der: 'its bytes are not canonical DER: it can be spelt in two ways, or ends too early',
  certificate_malformed: 'a field or an extension is not what RFC 5280 says',
  certificate_version: 'it is not a version 3 certificate: nothing limits what its key may do',
  certificate_extension_twice: 'one extension stands there twice, and readers may differ in which one counts',
} as const satisfies Record<CertificateFault, string>

export const PATH_FAULTS = {
  path_not_found:
    'no listed authority is found above it: the issuer is not trusted, or an intermediate was not sent',
  path_too_long: 'there are more than four intermediates between it and a listed authority',
  path_work_exceeded: 'so many certificates were offered that looking for a path was given up',
  certificate_not_yet_valid: 'a certificate on its path is not valid yet',
  certificate_expired: 'a certificate on its path has expired',
  signature_wrong: 'a signature on its path is not the issuer’s',
  signature_algorithm_refused:
    'a signature on its path uses an algorithm that is not accepted any more (such as SHA-1)',
  public_key_refused:
    'a key on its path is too weak or of an unknown kind (RSA from 2048 bits, P-256, P-384, P-521, Ed25519)',
  issuer_not_a_ca: 'an issuer on its path is not an authority',
  path_length_exceeded: 'an authority on its path may not have so many authorities below it',
  key_usage_wrong: 'a key on its path may not be used for what it was used for',
  extended_key_usage_wrong: 'it, or an authority above it, is not for client authentication',
  name_constraint_violated: 'an authority on its path may not issue for its name',
  name_constraint_unsupported:
    'an authority on its path limits names of a kind that the gate does not process',
  critical_extension_unknown:
    'it has a critical extension that the gate does not process (a precertificate has one)',
  key_identifier_wrong: 'the key identifiers on its path do not fit each other',
  profile_violated: 'a certificate on its path breaks the profile of RFC 5280',
} as const satisfies Record<PathFault, string>

export const GRANT_FAULTS = {
  service_not_granted: 'the service of its issuer was not granted when it was issued',
  service_other_use: 'the service of its issuer was granted, and not for this use',
  certificate_not_qualified: 'the trust list says that it is not qualified, whatever it says of itself',
  service_contradicts: 'the trust lists contradict each other about its issuer',
  service_not_understood: 'the trust list says something about its issuer that the gate does not understand',
} as const satisfies Record<GrantFault, string>

export const KINDS = {
  qwac: 'qualified website authentication certificate (QWAC)',
  qsealc: 'qualified seal certificate (QSealC)',
  obwac: 'UK Open Banking website authentication certificate (OBWAC)',
  obseal: 'UK Open Banking seal certificate (OBSeal)',
  ob_transport: 'older UK Open Banking transport certificate',
  ob_signing: 'older UK Open Banking signing certificate',
  other: 'certificate of no kind that Open Banking knows',
} as const satisfies Record<CertificateKind, string>

export const ROLES = {
  PSP_AS: 'account servicing (the bank itself)',
  PSP_PI: 'payment initiation (PISP)',
  PSP_AI: 'account information (AISP)',
  PSP_IC: 'issuing of card-based payment instruments (CBPII)',
} as const satisfies Record<TppRole, string>
