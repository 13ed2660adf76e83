/** The fact that a proven certificate leaves: who stands behind the connection or the signature. */
import type { Tpp } from '../../evidence.ts'
import { toBase64 } from '../../lib/base64.ts'
import { type Fact, invalid, valid } from '../../lib/fact.ts'
import type { Certificate, TrustAnchor } from '../x509/types.ts'
import { type Profile, readProfile } from './profile.ts'
import { type CertificateUse, judgeUse, organisationOf, type ProfileProblem, type Vouching } from './use.ts'

export interface Proven {
  readonly certificate: Certificate
  /** Read already, where somebody needed it before. */
  readonly profile?: Profile
  /** At the end of its path. */
  readonly anchor: TrustAnchor
  readonly vouching: Vouching
  readonly use: CertificateUse
}

/** Whom a certificate proves after its path has been found good, or why it proves nobody for this use. */
export function tppFrom({
  certificate,
  profile = readProfile(certificate),
  anchor,
  vouching,
  use,
}: Proven): Fact<Tpp, ProfileProblem> {
  const { refusals, warnings } = judgeUse(profile, use, vouching)
  const [refusal] = refusals
  if (refusal !== undefined) return invalid(refusal.problem)
  const organisation = organisationOf(profile, vouching.kind)
  if (organisation === undefined) return invalid('certificate_without_organisation')
  return valid({
    organisation,
    name: profile.name === '' ? organisation : profile.name,
    roles: profile.roles,
    country: profile.country,
    nca: profile.nca?.id,
    kind: profile.kind,
    thumbprint: certificate.thumbprint,
    der: toBase64(certificate.der),
    anchor: anchor.name,
    warnings: [...new Set(warnings.map(({ id }) => id))],
  })
}
