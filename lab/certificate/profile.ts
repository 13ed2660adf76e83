/** What a certificate says of a third party, and each use of it with every reason for and against, as data. */
import { FINDINGS, type Finding } from '../../src/verify/psd2/findings.ts'
import type { Profile } from '../../src/verify/psd2/profile.ts'
import { showName } from '../../src/verify/x509/names.ts'
import type { Assessment } from './assess.ts'
import { named } from './describe.ts'
import { STATEMENT_NAMES } from './names.ts'
import { GRANT_FAULTS, KINDS, PATH_FAULTS, ROLES } from './wording.ts'

export function describeProfile(profile: Profile) {
  const { organisation, directory, nca, statements } = profile
  return {
    kind: profile.kind,
    kind_meaning: KINDS[profile.kind],
    organisation: organisation?.text ?? null,
    organisation_parts:
      organisation === undefined
        ? null
        : {
            scheme: organisation.scheme,
            country: organisation.country ?? null,
            authority: organisation.authority ?? null,
            reference: organisation.reference ?? null,
          },
    directory: directory ?? null,
    name: profile.name,
    country: profile.country ?? null,
    competent_authority: nca ?? null,
    roles: profile.roleEntries.map(({ oid, name, role }) => ({
      oid,
      name,
      role: role ?? null,
      meaning: role === undefined ? 'grants nothing' : ROLES[role],
    })),
    statements: statements?.ids.map((oid) => named(oid, STATEMENT_NAMES)) ?? null,
    qualified: profile.qcCompliance,
    types: profile.qcTypes,
    legislation: statements?.legislation ?? [],
    disclosures: statements?.pds ?? [],
  }
}

export function describeUse(assessment: Assessment) {
  const { path, grant, judgement, vouching } = assessment
  return {
    accepted: assessment.accepted,
    /** In the word of the gate's records; signatures are recorded with the request that they sign. */
    recorded_as: assessment.problem ?? null,
    path: path.ok ? path.path.map(({ subject }) => showName(subject)) : null,
    anchor: path.ok ? path.anchor.name : null,
    anchor_kind: assessment.assumed ? null : vouching.kind,
    judged_as: vouching.kind,
    territory: grant?.service.territory ?? null,
    withdrawn_since:
      grant?.withdrawnSince === undefined ? null : new Date(grant.withdrawnSince).toISOString(),
    expires_at: path.ok ? new Date(path.expiresAt).toISOString() : null,
    against: [...trustFaults(assessment), ...judgement.refusals.map(tell)],
    odd: judgement.warnings.map(tell),
  }
}

export type DescribedUse = ReturnType<typeof describeUse>

export interface Reason {
  readonly id: string
  readonly clause: string
  readonly meaning: string
  readonly detail: string
}

function trustFaults({ path, grantFault }: Assessment): readonly Reason[] {
  if (!path.ok) {
    return [{ id: path.fault, clause: 'RFC 5280 6', meaning: PATH_FAULTS[path.fault], detail: path.detail }]
  }
  if (grantFault === undefined) return []
  return [{ id: grantFault, clause: 'TS 119 612 5.5', meaning: GRANT_FAULTS[grantFault], detail: '' }]
}

function tell({ id, clause, detail }: Finding): Reason {
  return { id, clause, meaning: FINDINGS[id][2], detail }
}
