/**
 * Reads what a certificate says of a third party: who, by whose authority, in which roles, for what. It is all the
 * issuer's word and counts only after `validatePath` has said that the issuer is trusted; `use.ts` says what for.
 */
import type { CertificateKind, TppRole } from '../../evidence.ts'
import type { Certificate, KeyUsage, Name } from '../x509/types.ts'
import { type Finding, finding } from './findings.ts'
import { judgeLegalPerson, type OrganisationId, readOrganisationId } from './organisation.ts'
import type { Nca, RoleEntry } from './psd2-statement.ts'
import { type QcStatements, readQcStatements, STATEMENT } from './qc-statements.ts'
import { QC_STATEMENTS } from './statements.ts'

/** X.520 attributes. */
const ATTRIBUTE = {
  commonName: '2.5.4.3',
  country: '2.5.4.6',
  organisation: '2.5.4.10',
  unit: '2.5.4.11',
  organisationId: '2.5.4.97',
} as const

export const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'
/** EN 319 412-1 section 5.1.4: the subject is named as legal persons are. */
const SEMANTICS_LEGAL = '0.4.0.194121.1.2'

/** It becomes a header and a name in the ledger: printable ASCII, no space at either end, 128 characters at most. */
const ORGANISATION = /^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/

/** How the UK directory's older certificates name a holder: organisation in OU, software statement in CN. */
export interface DirectoryIds {
  readonly organisation: string
  readonly software: string
}

export interface Profile {
  /** Undefined where there is none, several, or no readable one: the findings say which. */
  readonly organisation: OrganisationId | undefined
  readonly directory: DirectoryIds | undefined
  /** For people: organizationName, otherwise commonName. */
  readonly name: string
  readonly country: string | undefined
  readonly nca: Nca | undefined
  /** By identifier, each once. */
  readonly roles: readonly TppRole[]
  readonly roleEntries: readonly RoleEntry[]
  readonly qcCompliance: boolean
  readonly qcTypes: QcStatements['types']
  /** Undefined: there is no qcStatements extension. */
  readonly statements: QcStatements | undefined
  readonly keyUsage: ReadonlySet<KeyUsage> | undefined
  readonly extendedKeyUsage: readonly string[] | undefined
  readonly policies: readonly string[]
  /** A claim like all else here: nothing is granted for it. */
  readonly kind: CertificateKind
  /** What is odd whatever the certificate is used for. */
  readonly findings: readonly Finding[]
}

export function readProfile(certificate: Certificate): Profile {
  const { subject } = certificate
  const extension = certificate.extensions.get(QC_STATEMENTS)
  const statements = extension === undefined ? undefined : readQcStatements(extension.value)
  const { organisation, findings } = organisationOf(subject)
  const roleEntries = statements?.psd2?.entries ?? []
  const nca = statements?.psd2?.nca
  return {
    organisation,
    directory: directoryIds(subject),
    name:
      first(subject, ATTRIBUTE.organisation) ??
      first(subject, ATTRIBUTE.commonName) ??
      organisation?.text ??
      '',
    country: first(subject, ATTRIBUTE.country),
    nca,
    roles: [...new Set(roleEntries.flatMap(({ role }) => role ?? []))],
    roleEntries,
    qcCompliance: statements?.ids.includes(STATEMENT.compliance) ?? false,
    qcTypes: statements?.types ?? [],
    statements,
    keyUsage: certificate.keyUsage,
    extendedKeyUsage: certificate.extendedKeyUsage,
    policies: certificate.policies,
    kind: kindOf(certificate, statements?.types ?? []),
    findings: [
      ...(extension?.critical === true ? [finding('qcstatements_extension_is_critical')] : []),
      ...(statements?.findings ?? []),
      ...findings,
      ...judgeOrganisation(organisation, nca, statements),
    ],
  }
}

function organisationOf(subject: Name): {
  organisation: OrganisationId | undefined
  findings: readonly Finding[]
} {
  const [value, ...others] = subject.attributes.filter(({ type }) => type === ATTRIBUTE.organisationId)
  const nobody = (problem: Finding) => ({ organisation: undefined, findings: [problem] })
  if (value === undefined) return nobody(finding('organization_id_absent'))
  // Two organisations: whichever we took, the bank might take the other.
  if (others.length > 0) return nobody(finding('organization_id_twice'))
  if (value.text === undefined || !ORGANISATION.test(value.text))
    return nobody(finding('organization_id_unreadable'))
  return { organisation: readOrganisationId(value.text), findings: [] }
}

function judgeOrganisation(
  organisation: OrganisationId | undefined,
  nca: Nca | undefined,
  statements: QcStatements | undefined,
): readonly Finding[] {
  if (organisation === undefined) return []
  const legal = statements?.semantics.includes(SEMANTICS_LEGAL) ?? false
  const { country, authority } = organisation
  const unlike = nca !== undefined && authority !== undefined && nca.id !== `${country}-${authority}`
  return [
    ...(legal ? judgeLegalPerson(organisation) : []),
    // The OBIE directory writes PSDGB-OB-… for firms of the FCA: genuine, so no more than odd.
    ...(unlike ? [finding('nca_unlike_organization_id', `${country}-${authority} and ${nca.id}`)] : []),
  ]
}

/** The directory checks that OU holds the organisation (18 characters) and CN the software statement (mostly 22). */
function directoryIds(subject: Name): DirectoryIds | undefined {
  const units = subject.attributes.filter(({ type }) => type === ATTRIBUTE.unit)
  const organisation = units.length === 1 ? units[0]?.text : undefined
  const software = first(subject, ATTRIBUTE.commonName)
  if (
    first(subject, ATTRIBUTE.organisation) !== 'OpenBanking' ||
    organisation === undefined ||
    software === undefined
  )
    return undefined
  return /^[A-Za-z0-9]{18}$/.test(organisation) && /^[A-Za-z0-9]{1,64}$/.test(software)
    ? { organisation, software }
    : undefined
}

function kindOf(certificate: Certificate, types: QcStatements['types']): CertificateKind {
  const directory = first(certificate.issuer, ATTRIBUTE.organisation) === 'OpenBanking'
  const [type, ...others] = types
  if (others.length > 0) return 'other'
  if (type === 'web') return directory ? 'obwac' : 'qwac'
  if (type === 'eseal') return directory ? 'obseal' : 'qsealc'
  if (type !== undefined || !directory) return 'other'
  return certificate.extendedKeyUsage?.includes(CLIENT_AUTH) === true ? 'ob_transport' : 'ob_signing'
}

function first(name: Name, attribute: string): string | undefined {
  return name.attributes.find(({ type }) => type === attribute)?.text
}
